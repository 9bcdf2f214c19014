import fc from 'fast-check';
import { assert, test } from 'vitest';
import { divideRounded, divideTwice, fit, rescale, type RoundingMode } from '../reference/decimal.ts';
import { KernelMemory, anyCell, anyDecimal, anyRows, twoColumns } from './kernel-memory.ts';

const memory = await KernelMemory.create();
const modes: readonly RoundingMode[] = ['HALF_UP', 'DOWN', 'FLOOR', 'CEILING'];
const precision = fc.integer({ min: 1, max: 38 });
const wide = twoColumns(anyDecimal(38), anyDecimal(38));

/** Checks the rows that fit, and that the others are marked NULL. */
function assertFits(
  kind: 'I64' | 'I128',
  out: number,
  validity: number,
  expected: readonly (bigint | undefined)[],
) {
  assert.deepEqual(
    memory.readFlags(validity, expected.length),
    expected.map((value) => value !== undefined),
  );
  memory.read(kind, out, expected.length).forEach((value, row) => {
    if (expected[row] !== undefined) assert.equal(value, expected[row]);
  });
}

const exact = { add: (a: bigint, b: bigint) => a + b, subtract: (a: bigint, b: bigint) => a - b } as const;
for (const operator of ['add', 'subtract'] as const) {
  test(`${operator}I128 carries between the words`, () =>
    fc.assert(
      fc.property(wide, ({ rows, isConstant }) => {
        memory.reset();
        const a = memory.operand('I128', firsts(rows), isConstant[0]);
        const b = memory.operand('I128', seconds(rows), isConstant[1]);
        const out = memory.bytes(rows.length * 16);
        memory.kernels[`${operator}I128`](rows.length, a.address, a.stride, b.address, b.stride, out);
        assert.deepEqual(
          memory.read('I128', out, rows.length),
          rows.map(([x, y]) => BigInt.asIntN(128, exact[operator](x, y))), // 38 digits twice can pass 2^127; then it wraps
        );
      }),
    ));
}

test('multiplyI64ToI128 gives all 128 bits, by small constants too', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        twoColumns(anyCell('I64'), anyCell('I64')),
        twoColumns(anyCell('I64'), fc.bigInt(-1n, 2n ** 31n)),
      ),
      ({ rows, isConstant }) => {
        memory.reset();
        const a = memory.operand('I64', firsts(rows), isConstant[0]);
        const b = memory.operand('I64', seconds(rows), isConstant[1]);
        const out = memory.bytes(rows.length * 16);
        memory.kernels.multiplyI64ToI128(rows.length, a.address, a.stride, b.address, b.stride, out);
        assert.deepEqual(
          memory.read('I128', out, rows.length),
          rows.map(([x, y]) => (x as bigint) * (y as bigint)),
        );
      },
    ),
  ));

test('multiplyI128 is exact where the precisions add up to 38', () =>
  fc.assert(
    fc.property(twoColumns(anyDecimal(20), anyDecimal(18)), ({ rows, isConstant }) => {
      memory.reset();
      const a = memory.operand('I128', firsts(rows), isConstant[0]);
      const b = memory.operand('I128', seconds(rows), isConstant[1]);
      const out = memory.bytes(rows.length * 16);
      memory.kernels.multiplyI128(rows.length, a.address, a.stride, b.address, b.stride, out);
      assert.deepEqual(
        memory.read('I128', out, rows.length),
        rows.map(([x, y]) => x * y),
      );
    }),
  ));

test('multiplyDecimal drops digits of a product of 76, half up', () =>
  fc.assert(
    fc.property(wide, precision, precision, ({ rows, isConstant }, drop, digits) => {
      memory.reset();
      const a = memory.operand('I128', firsts(rows), isConstant[0]);
      const b = memory.operand('I128', seconds(rows), isConstant[1]);
      const [out, validity] = [memory.bytes(rows.length * 16), memory.bytes(rows.length)];
      memory.kernels.multiplyDecimal(
        rows.length,
        a.address,
        a.stride,
        b.address,
        b.stride,
        drop,
        digits,
        out,
        validity,
      );
      const expected = rows.map(([x, y]) => fit(rescale(x * y, -drop, 'HALF_UP'), digits));
      assertFits('I128', out, validity, expected);
    }),
  ));

test('sumDecimal brings both operands to one scale and drops digits, half up', () =>
  fc.assert(
    fc.property(
      wide,
      fc.tuple(precision, precision, precision, precision, fc.boolean()),
      ({ rows, isConstant }, [upA, upB, drop, digits, isDifference]) => {
        memory.reset();
        const a = memory.operand('I128', firsts(rows), isConstant[0]);
        const b = memory.operand('I128', seconds(rows), isConstant[1]);
        const [out, validity] = [memory.bytes(rows.length * 16), memory.bytes(rows.length)];
        memory.kernels.sumDecimal(
          rows.length,
          a.address,
          a.stride,
          upA,
          b.address,
          b.stride,
          upB,
          isDifference ? 1 : 0,
          drop,
          digits,
          out,
          validity,
        );
        const expected = rows.map(([x, y]) => {
          const [left, right] = [x * 10n ** BigInt(upA), y * 10n ** BigInt(upB)];
          return fit(rescale(isDifference ? left - right : left + right, -drop, 'HALF_UP'), digits);
        });
        assertFits('I128', out, validity, expected);
      },
    ),
  ));

test('divideDecimal rounds to 38 digits and then half up, and names the row that divides by zero', () =>
  fc.assert(
    fc.property(wide, fc.integer({ min: 0, max: 76 }), precision, ({ rows, isConstant }, scaleUp, digits) => {
      memory.reset();
      const a = memory.operand('I128', firsts(rows), isConstant[0]);
      const b = memory.operand('I128', seconds(rows), isConstant[1]);
      const [out, validity] = [memory.bytes(rows.length * 16), memory.bytes(rows.length)];
      const failed = memory.kernels.divideDecimal(
        rows.length,
        a.address,
        a.stride,
        b.address,
        b.stride,
        scaleUp,
        38,
        digits,
        0,
        out,
        validity,
      );
      assert.equal(failed, rows.findIndex(([, y]) => y === 0n) + 1);
      const factor = 10n ** BigInt(scaleUp);
      const expected = rows.map(([x, y]) => (y === 0n ? undefined : fit(divideTwice(x * factor, y), digits)));
      assertFits('I128', out, validity, expected);
    }),
    { numRuns: 300 },
  ));

test('divideDecimal takes its fast path for short dividends', () =>
  fc.assert(
    fc.property(twoColumns(anyDecimal(18), anyDecimal(19)), precision, ({ rows, isConstant }, digits) => {
      memory.reset();
      const a = memory.operand('I128', firsts(rows), isConstant[0]);
      const b = memory.operand('I128', seconds(rows), isConstant[1]);
      const [out, validity] = [memory.bytes(rows.length * 16), memory.bytes(rows.length)];
      const at = [a.address, a.stride, b.address, b.stride] as const;
      memory.kernels.divideDecimal(rows.length, ...at, 20, 18, digits, 0, out, validity);
      const expected = rows.map(([x, y]) =>
        y === 0n ? undefined : fit(divideTwice(x * 10n ** 20n, y), digits),
      );
      assertFits('I128', out, validity, expected);
    }),
  ));

test('a quotient just below a half is a half after 38 digits', () =>
  fc.assert(
    fc.property(anyDecimal(38), anyDecimal(37), (x, y) => {
      memory.reset();
      const divisor = (x < 0n ? -x : x) + 1n;
      const dividend = y * divisor + (divisor - 1n) / 2n;
      fc.pre((dividend < 0n ? -dividend : dividend) < 10n ** 38n);
      const [out, validity] = [memory.bytes(16), memory.bytes(1)];
      const a = memory.write('I128', [dividend]);
      const b = memory.write('I128', [divisor]);
      memory.kernels.divideDecimal(1, a, 16, b, 16, 0, 38, 38, 0, out, validity);
      assertFits('I128', out, validity, [fit(divideTwice(dividend, divisor), 38)]);
    }),
  ));

test('remainderDecimal aligns scales and keeps the sign of the dividend', () =>
  fc.assert(
    fc.property(wide, fc.nat(38), fc.nat(38), ({ rows, isConstant }, upA, upB) => {
      memory.reset();
      const a = memory.operand('I128', firsts(rows), isConstant[0]);
      const b = memory.operand('I128', seconds(rows), isConstant[1]);
      const out = memory.bytes(rows.length * 16);
      const failed = memory.kernels.remainderDecimal(
        rows.length,
        a.address,
        a.stride,
        upA,
        b.address,
        b.stride,
        upB,
        0,
        out,
      );
      assert.equal(failed, rows.findIndex(([, y]) => y === 0n) + 1);
      memory.read('I128', out, rows.length).forEach((value, row) => {
        const [x, y] = rows[row]!;
        if (y === 0n) return;
        const rest = (x * 10n ** BigInt(upA)) % (y * 10n ** BigInt(upB));
        assert.equal(value, BigInt.asIntN(128, rest));
      });
    }),
  ));

for (const [kind, most] of [
  ['I64', 18],
  ['I128', 38],
] as const) {
  test(`rescale${kind} rounds in every mode and marks what does not fit`, () =>
    fc.assert(
      fc.property(
        anyRows(anyDecimal(most)),
        fc.integer({ min: -most, max: most }),
        fc.constantFrom(...modes),
        fc.integer({ min: 1, max: most }),
        (cells, digits, mode, to) => {
          memory.reset();
          const width = kind === 'I64' ? 8 : 16;
          const [out, validity] = [memory.bytes(cells.length * width), memory.bytes(cells.length)];
          const a = memory.write(kind, cells);
          memory.kernels[`rescale${kind}`](
            cells.length,
            a,
            width,
            digits,
            modes.indexOf(mode),
            to,
            out,
            validity,
          );
          const expected = cells.map((cell) => fit(rescale(cell, digits, mode), to));
          assertFits(kind, out, validity, expected);
        },
      ),
    ));
}

test('rescaleI128 that saturates keeps the order of numbers', () =>
  fc.assert(
    fc.property(anyRows(anyDecimal(38)), fc.nat(38), (cells, digits) => {
      memory.reset();
      const [out, validity] = [memory.bytes(cells.length * 16), memory.bytes(cells.length)];
      memory.kernels.rescaleI128(cells.length, memory.write('I128', cells), 16, digits, 4, 38, out, validity);
      const most = 2n ** 127n - 1n;
      const expected = cells.map((cell) => {
        const value = cell * 10n ** BigInt(digits);
        return fit(value, 38) ?? (value < 0n ? -most : most);
      });
      assert.deepEqual(memory.read('I128', out, cells.length), expected);
    }),
  ));

test('decimals become the nearest double, or are left to who can', () =>
  fc.assert(
    fc.property(anyRows(anyDecimal(38)), fc.nat(38), (cells, scale) => {
      memory.reset();
      const [out, selection] = [memory.bytes(cells.length * 8), memory.bytes(cells.length * 4 + 16)];
      const a = memory.write('I128', cells);
      const count = memory.kernels.wideDecimalToF64(cells.length, a, 16, scale, out, selection);
      const left = new Set(memory.readU32(selection, count));
      memory.read('F64', out, cells.length).forEach((value, row) => {
        const exactValue = Number(`${cells[row]}e-${scale}`);
        if (!left.has(row)) assert.equal(value, exactValue);
        else assert.isTrue(scale > 22 || cells[row]! >= 2n ** 53n || cells[row]! <= -(2n ** 53n));
      });
    }),
  ));

test('widenI64, narrowI128, negateI128 and absoluteI128', () =>
  fc.assert(
    fc.property(anyRows(anyCell('I64')), (cells) => {
      memory.reset();
      const rows = cells.length;
      const [widened, out, narrow] = [
        memory.bytes(rows * 16),
        memory.bytes(rows * 16),
        memory.bytes(rows * 8),
      ];
      memory.kernels.widenI64(rows, memory.write('I64', cells), 8, widened);
      assert.deepEqual(memory.read('I128', widened, rows), cells);
      memory.kernels.negateI128(rows, widened, 16, out);
      assert.deepEqual(
        memory.read('I128', out, rows),
        cells.map((cell) => -(cell as bigint)),
      );
      memory.kernels.absoluteI128(rows, widened, 16, out);
      assert.deepEqual(
        memory.read('I128', out, rows),
        cells.map((cell) => ((cell as bigint) < 0n ? -(cell as bigint) : cell)),
      );
      memory.kernels.narrowI128(rows, widened, 16, narrow);
      assert.deepEqual(memory.read('I64', narrow, rows), cells);
    }),
  ));

test('the reference itself: halves go away from zero', () => {
  assert.equal(divideRounded(-15n, 10n, 'HALF_UP'), -2n);
  assert.equal(divideRounded(-15n, 10n, 'CEILING'), -1n);
  assert.equal(divideRounded(-15n, 10n, 'FLOOR'), -2n);
});

function firsts<A, B>(rows: readonly (readonly [A, B])[]): A[] {
  return rows.map(([x]) => x);
}
function seconds<A, B>(rows: readonly (readonly [A, B])[]): B[] {
  return rows.map(([, y]) => y);
}
