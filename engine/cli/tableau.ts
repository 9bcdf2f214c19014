import type { ChangelogRow, Value } from '../data/value.ts';
import { valueText } from '../data/value-text.ts';
import type { LogicalType, RowField } from '../types/logical-type.ts';
import { ROW_KIND_TEXT } from '../types/row-kind.ts';

/**
 * Results as the SQL client's tableau mode draws them (S-61).
 *
 * While rows still come, widths follow from the types; where all rows are known, from the contents. Cells are right-aligned, NULL is `<NULL>`, long
 * texts end in `...`, full-width characters count two columns.
 */
export interface TableauOptions {
  readonly timeZone: string;
  /** `table.display.max-column-width`. */
  readonly maxColumnWidth: number;
}

const NULL_CELL = '<NULL>';
const OP = 'op';

/** Draws a changelog line by line; `op` is the first column. */
export class ChangelogTableau {
  readonly #columns: readonly RowField[];
  readonly #options: TableauOptions;
  readonly #widths: number[];
  #rowCount = 0;

  constructor(columns: readonly RowField[], options: TableauOptions) {
    this.#columns = columns;
    this.#options = options;
    this.#widths = [2, ...columns.map((column) => streamingWidth(column, options.maxColumnWidth))];
  }

  header(): string[] {
    const names = [OP, ...this.#columns.map(({ name }) => name)];
    return [border(this.#widths), line(names, this.#widths), border(this.#widths)];
  }

  row({ kind, values }: ChangelogRow): string {
    this.#rowCount++;
    const cells = cellsOf(values, this.#columns, this.#options.timeZone);
    return line([ROW_KIND_TEXT[kind]!, ...cells], this.#widths);
  }

  footer(): string[] {
    const total = `Received a total of ${this.#rowCount} row${this.#rowCount === 1 ? '' : 's'}`;
    return this.#rowCount === 0 ? [total] : [border(this.#widths), total];
  }
}

/** A finished table: SHOW, DESCRIBE, and queries in batch. */
export function tableau(
  columns: readonly RowField[],
  rows: readonly (readonly Value[])[],
  options: TableauOptions,
): string[] {
  if (rows.length === 0) return ['Empty set'];
  const cells = rows.map((values) => cellsOf(values, columns, options.timeZone));
  const names = columns.map(({ name }) => name);
  const widths = names.map((name, i) => {
    const widest = Math.max(displayWidth(name), ...cells.map((row) => displayWidth(row[i]!)));
    return Math.min(widest, Math.max(options.maxColumnWidth, displayWidth(name)));
  });
  const edge = border(widths);
  const count = `${rows.length} row${rows.length === 1 ? '' : 's'} in set`;
  return [edge, line(names, widths), edge, ...cells.map((row) => line(row, widths)), edge, count];
}

/** Columns a text takes on a terminal: two for East Asian wide characters, none for combining marks. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character.codePointAt(0)!);
  return width;
}

function cellsOf(values: readonly Value[], columns: readonly RowField[], timeZone: string): string[] {
  return columns.map(({ type }, i) => valueText(values[i] ?? null, type, timeZone) ?? NULL_CELL);
}

function streamingWidth({ name, type }: RowField, maxColumnWidth: number): number {
  return Math.max(typeWidth(type, maxColumnWidth), displayWidth(name), NULL_CELL.length);
}

function typeWidth(type: LogicalType, maxColumnWidth: number): number {
  switch (type.root) {
    case 'BOOLEAN':
      return 5;
    case 'TINYINT':
      return 4;
    case 'SMALLINT':
      return 6;
    case 'INTEGER':
      return 11;
    case 'BIGINT':
      return 20;
    case 'DECIMAL':
      return type.precision + 2;
    case 'DATE':
      return 10;
    case 'TIME':
      return type.precision === 0 ? 8 : type.precision + 9;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision === 0 ? 19 : type.precision <= 3 ? 23 : type.precision <= 6 ? 26 : 29;
    default:
      return maxColumnWidth;
  }
}

function border(widths: readonly number[]): string {
  return `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, i) => {
    const fitted = fit(cell, widths[i]!);
    return ` ${' '.repeat(widths[i]! - displayWidth(fitted))}${fitted} `;
  });
  return `|${padded.join('|')}|`;
}

function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = widthOf(character.codePointAt(0)!);
    if (used + next > width - 3) break;
    kept += character;
    used += next;
  }
  return `${kept}...`;
}

function widthOf(codePoint: number): number {
  if (codePoint >= 0x300 && codePoint <= 0x36f) return 0;
  const isWide =
    (codePoint >= 0x1100 && codePoint <= 0x115f) ||
    (codePoint >= 0x2e80 && codePoint <= 0xa4cf) ||
    (codePoint >= 0xac00 && codePoint <= 0xd7a3) ||
    (codePoint >= 0xf900 && codePoint <= 0xfaff) ||
    (codePoint >= 0xfe30 && codePoint <= 0xfe6f) ||
    (codePoint >= 0xff00 && codePoint <= 0xff60) ||
    (codePoint >= 0xffe0 && codePoint <= 0xffe6) ||
    (codePoint >= 0x1f300 && codePoint <= 0x1faff) ||
    (codePoint >= 0x20000 && codePoint <= 0x3fffd);
  return isWide ? 2 : 1;
}
