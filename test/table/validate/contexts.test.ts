import { describe, expect, test } from 'vitest';
import type { RexNode } from '../../../engine/expressions/rex-node.ts';
import { parseExpression, parseStatement } from '../../../engine/table/parser/parser.ts';
import type { Query } from '../../../engine/table/parser/ast.ts';
import { containsAggregate } from '../../../engine/table/validate/aggregate-search.ts';
import type {
  AggregateExpression,
  ConversionContext,
  OverExpression,
} from '../../../engine/table/validate/conversion-context.ts';
import { expressionDigest } from '../../../engine/table/validate/expression-digest.ts';
import { ExpressionConverter } from '../../../engine/table/validate/expression-converter.ts';
import { Scope } from '../../../engine/table/validate/scope.ts';
import { selectName } from '../../../engine/table/validate/select-names.ts';
import { ValidationException } from '../../../engine/types/errors.ts';
import { typeText } from '../../../engine/types/type-text.ts';
import { shape } from './rex-shape.ts';
import { columnsOfT, convert, sessionOf, TABLE_T } from './validate-expression.ts';

const path = ['default_catalog', 'default_database', 't'];
const scope = new Scope([{ path, fields: columnsOfT(), firstInput: 0 }]);
const { environment } = sessionOf(TABLE_T);

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ValidationException) {
      return `${error.position?.column}-${(error.position?.endColumn ?? 0) - 1} ${error.message.split('\n')[0]}`;
    }
    throw error;
  }
  return 'accepted';
}

/** As the planner does it: keys by digest, aggregates collected behind them. */
function grouped(keys: readonly string[], text: string) {
  const source = text;
  const calls: AggregateExpression[] = [];
  const places = new Map(
    keys.map((key, i) => {
      const tree = parseExpression(key);
      const node = new ExpressionConverter(environment, { source: key, scope, clause: 'GROUP BY' }).convert(
        tree,
      );
      return [
        expressionDigest(tree, scope),
        { kind: 'input', index: 200 + i, type: node.type } satisfies RexNode,
      ] as const;
    }),
  );
  const context: ConversionContext = {
    source,
    scope,
    clause: 'SELECT',
    grouping: { isKeyed: keys.length > 0 },
    replace: (expression) => places.get(expressionDigest(expression, scope)),
    aggregate: (call) => ({ kind: 'input', index: 300 + calls.push(call) - 1, type: call.type }),
  };
  const node = new ExpressionConverter(environment, context).convert(parseExpression(text));
  return { node, calls };
}

const callText = (call: AggregateExpression) =>
  `${call.function}(${call.distinct ? 'DISTINCT ' : ''}${call.operands.map(shape).join(', ')})` +
  `${call.filter ? ` FILTER ${shape(call.filter)}` : ''} ${typeText(call.type)}`;

describe('a grouped query', () => {
  const cases: [keys: string[], expression: string, node: string, calls: string[]][] = [
    [['i'], 'i + 1', '+($200, 1:INT)', []],
    [['t.i'], 'i + 1', '+($200, 1:INT)', []],
    [['i + 1'], 't.i + 1', '$200', []],
    [['LOWER(s)'], 'lower( t.s )', '$200', []],
    [['s'], 'COUNT(*)', '$300', ['COUNT() BIGINT NOT NULL']],
    [
      ['s'],
      'SUM(ni) + COUNT(DISTINCT i)',
      '+(cast($300 AS BIGINT), $301)',
      ['SUM(ni) INT NOT NULL', 'COUNT(DISTINCT i) BIGINT NOT NULL'],
    ],
    [[], 'SUM(ni)', '$300', ['SUM(ni) INT']],
    [['s'], 'SUM(ni) FILTER (WHERE i > 1)', '$300', ['SUM(ni) FILTER >(i, 1:INT) INT']],
    [['i'], 'SUM(i + 1)', '$300', ['SUM(+(i, 1:INT)) INT']],
    [['i'], 'AVG(m)', '$300', ['AVG(m) DECIMAL(38, 6)']],
    [['r.x'], 'r.x', '$200', []],
  ];

  test.each(cases)('GROUP BY %s: %s', (keys, expression, expected, calls) => {
    const result = grouped(keys, expression);
    expect([shape(result.node), result.calls.map(callText)]).toEqual([expected, calls]);
  });

  test.each([
    [['i'], 'l', "1-1 Expression 'l' is not being grouped"],
    [['i + 1'], 'i + l', "1-1 Expression 'i' is not being grouped"],
    [['r'], 'r.x', "1-3 Expression 'r.x' is not being grouped"],
    [['i'], 'SUM(COUNT(*))', '1-13 Aggregate expressions cannot be nested'],
    [['i'], 'SUM(l) FILTER (WHERE COUNT(*) > 1)', '22-29 FILTER must not contain aggregate expression'],
    [['i'], 'SUM(l) FILTER (WHERE l)', '22-22 FILTER clause must be a condition'],
    [['i'], 'COUNT(l, i)', '1-11 We now only support the count of one field.'],
    [['i'], 'COUNT(DISTINCT y)', '1-17 Distinct aggregate function does not support type: VARBINARY.'],
    [['i'], 'COUNT(DISTINCT r)', '1-17 Distinct aggregate function does not support type: ROW.'],
  ])('GROUP BY %s refuses %s', (keys, expression, expected) => {
    expect(refusal(() => grouped(keys, expression))).toBe(expected);
  });

  test('a star of a grouped query names the columns that are no keys', () => {
    const context: ConversionContext = { source: '*', scope, clause: 'SELECT', grouping: { isKeyed: true } };
    const star = { kind: 'Star', qualifier: [], span: { start: 0, end: 1 } } as const;
    expect(refusal(() => new ExpressionConverter(environment, context).expandStar(star))).toBe(
      "1-1 Expression 't.b' is not being grouped",
    );
  });
});

test.each([
  ['i + 1', false],
  ['COUNT(DISTINCT i, l)', true],
  ['1 + COALESCE(MAX(i), 0)', true],
  ['SUM(i) OVER (ORDER BY p)', false],
  ['SUM(SUM(i)) OVER (ORDER BY p)', true],
  ['(SELECT MAX(i) FROM t)', false],
  ['i IN (SELECT MAX(i) FROM t)', false],
  ['nowhere.`max`(i)', false],
])('%s contains an aggregate: %s', (expression, expected) => {
  expect(containsAggregate(parseExpression(expression), environment)).toBe(expected);
});

describe('clauses in which something has no place', () => {
  const cases: [clause: ConversionContext['clause'], expression: string, expected: string][] = [
    ['WHERE', 'COUNT(*) > 1', '1-8 Aggregate expression is illegal in WHERE clause'],
    ['GROUP BY', 'MAX(i)', '1-6 Aggregate expression is illegal in GROUP BY clause'],
    ['ON', 'COUNT(*) = 1', '1-8 Aggregate expression is illegal in ON clause'],
    [
      'WHERE',
      'ROW_NUMBER() OVER (ORDER BY i) = 1',
      '1-30 Windowed aggregate expression is illegal in WHERE clause',
    ],
    ['SELECT', 'ROW_NUMBER()', '1-12 OVER clause is necessary for window functions'],
    ['WHERE', 'i', '1-1 WHERE clause must be a condition'],
    ['ON', '1', '1-1 ON clause must be a condition'],
    ['WHERE', 'EXISTS (SELECT 1)', '1-17 A sub-query in WHERE is not supported'],
    [
      'SELECT',
      "TUMBLE(ts, INTERVAL '1' DAY)",
      "1-28 Group function 'TUMBLE' can only appear in GROUP BY clause",
    ],
  ];

  test.each(cases)('%s: %s', (clause, expression, expected) => {
    const converter = new ExpressionConverter(environment, { source: expression, scope, clause });
    expect(refusal(() => converter.convertCondition(parseExpression(expression)))).toBe(expected);
  });

  test('NULL is a condition that never holds', () => {
    const converter = new ExpressionConverter(environment, { source: 'NULL', scope, clause: 'WHERE' });
    expect(shape(converter.convertCondition(parseExpression('NULL')))).toBe('null:BOOLEAN');
  });
});

describe('OVER', () => {
  function over(select: string) {
    const statement = parseStatement(select);
    const query = (statement as { query: Query }).query;
    if (query.body.kind !== 'Select') throw new Error('a SELECT');
    const { items, windows } = query.body;
    const [item] = items;
    if (item?.kind !== 'ExpressionItem') throw new Error('an expression');
    const calls: OverExpression[] = [];
    const context: ConversionContext = {
      source: select,
      scope,
      clause: 'SELECT',
      windows,
      over: (call) => ({ kind: 'input', index: calls.push(call), type: call.type }),
    };
    new ExpressionConverter(environment, context).convert(item.expression);
    return calls.map((call) => {
      const keys = call.windowOrderBy.map(
        ({ node, descending, nullsFirst }) =>
          `${shape(node)} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`,
      );
      return `${callText(call)} by ${call.partitionBy.map(shape).join()} order ${keys.join()} ${call.frame?.unit ?? ''}`.trim();
    });
  }

  test.each([
    ['SELECT SUM(i) OVER (PARTITION BY s ORDER BY w) FROM t', 'SUM(i) INT by s order w ASC NULLS FIRST'],
    ['SELECT SUM(ni) OVER (ORDER BY w DESC) FROM t', 'SUM(ni) INT NOT NULL by  order w DESC NULLS LAST'],
    [
      'SELECT COUNT(*) OVER w2 FROM t WINDOW w2 AS (PARTITION BY i ORDER BY w ROWS 2 PRECEDING)',
      'COUNT() BIGINT NOT NULL by i order w ASC NULLS FIRST ROWS',
    ],
    [
      'SELECT RANK() OVER (w2 ORDER BY d NULLS LAST) FROM t WINDOW w2 AS (PARTITION BY i)',
      'RANK() BIGINT NOT NULL by i order d ASC NULLS LAST',
    ],
    ['SELECT LAG(ni) OVER (ORDER BY w) FROM t', 'LAG(ni) INT by  order w ASC NULLS FIRST'],
  ])('%s', (select, expected) => expect(over(select)).toEqual([expected]));

  test.each([
    ['SELECT SUM(i) OVER nosuch FROM t', "20-25 Window 'nosuch' not found"],
    ['SELECT LOWER(s) OVER (ORDER BY w) FROM t', '8-33 OVER must be applied to aggregate function'],
    [
      'SELECT SUM(i) OVER (w2 PARTITION BY s) FROM t WINDOW w2 AS (ORDER BY w)',
      '20-38 PARTITION BY not allowed with existing window reference',
    ],
  ])('%s is refused', (select, expected) => expect(refusal(() => over(select))).toBe(expected));
});

describe('the planner answers', () => {
  test('for sub-queries, with the left side of IN converted', () => {
    const seen: string[] = [];
    convert('(i, s) IN (SELECT 1, 2)', {
      subquery: (syntax, operands) => {
        seen.push(`${syntax.kind} ${operands.map(shape).join()}`);
        return { kind: 'literal', value: true, type: { root: 'BOOLEAN', nullable: false } };
      },
    });
    expect(seen).toEqual(['InSubquery i,s']);
  });

  test('for columns of the query around', () => {
    const inner = new Scope([], scope);
    const node = convert('r.y', {
      scope: inner,
      outerColumn: (column, type) => ({ kind: 'input', index: 1000 + column.index, type }),
    });
    expect(shape(node)).toBe('$1020.1');
  });

  test('for functions that only it understands', () => {
    const node = convert("TUMBLE_START(ts, INTERVAL '1' DAY) IS NULL", {
      specialFunction: (call) =>
        call.name.parts[0]?.name === 'TUMBLE_START'
          ? { kind: 'input', index: 77, type: { root: 'DATE', nullable: true } }
          : undefined,
    });
    expect(shape(node)).toBe('IS NULL($77)');
  });
});

describe('what cannot be computed is refused at the innermost expression', () => {
  const limited = {
    ...environment,
    hasRuntime: (operator: string, types: readonly { root: string }[]) =>
      operator !== 'SHA256' && !(operator === 'CAST' && types[0]?.root === 'ARRAY'),
  };

  test.each([
    ["LOWER(SHA256(s)) = 'x'", '7-15 SHA256(STRING) is not supported'],
    ['CHAR_LENGTH(CAST(a AS STRING)) + 1', '13-29 CAST(ARRAY<INT>) to STRING is not supported'],
    ['LOWER(s) || s', 'accepted'],
  ])('%s', (expression, expected) => {
    const converter = new ExpressionConverter(limited, { source: expression, scope, clause: 'SELECT' });
    expect(refusal(() => converter.convert(parseExpression(expression)))).toBe(expected);
  });
});

test.each([
  ['t.i', 0, 'i'],
  ['r.x', 1, 'x'],
  ['a[1].f', 2, 'EXPR$2'],
  ['CURRENT_DATE', 3, 'CURRENT_DATE'],
  ['i + 1', 4, 'EXPR$4'],
  ['NOW()', 5, 'EXPR$5'],
])('%s at %d is called %s', (expression, index, expected) => {
  expect(selectName(parseExpression(expression), index)).toBe(expected);
});
