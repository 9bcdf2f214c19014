/** A table for a file that a visitor brought: its DDL, and the part of the file that holds rows. */
export interface FileTable {
  readonly script: string;
  /** The file without a header line. */
  readonly content: Blob;
}

/** This much of a file is looked at to guess its columns. */
const SAMPLE_BYTES = 65_536;

/**
 * Guesses format, columns and types from the beginning of a CSV or JSON-lines file. A first CSV line without a number above
 * lines that have some is taken for a header, which Flink's format does not know and which is cut off.
 */
export async function tableForFile(file: File): Promise<FileTable> {
  const sample = await file.slice(0, SAMPLE_BYTES).text();
  const complete = file.size > SAMPLE_BYTES ? sample.slice(0, sample.lastIndexOf('\n') + 1) : sample;
  const lines = complete.split(/\r?\n/).filter((line) => line.trim());
  if (lines.length === 0) throw new Error(`${file.name} is empty.`);
  return /^\s*[[{]/.test(lines[0]!) ? jsonTable(file, lines) : csvTable(file, lines, sample);
}

function jsonTable(file: File, lines: readonly string[]): FileTable {
  const values = new Map<string, unknown[]>();
  for (const line of lines) {
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      throw new Error(
        `${file.name}: one JSON object a line was expected, and this is none: ${line.slice(0, 80)}`,
      );
    }
    if (typeof row !== 'object' || row === null) continue;
    for (const [name, value] of Object.entries(row)) values.set(name, [...(values.get(name) ?? []), value]);
  }
  const columns = [...values].map(([name, seen]): [string, string] => [name, jsonType(seen)]);
  return { script: scriptFor(file.name, 'json', columns, []), content: file };
}

function csvTable(file: File, lines: readonly string[], sample: string): FileTable {
  const delimiter = [',', ';', '\t', '|'].reduce((best, candidate) =>
    lines[0]!.split(candidate).length > lines[0]!.split(best).length ? candidate : best,
  );
  const cells = lines.map((line) => splitCsv(line, delimiter));
  const [first = [], ...rest] = cells;
  const hasHeader =
    rest.length > 0 &&
    first.every((cell) => textType([cell]) === 'STRING' && cell !== '') &&
    new Set(first).size === first.length &&
    (rest.some((row) => row.some((cell) => textType([cell]) !== 'STRING')) || rest.length > 3);
  const rows = hasHeader ? rest : cells;
  const columns = first.map((name, i): [string, string] => [
    hasHeader ? name.trim() : `c${i + 1}`,
    textType(rows.map((row) => row[i] ?? '')),
  ]);
  const headerBytes = hasHeader
    ? new TextEncoder().encode(sample.slice(0, sample.indexOf('\n') + 1)).length
    : 0;
  const options =
    delimiter === ',' ? [] : [`'csv.field-delimiter' = '${delimiter === '\t' ? '\\t' : delimiter}'`];
  const script = scriptFor(file.name, 'csv', columns, [...options, "'csv.ignore-parse-errors' = 'true'"]);
  return { script, content: file.slice(headerBytes) };
}

function scriptFor(
  fileName: string,
  format: string,
  columns: readonly (readonly [string, string])[],
  options: readonly string[],
): string {
  const table = quoted(fileName.replace(/\.[^.]*$/, ''));
  const list = columns.map(([name, type]) => `  ${quoted(name)} ${type}`).join(',\n');
  const all = [
    `'connector' = 'filesystem'`,
    `'path' = 'file-drop:${fileName.replaceAll("'", "''")}'`,
    `'format' = '${format}'`,
    ...options,
  ];
  return `-- The columns were guessed from the beginning of the file; change what is wrong.
CREATE TABLE ${table} (
${list}
) WITH (
${all.map((option) => `  ${option}`).join(',\n')}
);

SELECT * FROM ${table};
`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function jsonType(values: readonly unknown[]): string {
  const set = values.filter((value) => value !== null);
  if (set.length === 0) return 'STRING';
  if (set.every((value) => typeof value === 'boolean')) return 'BOOLEAN';
  if (set.every((value) => typeof value === 'number')) {
    return set.every((value) => Number.isSafeInteger(value)) ? 'BIGINT' : 'DOUBLE';
  }
  if (set.every((value) => typeof value === 'string')) return textType(set);
  if (set.every((value) => Array.isArray(value))) return `ARRAY<${jsonType(set.flat() as unknown[])}>`;
  if (set.every((value) => typeof value === 'object' && !Array.isArray(value))) {
    const fields = new Map<string, unknown[]>();
    for (const row of set as object[]) {
      for (const [name, value] of Object.entries(row)) fields.set(name, [...(fields.get(name) ?? []), value]);
    }
    return `ROW<${[...fields].map(([name, seen]) => `${quoted(name)} ${jsonType(seen)}`).join(', ')}>`;
  }
  return 'STRING';
}

function textType(texts: readonly string[]): string {
  const set = texts.map((text) => text.trim()).filter((text) => text !== '');
  const all = (pattern: RegExp): boolean => set.length > 0 && set.every((text) => pattern.test(text));
  if (all(/^[+-]?\d{1,18}$/)) return 'BIGINT';
  if (all(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/)) return 'DOUBLE';
  if (all(/^(true|false)$/i)) return 'BOOLEAN';
  if (all(/^\d{4}-\d\d-\d\d$/)) return 'DATE';
  if (all(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?$/)) return 'TIMESTAMP(3)';
  return 'STRING';
}

function splitCsv(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '"') {
      if (isQuoted && line[i + 1] === '"') cell += line[i++];
      else isQuoted = !isQuoted;
    } else if (character === delimiter && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else {
      cell += character;
    }
  }
  return [...cells, cell];
}
