import { floatText, doubleText } from '../../data/java-number-text.ts';
import { isoTimestampText } from '../../data/temporal-text.ts';
import { castText } from '../../data/value-text.ts';
import type { TimestampValue, Value } from '../../data/value.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isCharacter } from '../../types/type-families.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { FormatError, formatJava, type FormatArgument } from '../java-formatter.ts';
import { withNulls } from '../value-function.ts';

/** PRINTF: NULL without a format, and where Java would refuse the format with these arguments. */
export const PRINTF_RUNTIMES: FunctionTable = {
  PRINTF: {
    cost: 500,
    compile: (call, emitter) => {
      const operands = call.operands.map((operand) => emitter.value(operand));
      const readers = operands.slice(1).map(({ type }) => argumentReader(type));
      return withNulls(emitter, call.type, operands, call, (format, ...values) => {
        if (typeof format !== 'string') return null;
        try {
          return formatJava(
            format,
            readers.map((read, i) => read(values[i] ?? null)),
          );
        } catch (error) {
          if (error instanceof FormatError) return null;
          throw error;
        }
      });
    },
  },
};

const NULL: FormatArgument = { kind: 'null' };
const BITS: Partial<Record<string, 8 | 16 | 32 | 64>> = {
  TINYINT: 8,
  SMALLINT: 16,
  INTEGER: 32,
  // Java sees the numbers that these are made of.
  DATE: 32,
  TIME: 32,
  INTERVAL_YEAR_MONTH: 32,
  BIGINT: 64,
  INTERVAL_DAY_TIME: 64,
};

function argumentReader(type: LogicalType): (value: Value) => FormatArgument {
  const bits = BITS[type.root];
  return (value) => {
    if (value === null) return NULL;
    if (bits !== undefined) return { kind: 'integer', value: BigInt(value as number | bigint), bits };
    if (typeof value === 'boolean') return { kind: 'boolean', value };
    if (typeof value === 'number') {
      const text = type.root === 'FLOAT' ? floatText(value) : doubleText(value);
      return { kind: 'floating', value, text };
    }
    const text = objectText(value, type);
    return { kind: 'object', text, hash: () => murmurHash(new TextEncoder().encode(text)) };
  };
}

function objectText(value: Value, type: LogicalType): string {
  if (isCharacter(type)) return value as string;
  if (type.root === 'TIMESTAMP' || type.root === 'TIMESTAMP_LTZ') {
    return isoTimestampText(value as TimestampValue, false);
  }
  return castText(value, type, 'UTC') ?? 'null';
}

/** MurmurHash3 with the seed 42, of which bytes behind the last whole word are taken one by one: the hashCode of Flink's texts. */
function murmurHash(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const aligned = bytes.length - (bytes.length % 4);
  let hash = 42;
  for (let at = 0; at < aligned; at += 4) hash = mixHash(hash, view.getInt32(at, true));
  for (let at = aligned; at < bytes.length; at++) hash = mixHash(hash, view.getInt8(at));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function mixHash(hash: number, word: number): number {
  const first = Math.imul(word, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((first << 15) | (first >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
