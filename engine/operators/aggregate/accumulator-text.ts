/**
 * Accumulators of users' functions as text, and back: JSON with what JSON has not, each behind a name that begins with `$`.
 *
 *   bigint { $n } · Map { $m } · Set { $s } · Uint8Array { $b } · NaN and infinities { $f } · undefined null
 *   an object with such a name of its own { $o: its entries }
 */
export function accumulatorText(accumulator: unknown): string {
  try {
    return JSON.stringify(plain(accumulator));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TypeError('an accumulator that holds itself, or is nested too deep, cannot be kept as data', {
      cause: error,
    });
  }
}

/** @param like an accumulator as the function makes it: objects of a class become ones of that class again */
export function accumulatorOf(text: string, like: unknown): unknown {
  const value = rich(JSON.parse(text));
  const prototype: unknown = typeof like === 'object' && like !== null ? Object.getPrototypeOf(like) : null;
  if (prototype === null || prototype === Object.prototype || !isPlainObject(value)) return value;
  return Object.assign(Object.create(prototype as object) as object, value);
}

function plain(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return { $n: String(value) };
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $f: Object.is(value, -0) ? '-0' : String(value) };
    case 'string':
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : plainObject(value);
    default:
      throw new TypeError(`an accumulator cannot hold a ${typeof value}: it is kept as data`);
  }
}

function plainObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return { $m: [...value].map(([key, each]) => [plain(key), plain(each)]) };
  if (value instanceof Set) return { $s: [...value].map(plain) };
  if (value instanceof Uint8Array) return { $b: Array.from(value) };
  if (ArrayBuffer.isView(value) || value instanceof Date || value instanceof Promise)
    throw new TypeError(`an accumulator cannot hold a ${value.constructor.name}: it is kept as data`);
  const entries = Object.entries(value).map(
    ([name, each]: [string, unknown]) => [name, plain(each)] as const,
  );
  const isOdd = entries.some(([name]) => name.startsWith('$') || name === '__proto__');
  return isOdd ? { $o: entries } : Object.fromEntries(entries);
}

function rich(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rich);
  if (!isPlainObject(value)) return value;
  const [name] = Object.keys(value);
  const inner = name === undefined ? undefined : value[name];
  switch (name) {
    case '$n':
      return BigInt(String(inner));
    case '$f':
      return Number(inner);
    case '$m':
      return new Map(pairs(inner));
    case '$s':
      return new Set(rich(inner) as unknown[]);
    case '$b':
      return Uint8Array.from(inner as number[]);
    case '$o':
      return Object.fromEntries(pairs(inner));
    default:
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rich(each)]));
  }
}

function pairs(value: unknown): [PropertyKey, unknown][] {
  return (value as [unknown, unknown][]).map(([key, each]) => [rich(key) as PropertyKey, rich(each)]);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
