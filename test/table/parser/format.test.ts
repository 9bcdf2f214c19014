import fc from 'fast-check';
import { assert, test } from 'vitest';
import { formatScript } from '../../../engine/table/parser/format.ts';
import { lex } from '../../../engine/table/parser/lexer.ts';
import { parseScript } from '../../../engine/table/parser/parser.ts';
import { hasShared, sharedCases, VERDICTS, withoutSpans } from './sql-cases.ts';

const STATEMENTS = VERDICTS.filter((v) => !v.isExpression && v.isAccepted).map((v) => v.sql);
const EXPRESSIONS = VERDICTS.filter((v) => v.isExpression && v.isAccepted).map((v) => v.sql);

/** The same tree, the same comments in the same order, and nothing left to format. */
function assertFormats(script: string): void {
  const formatted = formatScript(script);
  const [before, after] = [parseScript(script), parseScript(formatted)];
  assert.deepEqual(
    after.errors.map(({ message }) => message),
    before.errors.map(({ message }) => message),
  );
  assert.deepEqual(withoutSpans(after.statements), withoutSpans(before.statements), formatted);
  assert.deepEqual(comments(formatted), comments(script));
  assert.equal(formatScript(formatted), formatted);
}

function comments(text: string): string[] {
  return lex(text).comments.map(({ start, end }) => text.slice(start, end).trimEnd());
}

test.each(STATEMENTS)('%s', assertFormats);
test.each(EXPRESSIONS)('SELECT %s', (text) => assertFormats(`SELECT ${text} FROM t`));

test.runIf(hasShared)('every shared case', () => {
  for (const { texts } of sharedCases()) texts.forEach(assertFormats);
});

test('whatever comments and line ends are between the tokens', () => {
  const between = fc.constantFrom(
    ' ',
    ' ',
    '\n',
    '\n\n',
    ' -- c\n',
    '\n-- own\n',
    ' /* b */ ',
    '\n/* own\n b */\n',
    '\t// d\n',
  );
  const script = fc
    .array(fc.constantFrom(...STATEMENTS), { minLength: 1, maxLength: 3 })
    .chain((statements) => {
      const sql = statements.join(';');
      // Pieces of a text are another thing on one line than on two.
      const words = lex(sql).tokens.map(({ start, end }) => sql.slice(start, end));
      return fc
        .array(between, { minLength: words.length, maxLength: words.length })
        .map((gaps) => words.map((word, i) => gaps[i]! + word).join(''));
    });
  fc.assert(fc.property(script, assertFormats), { numRuns: 150 });
});

const layouts: [name: string, script: string, expected: string][] = [
  [
    'keywords are upper case, names as they are',
    'select A, count(*) from T as x',
    'SELECT A, count(*) FROM T AS x\n',
  ],
  [
    'what does not fit has a line for each column and each option',
    "create table clicks (user_id bigint, url string, ts timestamp(3), watermark for ts as ts) with ('connector'='datagen')",
    "CREATE TABLE clicks (\n  user_id BIGINT,\n  url STRING,\n  ts TIMESTAMP(3),\n  WATERMARK FOR ts AS ts\n) WITH (\n  'connector' = 'datagen'\n)\n",
  ],
  [
    'clauses, joins and conditions of a long query have lines of their own',
    'select a, b from t left join u on t.id = u.id where a > 1 and b in (select c from v where d = 1) group by a, b having count(*) > 1',
    'SELECT a, b\nFROM t\nLEFT JOIN u ON t.id = u.id\nWHERE a > 1 AND b IN (SELECT c FROM v WHERE d = 1)\nGROUP BY a, b\nHAVING count(*) > 1\n',
  ],
  [
    'comments stay where they were',
    'select a -- one\n, b from t; -- two\n\n-- three\nuse x',
    'SELECT\n  a -- one\n  ,\n  b\nFROM t; -- two\n\n-- three\nUSE x\n',
  ],
  [
    'a statement with a mistake is left alone',
    'select 1;\nselec  2 ;\nselect 3',
    'SELECT 1;\nselec  2 ;\nSELECT 3\n',
  ],
  ['nothing is nothing', ' \n', ''],
];
test.each(layouts)('%s', (_, script, expected) => assert.equal(formatScript(script), expected));
