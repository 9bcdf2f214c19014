/** What random.ts computes, a cell at a time in whole numbers of any size. */

const GOLDEN = 0x9e3779b97f4a7c15n;
const word = (value: bigint): bigint => BigInt.asUintN(64, value);

function mix(value: bigint): bigint {
  let x = value;
  x = word((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n);
  x = word((x ^ (x >> 27n)) * 0x94d049bb133111ebn);
  return x ^ (x >> 31n);
}

/** Throw `k` of the cell of row `number` in the column with this key: 64 bits. */
export function dice(key: bigint, number: bigint, k: bigint): bigint {
  return mix(word(mix(word(number * GOLDEN + key)) + k * GOLDEN));
}

/** From `min` to `max`: throw 1 as a share of all 64-bit numbers. */
export function randomInteger(key: bigint, number: bigint, min: bigint, max: bigint): bigint {
  return min + ((dice(key, number, 1n) * (max - min + 1n)) >> 64n);
}

/** 53 bits of a throw, from 0 to 1. */
export function unit(throwOf: bigint): number {
  return Number(throwOf >> 11n) / 2 ** 53;
}

export function randomFloat(key: bigint, number: bigint, min: number, max: number): number {
  const u = unit(dice(key, number, 1n));
  return u * max + (1 - u) * min;
}

export function isSet(key: bigint, number: bigint, nullRate: number): boolean {
  return unit(dice(key, number, 0n)) > nullRate;
}

export function randomLength(key: bigint, number: bigint, length: number, isVariable: boolean): number {
  if (!isVariable) return length;
  const lengths = BigInt(Math.max(1, length - 1));
  return 1 + Number((dice(key, number, 1n) * lengths) >> 64n);
}

/** The bytes of the throws from 2 on, lowest byte first. */
export function randomBytes(key: bigint, number: bigint, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) =>
    Number((dice(key, number, 2n + BigInt(i >> 3)) >> BigInt((i & 7) * 8)) & 0xffn),
  );
}

/** Half bytes of the throws from 2 on, lowest first, as hexadecimal digits. */
export function randomHexadecimal(key: bigint, number: bigint, count: number): string {
  const bytes = randomBytes(key, number, Math.ceil(count / 2));
  return Array.from(bytes, (byte) => (byte & 15).toString(16) + (byte >> 4).toString(16))
    .join('')
    .slice(0, count);
}
