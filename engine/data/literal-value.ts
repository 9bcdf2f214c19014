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

/** Milliseconds, and behind the point up to six digits of what is to be added to them: -1.5 is half a millisecond before the epoch. */
function timestampOf(text: string): TimestampValue {
  const [whole = '', fraction = ''] = text.split('.');
  return { epochMs: Number(whole), nanoOfMs: Number(fraction.padEnd(6, '0').slice(0, 6)) };
}

function bytesOf(hexadecimal: string): Uint8Array {
  const bytes = new Uint8Array(hexadecimal.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hexadecimal.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
