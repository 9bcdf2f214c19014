/** A table for a file that a visitor brought: its DDL, and the part of the file that holds rows. */
export interface FileTable {
  readonly script: string;
  /** The file without a byte order mark and a header line. */
  readonly content: Blob;
}

/** This much of a file is looked at to guess its columns. */
const SAMPLE_BYTES = 65_536;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const NEW_LINE = 0x0a;

/**
 * Guesses format, columns and types from the beginning of a CSV or JSON-lines file. A first CSV line without a number above
 * lines that have some is taken for a header, which Flink's format does not know and which is cut off.
 */
export async function tableForFile(file: File): Promise<FileTable> {
  const bytes = new Uint8Array(await file.slice(0, SAMPLE_BYTES).arrayBuffer());
  if (bytes.includes(0)) throw new Error(`${file.name} is no text in UTF-8: it holds bytes that are zero.`);
  const start = BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte) ? BYTE_ORDER_MARK.length : 0;
  const end = file.size > SAMPLE_BYTES ? bytes.lastIndexOf(NEW_LINE) + 1 : bytes.length;
  if (end === 0 && file.size > 0) {
    throw new Error(`${file.name}: its first line is longer than ${SAMPLE_BYTES / 1024} KiB; is it a table?`);
  }
  const lines = linesOf(bytes, start, end);
  const first = lines[0];
  if (!first) throw new Error(`${file.name} is empty.`);
  const texts = lines.map(({ text }) => text);
  return /^\s*[[{]/.test(first.text)
    ? jsonTable(file, start, texts)
    : csvTable(file, start, first.end, texts);
}

interface Line {
  readonly text: string;
  /** Where the next one begins. */
  readonly end: number;
}

/** Lines with something in them. */
function linesOf(bytes: Uint8Array, start: number, end: number): Line[] {
  const lines: Line[] = [];
  const decoder = new TextDecoder();
  for (let at = start; at < end;) {
    const newLine = bytes.indexOf(NEW_LINE, at);
    const next = newLine < 0 || newLine >= end ? end : newLine + 1;
    const text = decoder.decode(bytes.subarray(at, next)).replace(/\r?\n$/, '');
    if (text.trim()) lines.push({ text, end: next });
    at = next;
  }
  return lines;
}

function jsonTable(file: File, start: number, lines: readonly string[]): FileTable {
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
    if (typeof row !== 'object' || row === null || Array.isArray(row)) continue;
    for (const [name, value] of Object.entries(row)) values.set(name, [...(values.get(name) ?? []), value]);
  }
  const columns = [...values].map(([name, seen]): [string, string] => [name, jsonType(seen)]);
  if (columns.length === 0)
    throw new Error(`${file.name} has JSON lines, but no object with a field in them.`);
  return { script: scriptFor(file.name, 'json', columns, []), content: file.slice(start) };
}

function csvTable(file: File, start: number, firstEnd: number, lines: readonly string[]): FileTable {
  const cellCount = (delimiter: string): number => splitCsv(lines[0]!, delimiter).length;
  const delimiter = [',', ';', '\t', '|'].reduce((best, candidate) =>
    cellCount(candidate) > cellCount(best) ? candidate : best,
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
  const options =
    delimiter === ',' ? [] : [`'csv.field-delimiter' = '${delimiter === '\t' ? '\\t' : delimiter}'`];
  const script = scriptFor(file.name, 'csv', columns, [...options, "'csv.ignore-parse-errors' = 'true'"]);
  return { script, content: file.slice(hasHeader ? firstEnd : start) };
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
  return `CREATE TABLE ${table} (
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
    if (fields.size === 0) return 'STRING';
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
