import fc from 'fast-check';
import { assert, test } from 'vitest';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import { T, call, input, text, texts } from './evaluation.ts';

const MAP: LogicalType = { root: 'MAP', key: T.string, value: T.string, nullable: true };

/** Of these some are separators, some keys of one hash (`Aa`, `BB`), and some take several bytes. */
const piece = fc.constantFrom('a', 'Aa', 'BB', 'é', '漢', '😀', ',', ';;', '=', '=>', '', 'key', '1');
const rows = fc.array(
  fc.option(
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    { freq: 8 },
  ),
  { minLength: 1, maxLength: 30 },
);

const separators = [
  [',', '=', '[,]', '[=]'],
  [';;', '=>', '[;];', '[=]>'],
  ['漢', 'é', '[漢]', '[é]'],
] as const;

for (const [pair, key, pairPattern, keyPattern] of separators) {
  test(`STR_TO_MAP by '${pair}' and '${key}' is that by regular expressions which mean the same`, () =>
    fc.assert(
      fc.property(rows, (values) => {
        const cells = values.map((value) => [value]);
        const byText = call('STR_TO_MAP', MAP, input(0, T.string), text(pair), text(key));
        const byPattern = call('STR_TO_MAP', MAP, input(0, T.string), text(pairPattern), text(keyPattern));
        assert.deepEqual(texts({ s: T.string }, cells, byText), texts({ s: T.string }, cells, byPattern));
      }),
    ));
}
