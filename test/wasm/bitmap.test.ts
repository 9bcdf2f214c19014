import fc from 'fast-check';
import { assert, test } from 'vitest';
import { RoaringBitmap } from '../../engine/data/roaring-bitmap.ts';
import { KernelMemory } from './kernel-memory.ts';

const memory = await KernelMemory.create();
const { kernels } = memory;

/** Numbers alone, in ranges (runs) and scattered over one high half (bits). */
const numbers = fc
  .array(
    fc.oneof(
      fc.integer({ min: -5, max: 70 }).map((number) => [number]),
      fc.integer().map((number) => [number]),
      fc
        .tuple(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 1, max: 3000 }))
        .map(([first, count]) => Array.from({ length: count }, (_, i) => first + i)),
      fc
        .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 2, max: 5 }))
        .map(([high, step]) => Array.from({ length: 9000 }, (_, i) => high * 65536 + i * step)),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.flat());
const bitmaps = fc.array(numbers, { minLength: 1, maxLength: 5 });

function place(bytes: Uint8Array): number {
  const address = memory.bytes(bytes.length);
  new Uint8Array(memory.view.buffer, address).set(bytes);
  return address;
}

function viewsOf(rows: readonly Uint8Array[]): number {
  const views = memory.bytes(8 * rows.length);
  rows.forEach((bytes, row) => {
    const address = place(bytes);
    memory.view.setUint32(views + 8 * row, address, true);
    memory.view.setUint32(views + 8 * row + 4, bytes.length, true);
  });
  return views;
}

function bytesAt(views: number, row: number): Uint8Array {
  const { view } = memory;
  const [address, length] = [
    view.getUint32(views + 8 * row, true),
    view.getUint32(views + 8 * row + 4, true),
  ];
  return new Uint8Array(view.buffer, address, length).slice();
}

/** Room for results, scratch and views of results. */
function room(rows: readonly Uint8Array[]): { scratch: number; heap: number; out: number } {
  const size = rows.reduce((sum, { length }) => sum + length, 0);
  return {
    scratch: memory.bytes(kernels.bitmapScratchBytes()),
    heap: memory.bytes(5 * size + 64 * rows.length),
    out: memory.bytes(8 * rows.length),
  };
}

const OPERATIONS = [
  ['and', 4],
  ['or', 7],
  ['xor', 3],
  ['andNot', 1],
] as const;

test('bitmaps are combined to the very bytes of the reference', () =>
  fc.assert(
    fc.property(bitmaps, bitmaps, fc.constantFrom(...OPERATIONS), (some, others, [name, kept]) => {
      memory.reset();
      const rows = Math.min(some.length, others.length);
      const left = some.slice(0, rows).map((each) => RoaringBitmap.of(each).toBytes());
      const right = others.slice(0, rows).map((each) => RoaringBitmap.of(each).toBytes());
      const [a, b] = [viewsOf(left), viewsOf(right)];
      const { scratch, heap, out } = room([...left, ...right]);
      kernels.bitmapCombine(rows, a, 8, b, 8, kept, scratch, heap, out);
      for (let row = 0; row < rows; row++) {
        const [x, y] = [RoaringBitmap.fromBytes(left[row]!), RoaringBitmap.fromBytes(right[row]!)];
        assert.deepEqual(bytesAt(out, row), x[name](y).toBytes());
      }
    }),
    { numRuns: 60 },
  ));

test('bitmaps are built, counted and read as the reference does', () =>
  fc.assert(
    fc.property(bitmaps, (sets) => {
      memory.reset();
      const items = sets.flat();
      const cells = memory.write('I32', items.map(BigInt));
      const lists = memory.bytes(8 * sets.length);
      let first = 0;
      sets.forEach((set, row) => {
        memory.view.setUint32(lists + 8 * row, first, true);
        memory.view.setUint32(lists + 8 * row + 4, set.length, true);
        first += set.length;
      });
      const sorted = memory.bytes(4 * items.length);
      const scratch = memory.bytes(kernels.bitmapScratchBytes());
      const heap = memory.bytes(40 * items.length + 64 * sets.length);
      const built = memory.bytes(8 * sets.length);
      kernels.bitmapBuild(sets.length, lists, 8, cells, 4, 4, 0, sorted, scratch, heap, built);
      const reference = sets.map((set) => RoaringBitmap.of(set));
      reference.forEach((bitmap, row) => assert.deepEqual(bytesAt(built, row), bitmap.toBytes()));

      const counts = memory.bytes(8 * sets.length);
      kernels.bitmapCardinality(sets.length, built, 8, counts);
      const cardinalities = reference.map((bitmap) => bitmap.cardinality);
      assert.deepEqual(memory.read('I64', counts, sets.length).map(Number), cardinalities);
      const total = cardinalities.reduce((sum, count) => sum + count, 0);
      assert.equal(kernels.bitmapTotal(sets.length, built, 8), total);

      const [values, places] = [memory.bytes(4 * total), memory.bytes(8 * sets.length)];
      kernels.bitmapNumbers(sets.length, built, 8, scratch, values, places);
      const all = reference.flatMap((bitmap) => [...bitmap.values()]);
      assert.deepEqual([...new Uint32Array(memory.view.buffer, values, total)], all);

      const [text, texts] = [memory.bytes(11 * total + 6 * sets.length), memory.bytes(8 * sets.length)];
      kernels.bitmapText(sets.length, built, 8, scratch, text, texts);
      assert.deepEqual(memory.read('Bytes', texts, sets.length), reference.map(String));
    }),
    { numRuns: 60 },
  ));

test('bytes that are bitmaps are read, in whatever shape, and others are told', () =>
  fc.assert(
    fc.property(
      numbers,
      fc.option(fc.tuple(fc.nat({ max: 60 }), fc.integer({ min: 0, max: 255 }))),
      (set, change) => {
        memory.reset();
        const bytes = RoaringBitmap.of(set).toBytes();
        if (change) bytes[change[0] % bytes.length] = change[1];
        let expected: Uint8Array | undefined;
        try {
          expected = RoaringBitmap.fromBytes(bytes).toBytes();
        } catch {
          expected = undefined;
        }
        const views = viewsOf([bytes]);
        const { scratch, heap, out } = room([bytes]);
        const done = kernels.bitmapRead(1, views, 8, 0, scratch, heap, out);
        assert.equal(done, expected ? 1 : 0);
        if (expected) assert.deepEqual(bytesAt(out, 0), expected);
      },
    ),
    {
      numRuns: 400,
      examples: [
        [
          [0, 196608, 196609, 196610, 196611],
          [57, 0],
        ],
      ],
    },
  ));

test('a text of more than half a million characters is cut', () => {
  memory.reset();
  const bitmap = RoaringBitmap.of(Array.from({ length: 120_000 }, (_, i) => i));
  const views = viewsOf([bitmap.toBytes()]);
  const [scratch, heap] = [memory.bytes(kernels.bitmapScratchBytes()), memory.bytes(11 * 120_000 + 6)];
  const out = memory.bytes(8);
  kernels.bitmapText(1, views, 8, scratch, heap, out);
  assert.deepEqual(memory.read('Bytes', out, 1), [bitmap.toString()]);
});
