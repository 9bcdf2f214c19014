import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import { and, not, or, type Truth } from '../reference/boolean.ts';
import { KernelMemory, WIDTH, anyCell, anyRows, type Kind } from './kernel-memory.ts';

const memory = await KernelMemory.create();
const truth = fc.constantFrom<Truth>(true, false, null);

interface Operand {
  values: number;
  validity: number;
  stride: number;
}

/** Of a NULL the value is a coin's. A column without NULL has no validity. */
function booleans(cells: readonly Truth[], isConstant: boolean): Operand {
  const all = isConstant ? cells.slice(0, 1) : cells;
  const values = memory.flags(all.map((cell, i) => cell ?? i % 2 === 0));
  const validity = all.includes(null) ? memory.flags(all.map((cell) => cell !== null)) : 0;
  return { values, validity, stride: isConstant ? 0 : 1 };
}

for (const [name, reference] of [
  ['andBoolean', and],
  ['orBoolean', or],
] as const) {
  test(`${name} has three values, on columns and constants`, () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(truth, truth), { minLength: 1, maxLength: 70 }),
        fc.boolean(),
        fc.boolean(),
        (pairs, isConstantA, isConstantB) => {
          memory.reset();
          const rows = pairs.map(([x, y]): [Truth, Truth] => [
            isConstantA ? pairs[0]![0] : x,
            isConstantB ? pairs[0]![1] : y,
          ]);
          const a = booleans(
            rows.map(([x]) => x),
            isConstantA,
          );
          const b = booleans(
            rows.map(([, y]) => y),
            isConstantB,
          );
          const [out, validity] = [memory.bytes(rows.length), memory.bytes(rows.length)];
          memory.kernels[name](
            rows.length,
            a.values,
            a.validity,
            a.stride,
            b.values,
            b.validity,
            b.stride,
            out,
            validity,
          );
          const values = memory.readFlags(out, rows.length);
          const isSet = a.validity || b.validity ? memory.readFlags(validity, rows.length) : undefined;
          assert.deepEqual(
            values.map((value, row) => (isSet && !isSet[row] ? null : value)),
            rows.map(([x, y]) => reference(x, y)),
          );
        },
      ),
    ));
}

test('NOT, IS TRUE and IS FALSE', () =>
  fc.assert(
    fc.property(anyRows(truth), (cells) => {
      memory.reset();
      const { values, validity, stride } = booleans(cells, false);
      const out = memory.bytes(cells.length);
      memory.kernels.notBoolean(cells.length, values, stride, out);
      memory.readFlags(out, cells.length).forEach((value, row) => {
        if (cells[row] !== null) assert.equal(value, not(cells[row]!));
      });
      memory.kernels.isTrueBoolean(cells.length, values, validity, stride, out);
      assert.deepEqual(
        memory.readFlags(out, cells.length),
        cells.map((cell) => cell === true),
      );
      memory.kernels.isFalseBoolean(cells.length, values, validity, stride, out);
      assert.deepEqual(
        memory.readFlags(out, cells.length),
        cells.map((cell) => cell === false),
      );
    }),
  ));

describe('blend', () => {
  const kinds: readonly [name: 'blend8' | 'blend16' | 'blend32' | 'blend64' | 'blend128', Kind][] = [
    ['blend8', 'I8'],
    ['blend16', 'I16'],
    ['blend32', 'I32'],
    ['blend64', 'I64'],
    ['blend128', 'I128'],
  ];
  for (const [name, kind] of kinds) {
    test(`${name} takes the first where the condition is TRUE`, () =>
      fc.assert(
        fc.property(
          fc.array(fc.tuple(truth, anyCell(kind), anyCell(kind)), { minLength: 1, maxLength: 70 }),
          fc.boolean(),
          fc.boolean(),
          (rows, isConstantA, isConstantB) => {
            memory.reset();
            const condition = booleans(
              rows.map(([cell]) => cell),
              false,
            );
            const left = rows.map(([, x]) => (isConstantA ? rows[0]![1] : x));
            const right = rows.map(([, , y]) => (isConstantB ? rows[0]![2] : y));
            const a = memory.operand(kind, left, isConstantA);
            const b = memory.operand(kind, right, isConstantB);
            const out = memory.bytes(rows.length * WIDTH[kind]);
            memory.kernels[name](
              rows.length,
              condition.values,
              condition.validity,
              a.address,
              a.stride,
              b.address,
              b.stride,
              out,
            );
            assert.deepEqual(
              memory.read(kind, out, rows.length),
              rows.map(([cell], row) => (cell === true ? left[row]! : right[row]!)),
            );
          },
        ),
      ));
  }

  test('blendValidity blends what is set, 0 being all', () =>
    fc.assert(
      fc.property(anyRows(fc.tuple(truth, fc.boolean())), fc.boolean(), (rows, isFirst) => {
        memory.reset();
        const condition = booleans(
          rows.map(([cell]) => cell),
          false,
        );
        const flags = memory.flags(rows.map(([, flag]) => flag));
        const out = memory.bytes(rows.length);
        const [a, b] = isFirst ? [flags, 0] : [0, flags];
        memory.kernels.blendValidity(rows.length, condition.values, condition.validity, a, 1, b, 1, out);
        assert.deepEqual(
          memory.readFlags(out, rows.length),
          rows.map(([cell, flag]) => ((cell === true) === isFirst ? flag : true)),
        );
      }),
    ));
});
