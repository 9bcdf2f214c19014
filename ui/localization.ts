import { configureLocalization } from '@lit/localize';
import * as chinese from './locales/zh-cn.ts';

/**
 * English and Simplified Chinese. Texts stand in the components as `msg('Run', { id: 'run' })`; `locales/zh-cn.ts`
 * has the Chinese ones by id. Both are in the bundle: a page may be offline when somebody switches.
 */
export const LOCALES = ['en', 'zh-cn'] as const;
export type Locale = (typeof LOCALES)[number];

export const { getLocale, setLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: ['zh-cn'],
  loadLocale: () => Promise.resolve(chinese),
});

/** What the visitor chose before, else what the browser prefers. */
export function preferredLocale(stored: string | null): Locale {
  if (stored === 'en' || stored === 'zh-cn') return stored;
  const preferred = navigator.languages.find((language) => /^(en|zh)\b/i.test(language));
  return preferred?.toLowerCase().startsWith('zh') ? 'zh-cn' : 'en';
}
