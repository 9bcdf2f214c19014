import fc from 'fast-check';
import { assert, test } from 'vitest';
import { like, position, splitIndex, substring, trim } from '../reference/text.ts';
import { KernelMemory, anyRows, anyText, twoColumns, type Operand } from './kernel-memory.ts';

const memory = await KernelMemory.create();
const count = fc.oneof(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -100, max: 100 }));
const ascii = fc.string({ unit: fc.constantFrom('a', 'Z', '[', '`', '@', '{', '/', '0'), maxLength: 40 });

/** Texts as views; those of NULLs are empty, as kernels may expect. */
function views(texts: readonly (string | null)[], isConstant = false): Operand {
  return memory.operand(
    'Bytes',
    texts.map((text) => text ?? ''),
    isConstant,
  );
}

function total(texts: readonly string[]): number {
  const { address } = views(texts);
  return memory.kernels.totalLength(texts.length, address, 8) >>> 0;
}

test('totalLength, charLength and byteLength', () =>
  fc.assert(
    fc.property(anyRows(anyText), (texts) => {
      memory.reset();
      const sizes = texts.map((text) => BigInt(new TextEncoder().encode(text).length));
      assert.equal(total(texts), Number(sizes.reduce((sum, size) => sum + size, 0n)));
      const { address } = views(texts);
      const out = memory.bytes(texts.length * 4);
      memory.kernels.charLength(texts.length, address, 8, out);
      assert.deepEqual(
        memory.read('I32', out, texts.length),
        texts.map((text) => BigInt([...text].length)),
      );
      memory.kernels.byteLength(texts.length, address, 8, out);
      assert.deepEqual(memory.read('I32', out, texts.length), sizes);
    }),
  ));

test('sanitizeViews empties what is NULL', () =>
  fc.assert(
    fc.property(anyRows(fc.tuple(anyText, fc.boolean())), (rows) => {
      memory.reset();
      const { address, stride } = views(rows.map(([text]) => text));
      const out = memory.bytes(rows.length * 8);
      const validity = memory.flags(rows.map(([, isSet]) => isSet));
      memory.kernels.sanitizeViews(rows.length, address, stride, validity, out);
      assert.deepEqual(
        memory.read('Bytes', out, rows.length),
        rows.map(([text, isSet]) => (isSet ? text : '')),
      );
    }),
  ));

for (const [name, change] of [
  ['lowerAscii', (text: string) => text.toLowerCase()],
  ['upperAscii', (text: string) => text.toUpperCase()],
] as const) {
  test(`${name} changes ASCII and refuses other texts`, () =>
    fc.assert(
      fc.property(anyRows(fc.oneof({ weight: 30, arbitrary: ascii }, anyText)), (texts) => {
        memory.reset();
        const { address, stride } = views(texts);
        const out = memory.bytes(texts.length * 8);
        const heap = memory.bytes(total(texts));
        const isAscii = texts.every((text) => /^[\0-\x7f]*$/.test(text));
        assert.equal(memory.kernels.areAscii(texts.length, address, stride) !== 0, isAscii);
        const end = memory.kernels[name](texts.length, address, stride, heap, out) >>> 0;
        assert.equal(end, isAscii ? heap + total(texts) : 0);
        if (isAscii) assert.deepEqual(memory.read('Bytes', out, texts.length), texts.map(change));
      }),
    ));
}

test('substring counts code points from either end', () =>
  fc.assert(
    fc.property(anyRows(fc.tuple(anyText, count, count)), fc.boolean(), (rows, hasLength) => {
      memory.reset();
      const { address, stride } = views(rows.map(([text]) => text));
      const positions = memory.write(
        'I32',
        rows.map(([, at]) => BigInt(at)),
      );
      const lengths = memory.write(
        'I32',
        rows.map(([, , length]) => BigInt(length)),
      );
      const [out, validity] = [memory.bytes(rows.length * 8), memory.bytes(rows.length)];
      memory.kernels.substring(
        rows.length,
        address,
        stride,
        positions,
        4,
        hasLength ? lengths : 0,
        4,
        out,
        validity,
      );
      const isSet = hasLength ? memory.readFlags(validity, rows.length) : rows.map(() => true);
      assert.deepEqual(
        memory.read('Bytes', out, rows.length).map((text, row) => (isSet[row] ? text : null)),
        rows.map(([text, at, length]) => substring(text, at, hasLength ? length : undefined)),
      );
    }),
  ));

test('sideOfText takes code points from the left or the right', () =>
  fc.assert(
    fc.property(anyRows(fc.tuple(anyText, count)), fc.boolean(), (rows, isRight) => {
      memory.reset();
      const { address, stride } = views(rows.map(([text]) => text));
      const counts = memory.write(
        'I32',
        rows.map(([, n]) => BigInt(n)),
      );
      const out = memory.bytes(rows.length * 8);
      memory.kernels.sideOfText(rows.length, address, stride, counts, 4, isRight ? 1 : 0, out);
      assert.deepEqual(
        memory.read('Bytes', out, rows.length),
        rows.map(([text, n]) => {
          const points = [...text];
          if (n <= 0) return '';
          return (isRight ? points.slice(-n) : points.slice(0, n)).join('');
        }),
      );
    }),
  ));

test('cutText and padText make VARCHAR(n) and CHAR(n)', () =>
  fc.assert(
    fc.property(anyRows(anyText), fc.nat(20), (texts, n) => {
      memory.reset();
      const { address, stride } = views(texts);
      const out = memory.bytes(texts.length * 8);
      const cut = texts.map((text) => [...text].slice(0, n).join(''));
      memory.kernels.cutText(texts.length, address, stride, n, out);
      assert.deepEqual(memory.read('Bytes', out, texts.length), cut);
      const heap = memory.bytes(total(texts) + texts.length * n);
      memory.kernels.padText(texts.length, address, stride, n, heap, out);
      const padded = cut.map((text) => text + ' '.repeat(n - [...text].length));
      assert.deepEqual(memory.read('Bytes', out, texts.length), padded);
    }),
  ));

test('trimText takes ASCII characters off the sides', () =>
  fc.assert(
    fc.property(
      anyRows(anyText),
      fc.uniqueArray(fc.constantFrom('a', 'b', ' ', '/')),
      fc.integer({ min: 1, max: 3 }),
      (texts, characters, sides) => {
        memory.reset();
        const { address, stride } = views(texts);
        const set = memory.bytes(32);
        const table = new Uint8Array(memory.view.buffer, set, 32).fill(0);
        for (const character of characters) {
          const code = character.charCodeAt(0);
          table[code >> 3] = table[code >> 3]! | (1 << (code & 7));
        }
        const out = memory.bytes(texts.length * 8);
        memory.kernels.trimText(texts.length, address, stride, set, sides, out);
        assert.deepEqual(
          memory.read('Bytes', out, texts.length),
          texts.map((text) => trim(text, characters.join(''), sides)),
        );
      },
    ),
  ));

const url = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'é', 'b', '-'), maxLength: 30 }), { maxLength: 12 })
  .map((pieces) => pieces.join('/'));
test('splitIndex finds pieces, over blocks of 64 bytes and by longer separators', () =>
  fc.assert(
    fc.property(
      anyRows(fc.tuple(fc.oneof(url, anyText), fc.integer({ min: -1, max: 12 }))),
      fc.constantFrom('/', 'a', 'ab', 'é', '//'),
      (rows, separator) => {
        memory.reset();
        const { address, stride } = views(rows.map(([text]) => text));
        const { address: separatorView } = views([separator]);
        const indexes = memory.write(
          'I32',
          rows.map(([, index]) => BigInt(index)),
        );
        const [out, validity] = [memory.bytes(rows.length * 8), memory.bytes(rows.length)];
        memory.kernels.splitIndex(
          rows.length,
          address,
          stride,
          memory.view.getUint32(separatorView, true),
          memory.view.getUint32(separatorView + 4, true),
          indexes,
          4,
          out,
          validity,
        );
        const isSet = memory.readFlags(validity, rows.length);
        assert.deepEqual(
          memory.read('Bytes', out, rows.length).map((text, row) => (isSet[row] ? text : null)),
          rows.map(([text, index]) => splitIndex(text, separator, index)),
        );
      },
    ),
    { numRuns: 300 },
  ));

test('concatTexts', () =>
  fc.assert(
    fc.property(anyRows(fc.tuple(anyText, anyText, anyText)), fc.boolean(), (rows, isConstant) => {
      fc.pre(rows.length > 0);
      memory.reset();
      const columns = [0, 1, 2].map((i) =>
        rows.map((row) => (i === 1 && isConstant ? rows[0]![1] : row[i]!)),
      );
      const operands = memory.bytes(24);
      columns.forEach((texts, i) => {
        const { address, stride } = views(texts, i === 1 && isConstant);
        memory.view.setUint32(operands + i * 8, address, true);
        memory.view.setUint32(operands + i * 8 + 4, stride, true);
      });
      const expected = rows.map((_, row) => columns.map((texts) => texts[row]!).join(''));
      const out = memory.bytes(rows.length * 8);
      const heap = memory.bytes(total(expected));
      const end = memory.kernels.concatTexts(rows.length, operands, 3, heap, out) >>> 0;
      assert.deepEqual(memory.read('Bytes', out, rows.length), expected);
      assert.equal(end, heap + total(expected));
    }),
  ));

test('positionOfText counts code points from 1', () =>
  fc.assert(
    fc.property(twoColumns(anyText, anyText), ({ rows, isConstant }) => {
      memory.reset();
      const needles = views(
        rows.map(([x]) => x),
        isConstant[0],
      );
      const texts = views(
        rows.map(([, y]) => y),
        isConstant[1],
      );
      const out = memory.bytes(rows.length * 4);
      memory.kernels.positionOfText(
        rows.length,
        needles.address,
        needles.stride,
        texts.address,
        texts.stride,
        out,
      );
      assert.deepEqual(
        memory.read('I32', out, rows.length),
        rows.map(([x, y]) => BigInt(position(x, y))),
      );
    }),
  ));

test('replaceText measures first and writes then', () =>
  fc.assert(
    fc.property(
      anyRows(
        fc.tuple(
          anyText,
          anyText.filter((text) => text !== ''),
          anyText,
        ),
      ),
      (rows) => {
        memory.reset();
        const [a, b, c] = [0, 1, 2].map((i) => views(rows.map((row) => row[i]!)).address);
        const out = memory.bytes(rows.length * 8);
        const expected = rows.map(([text, search, replacement]) => text.split(search).join(replacement));
        const size = memory.kernels.replaceText(rows.length, a!, 8, b!, 8, c!, 8, 0, 0) >>> 0;
        assert.equal(size, total(expected));
        const heap = memory.bytes(size);
        const end = memory.kernels.replaceText(rows.length, a!, 8, b!, 8, c!, 8, heap, out) >>> 0;
        assert.equal(end, heap + size);
        assert.deepEqual(memory.read('Bytes', out, rows.length), expected);
      },
    ),
  ));

const tests = {
  startsWith: (text: string, other: string) => text.startsWith(other),
  endsWith: (text: string, other: string) => text.endsWith(other),
  containsText: (text: string, other: string) => text.includes(other),
} as const;
for (const name of ['startsWith', 'endsWith', 'containsText'] as const) {
  test(name, () =>
    fc.assert(
      fc.property(twoColumns(anyText, anyText), ({ rows, isConstant }) => {
        memory.reset();
        const a = views(
          rows.map(([x]) => x),
          isConstant[0],
        );
        const b = views(
          rows.map(([, y]) => y),
          isConstant[1],
        );
        const out = memory.bytes(rows.length);
        memory.kernels[name](rows.length, a.address, a.stride, b.address, b.stride, out);
        assert.deepEqual(
          memory.readFlags(out, rows.length),
          rows.map(([x, y]) => tests[name](x, y)),
        );
      }),
    ),
  );
}

test('inListBytes compares texts of up to 16 bytes', () =>
  fc.assert(
    fc.property(
      anyRows(anyText),
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'A', '/'), maxLength: 16 }), { maxLength: 6 }),
      (texts, list) => {
        memory.reset();
        const address = memory.bytes(list.length * 32);
        new Uint8Array(memory.view.buffer, address, list.length * 32).fill(0);
        list.forEach((text, i) => {
          new Uint8Array(memory.view.buffer, address + i * 32, 16).set(new TextEncoder().encode(text));
          memory.view.setUint32(address + i * 32 + 16, text.length, true);
        });
        const out = memory.bytes(texts.length);
        memory.kernels.inListBytes(texts.length, views(texts).address, 8, address, list.length, out);
        assert.deepEqual(
          memory.readFlags(out, texts.length),
          texts.map((text) => list.includes(text)),
        );
      },
    ),
  ));

test('packTexts and utf16Length are what decoding in one call needs', () =>
  fc.assert(
    fc.property(anyRows(anyText), (texts) => {
      memory.reset();
      const { address } = views(texts);
      const heap = memory.bytes(total(texts));
      const end = memory.kernels.packTexts(texts.length, address, 8, heap) >>> 0;
      const packed = new Uint8Array(memory.view.buffer, heap, end - heap);
      assert.equal(new TextDecoder().decode(packed), texts.join(''));
      const lengths = memory.bytes(texts.length * 4);
      memory.kernels.utf16Length(texts.length, address, 8, lengths);
      assert.deepEqual(
        memory.readU32(lengths, texts.length),
        texts.map((text) => text.length),
      );
    }),
  ));

const keyed = fc.string({ unit: fc.constantFrom('a', 'B', '\0', 'é'), maxLength: 17 });
for (const [name, change] of [
  ['shortTextKeys', (text: string) => text],
  ['lowerTextKeys', (text: string) => text.toLowerCase()],
  ['upperTextKeys', (text: string) => text.toUpperCase()],
] as const) {
  test(`${name} are equal where texts of up to 15 bytes are`, () =>
    fc.assert(
      fc.property(anyRows(keyed), fc.array(keyed, { minLength: 1, maxLength: 4 }), (texts, others) => {
        memory.reset();
        const bytes = (text: string): number => new TextEncoder().encode(text).length;
        const list = others.filter((text) => bytes(text) <= 15);
        const [keys, listKeys] = [memory.bytes(texts.length * 16), memory.bytes(list.length * 16)];
        memory.kernels.shortTextKeys(list.length, views(list).address, 8, listKeys);
        const isAscii = memory.kernels[name](texts.length, views(texts).address, 8, keys);
        if (name !== 'shortTextKeys') assert.equal(isAscii !== 0, !texts.join('').includes('é'));
        if (isAscii === 0) return;
        const out = memory.bytes(texts.length);
        memory.kernels.inListKeys(texts.length, keys, 16, listKeys, list.length, out);
        assert.deepEqual(
          memory.readFlags(out, texts.length),
          texts.map((text) => list.includes(change(text))),
        );
        if (list.length === 0) return;
        memory.kernels.compareEqKeys(texts.length, keys, 16, listKeys, out);
        assert.deepEqual(
          memory.readFlags(out, texts.length),
          texts.map((text) => change(text) === list[0]),
        );
      }),
    ));
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_', 'é', '😀'), maxLength: 8 });
const shortText = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀'), maxLength: 10 });
test('likeBytes matches any pattern, a wild card being a code point', () =>
  fc.assert(
    fc.property(anyRows(shortText), pattern, (texts, wanted) => {
      memory.reset();
      const tokens = [...wanted].flatMap((character) => {
        if (character === '_') return [256];
        return character === '%' ? [257] : [...new TextEncoder().encode(character)];
      });
      const address = memory.write('I16', tokens.map(BigInt));
      const out = memory.bytes(texts.length);
      memory.kernels.likeBytes(texts.length, views(texts).address, 8, address, tokens.length, out);
      assert.deepEqual(
        memory.readFlags(out, texts.length),
        texts.map((text) => like(text, wanted)),
      );
    }),
    { numRuns: 500 },
  ));
