import { describe, expect, test } from 'vitest';
import { parseCase, withAnswer, type Answer } from './case-file.ts';
import { difference } from './compare.ts';

const TEXT = `--- about
A count that changes.
--- set
parallelism.default = 2
--- file t.csv
1,a

2,b
--- sql
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'filesystem');
--- query
SELECT s, COUNT(*) FROM t GROUP BY s
--- changelog
+I ["a", "1"]
+I ["b", null]
-U ["a", "1"]
+U ["a", "2"]
--- table
["a", "2"]
["b", null]
`;

test('a case is taken apart into its sections', () => {
  const parsed = parseCase(TEXT);
  expect(parsed.options).toEqual({ 'parallelism.default': '2' });
  expect(parsed.files).toEqual({ 't.csv': '1,a\n\n2,b\n' });
  expect(parsed.query).toBe('SELECT s, COUNT(*) FROM t GROUP BY s');
  expect(parsed.answer.changelog?.rows[1]).toEqual({ kind: '+I', cells: ['b', null] });
});

test('a case put together again is the case', () =>
  expect(withAnswer(TEXT, parseCase(TEXT).answer)).toBe(TEXT));

test.each([
  'x\n--- query\nSELECT 1\n',
  '--- query\nSELECT 1\n--- changelog\n["1"]\n',
  '--- query\nQ\n--- error\nlater\n',
  '--- sql\nx\n',
])('what is no case is refused: %j', (text) => expect(() => parseCase(text)).toThrow());

/** Every way in which an answer can be slightly wrong has to be noticed. */
describe('a comparison fails when', () => {
  const right = parseCase(TEXT).answer;
  const changes = right.changelog!.rows;
  const given = (rows: typeof changes): Answer => ({ changelog: { rows, ordered: false } });
  const ordered: Answer = { ...right, changelog: { rows: changes, ordered: true } };

  test('nothing is wrong: it does not', () => {
    expect(difference(right, given(changes))).toBeUndefined();
    expect(difference(right, given([changes[1]!, changes[0]!, changes[2]!, changes[3]!]))).toBeUndefined();
    expect(difference(ordered, given(changes))).toBeUndefined();
  });
  for (let row = 0; row < changes.length; row++) {
    for (let cell = 0; cell < 2; cell++) {
      test(`cell ${cell + 1} of record ${row + 1} is another`, () => {
        const cells = changes[row]!.cells.map((value, i) => (i === cell ? `${value}!` : value));
        expect(
          difference(right, given(changes.with(row, { kind: changes[row]!.kind, cells }))),
        ).toBeDefined();
      });
    }
    test(`the kind of record ${row + 1} is another`, () => {
      const kind = changes[row]!.kind === '+I' ? '+U' : '+I';
      expect(difference(right, given(changes.with(row, { kind, cells: changes[row]!.cells })))).toBeDefined();
    });
    test(`record ${row + 1} is missing`, () =>
      expect(difference(right, given(changes.toSpliced(row, 1)))).toBeDefined());
    test(`record ${row + 1} comes twice`, () =>
      expect(difference(right, given(changes.toSpliced(row, 0, changes[row]!)))).toBeDefined());
  }
  test('two records change places and the case is ordered', () =>
    expect(difference(ordered, given([changes[1]!, changes[0]!, changes[2]!, changes[3]!]))).toBeDefined());
  test('a row is taken back before it stands', () =>
    expect(difference(right, given([changes[2]!, changes[0]!, changes[1]!, changes[3]!]))).toContain(
      'takes back',
    ));
  test('NULL comes as text', () =>
    expect(difference(right, given(changes.with(1, { kind: '+I', cells: ['b', 'null'] })))).toBeDefined());
  test('the left-over table differs though no changelog is given', () => {
    const tableOnly: Answer = { table: right.table! };
    expect(difference(tableOnly, given(changes))).toBeUndefined();
    expect(difference(tableOnly, given(changes.slice(0, 2)))).toBeDefined();
  });
  test('the rows of an ordered table come in another order', () => {
    const table: Answer = {
      table: {
        rows: [
          ['a', '2'],
          ['b', null],
        ],
        ordered: true,
      },
    };
    expect(difference(table, given(changes))).toBeDefined();
  });
  test('an error comes in another phase, or not at all, or unasked', () => {
    const error: Answer = { error: { phase: 'validate', text: 'words' } };
    expect(difference(error, { error: { phase: 'validate', text: 'other words' } })).toBeUndefined();
    expect(difference(error, { error: { phase: 'parse', text: 'words' } })).toBeDefined();
    expect(difference(error, given(changes))).toBeDefined();
    expect(difference(right, { error: { phase: 'run', text: '' } })).toBeDefined();
  });
});
