import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import { floatArithmetic, integerArithmetic, wrap } from '../reference/arithmetic.ts';
import { BITS, KernelMemory, WIDTH, anyCell, anyRows, twoColumns } from './kernel-memory.ts';

const memory = await KernelMemory.create();

for (const kind of ['I8', 'I16', 'I32', 'I64'] as const) {
  const bits = BITS[kind]!;
  describe(kind, () => {
    for (const operator of ['add', 'subtract', 'multiply'] as const) {
      test(`${operator}${kind} wraps as Java does`, () =>
        fc.assert(
          fc.property(twoColumns(anyCell(kind), anyCell(kind)), ({ rows, isConstant }) => {
            memory.reset();
            const a = memory.operand(kind, firsts(rows), isConstant[0]);
            const b = memory.operand(kind, seconds(rows), isConstant[1]);
            const out = memory.bytes(rows.length * WIDTH[kind]);
            memory.kernels[`${operator}${kind}`](rows.length, a.address, a.stride, b.address, b.stride, out);
            const expected = rows.map(([x, y]) =>
              integerArithmetic(operator, x as bigint, y as bigint, bits),
            );
            assert.deepEqual(memory.read(kind, out, rows.length), expected as bigint[]);
          }),
        ));
    }
    for (const operator of ['divide', 'remainder'] as const) {
      test(`${operator}${kind} names the first set row that divides by zero`, () =>
        fc.assert(
          fc.property(
            twoColumns(anyCell(kind), anyCell(kind)),
            fc.array(fc.boolean(), { minLength: 70, maxLength: 70 }),
            fc.boolean(),
            ({ rows, isConstant }, set, hasNulls) => {
              memory.reset();
              const a = memory.operand(kind, firsts(rows), isConstant[0]);
              const b = memory.operand(kind, seconds(rows), isConstant[1]);
              const validity = hasNulls ? memory.flags(set.slice(0, rows.length)) : 0;
              const out = memory.bytes(rows.length * WIDTH[kind]);
              const failed = memory.kernels[`${operator}${kind}`](
                rows.length,
                a.address,
                a.stride,
                b.address,
                b.stride,
                validity,
                out,
              );
              const expected = rows.map(([x, y]) =>
                integerArithmetic(operator, x as bigint, y as bigint, bits),
              );
              const isSet = (row: number) => !hasNulls || set[row] === true;
              assert.equal(failed, expected.findIndex((value, row) => value === undefined && isSet(row)) + 1);
              memory.read(kind, out, rows.length).forEach((value, row) => {
                if (expected[row] !== undefined) assert.equal(value, expected[row]);
              });
            },
          ),
        ));
    }
    for (const operator of ['negate', 'absolute'] as const) {
      test(`${operator}${kind} wraps at the smallest number`, () =>
        fc.assert(
          fc.property(anyRows(anyCell(kind)), (cells) => {
            memory.reset();
            const out = memory.bytes(cells.length * WIDTH[kind]);
            memory.kernels[`${operator}${kind}`](cells.length, memory.write(kind, cells), WIDTH[kind], out);
            assert.deepEqual(
              memory.read(kind, out, cells.length),
              cells.map((cell) => {
                const value = cell as bigint;
                return operator === 'negate' || value < 0n ? wrap(-value, bits) : value;
              }),
            );
          }),
        ));
    }
  });
}

// The SIMD path of constant divisors is exact where doubles are not: just below and above multiples, and around 2^50.
const near = fc
  .tuple(fc.bigInt(-(2n ** 51n), 2n ** 51n), fc.bigInt(-1n, 1n), fc.bigInt(2n, 2n ** 52n), fc.boolean())
  .map(([value, offset, divisor, isNegative]) => ({
    value,
    offset,
    divisor: isNegative ? -divisor : divisor,
  }));
for (const operator of ['divide', 'remainder'] as const) {
  test(`${operator}I64 by a constant is exact next to multiples of the divisor`, () =>
    fc.assert(
      fc.property(fc.array(near, { minLength: 1, maxLength: 40 }), (cells) => {
        memory.reset();
        const { divisor } = cells[0]!;
        const values = cells.map(({ value, offset }) => (value / divisor) * divisor + offset);
        const out = memory.bytes(values.length * 8);
        const a = memory.write('I64', values);
        const b = memory.write('I64', [divisor]);
        assert.equal(memory.kernels[`${operator}I64`](values.length, a, 8, b, 0, 0, out), 0);
        assert.deepEqual(
          memory.read('I64', out, values.length),
          values.map((value) => integerArithmetic(operator, value, divisor, 64)!),
        );
      }),
      { numRuns: 1000 },
    ));
}

for (const kind of ['F32', 'F64'] as const) {
  const round = kind === 'F32' ? Math.fround : (value: number) => value;
  for (const operator of ['add', 'subtract', 'multiply', 'divide', 'remainder'] as const) {
    test(`${operator}${kind} follows IEEE 754`, () =>
      fc.assert(
        fc.property(twoColumns(anyCell(kind), anyCell(kind)), ({ rows, isConstant }) => {
          memory.reset();
          const a = memory.operand(kind, firsts(rows), isConstant[0]);
          const b = memory.operand(kind, seconds(rows), isConstant[1]);
          const out = memory.bytes(rows.length * WIDTH[kind]);
          memory.kernels[`${operator}${kind}`](rows.length, a.address, a.stride, b.address, b.stride, out);
          assert.deepEqual(
            memory.read(kind, out, rows.length),
            rows.map(([x, y]) => round(floatArithmetic(operator, round(x as number), round(y as number)))),
          );
        }),
      ));
  }
}

function firsts<A, B>(rows: readonly (readonly [A, B])[]): A[] {
  return rows.map(([x]) => x);
}
function seconds<A, B>(rows: readonly (readonly [A, B])[]): B[] {
  return rows.map(([, y]) => y);
}
