import fc from 'fast-check';
import { assert, test } from 'vitest';
import { ValueKeys } from '../../engine/operators/aggregate/value-keys.ts';
import { StateHeap } from '../../engine/state/state-heap.ts';
import { ValueSets } from '../../engine/state/value-sets.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import * as t from './test-memory.ts';

const memory = await t.TestMemory.create();
const { kernels } = memory.wasm;
const SET = 16;

// Each in the order that MIN and MAX go by; NaN is the greatest and -0.0 comes before 0.0, as in Double.compare.
const ordered: [LogicalType, t.Cell[]][] = [
  [t.BOOLEAN, [false, true]],
  [t.TINYINT, [-128, -1, 0, 127]],
  [t.SMALLINT, [-32768, -1, 0, 32767]],
  [t.INTEGER, [-2147483648, -1, 0, 1, 2147483647]],
  [t.BIGINT, [-(2n ** 63n), -1n, 0n, 2n ** 63n - 1n]],
  [t.FLOAT, [-Infinity, -1.5, -0, 0, 1.5, Infinity, NaN]],
  [t.DOUBLE, [-Infinity, -1e300, -5e-324, -0, 0, 5e-324, 1e300, Infinity, NaN]],
  [t.decimal(10, 2), [-500n, 0n, 1n]],
  [t.decimal(38, 0), [-(10n ** 38n), -(1n << 64n), -1n, 0n, 1n, (1n << 64n) - 1n, 1n << 64n, 10n ** 38n]],
  [t.timestamp(3), [-1n, 0n, 1n]],
  [t.timestamp(9), [[-1n, 999_999], [0n, 0], [0n, 1], [1n, 0]]], // prettier-ignore
  [t.STRING, ['', 'a', 'aa', 'aaaaaaaaa', 'aaaaaaaab', 'b', 'é']],
];

/** One set in a made-up entry at a time. */
class Set {
  readonly sets: ValueSets;
  readonly keys: ValueKeys;
  readonly #texts: StateHeap | undefined;
  readonly #entry = memory.pool.allocate(64);
  readonly #type: LogicalType;

  constructor(type: LogicalType) {
    this.#type = type;
    this.keys = new ValueKeys(memory.wasm, memory.pool, type);
    if (this.keys.isText) this.#texts = new StateHeap(memory.wasm, memory.pool);
    this.sets = new ValueSets(memory.wasm, memory.pool, this.#texts);
    new Uint8Array(memory.wasm.memory.buffer, this.#entry, 64).fill(0);
  }

  /** Adds and takes back values; returns the extreme after each, `isMax` or not. */
  extremes(values: readonly t.Cell[], weights: readonly number[], isMax: boolean): t.Cell[] {
    const column = memory.column(this.#type, values);
    this.keys.write(values.length, column);
    this.sets.reserve(values.length);
    this.#texts?.reserve(kernels.textBytes(values.length, column.values, column.stride, 0));
    const slots = memory.bytes(4 * values.length);
    const signs = memory.bytes(values.length);
    new Uint32Array(memory.wasm.memory.buffer, slots, values.length).fill(this.#entry);
    new Int8Array(memory.wasm.memory.buffer, signs, values.length).set(weights);
    const after = memory.bytes(16 * values.length);
    kernels.setExtremes(
      values.length,
      slots,
      SET,
      signs,
      0,
      this.keys.address,
      this.sets.control,
      isMax ? 1 : 0,
      0,
      after,
    );
    const out = memory.column(this.#type, values);
    this.keys.values(values.length, after, out.values);
    return values.map((_, row) => memory.cell(out, row));
  }

  get size(): number {
    return new DataView(memory.wasm.memory.buffer).getUint32(this.#entry + SET + 4, true);
  }

  settle(): void {
    this.#texts?.settle();
  }

  release(): void {
    this.keys.release();
    this.sets.release();
    this.#texts?.release();
    memory.pool.release(this.#entry, 64);
  }
}

for (const [type, values] of ordered) {
  const name = `${type.root}${type.root === 'DECIMAL' || type.root === 'TIMESTAMP' ? `(${type.precision})` : ''}`;
  test(`values of ${name} keep their order and come back as they were`, () => {
    memory.reset();
    const set = new Set(type);
    const ones = values.map(() => 1);
    assert.deepEqual(set.extremes([...values], ones, true), values);
    assert.equal(set.size, values.length);
    const falling = [...values].reverse();
    assert.deepEqual(
      set.extremes(falling, falling.map(() => -1), true).slice(0, -1),
      falling.slice(1),
    ); // prettier-ignore
    assert.equal(set.size, 0);
    set.release();
  });
}

const anySteps = fc.constantFrom(...ordered).chain(([type, values]) =>
  fc.tuple(
    fc.constant(type),
    fc.boolean(),
    fc
      .array(fc.tuple(fc.nat(values.length - 1), fc.integer({ min: 0, max: 2 })), { maxLength: 120 })
      .map((steps) => {
        // Takes back only what is there.
        const counts = values.map(() => 0);
        return steps.map(([index, choice]) => {
          const weight = choice === 2 && counts[index]! > 0 ? -1 : 1;
          counts[index]! += weight;
          const left = values.filter((_, i) => counts[i]! > 0);
          return { value: values[index]!, weight, left };
        });
      }),
  ),
);
test('remembers every value with its count', () =>
  fc.assert(
    fc.property(anySteps, fc.integer({ min: 1, max: 40 }), ([type, isMax, steps], size) => {
      memory.reset();
      const set = new Set(type);
      for (let from = 0; from < steps.length; from += size) {
        const batch = steps.slice(from, from + size);
        const extremes = set.extremes(batch.map(({ value }) => value), batch.map(({ weight }) => weight), isMax); // prettier-ignore
        batch.forEach(({ left }, i) => {
          if (left.length > 0) assert.deepEqual(extremes[i], isMax ? left.at(-1) : left[0]);
        });
        assert.equal(set.size, batch.at(-1).left.length);
        set.settle();
      }
      set.release();
    }),
  ));

test('a value that is taken back before it is added counts below zero, and is not shown', () => {
  memory.reset();
  const set = new Set(t.BIGINT);
  assert.deepEqual(set.extremes([9n, 5n, 9n, 9n], [-1, 1, 1, 1], true).slice(1), [5n, 5n, 9n]);
  set.release();
});

test('a million rows in order do not make it slow', { timeout: 20_000 }, () => {
  const set = new Set(t.BIGINT);
  for (let from = 0; from < 1_000_000; from += 4000) {
    memory.reset();
    set.extremes(Array.from({ length: 4000 }, (_, i) => BigInt(from + i)), new Array<number>(4000).fill(1), from % 8000 === 0); // prettier-ignore
  }
  assert.equal(set.size, 1_000_000);
  set.release();
});
