import { assert, test } from 'vitest';
import {
  parseDataType,
  parseExpression,
  parseScript,
  parseStatement,
} from '../../../engine/table/parser/parser.ts';
import { SqlSyntaxError } from '../../../engine/types/errors.ts';

/** `line:column-column text`, where the columns of a mistake within a line are meant. */
function mistakes(text: string): string[] {
  return parseScript(text).errors.map(({ position, message }) => {
    const { line, column, endColumn } = position!;
    return `${line}:${column}-${endColumn} ${message}`;
  });
}

const messages: [sql: string, expected: string[]][] = [
  ['SELCT * FROM t', ["1:1-6 unexpected 'SELCT': did you mean SELECT?"]],
  ['SELECT a\nFORM t WHERE x = 1', ["2:1-5 unexpected 'FORM': did you mean FROM?"]],
  ['SELECT a FROM t WHRE x = 1', ["1:17-21 unexpected 'WHRE': did you mean WHERE?"]],
  ['SELECT a FROM t GROUP a', ["1:23-24 unexpected 'a', expected BY"]],
  ['SELECT a FROM t WHERE', ['1:22-22 unexpected end of input, expected expression']],
  ['SELECT a, FROM t', ["1:11-15 unexpected 'FROM', expected expression"]],
  ['INSERT t VALUES (1)', ["1:8-9 unexpected 't', expected INTO or OVERWRITE"]],
  ['SELECT value FROM t', ["1:8-13 'value' is a reserved word: as a name it needs back-ticks"]],
  ["SELECT a AS 'x' FROM t", ["1:13-16 'x' is a string: a name is quoted with back-ticks"]],
  ['SELECT a != b FROM t', ['1:10-12 != is not an operator of Flink SQL: write <>']],
  [
    'SELECT a FROM t LIMIT 1, 2',
    ['1:24-25 LIMIT start, count is not SQL for Flink: write LIMIT count OFFSET start'],
  ],
  ['SELECT "a" FROM t', ["1:8-9 double quotes mean nothing here: names are quoted with `, strings with '"]],
  ["SELECT 'a FROM t", ["1:8-17 the string is not closed: ' is missing"]],
  ['SELECT `a FROM t', ['1:8-17 the quoted name is not closed: ` is missing']],
  ['SELECT /* a', ['1:8-12 the comment is not closed: */ is missing']],
  ['SELECT a，b FROM t', ["1:9-10 unexpected character '，', did you mean ,"]],
  ['SELECT a FROM (t)', ['1:16-17 parentheses in FROM hold a query or a join, not a single table']],
  ['CREATE TABLE t (a)', ['1:17-18 a column without a type is possible only in CREATE TABLE ... AS']],
  ['SELECT a == b FROM t', ['1:10-11 == is not an operator of Flink SQL: write =']],
  ['SELECT a => b FROM t', ['1:10-12 => is for named arguments: write >= to compare']],
  ['SELECT CAST(a INT) FROM t', ["1:15-18 unexpected 'INT', expected AS"]],
  [
    'SELECT a, order, group FROM t',
    [
      "1:11-16 'order' is a reserved word: as a name it needs back-ticks",
      "1:18-23 'group' is a reserved word: as a name it needs back-ticks",
    ],
  ],
  ['SELECT a FROM t LEFT u ON x', ["1:22-23 unexpected 'u', expected JOIN or OUTER"]],
  ['SELECT a FROM t\nSELECT b FROM u', ["2:1-7 unexpected 'SELECT': is a ';' missing before it?"]],
  ['DROP TABLE IF EXIST t', ["1:15-20 unexpected 'EXIST': did you mean EXISTS?"]],
  ['CREATE TABLE IF NOT EXIST t (a INT)', ["1:21-26 unexpected 'EXIST': did you mean EXISTS?"]],
  ['ALTER TABLE t ADD COLUMN b INT', ['1:19-25 COLUMN is not said here: the name of the column follows ADD']],
  ["CREATE TABLE t (a INT) WITH ('a' = 'b'\n'c' = 'd')", ['2:1-4 a comma is missing before this key']],
  ["STOP JOB 'x' WITH DRAIN", ['1:14-24 WITH DRAIN comes only after WITH SAVEPOINT']],
  [
    'SELECT\u00a0a FROM t',
    ['1:7-8 unexpected character U+00A0, which cannot be seen: did you mean a space?'],
  ],
  ['SELECT a::INT FROM t', ['1:9-10 :: is not an operator of Flink SQL: write CAST(... AS type)']],
  ['SELECT a FROM t WHERE a && b', ['1:25-26 && is not an operator of Flink SQL: write AND']],
  ['SELECT MIN(a) min FROM t', ["1:15-18 'min' is a reserved word: as a name it needs back-ticks"]],
  [
    'SELECT a OVER (ORDER BY b) c FROM t',
    ["1:10-14 unexpected 'OVER', expected ',', AS, FROM, UNION, EXCEPT, INTERSECT, ORDER BY, LIMIT, ..."],
  ],
  ['SELECT a FROM t ORDER b', ["1:23-24 unexpected 'b', expected BY"]],
  ['SELECT a FROM t ORDER YB b', ["1:23-25 unexpected 'YB': did you mean BY?"]],
  ['DESCRIBE FUNCTON f', ["1:10-17 unexpected 'FUNCTON': did you mean FUNCTION?"]],
  ['SHOW CREATE TABEL t', ["1:13-18 unexpected 'TABEL': did you mean TABLE?"]],
  [
    'CREATE TABLE t (a INT, PRIMARY KEY (a) NOT ENFORCD)',
    ["1:44-51 unexpected 'ENFORCD': did you mean ENFORCED?"],
  ],
  ['SELECT a FROM (SELECT b FROM u WHERE) x', ["1:37-38 unexpected ')', expected expression"]],
  ["SELECT a FROM t\nSET 'x' = 'y'", ["2:1-4 unexpected 'SET': is a ';' missing before it?"]],
  ['DROP TABLE table', ["1:12-17 'table' is a reserved word: as a name it needs back-ticks"]],
  ["SELECT N'中'", ["1:8-12 Failed to encode '中' in character set 'ISO-8859-1'"]],
  ['SELECT 1 /***/ + 1', ['1:10-19 the comment is not closed: */ is missing']],
  ['FOO BAR', ["1:1-4 unexpected 'FOO', expected a statement"]],
];
test.each(messages)('%s', (sql, expected) => assert.deepEqual(mistakes(sql), expected));

const several: [name: string, sql: string, expected: number][] = [
  [
    'in five statements',
    'SELEC 1; CREATE TABEL x (a INT); SELECT 1; DROP VEW v; INSERT t SELECT 1; SELECT (1',
    5,
  ],
  ['in five clauses', 'SELECT a b c FROM t u v WHERE d e GROUP f HAVING ORDER BY g h', 6],
  ['in four columns', 'CREATE TABLE t (a INT b, user INT, c STRING, d, e INT f, g INT) WITH ()', 4],
  ['in a sub-query and around it', 'SELECT a FROM (SELECT b c d FROM u) WHERE e f', 2],
  ['in two common tables', 'WITH a AS (SELECT 1 x y), b AS (SELECT FROM t) SELECT 1', 2],
  [
    'in two statements of a set',
    'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1 x y; INSERT b SELECT 2; END; SELECT 1',
    2,
  ],
  ['in five options', "CREATE TABLE t (a INT) WITH ('a' 'b', 'c' = d, e = 'f', 'g' == 'h', 'i' = 5)", 5],
  [
    'among names that are reserved',
    'SELECT o.user, table FROM order o JOIN group g ON value = 5 GROUP BY year',
    6,
  ],
  [
    'in parentheses that are not closed',
    'SELECT a FROM t WHERE (a > 1; SELECT MAX(a; SELECT a IN (1, 2; SELECT (1',
    4,
  ],
  [
    'in literals and comments that are not closed',
    "SELECT 'a;\nSELECT 'b';\nSELECT `c;\nSELECT 'd' AS `e`;\nSELECT /* f\ng;\nSELECT h';\nSELECT /* i",
    5,
  ],
];
test.each(several)('finds every mistake %s', (_, sql, expected) => {
  const found = mistakes(sql);
  assert.equal(found.length, expected, found.join('\n'));
});

test('what is right between the mistakes is read', () => {
  const { statements, errors } = parseScript('SELEC 1;\nSELECT 2;;\nDROP TABLE;\nUSE x');
  assert.equal(errors.length, 2);
  assert.deepEqual(
    statements.map((s) => s.kind),
    ['QueryStatement', 'Use'],
  );
});

test('a text of several lines is no mistake, whatever it holds', () => {
  const { statements, errors } = parseScript(
    "SELECT 'a;\nSELECT ' AS b;\nSELECT 'c;\nd' AS e; SELECT c FORM t",
  );
  assert.equal(errors.length, 1);
  assert.equal(statements.length, 2);
});

test('behind a quote that was forgotten the script is read as it was meant', () => {
  const { statements, errors } = parseScript("SELECT 'a FROM t;\nSELECT 'b' FROM u;\nSELECT 'c' FROM v;");
  assert.deepEqual(
    errors.map(({ position, found }) => [position?.line, position?.column, found]),
    [[1, 8, "'a FROM t"]],
  );
  assert.equal(statements.length, 2);
});

test('an error tells what stood there, what would do, and what may have been meant', () => {
  const [error] = parseScript('SELECT a FROM t\nLEFT JION u').errors;
  assert.equal(error?.found, 'JION');
  assert.deepEqual(error?.expected, ['OUTER', 'JOIN']);
  assert.deepEqual(error?.suggestions, ['JOIN']);
  assert.deepEqual(error?.position, { line: 2, column: 6, endLine: 2, endColumn: 10, start: 21, end: 25 });
});

test('statements have their place in the script', () => {
  const text = '-- first\nSELECT 1 ;\n/* second */ DROP TABLE t;';
  const { statements, comments } = parseScript(text);
  assert.deepEqual(
    statements.map(({ span }) => text.slice(span.start, span.end)),
    ['SELECT 1', 'DROP TABLE t'],
  );
  assert.deepEqual(
    comments.map(({ start, end }) => text.slice(start, end)),
    ['-- first', '/* second */'],
  );
});

test('one statement is one', () => {
  assert.equal(parseStatement('SELECT 1;').kind, 'QueryStatement');
  assert.throws(() => parseStatement('SELECT 1; SELECT 2'), SqlSyntaxError, 'one statement is enough here');
  assert.throws(() => parseStatement(' -- nothing'), SqlSyntaxError, 'the statement is empty');
  assert.throws(() => parseExpression('a b'), SqlSyntaxError, "unexpected 'b'");
  assert.throws(() => parseDataType('INT NOT'), SqlSyntaxError, 'unexpected end of input, expected NULL');
});

// What nests, and what makes a tree as deep as it is long.
const deep: [head: string, piece: string][] = [
  ['', '('],
  ['', 'WITH a AS ('],
  ['', 'CREATE TABLE t (a ARRAY<'],
  ...['(', '- ', 'NOT ', 'f(', 'CASE WHEN ', 'a[', 'a LIKE ', 'a BETWEEN ', 'a IN (SELECT '].map(
    (piece): [string, string] => ['SELECT ', piece],
  ),
  ['SELECT a FROM ', '('],
  ['CREATE TABLE t (a ', 'ARRAY<'],
  ['SELECT a FROM t GROUP BY ', 'ROLLUP('],
  ['SELECT * FROM t MATCH_RECOGNIZE (PATTERN (', '('],
];
test.each(deep)('%s and 20,000 times %s is refused, not overflowed', (head, piece) => {
  assert.instanceOf(parseScript(head + piece.repeat(20_000)).errors[0], SqlSyntaxError);
});

const long = [
  ' + a',
  ' AND a',
  '[1]',
  ' UNION SELECT a',
  ' INTERSECT SELECT a',
  ' FROM t, t',
  ' COLLECT(a).a',
];
test.each(long)('so is SELECT a and 20,000 times %s', (piece) => {
  assert.isNotEmpty(parseScript(`SELECT a${piece.repeat(20_000)}`).errors);
});
test('what is long without being deep is welcome', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `(${i}, 'x')`).join(', ');
  assert.isEmpty(parseScript(`INSERT INTO t VALUES ${rows}`).errors);
  assert.isEmpty(parseScript(`SELECT a IN (${rows}) FROM t`).errors);
  assert.isEmpty(
    parseScript(`SELECT ${'a, '.repeat(5000)}a FROM t WHERE ${'a = 1 OR '.repeat(900)} b`).errors,
  );
});
