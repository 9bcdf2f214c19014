import fc from 'fast-check';
import { assert, test } from 'vitest';
import { divideRounded, fit } from '../reference/decimal.ts';
import { BITS, KernelMemory, WIDTH, anyCell, anyDecimal, anyRows, type Kind } from './kernel-memory.ts';

const memory = await KernelMemory.create();

const casts: readonly [from: Kind, to: Kind, name: Extract<keyof typeof memory.kernels, `cast${string}`>][] =
  [
    ['I8', 'I32', 'castI8ToI32'],
    ['I16', 'I32', 'castI16ToI32'],
    ['I32', 'I8', 'castI32ToI8'],
    ['I32', 'I16', 'castI32ToI16'],
    ['I32', 'I64', 'castI32ToI64'],
    ['I64', 'I32', 'castI64ToI32'],
    ['I32', 'F64', 'castI32ToF64'],
    ['I64', 'F64', 'castI64ToF64'],
    ['I64', 'F32', 'castI64ToF32'],
    ['F32', 'F64', 'castF32ToF64'],
    ['F64', 'F32', 'castF64ToF32'],
    ['F64', 'I32', 'castF64ToI32'],
    ['F64', 'I64', 'castF64ToI64'],
  ];

/** Java's conversions: integers drop bits, floats saturate, NaN is 0. */
function converted(cell: bigint | number, to: Kind): bigint | number {
  if (to === 'F64') return Number(cell);
  if (to === 'F32') return typeof cell === 'bigint' ? nearestFloat(cell) : Math.fround(cell);
  const bits = BITS[to]!;
  if (typeof cell === 'bigint') return BigInt.asIntN(bits, cell);
  if (Number.isNaN(cell)) return 0n;
  const half = 2 ** (bits - 1);
  if (cell >= half) return (1n << BigInt(bits - 1)) - 1n;
  return cell < -half ? -(1n << BigInt(bits - 1)) : BigInt(Math.trunc(cell));
}

/** A bigint rounded once to a float: halves to even. Math.fround(Number(x)) would round twice. */
function nearestFloat(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const shift = BigInt(Math.max(0, magnitude.toString(2).length - 24));
  let kept = magnitude >> shift;
  const rest = magnitude - (kept << shift);
  const half = shift === 0n ? 0n : 1n << (shift - 1n);
  if (shift > 0n && (rest > half || (rest === half && (kept & 1n) === 1n))) kept += 1n;
  const rounded = Number(kept << shift);
  return value < 0n ? -rounded : rounded;
}

for (const [from, to, name] of casts) {
  test(`${name} converts as Java does`, () =>
    fc.assert(
      fc.property(anyRows(anyCell(from)), (cells) => {
        memory.reset();
        const out = memory.bytes(cells.length * WIDTH[to]);
        const inputs = from === 'F32' ? cells.map((cell) => Math.fround(cell as number)) : cells;
        memory.kernels[name](cells.length, memory.write(from, inputs), WIDTH[from], out);
        assert.deepEqual(
          memory.read(to, out, cells.length),
          inputs.map((cell) => converted(cell as bigint | number, to)),
        );
      }),
    ));
}

test('formatI64 writes whole numbers', () =>
  fc.assert(
    fc.property(anyRows(anyCell('I64')), (cells) => {
      memory.reset();
      const [heap, out] = [memory.bytes(cells.length * 20), memory.bytes(cells.length * 8)];
      memory.kernels.formatI64(cells.length, memory.write('I64', cells), 8, heap, out);
      assert.deepEqual(
        memory.read('Bytes', out, cells.length),
        cells.map((cell) => String(cell)),
      );
    }),
  ));

function plainText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const point = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${unscaled < 0n ? '-' : ''}${scale === 0 ? digits : digits.slice(0, -scale)}${point}`;
}

for (const [kind, most] of [
  ['I64', 18],
  ['I128', 38],
] as const) {
  test(`formatDecimal writes ${kind} in full`, () =>
    fc.assert(
      fc.property(anyRows(anyDecimal(most)), fc.nat(most), (cells, scale) => {
        memory.reset();
        const [heap, out] = [memory.bytes(cells.length * 41), memory.bytes(cells.length * 8)];
        const width = WIDTH[kind];
        memory.kernels.formatDecimal(cells.length, memory.write(kind, cells), width, width, scale, heap, out);
        assert.deepEqual(
          memory.read('Bytes', out, cells.length),
          cells.map((cell) => plainText(cell, scale)),
        );
      }),
    ));
}

const numberLike = fc.oneof(
  fc.bigInt(-(2n ** 64n), 2n ** 64n).map(String),
  fc.stringMatching(/^[+-]?[0-9]{0,4}(\.[0-9]{0,4})?$/),
  fc.string({ unit: fc.constantFrom('0', '9', '.', '-', '+', 'e', ' '), maxLength: 6 }),
  fc.constantFrom(
    '9223372036854775807',
    '-9223372036854775808',
    '9223372036854775808',
    '2147483648',
    '.',
    '+',
  ),
);
test('parseI64 takes what Flink takes (S-59)', () =>
  fc.assert(
    fc.property(anyRows(numberLike), fc.constantFrom(7, 15, 31, 63), (texts, bits) => {
      memory.reset();
      const [out, isRead] = [memory.bytes(texts.length * 8), memory.bytes(texts.length)];
      const most = (1n << BigInt(bits)) - 1n;
      const views = memory.write('Bytes', texts);
      const bad = memory.kernels.parseI64(texts.length, views, 8, memory.write('I64', [most]), out, isRead);
      const expected = texts.map((text) => {
        const trimmed = text.replace(/^ +| +$/g, '');
        const match = /^([+-]?)(\d*)(\.\d*)?$/.exec(trimmed);
        if (!match || ['', '+', '-'].includes(trimmed)) return undefined;
        const value = BigInt(match[2] || '0') * (match[1] === '-' ? -1n : 1n);
        return value > most || value < -most - 1n ? undefined : value;
      });
      const fine = memory.readFlags(isRead, texts.length);
      assert.deepEqual(
        fine,
        expected.map((value) => value !== undefined),
      );
      assert.equal(bad, fine.filter((flag) => !flag).length);
      memory.read('I64', out, texts.length).forEach((value, row) => {
        if (fine[row]) assert.equal(value, expected[row]);
      });
    }),
  ));

const decimalLike = fc.oneof(
  fc.stringMatching(/^[ \n]?[+-]?[0-9]{0,40}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})? ?$/),
  numberLike,
);
test('parseDecimal reads points, exponents and blanks, and rounds half up', () =>
  fc.assert(
    fc.property(
      anyRows(decimalLike),
      fc.integer({ min: 1, max: 38 }),
      fc.nat(38),
      (texts, precision, scaleSeed) => {
        memory.reset();
        const scale = scaleSeed % (precision + 1);
        const [out, isRead] = [memory.bytes(texts.length * 16), memory.bytes(texts.length)];
        const views = memory.write('Bytes', texts);
        memory.kernels.parseDecimal(texts.length, views, 8, precision, scale, out, isRead);
        const expected = texts.map((text) => {
          const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(text);
          const digits = (match?.[2] ?? '') + (match?.[3] ?? '');
          if (!match || digits === '') return undefined;
          const exponent = Number(match[4] ?? 0) - (match[3] ?? '').length + scale;
          const value = BigInt(digits) * 10n ** BigInt(Math.max(0, exponent));
          const rounded = divideRounded(value, 10n ** BigInt(Math.max(0, -exponent)), 'HALF_UP');
          return fit(match[1] === '-' ? -rounded : rounded, precision);
        });
        assert.deepEqual(
          memory.readFlags(isRead, texts.length),
          expected.map((value) => value !== undefined),
        );
        memory.read('I128', out, texts.length).forEach((value, row) => {
          if (expected[row] !== undefined) assert.equal(value, expected[row]);
        });
      },
    ),
    { numRuns: 300 },
  ));
