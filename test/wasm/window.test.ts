import fc from 'fast-check';
import { assert, test } from 'vitest';
import { windowsOf } from '../reference/window-aggregate.ts';
import * as t from '../state/test-memory.ts';

const memory = await t.TestMemory.create();
const { kernels } = memory.wasm;
const view = () => new DataView(memory.wasm.memory.buffer);
const u32s = (address: number, count: number) => [
  ...new Uint32Array(memory.wasm.memory.buffer, address, count),
];
const i64s = (address: number, count: number) =>
  [...new BigInt64Array(memory.wasm.memory.buffer, address, count)].map(Number);

const times = fc.array(fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 6 }), { maxLength: 80 });
const columnOf = (cells: readonly (number | null)[]) =>
  memory.column(t.timestamp(3), cells.map((ms) => (ms === null ? null : BigInt(ms)))); // prettier-ignore

test('windowCut finds the slice of every row, and stops where it knows no more', () =>
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: -400, max: 400 }),
      fc.integer({ min: 1, max: 8 }),
      (cells, length, offset, limit) => {
        memory.reset();
        const { values, validity } = columnOf(cells);
        const cutter = memory.bytes(24);
        const slices = memory.bytes(24 * limit);
        const numbers = memory.bytes(cells.length);
        view().setBigInt64(cutter, BigInt(length), true);
        view().setBigInt64(cutter + 8, BigInt(offset), true);
        const found = kernels.windowCut(cells.length, values, 8, validity, cutter, slices, limit, numbers);
        const startOf = (ms: number) => Math.floor((ms - offset) / length) * length + offset;
        const starts: number[] = [];
        const expected: string[] = [];
        let done = 0;
        for (const ms of cells) {
          const start = ms === null ? null : startOf(ms);
          if (start !== null && !starts.includes(start)) {
            if (starts.length === limit) break;
            starts.push(start);
          }
          expected.push(start === null ? 'none' : `${starts.indexOf(start)}`);
          done++;
        }
        const bytes = [...new Uint8Array(memory.wasm.memory.buffer, numbers, done)];
        assert.deepEqual(
          bytes.map((number) => (number === 255 ? 'none' : `${number}`)),
          expected,
        );
        assert.equal(view().getUint32(cutter + 16, true), done);
        assert.equal(
          view().getUint32(cutter + 20, true),
          cells.slice(0, done).filter((ms) => ms === null).length,
        );
        assert.equal(found, starts.length);
        starts.forEach((start, number) => {
          const rows = expected.flatMap((name, row) => (name === `${number}` ? [row] : []));
          const at = slices + 24 * number;
          assert.deepEqual([i64s(at, 1)[0], ...u32s(at + 8, 3)], [start, rows.length, rows[0], rows.at(-1)]);
          const selection = memory.bytes(4 * rows.length + 4);
          assert.equal(kernels.windowSelect(rows[0]!, rows.at(-1), numbers, number, selection), rows.length);
          assert.deepEqual(u32s(selection, rows.length), rows);
        });
      },
    ),
  ));

const shapes = fc.oneof(
  fc.tuple(fc.constant('HOP' as const), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 })),
  fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5 }))
    .map(([step, n]) => ['CUMULATE', step * n, step] as const),
);

test('windowExpand lists the windows of every row, however many fit at a time', () =>
  fc.assert(
    fc.property(
      shapes,
      times,
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: 1, max: 40 }),
      ([kind, size, slide], cells, offset, limit) => {
        memory.reset();
        const { values, validity } = columnOf(cells);
        const cursor = memory.bytes(40);
        [size, slide, offset].forEach((ms, i) => view().setBigInt64(cursor + 8 * i, BigInt(ms), true));
        const [rows, starts, ends] = [
          memory.bytes(4 * limit),
          memory.bytes(8 * limit),
          memory.bytes(8 * limit),
        ];
        const actual: string[] = [];
        do {
          const count = kernels.windowExpand(
            cells.length,
            values,
            8,
            validity,
            cursor,
            kind === 'CUMULATE' ? 1 : 0,
            limit,
            rows,
            starts,
            ends,
          );
          const [from, to] = [i64s(starts, count), i64s(ends, count)];
          u32s(rows, count).forEach((row, i) => actual.push(`row ${row} window ${from[i]}..${to[i]}`));
        } while (view().getUint32(cursor + 24, true) < cells.length);
        const window = { function: kind, sizeMs: size, slideMs: slide, offsetMs: offset, timeColumn: 0 };
        const expected = cells.flatMap((ms, row) =>
          ms === null
            ? []
            : windowsOf(window, ms).map(({ start, end }) => `row ${row} window ${start}..${end}`),
        );
        assert.deepEqual(actual, expected);
        assert.equal(view().getUint32(cursor + 32, true), cells.filter((ms) => ms === null).length);
      },
    ),
  ));

test('windowSort puts entries in the order of their numbers', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(fc.nat(300), fc.nat(70_000), fc.integer({ min: 1, max: 2 ** 31 - 1 })), {
        maxLength: 60,
      }),
      (numbers) => {
        memory.reset();
        const entries = memory.bytes(16 * numbers.length);
        const slots = memory.bytes(4 * numbers.length);
        numbers.forEach((number, i) => {
          view().setUint32(entries + 16 * i + 8, number, true);
          view().setUint32(slots + 4 * i, entries + 16 * i, true);
        });
        kernels.windowSort(numbers.length, slots, 8, memory.bytes(4 * numbers.length + 1024));
        const sorted = u32s(slots, numbers.length).map((entry) => view().getUint32(entry + 8, true));
        assert.deepEqual(
          sorted,
          [...numbers].sort((a, b) => a - b),
        );
      },
    ),
  ));
