import fc from 'fast-check';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { AggregateCall } from '../../engine/operators/aggregate-call.ts';
import { subtaskOfKeyGroup } from '../../engine/state/key-group-range.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { keyGroupOf, rowHash } from '../reference/key-hasher.ts';
import * as t from '../state/test-memory.ts';

/** Rows for tests of aggregates and joins: two key columns, a filter, and a column of each type that has an order. */

const text = fc.string({ maxLength: 11, unit: fc.constantFrom('a', 'é', 'z') });
const digits = (value: bigint, scale: number): string => {
  const plain = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const point = plain.length - scale;
  const unsigned = scale === 0 ? plain : `${plain.slice(0, point)}.${plain.slice(point)}`;
  return value < 0n ? `-${unsigned}` : unsigned;
};
const halves = fc.integer({ min: -8, max: 8 }).map((n) => n / 2 + 0); // exact in FLOAT, and never -0
const DATE = { root: 'DATE', nullable: true } as const;

const columns: [name: string, type: LogicalType, value: fc.Arbitrary<Value>][] = [
  ['k', t.BIGINT, fc.bigInt({ min: 0n, max: 3n })],
  ['s', t.STRING, fc.constantFrom('', 'x', 'a rather long key')],
  ['keep', t.BOOLEAN, fc.boolean()],
  ['tinyint', t.TINYINT, fc.integer({ min: -128, max: 127 })],
  ['smallint', t.SMALLINT, fc.integer({ min: -32768, max: 32767 })],
  ['int', t.INTEGER, fc.integer()],
  ['bigint', t.BIGINT, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['few', t.BIGINT, fc.bigInt({ min: -2n, max: 2n })],
  ['float', t.FLOAT, halves],
  ['double', t.DOUBLE, halves],
  ['narrow', t.decimal(10, 2), fc.bigInt({ min: -500n, max: 500n }).map((n) => digits(n, 2))],
  ['wide', t.decimal(38, 3), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map((n) => digits(n, 3))],
  ['text', t.STRING, text],
  ['ts3', t.timestamp(3), fc.integer({ min: -9, max: 9 }).map((ms) => ({ epochMs: ms, nanoOfMs: 0 }))],
  [
    'ts9',
    t.timestamp(9),
    fc
      .tuple(fc.integer({ min: -2, max: 2 }), fc.nat(2))
      .map(([epochMs, nanoOfMs]) => ({ epochMs, nanoOfMs })),
  ],
  ['date', DATE, fc.integer({ min: -3, max: 3 })],
  ['sure', { ...t.BIGINT, nullable: false }, fc.bigInt({ min: -9n, max: 9n })],
];

export const inputType: RowType = t.rowType(Object.fromEntries(columns.map(([name, type]) => [name, type])));
export const columnOf = (name: string): number => inputType.fields.findIndex((field) => field.name === name);

/** Rows in which every nullable cell may be NULL. */
export const anyRow: fc.Arbitrary<readonly Value[]> = fc.tuple(
  ...columns.map(([, { nullable }, value]) => (nullable ? fc.option(value, { freq: 5 }) : value)),
);

const numbers = ['tinyint', 'smallint', 'int', 'bigint', 'few', 'float', 'double', 'narrow', 'wide', 'sure'];
const ordered = [...numbers, 'text', 'ts3', 'ts9', 'date', 'keep'];

export function call(
  name: string,
  column?: string,
  options: { distinct?: boolean; filter?: string } = {},
): AggregateCall {
  const argument = column === undefined ? undefined : columnOf(column);
  const type = argument === undefined ? undefined : inputType.fields[argument]!.type;
  return {
    function: name,
    arguments: argument === undefined ? [] : [argument],
    distinct: options.distinct ?? false,
    filter: options.filter === undefined ? -1 : columnOf(options.filter),
    argumentTypes: type ? [type] : [],
    type: resultType(name, type),
  };
}

function resultType(name: string, type: LogicalType | undefined): LogicalType {
  if (name === 'COUNT' || !type) return { ...t.BIGINT, nullable: false };
  if (type.root !== 'DECIMAL' || name === 'MIN' || name === 'MAX')
    return { ...type, nullable: name !== 'SUM0' };
  return t.decimal(38, name === 'AVG' ? Math.max(6, type.scale) : type.scale);
}

const distinctAndFilter = fc.record({
  distinct: fc.boolean(),
  filter: fc.constantFrom<'keep' | undefined>(undefined, 'keep'),
});
const asOptions = ({ distinct, filter }: { distinct: boolean; filter: 'keep' | undefined }) =>
  filter ? { distinct, filter } : { distinct };
export const anyCall: fc.Arbitrary<AggregateCall> = fc.oneof(
  fc.constant(call('COUNT')),
  fc.constant(call('COUNT', undefined, { filter: 'keep' })),
  fc
    .tuple(fc.constantFrom('SUM', 'SUM0', 'AVG'), fc.constantFrom(...numbers), distinctAndFilter)
    .map(([name, column, options]) => call(name, column, asOptions(options))),
  fc
    .tuple(fc.constantFrom('MIN', 'MAX', 'COUNT'), fc.constantFrom(...ordered), distinctAndFilter)
    .map(([name, column, options]) => call(name, column, asOptions(options))),
);

/** Row kinds that make sense: what is taken back was there. */
export const anyChangelog = (rows: fc.Arbitrary<readonly Value[]> = anyRow): fc.Arbitrary<ChangelogRow[]> =>
  fc.array(fc.tuple(rows, fc.nat(3), fc.nat(1000)), { maxLength: 120 }).map((steps) => {
    const live: (readonly Value[])[] = [];
    const changes: ChangelogRow[] = [];
    for (const [values, choice, pick] of steps) {
      const index = pick % Math.max(1, live.length);
      if (choice < 2 || live.length === 0) {
        live.push(values);
        changes.push({ kind: 0, values });
      } else if (choice === 2) {
        changes.push({ kind: 3, values: live.splice(index, 1)[0]! });
      } else {
        changes.push({ kind: 1, values: live[index]! }, { kind: 2, values });
        live[index] = values;
      }
    }
    return changes;
  });

export const insertsOnly = (rows: fc.Arbitrary<readonly Value[]> = anyRow): fc.Arbitrary<ChangelogRow[]> =>
  fc.array(rows, { maxLength: 120 }).map((all) => all.map((values) => ({ kind: 0, values })));

/** `rows` in consecutive pieces of at most `size`. */
export function piecesOf<T>(size: number, rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
    rows.slice(i * size, (i + 1) * size),
  );
}

/** The subtask of a row's key, for keys of BIGINT and STRING. */
export function subtaskOf(row: ChangelogRow, keys: readonly number[], parallelism: number): number {
  const types = keys.map((key) => inputType.fields[key]!.type);
  const hash = rowHash(types, keys.map((key) => row.values[key] as bigint | string | null)); // prettier-ignore
  return subtaskOfKeyGroup(128, parallelism, keyGroupOf(hash, 128));
}
