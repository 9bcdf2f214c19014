import { assert, test } from 'vitest';
import { tokenize } from '../../../engine/table/parser/highlight.ts';
import { expectedAt } from '../../../engine/table/parser/parser.ts';

/** The caret is at `^`. */
function at(text: string) {
  return expectedAt(text.replace('^', ''), text.indexOf('^'));
}

const completions: [text: string, some: string[]][] = [
  ['^', ['SELECT', 'CREATE', 'INSERT', 'SHOW', 'EXPLAIN']],
  ['SELECT 1; ^', ['SELECT', 'CREATE']],
  ['SEL^', ['SELECT']],
  ['SELECT a ^', ['FROM', 'AS', 'AND', 'UNION']],
  ['SELECT a FROM t ^', ['WHERE', 'GROUP BY', 'JOIN', 'LEFT', 'ORDER BY', 'LIMIT']],
  ['SELECT a FROM t GROUP ^', ['BY']],
  ['SELECT a FROM t LEFT ^', ['JOIN', 'OUTER']],
  ['SELECT a FROM t ORDER BY a ^', ['DESC', 'NULLS', 'LIMIT']],
  ['SELECT CASE WHEN a THEN b ^', ['ELSE', 'END', 'WHEN']],
  ['CREATE ^', ['TABLE', 'VIEW', 'TEMPORARY', 'FUNCTION']],
  ['CREATE TABLE t (a ^', ['INT', 'STRING', 'ROW', 'TIMESTAMP', 'AS']],
  ['CREATE TABLE t (a INT ^', ['NOT NULL', 'METADATA', 'PRIMARY']],
  ['SHOW ^', ['TABLES', 'CREATE TABLE', 'JOBS']],
  ['INSERT INTO t ^', ['SELECT', 'VALUES']],
  // A mistake before the caret does not matter.
  ['SELEC 1; SELECT a b c FROM t ^', ['WHERE']],
  ['SELECT a b c FROM t WHERE x IS ^', ['NULL', 'NOT', 'TRUE']],
];
test.each(completions)('at %s come %j', (text, some) => assert.includeMembers([...at(text).keywords], some));

test('names and expressions are asked for where they may stand', () => {
  const wants = (text: string) => [at(text).name, at(text).expression];
  assert.deepEqual(wants('SELECT a FROM ^'), [true, false]);
  assert.deepEqual(wants('SELECT a FROM t WHERE ^'), [true, true]);
  assert.deepEqual(wants('SELECT f(a, ^'), [true, true]);
  assert.deepEqual(wants('SELECT a FROM t GROUP ^'), [false, false]);
});

test('a completion replaces the word the caret is in', () => {
  assert.deepEqual(at('SELECT a FR^').span, { start: 9, end: 11 });
  assert.deepEqual(at('SELECT a ^').span, { start: 9, end: 9 });
});

test('every character but white space is in a token, in order', () => {
  const text =
    "SELECT /*+ BROADCAST(t) */ COUNT(*), `a b` -- why\nFROM t WHERE x = 'it''s' AND y > 1.5e3 # 'open";
  const shown = tokenize(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
  assert.deepEqual(shown, [
    'keyword SELECT',
    'hint /*+',
    'hint BROADCAST',
    'symbol (',
    'hint t',
    'symbol )',
    'hint */',
    'function COUNT',
    'symbol (',
    'symbol *',
    'symbol )',
    'symbol ,',
    'quoted `a b`',
    'comment -- why',
    'keyword FROM',
    'name t',
    'keyword WHERE',
    'name x',
    'symbol =',
    "string 'it''s'",
    'keyword AND',
    'name y',
    'symbol >',
    'number 1.5e3',
    'error #',
    "error 'open",
  ]);
});
