import { printText } from '../../data/value-text.ts';
import type { Value } from '../../data/value.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { parseDecimal } from '../formats/decimals.ts';
import { FormatError } from '../formats/format-error.ts';
import { parseBoolean, parseDouble, parseFloat32, parseInteger, parseLong } from '../formats/java-numbers.ts';
import { parseIsoDate, parseTime, parseTimestamp } from '../formats/times.ts';

/** What Flink's PartitionPathUtils escapes as %XX: everything that could mean something in a path. */
const SPECIAL = /[\u0001-\u001f"#%'*/:=?\\\u007f{}[\]^]/g;

/** `day=2024-03-01`, the folder of a partition column's value. NULL and the empty text have a name of their own. */
export function partitionStep({ name, type }: RowField, value: Value, nullName: string): string {
  // A cell as Row.toString has it, without the brackets around the row.
  const text = value === null ? '' : printText({ kind: 0, values: [value] }, [type]).slice(3, -1);
  return `${escapeStep(name)}=${escapeStep(text === '' ? nullName : text)}`;
}

/** The values of partition columns in the folders of a path; undefined if one of them has no folder. */
export function partitionValues(
  path: string,
  columns: readonly RowField[],
  nullName: string,
): Value[] | undefined {
  const steps = new Map<string, string>();
  for (const step of path.split('/').slice(0, -1)) {
    const at = step.indexOf('=');
    if (at > 0) steps.set(unescapeStep(step.slice(0, at)), unescapeStep(step.slice(at + 1)));
  }
  const values: Value[] = [];
  for (const { name, type } of columns) {
    const text = steps.get(name);
    if (text === undefined) return undefined;
    values.push(text === nullName ? null : parsePartition(text, type));
  }
  return values;
}

function escapeStep(text: string): string {
  return text.replace(
    SPECIAL,
    (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function unescapeStep(step: string): string {
  return step.replace(/%([0-9a-fA-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function parsePartition(text: string, type: LogicalType): Value {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return text;
    case 'BOOLEAN':
      return parseBoolean(text);
    case 'TINYINT':
      return parseInteger(text, 8);
    case 'SMALLINT':
      return parseInteger(text, 16);
    case 'INTEGER':
      return parseInteger(text, 32);
    case 'BIGINT':
      return parseLong(text);
    case 'FLOAT':
      return parseFloat32(text);
    case 'DOUBLE':
      return parseDouble(text);
    case 'DECIMAL':
      return parseDecimal(text, type.precision, type.scale);
    case 'DATE':
      return parseIsoDate(text);
    case 'TIME':
      return parseTime(text, type.precision, 'ISO');
    case 'TIMESTAMP':
      return parseTimestamp(text.replace(' ', 'T'), 'ISO-8601', type.precision, false);
    default:
      throw new FormatError(`a partition column of type ${type.root} is not supported`);
  }
}
