import type { Value } from '../../data/value.ts';
import type { LogicalType } from '../../types/logical-type.ts';

/**
 * Equality and order of values inside of collections.
 *
 * Two NULLs that a collection has directly are the same element; NULLs further down make what holds them unequal to everything, itself too,
 * except the fields of a ROW, which are compared by what they hold.
 */
export type Equality = (left: Value, right: Value) => boolean;

/** Of values that are not NULL. */
export function equalityOf(type: LogicalType): Equality {
  switch (type.root) {
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
      return (left, right) => compareBytes(left as Uint8Array, right as Uint8Array) === 0;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (left, right) => compareTimes(left, right) === 0;
    case 'ARRAY':
      return equalItems(equalityOf(type.element));
    case 'MAP':
      return equalEntries(equalityOf(type.key), equalityOf(type.value));
    case 'MULTISET':
      return equalEntries(equalityOf(type.element), (left, right) => Number(left) === Number(right));
    case 'ROW': {
      const fields = type.fields.map((field) => orBothNull(equalityOf(field.type)));
      return (left, right) =>
        fields.every((equal, i) => equal(itemsOf(left)[i] ?? null, itemsOf(right)[i] ?? null));
    }
    case 'VARIANT':
      return (left, right) => JSON.stringify(left) === JSON.stringify(right);
    default:
      return (left, right) => left === right;
  }
}

/** The same, and NULL is NULL. */
export function orBothNull(equal: Equality): Equality {
  return (left, right) => (left === null || right === null ? left === right : equal(left, right));
}

function equalItems(equal: Equality): Equality {
  return (left, right) => {
    const [a, b] = [itemsOf(left), itemsOf(right)];
    return (
      a.length === b.length &&
      a.every((item, i) => {
        const other = b[i] ?? null;
        return item !== null && other !== null && equal(item, other);
      })
    );
  };
}

function equalEntries(equalKeys: Equality, equalValues: Equality): Equality {
  const sameKey = orBothNull(equalKeys);
  const sameValue = orBothNull(equalValues);
  return (left, right) => {
    const [a, b] = [itemsOf(left), itemsOf(right)];
    return (
      a.length === b.length &&
      a.every((entry) => {
        const [key = null, value = null] = itemsOf(entry);
        return b.some((other) => {
          const [otherKey = null, otherValue = null] = itemsOf(other);
          return sameKey(key, otherKey) && sameValue(value, otherValue);
        });
      })
    );
  };
}

function itemsOf(value: Value): readonly Value[] {
  return value as readonly Value[];
}

/** Elements without repeats, in the order of their first places; simple values are hashed. */
export class ValueSet {
  readonly #equal: Equality;
  readonly #isHashed: boolean;
  readonly #hashed = new Set<Value>();
  readonly #listed: Value[] = [];

  constructor(type: LogicalType) {
    this.#equal = equalityOf(type);
    this.#isHashed = HASHED.has(type.root);
  }

  has(value: Value): boolean {
    if (value === null || this.#isHashed) return !Number.isNaN(value) && this.#hashed.has(value);
    return this.#listed.some((known) => this.#equal(known, value));
  }

  /** Whether the value was new. */
  add(value: Value): boolean {
    if (this.has(value)) return false;
    if (value === null || this.#isHashed) this.#hashed.add(value);
    else this.#listed.push(value);
    return true;
  }
}

const HASHED: ReadonlySet<string> = new Set([
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'DECIMAL',
  'CHAR',
  'VARCHAR',
  'DATE',
  'TIME',
  'INTERVAL_YEAR_MONTH',
  'INTERVAL_DAY_TIME',
]);

/** Order of two values that are not NULL, for types that have one. */
export function orderOf(type: LogicalType): (left: Value, right: Value) => number {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return (left, right) => compareTexts(left as string, right as string);
    case 'BINARY':
    case 'VARBINARY':
      return (left, right) => compareBytes(left as Uint8Array, right as Uint8Array);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return compareTimes;
    case 'DECIMAL':
      return (left, right) => comparePrimitives(unscaled(left), unscaled(right));
    default:
      return (left, right) =>
        comparePrimitives(left as number | bigint | boolean, right as number | bigint | boolean);
  }
}

// NaN is the greatest number.
function comparePrimitives(left: number | bigint | boolean, right: number | bigint | boolean): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
}

/** Texts of one type have equally many digits behind the point. */
function unscaled(decimal: Value): bigint {
  return BigInt((decimal as string).replace('.', ''));
}

/** By code points, as bytes of UTF-8 are ordered. */
export function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  if (at === length) return Math.sign(left.length - right.length);
  const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
  const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
  if (isSurrogate(a) !== isSurrogate(b)) return isSurrogate(a) ? 1 : -1;
  return a < b ? -1 : 1;
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    if (left[at] !== right[at]) return left[at]! < right[at]! ? -1 : 1;
  }
  return Math.sign(left.length - right.length);
}

function compareTimes(left: Value, right: Value): number {
  const [a, b] = [left, right] as unknown as [
    { epochMs: number; nanoOfMs: number },
    { epochMs: number; nanoOfMs: number },
  ];
  return Math.sign(a.epochMs - b.epochMs || a.nanoOfMs - b.nanoOfMs);
}
