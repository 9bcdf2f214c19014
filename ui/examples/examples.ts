import type { Locale } from '../localization.ts';
import { NEXMARK_QUERIES, nexmarkTables } from './nexmark.ts';

/** A script to begin with: title and comments in both languages; the SQL is SQL. */
export interface Example {
  readonly id: string;
  readonly title: Readonly<Record<Locale, string>>;
  readonly script: Readonly<Record<Locale, string>>;
}

/** Events begin a moment before ten-second windows end, so that the first rows come at once. */
const PLAYED = { 'base-time': '2024-03-01 00:00:09.800' };

export const EXAMPLES: readonly Example[] = NEXMARK_QUERIES.map(({ id, title, about, sql, rate }) => {
  const statements = `SET 'execution.checkpointing.interval' = '3 s';

${nexmarkTables(rate, PLAYED, '0.1')}
${sql};
`;
  return {
    id,
    title,
    script: {
      en: `${commented(about.en.split(/(?<= )/), 96)}\n${statements}`,
      'zh-cn': `${commented([...about['zh-cn']], 48)}\n${statements}`,
    },
  };
});

/** SQL comment lines of at most so many characters, broken between pieces. */
function commented(pieces: readonly string[], width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line.length + piece.length > width && !/^[，。：、；）]/.test(piece)) {
      lines.push(line);
      line = '';
    }
    line += piece;
  }
  return [...lines, line].map((each) => `-- ${each.trimEnd()}`).join('\n');
}
