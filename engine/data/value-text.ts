import type { LogicalType } from '../types/logical-type.ts';
import { ROW_KIND_TEXT } from '../types/row-kind.ts';
import { inHashOrder } from './java-hash.ts';
import { doubleText, floatText } from './java-number-text.ts';
import {
  dateText,
  dayTimeIntervalText,
  isoTimestampText,
  localTimestamp,
  timestampText,
  timeText,
  yearMonthIntervalText,
} from './temporal-text.ts';
import { RoaringBitmap } from './roaring-bitmap.ts';
import { isTimestamp, type ChangelogRow, type TimestampValue, type Value } from './value.ts';

/**
 * A value as result tables and the command line show it, null for NULL: the text of `CAST(value AS STRING)` (S-59), but
 * bytes are `x'00ff'`. TIMESTAMP_LTZ is shown in `timeZone`, the session's `table.local-time-zone`.
 */
export function valueText(value: Value, type: LogicalType, timeZone = 'UTC'): string | null {
  return value === null ? null : textOf(value, type, timeZone, hexText);
}

/** The text of `CAST(value AS STRING)`, in which bytes are UTF-8. */
export function castText(value: Value, type: LogicalType, timeZone: string): string | null {
  return value === null ? null : textOf(value, type, timeZone, utf8Text);
}

const utf8Text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function hexText(bytes: Uint8Array): string {
  return `x'${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
}

function textOf(
  value: Value,
  type: LogicalType,
  zone: string,
  bytesText: (bytes: Uint8Array) => string,
): string {
  if (value === null) return 'NULL';
  const inner = (item: Value | undefined, of: LogicalType): string =>
    textOf(item ?? null, of, zone, bytesText);
  switch (type.root) {
    case 'BOOLEAN':
      return value === true ? 'TRUE' : 'FALSE';
    case 'FLOAT':
      return floatText(value as number);
    case 'DOUBLE':
      return doubleText(value as number);
    case 'BINARY':
    case 'VARBINARY':
      return bytesText(value as Uint8Array);
    case 'BITMAP':
      return RoaringBitmap.fromBytes(value as Uint8Array).toString();
    case 'DATE':
      return dateText(value as number);
    case 'TIME':
      return timeText(value as number, type.precision);
    case 'TIMESTAMP':
      return timestampText(timestampOf(value), type.precision);
    case 'TIMESTAMP_LTZ':
      return timestampText(localTimestamp(timestampOf(value), zone), type.precision);
    case 'INTERVAL_YEAR_MONTH':
      return yearMonthIntervalText(value as number);
    case 'INTERVAL_DAY_TIME':
      return dayTimeIntervalText(Number(value));
    case 'ARRAY':
      return `[${itemsOf(value)
        .map((item) => inner(item, type.element))
        .join(', ')}]`;
    case 'MULTISET':
      return `{${inHashOrder(pairsOf(value), ([item]) => item ?? null, type.element)
        .map(([item, count]) => `${inner(item, type.element)}=${Number(count)}`)
        .join(', ')}}`;
    case 'MAP':
      return `{${pairsOf(value)
        .map(([key, item]) => `${inner(key, type.key)}=${inner(item, type.value)}`)
        .join(', ')}}`;
    case 'ROW': {
      const cells = itemsOf(value);
      const name = (field: string): string => (type.className === undefined ? '' : `${field}=`);
      return `(${type.fields.map((field, i) => name(field.name) + inner(cells[i], field.type)).join(', ')})`;
    }
    default:
      return `${value as string | number | bigint}`;
  }
}

/** `+I[a, 1, null, 2020-01-01T00:00]`: Row.toString, what the print connector writes (S-60). */
export function printText(row: ChangelogRow, types: readonly LogicalType[]): string {
  return `${ROW_KIND_TEXT[row.kind]}[${row.values.map((value, i) => printCell(value, types[i]!)).join(', ')}]`;
}

function printCell(value: Value, type: LogicalType): string {
  if (value === null) return 'null';
  switch (type.root) {
    case 'BOOLEAN':
      return value === true ? 'true' : 'false';
    case 'BINARY':
    case 'VARBINARY':
      return `[${Array.from(value as Uint8Array, (byte) => (byte << 24) >> 24).join(', ')}]`;
    case 'TIME': {
      const text = isoTimestampText({ epochMs: value as number, nanoOfMs: 0 }, false);
      return text.slice(text.indexOf('T') + 1);
    }
    case 'TIMESTAMP':
      return isoTimestampText(timestampOf(value), false);
    case 'TIMESTAMP_LTZ':
      return `${isoTimestampText(timestampOf(value), true)}Z`;
    case 'INTERVAL_YEAR_MONTH':
      return periodText(value as number);
    case 'INTERVAL_DAY_TIME':
      return durationText(Number(value));
    case 'ARRAY':
      return `[${itemsOf(value)
        .map((item) => printCell(item, type.element))
        .join(', ')}]`;
    case 'MULTISET':
      return `{${inHashOrder(pairsOf(value), ([item]) => item ?? null, type.element)
        .map(([item, count]) => `${printCell(item, type.element)}=${Number(count)}`)
        .join(', ')}}`;
    case 'MAP':
      return `{${pairsOf(value)
        .map(([key, item]) => `${printCell(key, type.key)}=${printCell(item, type.value)}`)
        .join(', ')}}`;
    case 'ROW':
      return printText(
        { kind: 0, values: itemsOf(value) },
        type.fields.map((field) => field.type),
      );
    default:
      return textOf(value, type, 'UTC', utf8Text);
  }
}

/** Java's Period: `P1Y2M`. */
function periodText(months: number): string {
  const years = Math.trunc(months / 12);
  const rest = months % 12;
  if (months === 0) return 'P0D';
  return `P${years === 0 ? '' : `${years}Y`}${rest === 0 ? '' : `${rest}M`}`;
}

/** Java's Duration: `PT26H3M4.5S`. */
function durationText(ms: number): string {
  if (ms === 0) return 'PT0S';
  const seconds = Math.trunc(ms / 1000);
  const hours = Math.trunc(seconds / 3600);
  const minutes = Math.trunc((seconds % 3600) / 60);
  const rest = (ms - hours * 3_600_000 - minutes * 60_000) / 1000;
  return `PT${hours === 0 ? '' : `${hours}H`}${minutes === 0 ? '' : `${minutes}M`}${rest === 0 ? '' : `${rest}S`}`;
}

function timestampOf(value: Value): TimestampValue {
  if (!isTimestamp(value)) throw new TypeError('a timestamp was expected');
  return value;
}

function itemsOf(value: Value): readonly Value[] {
  if (!Array.isArray(value)) throw new TypeError('an array was expected');
  return value as readonly Value[];
}

function pairsOf(value: Value): readonly (readonly [Value, Value])[] {
  return itemsOf(value) as unknown as readonly (readonly [Value, Value])[];
}
