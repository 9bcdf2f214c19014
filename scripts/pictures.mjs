// `node scripts/pictures.mjs`: the pictures of docs/pictures, taken of what `npm run build` left in dist/app.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright';
import { preview } from 'vite';
import { chromiumPath, FLAGS } from './find-chromium.mjs';

const PICTURES = [
  { name: 'console-light', colorScheme: 'light', locale: 'en-US', width: 1360, height: 860 },
  { name: 'console-dark', colorScheme: 'dark', locale: 'en-US', width: 1360, height: 860 },
  { name: 'console-chinese', colorScheme: 'light', locale: 'zh-CN', width: 1360, height: 860 },
  { name: 'console-narrow', colorScheme: 'dark', locale: 'zh-CN', width: 390, height: 1500 },
];

const server = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'silent' });
const address = server.httpServer.address();
if (!address || typeof address === 'string') throw new Error('the preview server has no port');
const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
mkdirSync('docs/pictures', { recursive: true });
for (const { name, colorScheme, locale, width, height } of PICTURES) {
  const context = await browser.newContext({
    colorScheme: colorScheme === 'dark' ? 'dark' : 'light',
    locale,
    viewport: { width, height },
  });
  const page = await context.newPage();
  await page.goto(`http://localhost:${address.port}/`);
  await page.locator('mr-sql-editor .cm-content').waitFor();
  await page.locator('button.primary').click();
  await page.waitForTimeout(9000);
  await page.screenshot({ path: `docs/pictures/${name}.png` });
  await context.close();
}
await browser.close();
await server.close();
