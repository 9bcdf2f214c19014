import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'vitest';
import { jsonText } from '../../../engine/expressions/json/json-text.ts';
import { find, sqlJsonPath } from '../../../engine/expressions/json/sql-json-path.ts';

const STORE = `{
  "books": [
    {"title": "Sayings", "price": 8.95, "tags": ["old", "wise"], "isbn": null},
    {"title": "Sword", "price": 12.99, "tags": []},
    {"title": "Moby Dick", "price": 8.99, "isbn": "0-553", "tags": ["sea"]}
  ],
  "limit": 10, "name": "Sword", "empty": {}, "list": [1, "1", 1.0, true, null, [1]]
}`;

/** What is found, as JSON; `empty` and `error` for the rest. */
function found(path: string, document = STORE): string {
  const result = find(document, sqlJsonPath(path));
  return result.kind === 'value' ? jsonText(result.value) : result.kind;
}

const FILTERS: readonly (readonly [filter: string, titles: string])[] = [
  ['@.price < 10', '["Sayings","Moby Dick"]'],
  ['@.price <= 8.95', '["Sayings"]'],
  ['@.price > 8.99', '["Sword"]'],
  ['@.price >= 12.990', '["Sword"]'],
  ['8.99 == @.price', '["Moby Dick"]'],
  ["@.price == '8.99'", '["Moby Dick"]'],
  ["@.price === '8.99'", '[]'],
  ['@.price != 8.99', '["Sayings","Sword"]'],
  ["@.title == 'Sword'", '["Sword"]'],
  ['@.title == "Sword"', '["Sword"]'],
  ["@.title < 'Sb'", '["Sayings","Moby Dick"]'],
  ['@.title < 5', '[]'],
  ['@.isbn', '["Sayings","Moby Dick"]'],
  ['!@.isbn', '["Sword"]'],
  ['!(@.price < 10)', '["Sword"]'],
  ['@.isbn && @.price < 8.96', '["Sayings"]'],
  ['@.isbn && @.price < 8.96 || @.price > 12', '["Sayings","Sword"]'],
  ['(@.isbn || @.price > 12) && @.price > 8.96', '["Sword","Moby Dick"]'],
  ['@.price < $.limit', '["Sayings","Moby Dick"]'],
  ['@.title == $.name', '["Sword"]'],
  ['@.title =~ /s.*/i', '["Sayings","Sword"]'],
  ['@.title =~ /s.*/', '[]'],
  ['@.tags =~ /o.d/', '["Sayings"]'],
  ["@.title in ['Sword', 'Other']", '["Sword"]'],
  ["@.title nin ['Sword', 'Other']", '["Sayings","Moby Dick"]'],
  ["@.tags contains 'sea'", '["Moby Dick"]'],
  ["@.title contains 'or'", '["Sword"]'],
  ['@.tags size 2', '["Sayings"]'],
  ['@.tags empty true', '["Sword"]'],
  ["@.tags anyof ['wise', 'sea']", '["Sayings","Moby Dick"]'],
  ["@.tags noneof ['wise', 'sea']", '["Sword"]'],
  ["@.tags subsetof ['wise', 'old', 'new']", '["Sayings","Sword"]'],
  ["@.tags all ['wise']", '["Sayings"]'],
  ["@.tags == ['sea']", '["Moby Dick"]'],
  ['@.tags.length() > 1', '["Sayings"]'],
  ['@.tags[0]', '["Sayings","Moby Dick"]'],
];

for (const [filter, titles] of FILTERS) {
  test(`[?(${filter})]`, () => {
    assert.equal(found(`lax $.books[?(${filter})].title`), titles);
    assert.equal(found(`strict $.books[?(${filter})].title`), titles);
  });
}

test('a missing member is null in lax mode alone', () => {
  assert.equal(found('lax $.books[?(@.isbn == null)].title'), '["Sayings","Sword"]');
  assert.equal(found('strict $.books[?(@.isbn == null)].title'), '["Sayings"]');
});

const MORE: readonly (readonly [path: string, expected: string])[] = [
  ['lax $.list[?(@ == 1)]', '[1,"1",1.0]'],
  ['lax $..[?(@.price > 10)].title', '["Sword"]'],
  ['lax $.limit[?(@ > 1)]', 'error'],
  ['lax $.books[?(@.price <> 1)]', 'error'],
  ['lax $.books[?(@.price < )]', 'error'],
  ['lax $.books[?(@.price < 1]', 'error'],
  ['lax $.books[?@.price]', 'error'],
  ['lax $.books[?(@.title =~ /(/)]', 'error'],
  ['lax $.books[?(@.price type number)]', 'error'],
  ['lax $.empty[?(@.a)]', '[]'],
];
for (const [path, expected] of MORE) test(path, () => assert.equal(found(path), expected));

test('the document null is found nowhere: empty in lax mode, an error in strict mode', () => {
  assert.equal(found('lax $', 'null'), 'empty');
  assert.equal(found('lax $.a', 'null'), 'empty');
  assert.equal(found('strict $', 'null'), 'error');
});

test('text behind a document breaks it', () => {
  for (const document of ['1 2', '{} x', '[1]]', '"a" "b"']) {
    assert.equal(found('lax $', document), 'empty', document);
    assert.equal(found('strict $', document), 'error', document);
  }
});

test('any text is a path or none, and none takes for ever', () => {
  const piece = fc.constantFrom(
    ...'$@.[]()\'",:*?-0129ab <>=!&|~/{}\\ié'.split(''),
    '..',
    '[?(@',
    '$.books',
    'length()',
    "['",
    "']",
    ' in ',
    'lax ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      assert.match(found(pieces.join('')), /./);
    }),
    { numRuns: 3000 },
  );
});
