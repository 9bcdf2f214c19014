import { NEXMARK_QUERIES, nexmarkTables } from './nexmark.ts';

/** A script to begin with. Titles are in both languages; the SQL is SQL. */
export interface Example {
  readonly id: string;
  readonly title: { readonly en: string; readonly 'zh-cn': string };
  readonly script: string;
}

/** Events begin half a second before ten-second windows end, so that the first rows come at once. */
const PLAYED = { 'base-time': '2024-03-01 00:00:09.500' };

export const EXAMPLES: readonly Example[] = NEXMARK_QUERIES.map(({ id, title, about, sql, rate }) => ({
  id,
  title,
  script: `${commented(about)}
SET 'execution.checkpointing.interval' = '3 s';

${nexmarkTables(rate, PLAYED, '0.1')}
${sql};
`,
}));

/** SQL comment lines of about a hundred characters. */
function commented(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length > 96) {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  return [...lines, line].map((each) => `--${each}`).join('\n');
}
