import fc from 'fast-check';
import { assert, test } from 'vitest';
import { KernelMemory, WIDTH, anyCell, anyRows, type Kind } from './kernel-memory.ts';

const memory = await KernelMemory.create();
const kinds: readonly [bits: '8' | '16' | '32' | '64' | '128', Kind][] = [
  ['8', 'I8'],
  ['16', 'I16'],
  ['32', 'I32'],
  ['64', 'I64'],
  ['128', 'I128'],
];

for (const negate of [false, true]) {
  const name = negate ? 'selectNotTrue' : 'selectTrue';
  test(`${name} lists rows in order, NULL being not TRUE`, () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 200, size: 'max' }),
        fc.boolean(),
        (rows, hasNulls) => {
          memory.reset();
          const values = memory.flags(rows.map(([value]) => value));
          const validity = hasNulls ? memory.flags(rows.map(([, isSet]) => isSet)) : 0;
          const selection = memory.bytes(rows.length * 4);
          const count = memory.kernels[name](rows.length, values, validity, selection);
          const expected = rows.flatMap(([value, isSet], row) =>
            (value && (isSet || !hasNulls)) !== negate ? [row] : [],
          );
          assert.deepEqual(memory.readU32(selection, count), expected);
        },
      ),
    ));
}

for (const [bits, kind] of kinds) {
  test(`gather${bits}, scatter${bits} and fill${bits}`, () =>
    fc.assert(
      fc.property(anyRows(anyCell(kind)), anyRows(fc.nat(69)), fc.boolean(), (cells, wanted, isConstant) => {
        fc.pre(cells.length > 0);
        memory.reset();
        const rows = [...new Set(wanted.map((row) => row % cells.length))].sort((x, y) => x - y);
        const { address, stride } = memory.operand(kind, cells, isConstant);
        const selection = memory.write('I32', rows.map(BigInt));
        const gathered = memory.bytes(rows.length * WIDTH[kind]);
        memory.kernels[`gather${bits}`](rows.length, address, stride, selection, gathered);
        const expected = rows.map((row) => cells[isConstant ? 0 : row]!);
        assert.deepEqual(memory.read(kind, gathered, rows.length), expected);

        const target = memory.bytes(cells.length * WIDTH[kind]);
        memory.kernels[`fill${bits}`](cells.length, address, target);
        assert.deepEqual(
          memory.read(kind, target, cells.length),
          cells.map(() => cells[0]!),
        );
        memory.kernels[`scatter${bits}`](rows.length, gathered, WIDTH[kind], selection, target);
        assert.deepEqual(
          memory.read(kind, target, cells.length),
          cells.map((_, row) => (rows.includes(row) ? cells[isConstant ? 0 : row]! : cells[0]!)),
        );
      }),
    ));
}

test('andValidity, countSet and fillRowNumbers', () =>
  fc.assert(
    fc.property(anyRows(fc.tuple(fc.boolean(), fc.boolean())), fc.nat(3), (rows, shape) => {
      memory.reset();
      const a = memory.flags(rows.map(([x]) => x));
      const b = memory.flags([true, ...rows.map(([, y]) => y)]) + 1;
      const isConstant = shape === 1;
      const out = memory.bytes(rows.length);
      memory.kernels.andValidity(rows.length, shape === 2 ? 0 : a, 1, b, isConstant ? 0 : 1, out);
      const expected = rows.map(([x, y]) => (x || shape === 2) && (isConstant ? rows[0]![1] : y));
      assert.deepEqual(memory.readFlags(out, rows.length), expected);
      assert.equal(memory.kernels.countSet(rows.length, a), rows.filter(([x]) => x).length);
      const numbers = memory.bytes(rows.length * 4);
      memory.kernels.fillRowNumbers(rows.length, shape, numbers);
      assert.deepEqual(
        memory.readU32(numbers, rows.length),
        rows.map((_, row) => row + shape),
      );
    }),
  ));
