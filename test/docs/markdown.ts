/** Pieces of the generated pages. */

export const GENERATED =
  '`node scripts/docs.mjs` writes this page from the tables in the code; a test compares.';

/** As code, also where the text has a back-tick. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A row of a table: bars would end a cell. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** A table with its head. */
export function table(head: readonly string[], rows: readonly string[]): string {
  return [row(...head), row(...head.map(() => '---')), ...rows].join('\n');
}

export function sqlBlock(sql: string): string {
  return `\`\`\`sql\n${sql.trimEnd()}\n\`\`\``;
}

/** Items by a key, in the order of their first. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
