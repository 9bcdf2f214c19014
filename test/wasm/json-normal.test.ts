import fc from 'fast-check';
import { assert, test } from 'vitest';
import { jsonText } from '../../engine/expressions/json/json-text.ts';
import { parseJson } from '../../engine/expressions/json/parse-json.ts';
import { tryVariantOf } from '../../engine/expressions/json/variant.ts';
import { KernelMemory } from './kernel-memory.ts';

const memory = await KernelMemory.create();

const blank = fc.constantFrom('', '', '', ' ', '\n', ' \t');
const name = fc.constantFrom('a', 'b', 'ab', 'Z', '', 'long name of a member', 'é', 'x1', 'x10', '\\u0061');
const number = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    '0',
    '-0',
    '0.0',
    '-0.0',
    '1.0',
    '1.50',
    '100.00',
    '0.0000001',
    '0.000001',
    '1e2',
    '01',
    '1.',
    '-',
    '00.5',
  ),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc.tuple(fc.nat(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
);
const scalar = fc.oneof(
  number,
  fc.constantFrom(
    'true',
    'false',
    'null',
    'tru',
    'nullx',
    '"',
    '"a\\nb"',
    '"a',
    '"\u0001"',
    '""',
    '"x y"',
    '"漢😀"',
  ),
  fc.string({ maxLength: 40 }).map((text) => JSON.stringify(text)),
);

const { document } = fc.letrec<{ document: string; value: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('document')),
  document: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc
      .tuple(fc.array(fc.tuple(blank, tie('value'), blank), { maxLength: 5 }))
      .map(([items]) => `[${items.map((parts) => parts.join('')).join(',')}]`),
    fc
      .tuple(fc.array(fc.tuple(blank, name, blank, blank, tie('value'), blank), { maxLength: 6 }))
      .map(
        ([members]) =>
          `{${members.map(([a, key, b, c, value, d]) => `${a}"${key}"${b}:${c}${value}${d}`).join(',')}}`,
      ),
  ),
}));

/** Undefined for what is left open. */
function normalForms(documents: readonly string[], ofVariants: boolean): (string | undefined)[] {
  memory.reset();
  const { length } = documents;
  const views = memory.write('Bytes', documents);
  const size = new TextEncoder().encode(documents.join('')).length;
  const [scratch, heap] = [memory.bytes(5 * size + 64), memory.bytes(size)];
  const [out, decided] = [memory.bytes(8 * length), memory.bytes(length)];
  memory.kernels.jsonNormalForms(length, views, 8, ofVariants ? 1 : 0, scratch, heap, out, decided);
  const flags = memory.readFlags(decided, length);
  return memory.read('Bytes', out, length).map((text, row) => (flags[row] ? String(text) : undefined));
}

/** Undefined for what is no JSON, or has a name twice. */
function written(json: string): string | undefined {
  try {
    return jsonText(parseJson(json, { refusesRepeats: true }));
  } catch {
    return undefined;
  }
}

for (const ofVariants of [true, false]) {
  test(`what a document's normal form is, is that of ${ofVariants ? 'PARSE_JSON' : 'JSON_QUERY'}`, () => {
    let decided = 0;
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 8 }), (documents) => {
        const found = normalForms(documents, ofVariants);
        documents.forEach((json, row) => {
          if (found[row] === undefined) return;
          decided++;
          assert.equal(found[row], ofVariants ? tryVariantOf(json, false) : written(json));
        });
      }),
      { numRuns: 500 },
    );
    assert.isAbove(decided, 500);
  });
}

test('plain documents are decided: in order and out of it, with blanks, nested', () => {
  const documents = ['{"b": [1, 2.50, {"d":null, "c" : true}], "a": "x"}', ' [ ] ', '{}', '0.25', '"é"'];
  assert.deepEqual(normalForms(documents, true), [
    '{"a":"x","b":[1,2.5,{"c":true,"d":null}]}',
    '[]',
    '{}',
    '0.25',
    '"é"',
  ]);
  assert.equal(normalForms(documents, false)[0], '{"a":"x","b":[1,2.50,{"c":true,"d":null}]}');
});
