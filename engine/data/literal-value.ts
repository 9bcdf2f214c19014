import type { LogicalType } from '../types/logical-type.ts';
import type { TimestampValue, Value } from './value.ts';

/** The value of a literal as plans hold it (`RexLiteral.value`). */
export function literalValue(literal: string | number | boolean | null, type: LogicalType): Value {
  if (literal === null) return null;
  switch (type.root) {
    case 'FLOAT':
    case 'DOUBLE':
    case 'INTERVAL_DAY_TIME':
      return Number(literal); // "NaN" and "Infinity", too
    case 'BIGINT':
      return BigInt(literal);
    case 'DECIMAL':
      return String(literal);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestampOf(String(literal));
    case 'BINARY':
    case 'VARBINARY':
      return bytesOf(String(literal));
    default:
      return literal;
  }
}

/** Milliseconds with up to six digits behind the point, a number like any other: -0.5 is half a millisecond before the epoch. */
function timestampOf(text: string): TimestampValue {
  const [whole = '', fraction = ''] = text.split('.');
  const nanos = Number(fraction.padEnd(6, '0').slice(0, 6));
  const ms = Number(whole);
  if (!text.startsWith('-') || nanos === 0) return { epochMs: ms + 0, nanoOfMs: nanos };
  return { epochMs: ms - 1, nanoOfMs: 1_000_000 - nanos };
}

function bytesOf(hexadecimal: string): Uint8Array {
  const bytes = new Uint8Array(hexadecimal.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hexadecimal.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
