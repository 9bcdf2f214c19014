import { doubleText, floatText } from '../../data/java-number-text.ts';
import { dateText } from '../../data/temporal-text.ts';
import { isTimestamp, type TimestampValue, type Value } from '../../data/value.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { encodeBase64 } from './base64.ts';
import { strippedDecimal } from './decimals.ts';
import { clockText, formatTimestamp, type TimestampFormat } from './times.ts';

/** The text of a value that is not NULL, the same in JSON and CSV but for its quotes. Undefined for types that have parts. */
export function scalarWriter(
  type: LogicalType,
  timestampFormat: TimestampFormat,
  plainDecimals: boolean,
): ((value: Value) => string) | undefined {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
    case 'CHAR':
    case 'VARCHAR':
      return (value) => (value as string | number | bigint | boolean).toString();
    case 'FLOAT':
      return (value) => floatText(value as number);
    case 'DOUBLE':
      return (value) => doubleText(value as number);
    case 'DECIMAL':
      return (value) => (plainDecimals ? (value as string) : strippedDecimal(value as string));
    case 'BINARY':
    case 'VARBINARY':
      return (value) => encodeBase64(value as Uint8Array);
    case 'DATE':
      return (value) => dateText(value as number);
    case 'TIME':
      return (value) => clockText({ epochMs: value as number, nanoOfMs: 0 });
    case 'TIMESTAMP':
      return (value) => formatTimestamp(timestampOf(value), timestampFormat, false);
    case 'TIMESTAMP_LTZ':
      return (value) => formatTimestamp(timestampOf(value), timestampFormat, true);
    default:
      return undefined;
  }
}

function timestampOf(value: Value): TimestampValue {
  if (isTimestamp(value)) return value;
  throw new TypeError('a timestamp was expected');
}
