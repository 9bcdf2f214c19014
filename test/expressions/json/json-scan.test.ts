import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { RexNode } from '../../../engine/expressions/rex-node.ts';
import type { LogicalType } from '../../../engine/types/logical-type.ts';
import { call, evaluate, input, symbol, T, text } from '../evaluation.ts';

/** Documents with names that meet those of the paths, blanks, escapes, and numbers in all notations. */
const anyNumber = fc.constantFrom(
  '0',
  '-0',
  '1',
  '-12',
  '1.50',
  '0.0000001',
  '-0.0',
  '1e2',
  '12345678901234567890',
  '01',
  '1.',
  '-',
);
const anyString = fc.oneof(
  fc.constantFrom(
    '"a"',
    '""',
    '"\\u0061"',
    '"é"',
    '"a\\nb"',
    '"\\x"',
    '"😀 and some more text than 16 bytes"',
    '"a',
    '"a\u0001"',
  ),
  fc.string().map((value) => JSON.stringify(value)),
);
const anyName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('"a"', '"b"', '"a b"') },
  { weight: 1, arbitrary: fc.constantFrom('"\\u0061"', '""', '"é"', 'a') },
);
const blank = fc.constantFrom('', '', '', ' ', '\n', '\t\r ');

const { anyDocument } = fc.letrec<{ anyDocument: string; array: string; object: string }>((tie) => ({
  anyDocument: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(anyNumber, anyString, fc.constantFrom('true', 'false', 'null', 'nul', '')),
    tie('array'),
    tie('object'),
  ),
  array: fc
    .tuple(
      blank,
      fc.array(
        fc.tuple(tie('anyDocument'), blank).map(([value, after]) => value + after),
        { maxLength: 4 },
      ),
    )
    .map(([before, items]) => `[${before}${items.join(`,${before}`)}]`),
  object: fc
    .array(
      fc
        .tuple(blank, anyName, blank, tie('anyDocument'), blank)
        .map(([a, name, b, value, c]) => `${a}${name}${b}:${c}${value}`),
      { maxLength: 4 },
    )
    .map((members) => `{${members.join(',')}}`),
}));
const wrapped = fc
  .tuple(blank, anyDocument, blank, fc.constantFrom('', '', '', '', 'x', ']'))
  .map((pieces) => pieces.join(''));

const PATHS = ['$', '$.a', '$.a.b', '$.b[1]', '$[0].a', "$['a b']", '$[2]', '$.é', '$.a[0][1]'];
const DEFAULTS = [
  symbol('DEFAULT'),
  text('empty'),
  symbol('ON EMPTY'),
  symbol('DEFAULT'),
  text('error'),
  symbol('ON ERROR'),
];

/** The path as a constant, which the kernel follows, and from a column, where every document is parsed. */
function bothWays(
  documents: readonly (string | null)[],
  path: string,
  clauses: readonly RexNode[] = DEFAULTS,
  type: LogicalType = T.string,
): void {
  const calls = [text(path), input(1, T.string)].map((node) =>
    call('JSON_VALUE', type, input(0, T.string), node, ...clauses),
  );
  const rows = evaluate(
    T.row({ j: T.string, p: T.string }),
    documents.map((document) => [document, path]),
    calls,
    { cut: 5 },
  );
  rows.forEach(([scanned, parsed], i) => assert.deepEqual(scanned, parsed, `${path} in ${documents[i]}`));
}

test('the scan finds what the parser finds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(wrapped, { freq: 10 }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom(...PATHS),
      fc.constantFrom('lax ', 'strict ', ''),
      (documents, path, mode) => {
        bothWays(documents, mode + path);
      },
    ),
    { numRuns: 400 },
  );
});

test('in other types, too, with and without defaults', () => {
  const anyDefaults = fc.constantFrom<readonly RexNode[]>(
    [],
    [symbol('DEFAULT'), text('1'), symbol('ON ERROR')],
  );
  fc.assert(
    fc.property(
      fc.array(wrapped, { minLength: 1, maxLength: 10 }),
      fc.constantFrom<LogicalType>(T.int, T.double, T.boolean),
      anyDefaults,
      (documents, type, defaults) => {
        bothWays(documents, 'lax $.a', defaults, type);
        bothWays(documents, '$', defaults, type);
      },
    ),
    { numRuns: 200 },
  );
});

test('IS JSON and JSON_EXISTS agree with the parser', () => {
  const exists = [text('lax $.a'), input(1, T.string)].map((path) =>
    call('JSON_EXISTS', T.boolean, input(0, T.string), path),
  );
  const whole = call(
    'JSON_QUERY',
    T.string,
    input(0, T.string),
    text('lax $'),
    symbol('WITH_UNCONDITIONAL_ARRAY'),
  );
  const isJson = call('IS JSON VALUE', { root: 'BOOLEAN', nullable: false }, input(0, T.string));
  fc.assert(
    fc.property(fc.array(wrapped, { minLength: 1, maxLength: 20 }), (documents) => {
      const rows = evaluate(
        T.row({ j: T.string, p: T.string }),
        documents.map((document) => [document, 'lax $.a']),
        [...exists, isJson, whole],
      );
      rows.forEach(([scanned, parsed, is, query], i) => {
        assert.equal(scanned, parsed, documents[i]);
        assert.equal(is, query !== null || documents[i]!.trim() === 'null', documents[i]);
      });
    }),
    { numRuns: 300 },
  );
});

test('levels are counted to a thousand', () => {
  const nested = (levels: number): string => '[{"a":'.repeat(levels / 2) + '1' + '}]'.repeat(levels / 2);
  const rows = evaluate(
    T.row({ j: T.string }),
    [[nested(1000)], [nested(1002)]],
    [
      call('IS JSON VALUE', { root: 'BOOLEAN', nullable: false }, input(0, T.string)),
      call('JSON_EXISTS', T.boolean, input(0, T.string), text('lax $[0].a')),
    ],
  );
  assert.deepEqual(rows, [
    [true, true],
    [false, false],
  ]);
});

test('a row that fails is named', () => {
  const failing = call(
    'JSON_VALUE',
    T.string,
    input(0, T.string),
    text('$.a'),
    symbol('ERROR'),
    symbol('ON ERROR'),
  );
  assert.throws(
    () => evaluate(T.row({ j: T.string }), [['{"a":1}'], [null], ['{"b":1}']], [failing]),
    /No results for path in .*JSON_VALUE.*, row 3/,
  );
});
