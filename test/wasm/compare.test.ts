import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import { compare } from '../reference/arithmetic.ts';
import { KernelMemory, anyCell, anyRows, twoColumns, type KernelCell, type Kind } from './kernel-memory.ts';

const memory = await KernelMemory.create();
const encoder = new TextEncoder();

/** Something that JavaScript compares as the kernel should: bytes as a text of Latin 1, a timestamp as nanoseconds. */
function comparable(kind: Kind, cell: KernelCell): bigint | number | string {
  if (kind === 'Timestamp') {
    const [ms, nanos] = cell as readonly [bigint, number];
    return ms * 1_000_000n + BigInt(nanos);
  }
  if (kind === 'Bytes') return String.fromCharCode(...encoder.encode(cell as string));
  return cell as bigint | number;
}

const kinds = ['I8', 'I16', 'I32', 'I64', 'F32', 'F64', 'I128', 'Timestamp', 'Bytes'] as const;
for (const kind of kinds) {
  describe(kind, () => {
    for (const operator of ['Eq', 'Ne', 'Lt', 'Le'] as const) {
      test(`compare${operator}${kind} agrees with JavaScript, on columns and constants`, () =>
        fc.assert(
          fc.property(twoColumns(anyCell(kind), anyCell(kind)), ({ rows, isConstant }) => {
            memory.reset();
            const a = memory.operand(
              kind,
              rows.map(([x]) => x),
              isConstant[0],
            );
            const b = memory.operand(
              kind,
              rows.map(([, y]) => y),
              isConstant[1],
            );
            const out = memory.bytes(rows.length);
            memory.kernels[`compare${operator}${kind}`](
              rows.length,
              a.address,
              a.stride,
              b.address,
              b.stride,
              out,
            );
            assert.deepEqual(
              memory.readFlags(out, rows.length),
              rows.map(([x, y]) => compare(operator, comparable(kind, x), comparable(kind, y))),
            );
          }),
        ));
    }
  });
}

test('notDistinct takes NULL as a value', () =>
  fc.assert(
    fc.property(anyRows(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean())), (rows) => {
      memory.reset();
      const [equal, a, b] = [0, 1, 2].map((i) => memory.flags(rows.map((row) => row[i]!)));
      const out = memory.bytes(rows.length);
      memory.kernels.notDistinct(rows.length, equal!, a!, 1, b!, 1, out);
      assert.deepEqual(
        memory.readFlags(out, rows.length),
        rows.map(([isEqual, isSetA, isSetB]) => (isSetA && isSetB ? isEqual : isSetA === isSetB)),
      );
    }),
  ));

for (const kind of ['I32', 'I64'] as const) {
  test(`inList${kind} finds what is in the list`, () =>
    fc.assert(
      fc.property(
        anyRows(anyCell(kind)),
        fc.array(anyCell(kind), { minLength: 1, maxLength: 20 }),
        (cells, list) => {
          memory.reset();
          const sorted = [...list].sort((x, y) => (x < y ? -1 : 1));
          const a = memory.write(kind, cells);
          const out = memory.bytes(cells.length);
          const stride = kind === 'I32' ? 4 : 8;
          memory.kernels[`inList${kind}`](
            cells.length,
            a,
            stride,
            memory.write(kind, sorted),
            sorted.length,
            out,
          );
          assert.deepEqual(
            memory.readFlags(out, cells.length),
            cells.map((cell) => list.includes(cell)),
          );
        },
      ),
    ));
}
