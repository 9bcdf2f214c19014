import fc from 'fast-check';
import { assert, test } from 'vitest';
import type { Expression, Identifier } from '../../../engine/table/parser/ast.ts';
import { tokenize } from '../../../engine/table/parser/highlight.ts';
import { lex } from '../../../engine/table/parser/lexer.ts';
import { expectedAt, parseExpression, parseScript } from '../../../engine/table/parser/parser.ts';
import { unparseExpression, unparseStatement } from '../../../engine/table/parser/unparse.ts';
import { VERDICTS, withoutSpans } from './sql-cases.ts';

const STATEMENTS = VERDICTS.filter((v) => !v.isExpression).map((v) => v.sql);
const TOKENS = [
  ...new Set(VERDICTS.flatMap(({ sql }) => lex(sql).tokens.map(({ start, end }) => sql.slice(start, end)))),
];

// --------------------------------------------------------------------------------- whatever text there is

/** The three ways in must end, must not throw, and must say where a mistake is. */
function assertHandled(text: string): void {
  const { statements, errors } = parseScript(text);
  for (const { message, position } of errors) {
    assert.isNotEmpty(message);
    const { start, end, line, column } = position!;
    assert.isTrue(start >= 0 && start <= end && end <= text.length && line >= 1 && column >= 1, message);
  }
  for (const { span } of statements) assert.isTrue(span.start >= 0 && span.end <= text.length);
  let last = 0;
  for (const { start, end } of tokenize(text)) {
    assert.isTrue(start >= last && end > start, 'tokens are in order');
    last = end;
  }
  expectedAt(text, Math.floor(text.length / 2));
}

const mutated = fc
  .tuple(
    fc.constantFrom(...STATEMENTS),
    fc.array(
      fc.tuple(fc.nat(), fc.constantFrom('delete', 'double', 'swap', 'insert'), fc.constantFrom(...TOKENS)),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([sql, changes]) => {
    const words = lex(sql).tokens.map(({ start, end }) => sql.slice(start, end));
    for (const [place, change, token] of changes) {
      const i = place % words.length;
      if (change === 'delete') words.splice(i, 1);
      else if (change === 'double') words.splice(i, 0, words[i]!);
      else if (change === 'insert') words.splice(i, 0, token);
      else [words[i], words[0]] = [words[0]!, words[i]!];
      if (words.length === 0) words.push(token);
    }
    return words.join(' ');
  });

test('a mutated statement is read, or its mistakes are told with their places', () => {
  fc.assert(fc.property(mutated, assertHandled), { numRuns: 1500 });
});

test('so is a statement cut off anywhere', () => {
  const cut = fc.tuple(fc.constantFrom(...STATEMENTS), fc.nat(300)).map(([sql, n]) => sql.slice(0, n));
  fc.assert(fc.property(cut, assertHandled), { numRuns: 500 });
});

test('so is a heap of tokens', () => {
  const heap = fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((tokens) => tokens.join(' '));
  fc.assert(fc.property(heap, assertHandled), { numRuns: 500 });
});

test('so is any text at all', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), assertHandled), { numRuns: 500 });
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'\'"`-/*+()[]{};,.ab1 \n\\&U_xeN?'), maxLength: 40 }),
      assertHandled,
    ),
    {
      numRuns: 1000,
    },
  );
});

test('what a mutation leaves right comes back from its text', () => {
  fc.assert(
    fc.property(mutated, (sql) => {
      for (const statement of parseScript(sql).statements) {
        const text = unparseStatement(statement);
        assert.deepEqual(withoutSpans(parseScript(text).statements), withoutSpans([statement]), text);
      }
    }),
    { numRuns: 1500 },
  );
});

// ------------------------------------------------------------------------------------ whatever tree there is

const span = { start: 0, end: 0 };
const identifier = fc
  .oneof(
    fc.constantFrom(
      'a',
      'b',
      'Tiny',
      'select',
      'map',
      'user',
      'final',
      'key',
      'value',
      'a b',
      'x`y',
      'é',
      'model',
      '1a',
      'hours',
    ),
    fc.string({ minLength: 1, maxLength: 5 }),
  )
  .map((name): Identifier => ({ kind: 'Identifier', span, name }));

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const operand = tie('expression');
  const list = fc.array(operand, { minLength: 1, maxLength: 3 });
  const flag = fc.boolean();
  const optional = fc.option(operand, { nil: undefined });
  const node = <K extends Expression['kind'], R extends object>(
    kind: K,
    parts: { [P in keyof R]: fc.Arbitrary<R[P]> },
  ) => fc.record(parts).map((rest) => ({ kind, span, ...rest }));
  const leaves = [
    node('ColumnPath', { parts: fc.array(identifier, { minLength: 1, maxLength: 3 }) }),
    fc.constantFrom(
      { kind: 'NumberLiteral', span, text: '1', form: 'integer' },
      { kind: 'NumberLiteral', span, text: '.5', form: 'decimal' },
      { kind: 'NullLiteral', span },
      { kind: 'BooleanLiteral', span, value: null },
      { kind: 'DateTimeLiteral', span, type: 'DATE', text: '2024-03-01' },
      {
        kind: 'IntervalLiteral',
        span,
        negative: true,
        text: '1 02',
        qualifier: { kind: 'IntervalQualifier', span, from: 'DAY', to: 'SECOND', precision: 3, fraction: 2 },
      },
    ),
    node('StringLiteral', {
      value: fc.string({ maxLength: 5 }),
      charset: fc.constantFrom(undefined, 'UTF16'),
    }),
  ];
  const inner = [
    node('Unary', { operator: fc.constantFrom('-', '+', 'NOT', 'FORMAT JSON', 'RUNNING'), operand }),
    node('Binary', {
      operator: fc.constantFrom(
        ...([
          'OR',
          'AND',
          '=',
          '<>',
          '<',
          'IS DISTINCT FROM',
          'IS NOT DISTINCT FROM',
          '+',
          '-',
          '*',
          '/',
          '%',
          '||',
        ] as const),
        ...(['MEMBER OF', 'NOT SUBMULTISET OF', 'MULTISET UNION ALL', 'MULTISET EXCEPT DISTINCT'] as const),
        ...(['MULTISET INTERSECT ALL', 'OVERLAPS', 'IMMEDIATELY PRECEDES'] as const),
      ),
      left: operand,
      right: operand,
    }),
    node('Is', { negated: flag, test: fc.constantFrom('NULL', 'TRUE', 'A SET', 'JSON OBJECT'), operand }),
    node('Between', { negated: flag, symmetric: flag, operand, low: operand, high: operand }),
    // A list of one sub-query would be the sub-query.
    node('InList', { negated: flag, operand, values: list }),
    node('Like', {
      operator: fc.constantFrom('LIKE', 'SIMILAR TO'),
      negated: flag,
      operand,
      pattern: operand,
      escape: optional,
    }),
    node('Case', {
      operand: optional,
      branches: fc.array(
        fc
          .tuple(operand, operand)
          .map(([when, then]) => ({ kind: 'CaseBranch' as const, span, when: [when], then })),
        { minLength: 1, maxLength: 2 },
      ),
      otherwise: optional,
    }),
    node('Cast', {
      isTry: flag,
      operand,
      type: fc.constant({ kind: 'SimpleDataType', span, name: 'DECIMAL', precision: 10, scale: 2 } as const),
    }),
    node('RowConstructor', { items: fc.array(operand, { minLength: 1, maxLength: 3 }) }),
    node('ArrayConstructor', { items: fc.array(operand, { maxLength: 3 }) }),
    node('MapConstructor', {
      entries: fc.array(fc.record({ key: operand, value: operand }), { maxLength: 2 }),
    }),
    node('ItemAccess', { operand, index: operand }),
    node('FieldAccess', { operand, field: identifier }),
    fc
      .tuple(fc.array(identifier, { minLength: 1, maxLength: 2 }), list, flag)
      .map(([parts, args, distinct]) => ({
        kind: 'FunctionCall' as const,
        span,
        name: { kind: 'ObjectPath' as const, span, parts },
        args,
        quantifier: distinct ? ('DISTINCT' as const) : undefined,
        orderBy: [],
      })),
  ];
  return {
    expression: fc.oneof(
      { maxDepth: 4 },
      ...(leaves as fc.Arbitrary<Expression>[]),
      ...(inner as fc.Arbitrary<Expression>[]),
    ),
  };
});

test('any expression comes back from its text', () => {
  fc.assert(
    fc.property(expression, (tree) => {
      const text = unparseExpression(tree);
      assert.deepEqual(withoutSpans(parseExpression(text)), withoutSpans(tree), text);
    }),
    { numRuns: 1500 },
  );
});
