import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { assert, test } from 'vitest';
import { digestText, type DigestName } from '../../engine/expressions/functions/message-digest.ts';

const NAMES: readonly DigestName[] = ['MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'];

const expected = (name: DigestName, bytes: Uint8Array): string =>
  createHash(name.toLowerCase()).update(bytes).digest('hex');

for (const name of NAMES) {
  test(`${name} of every length around its blocks is the platform's`, () => {
    for (let length = 0; length <= 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      assert.equal(digestText(name, bytes), expected(name, bytes), `${length} bytes`);
    }
  });

  test(`${name} of any bytes is the platform's`, () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) =>
        assert.equal(digestText(name, bytes), expected(name, bytes)),
      ),
    ));
}
