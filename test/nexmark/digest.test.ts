import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RowType } from '../../engine/types/logical-type.ts';
import { ResultDigest } from './digest.ts';

const type: RowType = {
  root: 'ROW',
  nullable: false,
  fields: [
    { name: 'n', type: { root: 'BIGINT', nullable: true } },
    { name: 's', type: { root: 'VARCHAR', length: 2147483647, nullable: true } },
  ],
};

/** The same with BigInt. */
function plainHash(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

test('the digest is the sum of the hashes of the rows that stand', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.option(fc.bigInt(-5n, 5n)), fc.string()));
  fc.assert(
    fc.property(rows, (changes) => {
      const digest = new ResultDigest(type);
      let sum = 0n;
      for (const [kind, n, s] of changes) {
        digest.add({ kind, values: [n, s] });
        const text = `[${n === null ? 'null' : `"${n}"`}, ${JSON.stringify(s)}]`;
        sum += kind === 0 || kind === 2 ? plainHash(text) : -plainHash(text);
      }
      expect(digest.hash).toBe(BigInt.asUintN(64, sum).toString(16).padStart(16, '0'));
    }),
  );
});
