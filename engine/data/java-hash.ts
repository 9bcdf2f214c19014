import type { LogicalType } from '../types/logical-type.ts';
import { isTimestamp, type Value } from './value.ts';

const encoder = new TextEncoder();
const cell = new DataView(new ArrayBuffer(8));

/**
 * Items in the order of Java's HashMap, in which Flink keeps multisets and the maps of JSON. Keys whose hash is not known here leave
 * all as it is.
 */
export function inHashOrder<T>(
  items: readonly T[],
  keyOf: (item: T) => Value,
  type: LogicalType,
): readonly T[] {
  return byBucket(items, (item) => javaHash(keyOf(item), type), 16);
}

/**
 * The same for keys that are Java's own Strings.
 *
 * @param capacity for how many the table was made
 */
export function inStringHashOrder<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  capacity: number,
): readonly T[] {
  const hashOf = (item: T): number => {
    let hash = 0;
    const key = keyOf(item);
    for (let i = 0; i < key.length; i++) hash = (Math.imul(31, hash) + key.charCodeAt(i)) | 0;
    return hash;
  };
  return byBucket(items, hashOf, 2 ** Math.ceil(Math.log2(capacity)));
}

/** By bucket, of which there are `least` or as many as so many keys have, and as they are within one. */
function byBucket<T>(
  items: readonly T[],
  hashOf: (item: T) => number | undefined,
  least: number,
): readonly T[] {
  if (items.length < 2) return items;
  let buckets = least;
  while (items.length > 0.75 * buckets) buckets *= 2;
  const placed: number[] = [];
  const result: T[] = [];
  // Maps are short: each item is put behind those of its bucket and of lower ones.
  for (const item of items) {
    const hash = hashOf(item);
    if (hash === undefined) return items;
    const bucket = (hash ^ (hash >>> 16)) & (buckets - 1);
    if (items.length > SHORT) {
      placed.push(bucket);
      continue;
    }
    let at = result.length;
    for (; at > 0 && placed[at - 1]! > bucket; at--) {
      placed[at] = placed[at - 1]!;
      result[at] = result[at - 1]!;
    }
    placed[at] = bucket;
    result[at] = item;
  }
  if (items.length <= SHORT) return result;
  const order = [...items.keys()].sort((a, b) => placed[a]! - placed[b]!);
  return order.map((place) => items[place]!);
}

const SHORT = 32;

/** `hashCode()` of a value as Flink holds it; undefined for what has none of its own here. */
export function javaHash(value: Value, type: LogicalType): number | undefined {
  if (typeof value === 'boolean') return value ? 1231 : 1237;
  if (typeof value === 'bigint') return ofLong(value);
  if (typeof value === 'number') {
    if (type.root === 'INTERVAL_DAY_TIME') return ofLong(BigInt(value));
    if (type.root === 'DOUBLE') cell.setFloat64(0, value);
    else if (type.root === 'FLOAT') cell.setFloat32(0, value);
    else return value | 0;
    return type.root === 'DOUBLE' ? cell.getInt32(0) ^ cell.getInt32(4) : cell.getInt32(0);
  }
  if (typeof value === 'string')
    return type.root === 'DECIMAL' ? ofDecimal(value, type.scale) : ofText(value);
  if (isTimestamp(value)) return (Math.imul(31, ofLong(BigInt(value.epochMs))) + value.nanoOfMs) | 0;
  return undefined;
}

function ofLong(value: bigint): number {
  return Number(BigInt.asIntN(32, value ^ (value >> 32n)));
}

/** As java.math.BigDecimal: of the unscaled number's 32-bit words, the first one first, and the scale. */
function ofDecimal(text: string, scale: number): number {
  const unscaled = BigInt(text.replace('.', ''));
  const isNegative = unscaled < 0n;
  const words: number[] = [];
  for (let rest = isNegative ? -unscaled : unscaled; rest > 0n; rest >>= 32n)
    words.unshift(Number(rest & 0xffffffffn));
  const sum = words.reduce((hash, word) => (Math.imul(31, hash) + word) | 0, 0);
  return (Math.imul(31, isNegative ? -sum : sum) + scale) | 0;
}

/** MurmurHash3 with seed 42 over the words of the UTF-8 bytes; each byte that is left over counts as a word of its own. */
function ofText(text: string): number {
  let length = 3 * text.length;
  if (staging.byteLength < length) staging = new DataView(new ArrayBuffer(2 * length));
  length = bytesInto(text);
  const aligned = length & ~3;
  let hash = 42;
  for (let at = 0; at < aligned; at += 4) hash = mixed(hash, staging.getInt32(at, true));
  for (let at = aligned; at < length; at++) hash = mixed(hash, staging.getInt8(at));
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The UTF-8 of the text that is being hashed. */
let staging = new DataView(new ArrayBuffer(256));

/** Writes it to `staging`, and returns how many bytes it has. */
function bytesInto(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return encoder.encodeInto(text, new Uint8Array(staging.buffer)).written;
    staging.setUint8(at, code);
  }
  return text.length;
}

function mixed(hash: number, word: number): number {
  const key = Math.imul(word, 0xcc9e2d51);
  const turned = hash ^ Math.imul((key << 15) | (key >>> 17), 0x1b873593);
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
}
