import { assert, test } from 'vitest';
import type { Expression } from '../../../engine/table/parser/ast.ts';
import { parseDataType, parseExpression } from '../../../engine/table/parser/parser.ts';
import { unparseDataType, unparseExpression } from '../../../engine/table/parser/unparse.ts';

/** With parentheses around every operation, so that the grouping shows. */
function grouped(e: Expression): string {
  const not = 'negated' in e && e.negated ? 'NOT ' : '';
  switch (e.kind) {
    case 'Unary':
      return e.operator === 'FORMAT JSON'
        ? `(${grouped(e.operand)} FORMAT JSON)`
        : `(${e.operator} ${grouped(e.operand)})`;
    case 'Binary':
      return `(${grouped(e.left)} ${e.operator} ${grouped(e.right)})`;
    case 'Is':
      return `(${grouped(e.operand)} IS ${not}${e.test})`;
    case 'Between':
      return `(${grouped(e.operand)} ${not}BETWEEN ${grouped(e.low)} AND ${grouped(e.high)})`;
    case 'InList':
      return `(${grouped(e.operand)} ${not}IN (${e.values.map(grouped).join(', ')}))`;
    case 'Like':
      return `(${grouped(e.operand)} ${not}${e.operator} ${grouped(e.pattern)}${e.escape ? ` ESCAPE ${grouped(e.escape)}` : ''})`;
    case 'Quantified':
      return `(${grouped(e.operand)} ${e.operator} ${e.quantifier} (...))`;
    case 'ItemAccess':
      return `(${grouped(e.operand)}[${grouped(e.index)}])`;
    case 'FieldAccess':
      return `(${grouped(e.operand)}.${e.field.name})`;
    default:
      return unparseExpression(e);
  }
}

// The right column is Flink's answer.
const groupings: [text: string, expected: string][] = [
  ['a OR b AND NOT c = d', '(a OR (b AND (NOT (c = d))))'],
  ['a = 1 OR b = 2 AND c = 3', '((a = 1) OR ((b = 2) AND (c = 3)))'],
  ['NOT a AND b', '((NOT a) AND b)'],
  ['NOT a IS NULL', '(NOT (a IS NULL))'],
  ['NOT a = b IS NULL', '(NOT ((a = b) IS NULL))'],
  ['NOT NOT a', '(NOT (NOT a))'],
  ['a = NOT b AND c', '((a = (NOT b)) AND c)'],
  ['a + NOT b', '(a + (NOT b))'],
  ['a = b = c', '((a = b) = c)'],
  ['a = b < c', '((a = b) < c)'],
  ['a < b + 1 IS NULL', '((a < (b + 1)) IS NULL)'],
  ['a IS NULL = b', '((a IS NULL) = b)'],
  ['a IS TRUE IS NOT NULL', '((a IS TRUE) IS NOT NULL)'],
  ['a IS DISTINCT FROM b = c', '((a IS DISTINCT FROM b) = c)'],
  ['a = b IS NOT DISTINCT FROM c', '((a = b) IS NOT DISTINCT FROM c)'],
  ['a IS DISTINCT FROM b IS NULL', '((a IS DISTINCT FROM b) IS NULL)'],
  ['a IS JSON = b', '((a IS JSON VALUE) = b)'],
  ['a BETWEEN 1 AND 2 AND b', '((a BETWEEN 1 AND 2) AND b)'],
  ['a BETWEEN 1 AND 2 OR b', '((a BETWEEN 1 AND 2) OR b)'],
  ['a BETWEEN 1 + 1 AND 2 + 2 = TRUE', '((a BETWEEN (1 + 1) AND (2 + 2)) = TRUE)'],
  ['a BETWEEN b = c AND d', '(a BETWEEN (b = c) AND d)'],
  ['a BETWEEN b OR c AND d', '(a BETWEEN (b OR c) AND d)'],
  ['a BETWEEN b AND c BETWEEN d AND e', '((a BETWEEN b AND c) BETWEEN d AND e)'],
  ['a BETWEEN b AND c IS NULL', '((a BETWEEN b AND c) IS NULL)'],
  ['a BETWEEN b AND c + d IN (1)', '((a BETWEEN b AND (c + d)) IN (1))'],
  ['a BETWEEN b AND c LIKE d', '(a BETWEEN b AND (c LIKE d))'],
  ['a NOT BETWEEN NOT b AND c', '(a NOT BETWEEN (NOT b) AND c)'],
  ['a LIKE b LIKE c', '(a LIKE (b LIKE c))'],
  ['a LIKE b = c', '((a LIKE b) = c)'],
  ['a = b LIKE c', '(a = (b LIKE c))'],
  ['a LIKE b IN (1)', '(a LIKE (b IN (1)))'],
  ['a LIKE b ESCAPE c LIKE d', '(a LIKE b ESCAPE (c LIKE d))'],
  ['a LIKE b LIKE c ESCAPE d', '(a LIKE (b LIKE c ESCAPE d))'],
  ['a || b LIKE c + d ESCAPE e || f', '((a || b) LIKE (c + d) ESCAPE (e || f))'],
  ['a IN (1) IN (2)', '((a IN (1)) IN (2))'],
  ['a = b IN (1, 2)', '(a = (b IN (1, 2)))'],
  ['a NOT IN (1) = TRUE', '((a NOT IN (1)) = TRUE)'],
  ['a + 1 IN (1)', '((a + 1) IN (1))'],
  ['a - b - c', '((a - b) - c)'],
  ['a / b / c', '((a / b) / c)'],
  ['a || b + c', '((a || b) + c)'],
  ['1 + 2 * 3 || d', '(1 + ((2 * 3) || d))'],
  ['a % b * c', '((a % b) * c)'],
  ['- a * b + c', '(((- a) * b) + c)'],
  ['a * - b + c', '((a * (- b)) + c)'],
  ['- - a', '(- (- a))'],
  ['-a.b[1]', '(- (a.b[1]))'],
  ['- a IS NULL', '((- a) IS NULL)'],
  ['- a BETWEEN b AND c', '((- a) BETWEEN b AND c)'],
  ['a + b OVERLAPS c', '((a + b) OVERLAPS c)'],
  ['a = b OVERLAPS c', '((a = b) OVERLAPS c)'],
  ['a MEMBER OF b + c', '(a MEMBER OF (b + c))'],
  ['a = b MEMBER OF c', '((a = b) MEMBER OF c)'],
  ['a MULTISET UNION b MULTISET INTERSECT c', '(a MULTISET UNION ALL (b MULTISET INTERSECT ALL c))'],
  ['a MULTISET UNION b MEMBER OF c', '(a MULTISET UNION ALL (b MEMBER OF c))'],
  ['a AND b > ALL (SELECT 1) OR c', '((a AND (b > ALL (...))) OR c)'],
  ['a FORMAT JSON + b', '((a FORMAT JSON) + b)'],
  ['RUNNING a + b', '((RUNNING a) + b)'],
  ["a + INTERVAL '1' DAY * b", "(a + (INTERVAL '1' DAY * b))"],
  ["a[1][2].b['c']", "((((a[1])[2]).b)['c'])"],
  ['(a).b.c', '((a.b).c)'],
];
test.each(groupings)('%s is %s', (text, expected) => assert.equal(grouped(parseExpression(text)), expected));

// Several spellings, one tree.
const normalised: [text: string, canonical: string][] = [
  ['SUBSTRING(a FROM 2 FOR 3)', 'SUBSTRING(a, 2, 3)'],
  ['TRIM(a)', "TRIM(BOTH ' ' FROM a)"],
  ["TRIM('x' FROM a)", "TRIM(BOTH 'x' FROM a)"],
  ['TRIM(LEADING FROM a)', "TRIM(LEADING ' ' FROM a)"],
  ['CEILING(a TO day)', 'CEIL(a TO DAY)'],
  ['extract(hour from a)', 'EXTRACT(HOUR FROM a)'],
  ['CONVERT(a USING utf8)', 'TRANSLATE(a USING UTF8)'],
  ['(a, b)', 'ROW(a, b)'],
  ['a = ANY (SELECT 1)', 'a = SOME (SELECT 1)'],
  ['a IN ((SELECT 1))', 'a IN (SELECT 1)'],
  ['((a + 1)) * 2', '(a + 1) * 2'],
  ["json_object('a': 1)", "JSON_OBJECT(KEY 'a' VALUE 1)"],
  ["JSON_QUERY(a, '$.b' WITH WRAPPER)", "JSON_QUERY(a, '$.b' WITH UNCONDITIONAL ARRAY WRAPPER)"],
  ['JSON_ARRAYAGG(a ORDER BY b)', 'JSON_ARRAYAGG(a) WITHIN GROUP (ORDER BY b)'],
  ['ARRAY_AGG(a IGNORE NULLS)', 'ARRAY_AGG(a) IGNORE NULLS'],
  ["INTERVAL '1' DAYS", "INTERVAL '1' DAY"],
  ["U&'\\00e9t\\00e9'", "_UTF16'été'"],
  ["e'a\\tb\\x41'", "_UTF16'a\tbA'"],
  ["n'a'", "N'a'"],
  ["x'0a'\n'0B'", "X'0a0B'"],
  ["'it''s'", "'it''s'"],
  ["'a'\n'b'", "'ab'"],
  ['`a b`.`c``d`.e', '`a b`.`c``d`.e'],
  ['`select`.`Tiny`', '`select`.Tiny'],
  ['current_date', 'CURRENT_DATE'],
  ['f((SELECT 1))', 'f((SELECT 1))'],
  ['f(SELECT 1)', 'f((SELECT 1))'],
  ['f(TABLE t PARTITION BY a, DESCRIPTOR(b))', 'f(TABLE t PARTITION BY (a), DESCRIPTOR(b))'],
  ['`map`[1]', '`map`[1]'],
  ['`select`(1)', '`select`(1)'],
  ['`floor`(a, b)', '`floor`(a, b)'],
  ['- (-1)', '- -1'],
];
test.each(normalised)('%s is written %s', (text, canonical) => {
  assert.equal(unparseExpression(parseExpression(text)), canonical);
  assert.equal(unparseExpression(parseExpression(canonical)), canonical);
});

const types: [text: string, canonical: string][] = [
  ['integer not null', 'INT NOT NULL'],
  ['INT NOT NULL ARRAY MULTISET NULL', 'MULTISET<ARRAY<INT NOT NULL>> NULL'],
  [
    'MAP<STRING, ARRAY<ROW(a INTEGER, b TIMESTAMP(3) WITH LOCAL TIME ZONE)>>',
    'MAP<STRING, ARRAY<ROW<a INT, b TIMESTAMP(3) WITH LOCAL TIME ZONE>>>',
  ],
  ["ROW(`a b` CHARACTER VARYING(3) NOT NULL 'why')", "ROW<`a b` VARCHAR(3) NOT NULL 'why'>"],
  ['ROW<>', 'ROW<>'],
  ['NUMERIC(10, 2)', 'DECIMAL(10, 2)'],
  ['DOUBLE PRECISION', 'DOUBLE'],
  ['INTERVAL DAY(3) TO SECOND(6)', 'INTERVAL DAY(3) TO SECOND(6)'],
  ['INTERVAL SECOND(2, 3)', 'INTERVAL SECOND(2, 3)'],
  ['TIME(3) WITH LOCAL TIME ZONE', 'TIME(3) WITH LOCAL TIME ZONE'],
  ["STRUCTURED<'C', a INT>", "STRUCTURED<'C', a INT>"],
  ["RAW('a', 'b')", "RAW('a', 'b')"],
  ['cat.db.my_type', 'cat.db.my_type'],
];
test.each(types)('type %s is written %s', (text, canonical) => {
  assert.equal(unparseDataType(parseDataType(text)), canonical);
});

test('a number keeps its text, however large', () => {
  const forms = ['1', '007', '123456789012345678901234567890', '.5', '1.', '1.50', '1E-3'].map((text) => {
    const literal = parseExpression(text);
    return literal.kind === 'NumberLiteral' ? `${literal.text} ${literal.form}` : literal.kind;
  });
  assert.deepEqual(forms, [
    '1 integer',
    '007 integer',
    '123456789012345678901234567890 integer',
    '.5 decimal',
    '1. decimal',
    '1.50 decimal',
    '1E-3 double',
  ]);
});

test('spans are the text of what they span', () => {
  const text = 'a + f(b.c,  -1) OVER (ORDER BY d)';
  const sum = parseExpression(text);
  assert.equal(sum.kind, 'Binary');
  if (sum.kind !== 'Binary' || sum.right.kind !== 'FunctionCall') return;
  const shown = [sum, sum.left, sum.right, sum.right.name, ...sum.right.args].map(({ span }) =>
    text.slice(span.start, span.end),
  );
  assert.deepEqual(shown, [text, 'a', 'f(b.c,  -1) OVER (ORDER BY d)', 'f', 'b.c', '-1']);
});
