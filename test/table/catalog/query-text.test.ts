import fc from 'fast-check';
import { assert, expect, test } from 'vitest';
import { expressionText } from '../../../engine/table/catalog/expression-text.ts';
import { queryText } from '../../../engine/table/catalog/query-text.ts';
import { parseExpression, parseScript } from '../../../engine/table/parser/parser.ts';
import { VERDICTS, withoutSpans } from '../parser/sql-cases.ts';

/** What is written as something else on purpose, as Flink does. */
const REWRITTEN =
  /\b(NULLIF|CASE \S+ WHEN|YEAR|QUARTER|MONTH|WEEK|DAYOF\w+|HOUR|MINUTE|SECOND|CEILING|SOME|TABLE \w+|(?:STRING|INT) NULL|CURRENT_\w+|PASSING|JSON_(?:QUERY|ARRAY|OBJECT)\w*|CASE(?!.*\bELSE))\b|\(a\)\.b|MAP\['a'\]/is;

const QUERIES = VERDICTS.filter(({ sql, isExpression }) => !isExpression && !REWRITTEN.test(sql)).flatMap(
  ({ sql }) =>
    parseScript(sql).statements.flatMap((statement) =>
      statement.kind === 'QueryStatement' ? [statement.query] : [],
    ),
);

test('a query that has a text is the same query when that is read', () => {
  let written = 0;
  for (const query of QUERIES) {
    const text = queryText(query);
    if (text === undefined) continue;
    written++;
    const [again] = parseScript(text).statements;
    assert.deepEqual(
      withoutSpans(again?.kind === 'QueryStatement' ? again.query : again),
      withoutSpans(query),
      text,
    );
  }
  expect(written).toBeGreaterThan(40);
});

const operand = fc.letrec<{ node: string }>((tie) => {
  const node = tie('node');
  return {
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        'a',
        't.b',
        '`x y`',
        '1',
        "'it''s'",
        'NULL',
        'TRUE',
        "DATE '2024-01-01'",
        "INTERVAL '1' DAY",
      ),
      fc
        .tuple(node, fc.constantFrom('+', '-', '*', '/', '%', '||', '=', '<>', '<', '>=', 'AND', 'OR'), node)
        .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
      fc
        .tuple(
          fc.constantFrom(
            'NOT (#)',
            '- (#)',
            '(#) IS NULL',
            '(#) IS NOT TRUE',
            'CAST(# AS BIGINT)',
            'UPPER(#)',
            'ABS(DISTINCT #)',
          ),
          node,
        )
        .map(([form, inner]) => form.replace('#', () => inner)),
      fc.tuple(node, node, node).map(([x, y, z]) => `(${x}) BETWEEN (${y}) AND (${z})`),
      fc.tuple(node, node).map(([x, y]) => `(${x}) NOT LIKE (${y})`),
      fc.tuple(node, node).map(([x, y]) => `(${x}) IN (${y}, 3)`),
      fc.tuple(node, node, node).map(([x, y, z]) => `CASE WHEN ${x} THEN ${y} ELSE ${z} END`),
      fc.tuple(node, node).map(([x, y]) => `(${x})[${y}]`),
    ),
  };
}).node;

test('an expression means the same when its text is read: parentheses stand where they have to', () => {
  fc.assert(
    fc.property(operand, (sql) => {
      const tree = parseExpression(sql);
      const text = expressionText(tree);
      assert.deepEqual(withoutSpans(parseExpression(text)), withoutSpans(tree), text);
    }),
    { numRuns: 500 },
  );
});

test('a part of a negative number is not the negative of a part', () => {
  assert.equal(expressionText(parseExpression('(-1)[a]')), '(-1)[`a`]');
  assert.equal(expressionText(parseExpression('2 - -1')), '2 - -1');
});
