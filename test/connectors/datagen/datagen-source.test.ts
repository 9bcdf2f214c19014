import { describe, expect, test } from 'vitest';
import bytes from '#wasm?bytes';
import { DatagenSource } from '../../../engine/connectors/datagen/datagen-source.ts';
import { leafTypes } from '../../../engine/data/column.ts';
import type { TimestampValue, Value } from '../../../engine/data/value.ts';
import { loadWasm } from '../../../engine/memory/kernels.ts';
import { MemorySegmentPool } from '../../../engine/memory/memory-segment-pool.ts';
import type { TableSourceSpec } from '../../../engine/operators/operator-spec.ts';
import type { Json } from '../../../engine/state/paged-state.ts';
import { ManualClock } from '../../../engine/time/manual-clock.ts';
import { type } from '../../types/type-dsl.ts';
import { collectInto, drain, rowTypeOf, stored, taskContext, type TaskSetup } from '../task-context.ts';

const wasm = await loadWasm(bytes);
const pool = new MemorySegmentPool(wasm);
const NOW = Date.UTC(2024, 1, 29, 22, 30);

type Options = Readonly<Record<string, string>>;

interface Start extends Partial<TaskSetup> {
  readonly required?: readonly boolean[];
  readonly limit?: number;
}

function start(types: Options, options: Options, { required, limit, ...setup }: Start = {}) {
  const rowType = rowTypeOf(
    Object.fromEntries(Object.entries(types).map(([name, text]) => [name, type(text)])),
  );
  const spec: TableSourceSpec = {
    kind: 'TableSource',
    table: 't',
    connector: 'datagen',
    options: { connector: 'datagen', ...options },
    rowType,
    metadata: [],
    required: required ?? leafTypes(rowType).map(() => true),
    ...(limit !== undefined && { limit }),
  };
  const clock = setup.clock ?? new ManualClock(NOW);
  return collectInto(new DatagenSource(taskContext({ wasm, pool, ...setup, clock }), spec), wasm);
}

/** The first rows of a table, made at once. */
function rowsOf(types: Options, options: Options, count: number, setup: Start = {}): (readonly Value[])[] {
  const clock = new ManualClock(NOW - 1000);
  const { operator, output } = start(
    types,
    { 'rows-per-second': '1000000000', 'number-of-rows': String(count), seed: '1', ...options },
    { ...setup, clock },
  );
  clock.advanceTo(NOW);
  expect(drain(operator)).toBe('end');
  operator.close();
  expect(pool.usedBytes).toBe(0);
  return output.rows.map(({ values }) => values);
}

function valuesOf(text: string, options: Options = {}, count = 2000): Value[] {
  const full = Object.entries(options).map(([key, value]) => [`fields.f.${key}`, value] as const);
  return rowsOf({ f: text }, Object.fromEntries(full), count).map(([value]) => value!);
}

describe('random values', () => {
  const ranges: [type: string, options: Options, min: number | bigint, max: number | bigint][] = [
    ['TINYINT', {}, -128, 127],
    ['SMALLINT', { min: '-3', max: '3' }, -3, 3],
    ['INT', { min: '10', max: '20' }, 10, 20],
    ['BIGINT', { min: '9007199254740993', max: '9007199254741000' }, 9007199254740993n, 9007199254741000n],
    ['INTERVAL YEAR', {}, 0, 120000],
    ['INTERVAL DAY', { min: '0', max: '5' }, 0, 5],
    ['FLOAT', { min: '-1', max: '1' }, -1, 1],
    ['DOUBLE', { min: '0.5', max: '0.75' }, 0.5, 0.75],
  ];
  for (const [text, options, min, max] of ranges) {
    test(`of ${text} lie between ${min} and ${max}, and near both`, () => {
      const values = valuesOf(text, options) as (number | bigint)[];
      expect(values.filter((value) => value < min || value > max)).toEqual([]);
      const shares = values.map((value) => Number(value) - Number(min)).sort((a, b) => a - b);
      const width = Number(max) - Number(min);
      expect(shares[0]! / width).toBeLessThan(0.01);
      expect(shares.at(-1) / width).toBeGreaterThan(0.99);
      expect(shares[1000]! / width).toBeCloseTo(0.5, 0);
    });
  }

  test('of DECIMAL have its digits, narrow and wide', () => {
    for (const value of valuesOf('DECIMAL(8, 2)', { min: '-1', max: '1' })) {
      expect(value).toMatch(/^-?[01]\.\d\d$/);
      expect(Math.abs(Number(value))).toBeLessThanOrEqual(1);
    }
    const wide = valuesOf('DECIMAL(38, 2)') as string[];
    expect(wide.every((value) => /^\d{1,36}\.\d\d$/.test(value))).toBe(true);
    expect(wide.some((value) => value.length === 39)).toBe(true);
  });

  test('of BOOLEAN are true about as often as false', () => {
    const count = valuesOf('BOOLEAN').filter((value) => value === true).length;
    expect(count).toBeGreaterThan(900);
    expect(count).toBeLessThan(1100);
  });

  test('are hexadecimal digits, or bytes, of a length', () => {
    expect(valuesOf('STRING', {}, 3).every((text) => /^[0-9a-f]{100}$/.test(text as string))).toBe(true);
    expect(valuesOf('CHAR(7)', {}, 3).every((text) => /^[0-9a-f]{7}$/.test(text as string))).toBe(true);
    expect(valuesOf('BYTES', { length: '9' }, 3).map((value) => (value as Uint8Array).length)).toEqual([
      9, 9, 9,
    ]);
    expect(valuesOf('STRING', { length: '0' }, 2)).toEqual(['', '']);
  });

  test('of a variable length have from 1 to one less than it', () => {
    const lengths = new Set(
      valuesOf('VARCHAR(5)', { 'var-len': 'true' }).map((text) => (text as string).length),
    );
    expect([...lengths].sort()).toEqual([1, 2, 3, 4]);
    const sizes = new Set(
      valuesOf('BYTES', { 'var-len': 'true', length: '3' }).map((b) => (b as Uint8Array).length),
    );
    expect([...sizes].sort()).toEqual([1, 2]);
    expect(valuesOf('VARCHAR(1)', { 'var-len': 'true' }, 2).map((text) => (text as string).length)).toEqual([
      1, 1,
    ]);
  });

  test('fill batches that stay small where texts are long', () => {
    const clock = new ManualClock(NOW);
    const { operator, output } = start(
      { f: 'STRING' },
      { 'fields.f.length': '1000000', 'number-of-rows': '9' },
      { clock },
    );
    clock.advanceBy(100);
    drain(operator);
    operator.close();
    expect(output.batchSizes).toEqual([4, 4, 1]);
    expect(output.rows.every(({ values }) => (values[0] as string).length === 1_000_000)).toBe(true);
  });

  test('are NULL at the rate that is asked for', () => {
    for (const [rate, text] of [
      ['0.25', 'INT'],
      ['1', 'STRING'],
      ['0.5', 'ROW<x INT>'],
      ['0.75', 'ARRAY<INT>'],
    ]) {
      const nulls = valuesOf(text!, { 'null-rate': rate! }).filter((value) => value === null).length;
      expect(Math.abs(nulls / 2000 - Number(rate))).toBeLessThan(0.04);
    }
  });
});

describe('times', () => {
  test('are now, in the zone of the session where they are local', () => {
    const types = { d: 'DATE', t: 'TIME', ts: 'TIMESTAMP(3)', ltz: 'TIMESTAMP_LTZ(6)' };
    const configuration = { 'table.local-time-zone': 'Asia/Shanghai' };
    const [row] = rowsOf(types, {}, 1, { configuration });
    const now = { epochMs: NOW, nanoOfMs: 0 };
    expect(row).toEqual([Date.UTC(2024, 2, 1) / 86_400_000, 6.5 * 3_600_000, now, now]);
  });

  test('lie up to max-past before now', () => {
    for (const text of ['TIMESTAMP(3)', 'TIMESTAMP(9)']) {
      const values = valuesOf(text, { 'max-past': '10 s' }) as TimestampValue[];
      const past = values.map(({ epochMs }) => NOW - epochMs);
      expect(Math.min(...past)).toBeLessThan(100);
      expect(Math.min(...past)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...past)).toBeGreaterThan(9900);
      expect(Math.max(...past)).toBeLessThanOrEqual(10_000);
      expect(values.every(({ nanoOfMs }) => nanoOfMs === 0)).toBe(true);
    }
  });
});

describe('composite values', () => {
  test('have random parts, which are NULL where the row is', () => {
    const options = {
      'fields.r.x.max': '9',
      'fields.r.x.min': '0',
      'fields.r.y.z.length': '2',
      'fields.r.null-rate': '0.5',
    };
    const rows = rowsOf({ r: 'ROW<x INT, y ROW<z STRING>>' }, options, 200);
    for (const [row] of rows) {
      if (row === null) continue;
      const [x, y] = row as [number, [string]];
      expect([x >= 0 && x <= 9, /^[0-9a-f]{2}$/.test(y[0])]).toEqual([true, true]);
    }
  });

  test('have as many elements as asked for, other ones in each row', () => {
    const arrays = valuesOf('ARRAY<BIGINT>', { length: '4' }, 100) as bigint[][];
    expect(arrays.every((array) => array.length === 4)).toBe(true);
    expect(new Set(arrays.flat()).size).toBe(400);
    expect(valuesOf('ARRAY<INT>', { length: '0' }, 2)).toEqual([[], []]);
    const nested = valuesOf(
      'ARRAY<ARRAY<ROW<a STRING>>>',
      { length: '2', 'element.element.a.length': '8' },
      50,
    );
    expect((nested as string[][][][]).flat(3).every((text) => text.length === 8)).toBe(true);
    expect(new Set((nested as string[][][][]).flat(3)).size).toBe(300);
  });

  test('have no key twice: entries whose key repeats are left out', () => {
    for (const text of ['MAP<TINYINT, INT>', 'MAP<STRING, INT>', 'MULTISET<DECIMAL(20, 0)>']) {
      const key = text.startsWith('MULTISET') ? 'element' : 'key';
      const few = text.includes('STRING')
        ? { [`${key}.length`]: '1' }
        : { [`${key}.min`]: '1', [`${key}.max`]: '4' };
      const options = { length: '6', [`${key}.null-rate`]: '0.2', ...few };
      const maps = valuesOf(text, options, 300) as [Value, number][][];
      expect(maps.every((map) => new Set(map.map(([each]) => each)).size === map.length)).toBe(true);
      expect(new Set(maps.map((map) => map.length)).size).toBeGreaterThan(2);
      expect(maps.some((map) => map.some(([each]) => each === null))).toBe(true);
      if (key === 'element') expect(maps.flat().every(([, count]) => count >= 1 && count <= 10)).toBe(true);
    }
    const maps = valuesOf('MAP<INT, STRING>', { length: '10' }, 50) as [number, string][][];
    expect(maps.every((map) => map.length === 10)).toBe(true);
  });
});

const SEQUENCE = { 'fields.n.kind': 'sequence', 'fields.n.start': '-3', 'fields.n.end': '6' };

describe('sequences', () => {
  const numbers = Array.from({ length: 10 }, (_, i) => i - 3);
  const cases: [type: string, expected: Value[]][] = [
    ['TINYINT', numbers],
    ['SMALLINT', numbers],
    ['INT', numbers],
    ['FLOAT', numbers],
    ['DOUBLE', numbers],
    ['BIGINT', numbers.map(BigInt)],
    ['DECIMAL(5, 2)', numbers.map((n) => n.toFixed(2))],
    ['DECIMAL(20, 1)', numbers.map((n) => n.toFixed(1))],
    ['STRING', numbers.map(String)],
    ['VARBINARY(8)', numbers.map((n) => new Uint8Array(new BigInt64Array([BigInt(n)]).buffer).reverse())],
  ];
  for (const [text, expected] of cases) {
    test(`count in ${text}`, () => {
      expect(rowsOf({ n: text }, SEQUENCE, 1000).map(([value]) => value)).toEqual(expected);
    });
  }

  test('are dealt out to the subtasks, and end the table with the first that ends', () => {
    const types = { n: 'INT', m: 'INT' };
    const other = { 'fields.m.kind': 'sequence', 'fields.m.start': '100', 'fields.m.end': '1000' };
    const parts = [0, 1, 2].map((subtask) =>
      rowsOf(types, { ...SEQUENCE, ...other }, 1000, { subtask, parallelism: 3 }),
    );
    expect(parts.map((rows) => rows.map(([n]) => n))).toEqual([
      [-3, 0, 3, 6],
      [-2, 1, 4],
      [-1, 2, 5],
    ]);
    expect(parts.flat().every(([n, m]) => (m as number) - (n as number) === 103)).toBe(true);
  });
});

describe('rows', () => {
  const types = { id: 'BIGINT', name: 'STRING', price: 'DOUBLE', tags: 'ARRAY<INT>' };
  const options = { 'fields.name.length': '5', 'fields.name.null-rate': '0.1' };
  const texts = (rows: readonly (readonly Value[])[]): string[] =>
    rows
      .map((row) =>
        JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      )
      .sort();

  test('are the same for a seed, at any parallelism and in any order of columns; another seed makes others', () => {
    const one = rowsOf(types, options, 5000);
    const three = [0, 1, 2].flatMap((subtask) => rowsOf(types, options, 5000, { subtask, parallelism: 3 }));
    expect(texts(three)).toEqual(texts(one));
    const turned = rowsOf({ price: 'DOUBLE', id: 'BIGINT' }, {}, 5000).map(([price, id]) => [id!, price!]);
    expect(turned).toEqual(one.map(([id, , price]) => [id, price]));
    const other = rowsOf(types, { ...options, seed: '2' }, 5000);
    expect(other.filter((row, i) => row[0] === one[i]![0])).toEqual([]);
  });

  test('are each job their own without a seed, and the same when the job restarts', () => {
    const first = (jobId: string, attempt: number): Value => {
      const { operator, output } = start({ id: 'BIGINT' }, {}, { jobId, attempt });
      operator.poll();
      operator.close();
      return output.rows[0]!.values[0]!;
    };
    expect(first('a', 1)).toBe(first('a', 0));
    expect(first('b', 0)).not.toBe(first('a', 0));
  });

  test('come without the columns that nobody reads', () => {
    const [row] = rowsOf({ a: 'INT', r: 'ROW<x INT, y INT>', b: 'STRING' }, {}, 1, {
      required: [true, false, true, false],
    });
    const [a, r, b] = row as [number, [null, number], null];
    expect([typeof a, r[0], typeof r[1], b]).toEqual(['number', null, 'number', null]);
  });

  test('end after the LIMIT', () => expect(rowsOf({ a: 'INT' }, {}, 1000, { limit: 12 }).length).toBe(12));

  test('come at the rate, whatever the parallelism, and are not made up for after a sleep', async () => {
    const clock = new ManualClock(NOW);
    const tasks = [0, 1].map((subtask) =>
      start({ a: 'INT' }, { 'rows-per-second': '1000' }, { clock, subtask, parallelism: 2 }),
    );
    const counts = (): number[] =>
      tasks.map(({ operator, output }) => {
        expect(drain(operator)).toBe('nothing');
        return output.rows.length;
      });
    expect(counts()).toEqual([1, 0]);
    clock.advanceBy(100);
    expect(counts()).toEqual([51, 50]);
    let isAvailable = false;
    void tasks[0]!.operator.whenAvailable().then(() => (isAvailable = true));
    clock.advanceBy(19);
    await Promise.resolve();
    expect(isAvailable).toBe(false);
    clock.advanceBy(1);
    await Promise.resolve();
    expect(isAvailable).toBe(true);
    for (const { operator } of tasks) operator.close();
  });

  test('go on at another parallelism, none lost, none twice, all the same', () => {
    const given = { ...options, seed: '7', 'rows-per-second': '1000000', 'number-of-rows': '40000' };
    const all: (readonly Value[])[] = [];
    const run = (parallelism: number, restored: Json[] | undefined, polls: readonly number[]): Json[] =>
      polls.map((count, subtask) => {
        const clock = new ManualClock(NOW);
        const { operator, output } = start(types, given, {
          clock,
          subtask,
          parallelism,
          ...(restored && { restored }),
        });
        clock.advanceBy(10_000);
        for (let i = 0; i < count && operator.poll() !== 'end'; i++);
        all.push(...output.rows.map(({ values }) => values));
        const state = stored(operator.snapshotState());
        operator.close();
        return state;
      });
    const first = run(4, undefined, [3, 1, 0, 2]);
    const second = run(1, first, [3]);
    const third = run(3, second, [1, 0, 2]);
    run(2, third, [1000, 1000]);
    const straight = rowsOf(types, { ...options, seed: '7' }, 40_000);
    expect(texts(all)).toEqual(texts(straight));
    expect(pool.usedBytes).toBe(0);
  });
});
