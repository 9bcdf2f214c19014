import fc from 'fast-check';
import { assert, test } from 'vitest';
import { xxh64 } from '../reference/xxh64.ts';
import { KernelMemory } from './kernel-memory.ts';

const memory = await KernelMemory.create();
const encoder = new TextEncoder();

/** Register * 64 + rank of a hash: 14 bits for the register, then where the first one stands in the others. */
function keyOf(bytes: Uint8Array): bigint {
  const bits = xxh64(bytes, 42n).toString(2).padStart(64, '0');
  const rank = `${bits.slice(14)}1`.indexOf('1') + 1;
  return BigInt(Number.parseInt(bits.slice(0, 14), 2) * 64 + rank);
}

function keys(rows: number, write: (address: number) => void): bigint[] {
  const address = memory.bytes(16 * rows);
  write(address);
  return Array.from(
    { length: rows },
    (_, row) => memory.view.getBigUint64(address + 16 * row + 8, true) ^ (1n << 63n),
  );
}

function littleEndian(value: bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** java.math.BigInteger.toByteArray: two's complement, the first byte first, and no byte too many. */
function bigEndian(value: bigint): Uint8Array {
  let length = 1;
  while (BigInt.asIntN(8 * length, value) !== value) length++;
  return littleEndian(value, length).reverse();
}

test('texts of any length go to the register of their XXH64', () =>
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 100 }), { minLength: 1, maxLength: 20 }), (texts) => {
      memory.reset();
      const { address, stride } = memory.operand('Bytes', texts);
      const found = keys(texts.length, (out) =>
        memory.kernels.sketchKeysView(texts.length, address, stride, out),
      );
      assert.deepEqual(
        found,
        texts.map((text) => keyOf(encoder.encode(text))),
      );
    }),
  ));

test('numbers count by four bytes, by eight, or by as many as they need', () =>
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(-(2n ** 31n), 2n ** 31n - 1n), { minLength: 1, maxLength: 20 }),
      (numbers) => {
        memory.reset();
        const rows = numbers.length;
        const ints = memory.operand('I32', numbers);
        const longs = memory.operand('I64', numbers);
        const wide = memory.operand('I128', numbers);
        const { kernels } = memory;
        const scratch = memory.bytes(32);
        assert.deepEqual(
          keys(rows, (out) => kernels.sketchKeysInt(rows, ints.address, ints.stride, 4, out)),
          numbers.map((each) => keyOf(littleEndian(each, 4))),
        );
        assert.deepEqual(
          keys(rows, (out) => kernels.sketchKeysLong(rows, longs.address, longs.stride, 8, out)),
          numbers.map((each) => keyOf(littleEndian(each, 8))),
        );
        assert.deepEqual(
          keys(rows, (out) => kernels.sketchKeysDecimal(rows, wide.address, wide.stride, scratch, out)),
          numbers.map((each) => keyOf(bigEndian(each))),
        );
      },
    ),
  ));
