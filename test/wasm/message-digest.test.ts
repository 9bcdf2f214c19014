import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { assert, test } from 'vitest';
import { KernelMemory } from './kernel-memory.ts';

const memory = await KernelMemory.create();

/** Digests, told by their bits, and their names on this platform. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [128, 'md5'],
  [160, 'sha1'],
  [224, 'sha224'],
  [256, 'sha256'],
  [384, 'sha384'],
  [512, 'sha512'],
]);

const expected = (bits: number, bytes: Uint8Array): string =>
  createHash(NAMES.get(bits)!).update(bytes).digest('hex');

/** Views of byte strings. */
function viewsOf(messages: readonly Uint8Array[]): number {
  const views = memory.bytes(8 * messages.length);
  messages.forEach((message, row) => {
    const address = memory.bytes(message.length);
    const { view } = memory;
    new Uint8Array(view.buffer, address).set(message);
    view.setUint32(views + 8 * row, address, true);
    view.setUint32(views + 8 * row + 4, message.length, true);
  });
  return views;
}

function digests(messages: readonly Uint8Array[], bits: readonly number[], flags?: readonly boolean[]) {
  memory.reset();
  const views = viewsOf(messages);
  const sizes = memory.write('I32', bits.map(BigInt));
  const validity = flags ? memory.flags(flags) : 0;
  const [heap, out] = [memory.bytes(128 * messages.length), memory.bytes(8 * messages.length)];
  const { length } = messages;
  const done = memory.kernels.digestTexts(length, views, 8, sizes, 4, 128, validity, heap, out);
  return done === length ? memory.read('Bytes', out, length) : done;
}

for (const [bits, name] of NAMES) {
  test(`${name} of every length around its blocks is the platform's`, () => {
    const messages = Array.from({ length: 261 }, (_, length) =>
      Uint8Array.from({ length }, (__, i) => (i * 37 + length) & 255),
    );
    assert.deepEqual(
      digests(
        messages,
        messages.map(() => bits),
      ),
      messages.map((message) => expected(bits, message)),
    );
  });
}

test("digests of any bytes, each of its own bits, are the platform's", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 700 }), fc.constantFrom(...NAMES.keys())), {
        maxLength: 40,
      }),
      (rows) =>
        assert.deepEqual(
          digests(
            rows.map(([message]) => message),
            rows.map(([, bits]) => bits),
          ),
          rows.map(([message, bits]) => expected(bits, message)),
        ),
    ),
  ));

test('the first set row whose bits have no digest is told, and one that is NULL is none', () => {
  const messages = [1, 2, 3, 4].map((byte) => Uint8Array.of(byte));
  assert.equal(digests(messages, [256, 257, 256, 0]), 1);
  assert.equal(digests(messages, [256, 257, 256, 0], [true, false, true, true]), 3);
});

test("hexadecimal digits and base 64 of any bytes are the platform's", () =>
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { minLength: 1, maxLength: 40 }), (messages) => {
      memory.reset();
      const { kernels } = memory;
      const views = viewsOf(messages);
      const total = messages.reduce((sum, { length }) => sum + length, 0);
      const [hexHeap, hexOut] = [memory.bytes(2 * total), memory.bytes(8 * messages.length)];
      const [heap, out] = [memory.bytes(2 * total + 4 * messages.length), memory.bytes(8 * messages.length)];
      kernels.hexTexts(messages.length, views, 8, hexHeap, hexOut);
      const end = kernels.base64Texts(messages.length, views, 8, heap, out) >>> 0;
      const base64 = messages.map((message) => Buffer.from(message).toString('base64'));
      assert.deepEqual(
        memory.read('Bytes', hexOut, messages.length),
        messages.map((message) => Buffer.from(message).toString('hex').toUpperCase()),
      );
      assert.deepEqual(memory.read('Bytes', out, messages.length), base64);
      assert.equal(end - heap, base64.join('').length);
    }),
  ));
