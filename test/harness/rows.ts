import { decodeRows } from '../../engine/data/row-decoder.ts';
import { printText } from '../../engine/data/value-text.ts';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { ROW_KIND_TEXT } from '../../engine/types/row-kind.ts';

/** A row of a test: `+I[1, a]`, or values that are inserted, or both told apart. */
export type RowLike = string | readonly Value[] | ChangelogRow;

export function rowOf(row: RowLike, rowType: RowType): ChangelogRow {
  if (typeof row === 'string') return parseRow(row, rowType);
  return 'kind' in row ? row : { kind: 0, values: row };
}

/** Rows of an encoded batch as `+I[1, a]`. */
export function linesOf(bytes: Uint8Array, rowType: RowType): string[] {
  const types = rowType.fields.map((field) => field.type);
  return decodeRows(bytes, rowType).map((row) => printText(row, types));
}

/** Reads `+I[1, a, null]`; texts stand as they are and hold no comma. Types that have no such plain text are not supported. */
function parseRow(line: string, rowType: RowType): ChangelogRow {
  const kind = ROW_KIND_TEXT.indexOf(line.slice(0, 2) as '+I');
  if (kind < 0 || line[2] !== '[' || !line.endsWith(']')) throw new Error(`not a row: ${line}`);
  const inner = line.slice(3, -1);
  const cells = rowType.fields.length === 0 ? [] : inner.split(', ');
  if (cells.length !== rowType.fields.length) {
    throw new Error(`${line} has ${cells.length} cells and the row type ${rowType.fields.length}`);
  }
  return { kind, values: rowType.fields.map((field, index) => parseCell(cells[index]!, field.type)) };
}

function parseCell(text: string, type: LogicalType): Value {
  if (text === 'null') return null;
  switch (type.root) {
    case 'BOOLEAN':
      return text === 'true';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'FLOAT':
    case 'DOUBLE':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return Number(text);
    case 'BIGINT':
      return BigInt(text);
    case 'DECIMAL':
    case 'CHAR':
    case 'VARCHAR':
      return text;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return { epochMs: /^-?\d+$/.test(text) ? Number(text) : Date.parse(`${text}Z`), nanoOfMs: 0 };
    default:
      throw new Error(`a line with a ${type.root} is not supported: give values`);
  }
}
