import type { Value } from '../../data/value.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { strictFunction as strict, withNulls } from '../value-function.ts';
import { castRegister } from './cast.ts';
import { equalityOf, orBothNull, orderOf, ValueSet } from './value-equality.ts';

/** Functions of arrays and maps over decoded columns: NULL where a collection is; elements are told apart as `value-equality.ts` says. */

type Items = readonly Value[];
type Entry = readonly [key: Value, value: Value];

/** A function that is made for the type of the elements; NULL where one of the first `strictCount` operands is. */
function ofElements(
  strictCount: number,
  make: (element: LogicalType, call: RexCall) => (...values: never[]) => Value,
): FunctionRuntime {
  return {
    cost: 100,
    compile: (call, emitter) => {
      const compute = make(elementOf(call.operands[0]?.type), call) as (...values: Value[]) => Value;
      const operands = inCommonType(call, emitter);
      return withNulls(emitter, call.type, operands, call, (...values) => {
        for (let i = 0; i < strictCount && i < values.length; i++) if (values[i] === null) return null;
        return compute(...values);
      });
    },
  };
}

const all = Number.MAX_SAFE_INTEGER;

function elementOf(type: LogicalType | undefined): LogicalType {
  if (type?.root === 'ARRAY' || type?.root === 'MULTISET') return type.element;
  return { root: 'NULL', nullable: true };
}

/** Collections as they are, and single elements in the type of the elements. */
function inCommonType(call: RexCall, emitter: Emitter): Register[] {
  return call.operands.map((operand) => emitter.value(operand));
}

export const COLLECTION_RUNTIMES: FunctionTable = {
  ARRAY_APPEND: ofElements(1, () => (items: Items, item: Value) => [...items, item]),
  ARRAY_PREPEND: ofElements(1, () => (items: Items, item: Value) => [item, ...items]),
  ARRAY_CONCAT: { cost: 100, compile: concatArrays },
  ARRAY_CONTAINS: ofElements(1, (element) => {
    const same = orBothNull(equalityOf(element));
    return (items: Items, wanted: Value) => items.some((item) => same(item, wanted));
  }),
  ARRAY_POSITION: ofElements(all, (element) => {
    const same = orBothNull(equalityOf(element));
    return (items: Items, wanted: Value) => items.findIndex((item) => same(item, wanted)) + 1;
  }),
  ARRAY_REMOVE: ofElements(1, (element) => {
    const same = orBothNull(equalityOf(element));
    return (items: Items, unwanted: Value) => items.filter((item) => !same(item, unwanted));
  }),
  ARRAY_REVERSE: strict((items: Items) => [...items].reverse()),
  ARRAY_DISTINCT: ofElements(all, (element) => (items: Items) => distinct(element, [items])),
  ARRAY_UNION: ofElements(
    all,
    (element) =>
      (...arrays: Items[]) =>
        distinct(element, arrays),
  ),
  ARRAY_EXCEPT: ofElements(all, (element) => (items: Items, unwanted: Items) => {
    const seen = new ValueSet(element);
    for (const item of unwanted) seen.add(item);
    return items.filter((item) => seen.add(item));
  }),
  ARRAY_INTERSECT: ofElements(all, (element) => (items: Items, others: Items) => {
    const [wanted, seen] = [new ValueSet(element), new ValueSet(element)];
    for (const item of others) wanted.add(item);
    return items.filter((item) => wanted.has(item) && seen.add(item));
  }),
  ARRAY_JOIN: strict((items: Items, separator: string, forNull?: string) =>
    items
      .map((item) => (item === null ? forNull : (item as string)))
      .filter((item) => item !== undefined)
      .join(separator),
  ),
  ARRAY_MAX: ofElements(all, (element) => extreme(element, 1)),
  ARRAY_MIN: ofElements(all, (element) => extreme(element, -1)),
  ARRAY_SLICE: strict(sliced),
  ARRAY_SORT: ofElements(all, (element) => {
    const compare = orderOf(element);
    return (items: Items, isAscending = true, areNullsFirst = isAscending) => {
      const sign = isAscending ? 1 : -1;
      const nulls = items.filter((item) => item === null);
      const sorted = items.filter((item) => item !== null).sort((a, b) => sign * compare(a, b));
      return areNullsFirst ? [...nulls, ...sorted] : [...sorted, ...nulls];
    };
  }),
  CARDINALITY: strict((items: Items) => items.length),
  ELEMENT: { ...strict(onlyElement), canFail: true },
  MAP_KEYS: strict((entries: readonly Entry[]) => entries.map(([key]) => key)),
  MAP_VALUES: strict((entries: readonly Entry[]) => entries.map(([, value]) => value)),
  MAP_ENTRIES: strict((entries: readonly Entry[]) => entries.map(([key, value]): Value => [key, value])),
  MAP_FROM_ARRAYS: { ...strict(mapFromArrays), canFail: true },
  MAP_UNION: {
    cost: 100,
    compile: (call, emitter) => overKeys(call, emitter, mapUnion),
  },
  SPLIT: strict((text: string, separator: string): Value => {
    if (text === '') return [];
    return separator === '' ? [...text] : text.split(separator);
  }),
};

/** Operands are brought to the result's type, as they may be of several. */
function concatArrays(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => castRegister(emitter, emitter.value(operand), call.type));
  return withNulls(emitter, call.type, operands, call, (...arrays) =>
    arrays.includes(null) ? null : arrays.flatMap((items) => items as Items),
  );
}

function distinct(element: LogicalType, arrays: readonly Items[]): Value[] {
  const seen = new ValueSet(element);
  return arrays.flatMap((items) => items.filter((item) => seen.add(item)));
}

/** NULL of an array without elements other than NULL. A NaN is neither greater nor less than any number. */
function extreme(element: LogicalType, sign: 1 | -1): (items: Items) => Value {
  const compare = orderOf(element);
  return (items) => {
    let best: Value = null;
    for (const item of items) {
      if (item === null) continue;
      const isBetter = sign * compare(item, best ?? item) > 0 && !Number.isNaN(item) && !Number.isNaN(best);
      if (best === null || isBetter) best = item;
    }
    return best;
  };
}

/** Both places count from 1, and negative ones from the end; both ends belong to the piece. Place 0 is the first. */
function sliced(items: Items, start: number, end = items.length): Value {
  const place = (at: number): number => (at < 0 ? items.length + at + 1 : at) || 1;
  const [from, to] = [Math.max(1, place(start)), place(end)];
  return from > to ? [] : items.slice(from - 1, to);
}

function overKeys(
  call: RexCall,
  emitter: Emitter,
  compute: (entries: EntryList, ...values: readonly Items[]) => void,
): Register {
  const { type } = call;
  const key: LogicalType = type.root === 'MAP' ? type.key : { root: 'NULL', nullable: true };
  const operands = call.operands.map((operand) => {
    const register = emitter.value(operand);
    return register.type.root === 'MAP' ? castRegister(emitter, register, type) : register;
  });
  const same = orBothNull(equalityOf(key));
  return withNulls(emitter, type, operands, call, (...values) => {
    if (values.includes(null)) return null;
    const entries = new EntryList(same);
    compute(entries, ...(values as Items[]));
    return entries.all;
  });
}

/** Entries of different keys, in the order in which they came. */
class EntryList {
  readonly all: Value[] = [];
  readonly #same: (left: Value, right: Value) => boolean;

  constructor(same: (left: Value, right: Value) => boolean) {
    this.#same = same;
  }

  addIfAbsent(key: Value, value: Value): void {
    if (!this.all.some((entry) => this.#same((entry as Entry)[0], key))) this.all.push([key, value]);
  }
}

/** A key that comes twice is there twice, as in Flink. */
function mapFromArrays(keys: Items, values: Items): Value {
  if (keys.length !== values.length) {
    throw new RangeError(`MAP_FROM_ARRAYS has ${keys.length} keys and ${values.length} values`);
  }
  return keys.map((key, i): Value => [key, values[i] ?? null]);
}

function onlyElement(items: Items): Value {
  if (items.length > 1) throw new RangeError('ELEMENT takes a collection of at most one element');
  return items[0] ?? null;
}

/** The last map first, then what the ones before it have beside. */
function mapUnion(entries: EntryList, ...maps: readonly Items[]): void {
  for (const map of [...maps].reverse()) {
    for (const [key, value] of map as readonly Entry[]) entries.addIfAbsent(key, value);
  }
}
