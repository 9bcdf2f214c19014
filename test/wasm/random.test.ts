import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import * as reference from '../reference/random.ts';
import { KernelMemory, WIDTH, type Kind } from './kernel-memory.ts';

const memory = await KernelMemory.create();

const anyKey = fc.bigInt(0n, 2n ** 64n - 1n);
const anyNumbers = fc.array(fc.oneof(fc.nat(1000), fc.maxSafeNat()), { maxLength: 40 });

/** A Draw, and the numbers of the rows. */
function setUp(
  numbers: readonly number[],
  key: bigint,
  min = 0n,
  span = 0n,
): { numbers: number; draw: number } {
  memory.reset();
  const draw = memory.bytes(40);
  const { view } = memory;
  view.setBigUint64(draw, key, true);
  view.setBigUint64(draw + 8, BigInt.asUintN(64, min), true);
  view.setBigInt64(draw + 16, min >> 64n, true);
  view.setBigUint64(draw + 24, BigInt.asUintN(64, span), true);
  view.setBigUint64(draw + 32, BigInt.asUintN(64, span >> 64n), true);
  return { numbers: memory.write('F64', numbers), draw };
}

function bounds(bits: number): fc.Arbitrary<[min: bigint, max: bigint]> {
  const half = 1n << BigInt(bits - 1);
  const any = fc.oneof(fc.bigInt(-half, half - 1n), fc.constantFrom(-half, 0n, half - 1n));
  return fc.tuple(any, any).map(([a, b]): [bigint, bigint] => (a < b ? [a, b] : [b, a]));
}

const integers: [
  kernel: 'random8' | 'random16' | 'random32' | 'random64' | 'random128',
  Kind,
  bits: number,
][] = [
  ['random8', 'I8', 8],
  ['random16', 'I16', 16],
  ['random32', 'I32', 32],
  ['random64', 'I64', 64],
  ['random128', 'I128', 127],
];
for (const [kernel, kind, bits] of integers) {
  test(`${kernel} draws between its bounds, by the number of the row`, () =>
    fc.assert(
      fc.property(anyNumbers, anyKey, bounds(bits), (rows, key, [min, max]) => {
        const { numbers, draw } = setUp(rows, key, min, max - min + 1n);
        const target = memory.bytes(rows.length * WIDTH[kind]);
        memory.kernels[kernel](rows.length, numbers, draw, target, WIDTH[kind]);
        const expected = rows.map((n) => reference.randomInteger(key, BigInt(n), min, max));
        assert.deepEqual(memory.read(kind, target, rows.length), expected);
        assert.isTrue(expected.every((value) => value >= min && value <= max));
      }),
    ));
}

test('random64 leaves what lies between cells further apart', () => {
  const { numbers, draw } = setUp([1, 2], 7n, 0n, 10n);
  const target = memory.write('I64', [-1n, -2n, -3n, -4n]);
  memory.kernels.random64(2, numbers, draw, target, 16);
  const [, second, , fourth] = memory.read('I64', target, 4);
  assert.deepEqual([second, fourth], [-2n, -4n]);
});

test('randomF64 and randomF32 mix their bounds, all the way from -MAX to MAX', () =>
  fc.assert(
    fc.property(
      anyNumbers,
      anyKey,
      fc.double({ noNaN: true }),
      fc.double({ noNaN: true }),
      (rows, key, min, max) => {
        fc.pre(Number.isFinite(min) && Number.isFinite(max));
        const { numbers, draw } = setUp(rows, key);
        const target = memory.bytes(rows.length * 8);
        const expected = rows.map((n) => reference.randomFloat(key, BigInt(n), min, max));
        memory.kernels.randomF64(rows.length, numbers, draw, min, max, target);
        assert.deepEqual(memory.read('F64', target, rows.length), expected);
        memory.kernels.randomF32(rows.length, numbers, draw, min, max, target);
        assert.deepEqual(memory.read('F32', target, rows.length), expected.map(Math.fround));
      },
    ),
  ));

test('randomValidity sets all but a share of the rows, and none outside of `within`', () =>
  fc.assert(
    fc.property(
      anyNumbers,
      anyKey,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (rows, key, rate, isIn) => {
        const { numbers, draw } = setUp(rows, key);
        const parents = rows.map((n) => n % 3 !== 0);
        const within = isIn ? memory.flags(parents) : 0;
        const target = memory.bytes(rows.length);
        memory.kernels.randomValidity(rows.length, numbers, draw, rate, within, target);
        const expected = rows.map((n, i) => reference.isSet(key, BigInt(n), rate) && (!isIn || parents[i]!));
        assert.deepEqual(memory.readFlags(target, rows.length), expected);
      },
    ),
  ));

describe('randomBytes', () => {
  const anyLength = fc.integer({ min: 0, max: 50 });
  test('writes bytes or digits one behind the other', () =>
    fc.assert(
      fc.property(
        anyNumbers,
        anyKey,
        anyLength,
        fc.boolean(),
        fc.boolean(),
        (rows, key, length, isVariable, isText) => {
          const { numbers, draw } = setUp(rows, key);
          const views = memory.bytes(rows.length * 8);
          const room = Math.max(length, 1) * rows.length;
          const target = memory.bytes(room);
          const count = memory.kernels.randomBytes(
            rows.length,
            numbers,
            draw,
            length,
            isVariable,
            isText,
            views,
            target,
          );
          let at = target;
          rows.forEach((n, row) => {
            const size = reference.randomLength(key, BigInt(n), length, isVariable);
            assert.deepEqual(memory.readU32(views + row * 8, 2), [at, size]);
            const bytes = new Uint8Array(memory.view.buffer, at, size);
            if (isText) {
              assert.equal(String.fromCharCode(...bytes), reference.randomHexadecimal(key, BigInt(n), size));
            } else assert.deepEqual([...bytes], [...reference.randomBytes(key, BigInt(n), size)]);
            at += size;
          });
          assert.equal(count, at - target);
          assert.isAtMost(count, room);
        },
      ),
    ));
});

const sequences: [kernel: `sequence${'I8' | 'I16' | 'I32' | 'I64' | 'F32' | 'F64'}`, Kind, bits: number][] = [
  ['sequenceI8', 'I8', 8],
  ['sequenceI16', 'I16', 16],
  ['sequenceI32', 'I32', 32],
  ['sequenceI64', 'I64', 64],
  ['sequenceF32', 'F32', 25],
  ['sequenceF64', 'F64', 54],
];

/** A start, and numbers of rows that do not leave the type. */
function anySequence(bits: number): fc.Arbitrary<{ start: bigint; rows: number[] }> {
  const half = 1n << BigInt(bits - 1);
  const most = half > 2n ** 53n ? Number.MAX_SAFE_INTEGER : Number(half) - 1;
  return fc.record({
    start: fc.bigInt(-half, half - 1n - BigInt(most)),
    rows: fc.array(fc.nat(most), { maxLength: 30 }),
  });
}

for (const [kernel, kind, bits] of sequences) {
  test(`${kernel} counts from its start`, () =>
    fc.assert(
      fc.property(anySequence(bits), ({ start, rows }) => {
        const { numbers, draw } = setUp(rows, 0n, start);
        const target = memory.bytes(rows.length * WIDTH[kind]);
        memory.kernels[kernel](rows.length, numbers, draw, target);
        const cells = memory.read(kind, target, rows.length).map((cell) => BigInt(cell as number));
        assert.deepEqual(
          cells,
          rows.map((n) => start + BigInt(n)),
        );
      }),
    ));
}

test('sequenceDecimal counts in whole units, in 8 and in 16 bytes', () =>
  fc.assert(
    fc.property(anySequence(31), fc.nat(28), fc.constantFrom(8, 16), ({ start, rows }, scale, width) => {
      const factor = 10n ** BigInt(width === 8 ? scale % 9 : scale);
      const { numbers, draw } = setUp(rows, 0n, start, factor);
      const target = memory.bytes(rows.length * width);
      memory.kernels.sequenceDecimal(rows.length, numbers, draw, width, target);
      const cells = memory.read(width === 8 ? 'I64' : 'I128', target, rows.length);
      assert.deepEqual(
        cells,
        rows.map((n) => (start + BigInt(n)) * factor),
      );
    }),
  ));

test('sequenceText writes the digits, sequenceBytes the bytes', () =>
  fc.assert(
    fc.property(anySequence(64), ({ start, rows }) => {
      const { numbers, draw } = setUp(rows, 0n, start);
      const views = memory.bytes(rows.length * 8);
      const text = memory.bytes(rows.length * 20);
      const count = memory.kernels.sequenceText(rows.length, numbers, draw, views, text);
      const texts = rows.map((n) => String(start + BigInt(n)));
      assert.deepEqual(memory.read('Bytes', views, rows.length), texts);
      assert.equal(count, texts.join('').length);
      memory.kernels.sequenceBytes(rows.length, numbers, draw, views, text);
      rows.forEach((n, row) => {
        const [address, size] = memory.readU32(views + row * 8, 2) as [number, number];
        assert.deepEqual([size, memory.view.getBigInt64(address)], [8, start + BigInt(n)]);
      });
    }),
  ));

test('elementNumbers goes on where the elements of the row before end', () => {
  const { numbers } = setUp([0, 5, 2], 0n);
  const target = memory.bytes(6 * 8);
  memory.kernels.elementNumbers(3, numbers, 2, target);
  assert.deepEqual(memory.read('F64', target, 6), [0, 1, 10, 11, 4, 5]);
});
