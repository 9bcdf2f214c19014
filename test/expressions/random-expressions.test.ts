import fc from 'fast-check';
import { assert, test } from 'vitest';
import type { Value } from '../../engine/data/value.ts';
import type { RexNode } from '../../engine/expressions/rex-node.ts';
import { rexText } from '../../engine/expressions/rex-text.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import { decimalResult } from '../../engine/types/decimal-arithmetic.ts';
import { interpret } from '../reference/expressions.ts';
import { T, call, cast, evaluate, input, literal, text } from './evaluation.ts';

/** Columns of every kind that expressions are made over. */
const DECIMAL = T.decimal(10, 2);
const FIELDS = {
  i: T.int,
  j: T.int,
  l: T.bigint,
  d: T.double,
  p: T.boolean,
  s: T.string,
  u: T.string,
  m: DECIMAL,
};
const TYPES = Object.values(FIELDS);

const small = fc.integer({ min: -3, max: 3 });
const anyInt = fc.oneof({ weight: 3, arbitrary: small }, fc.integer());
const anyWord = fc.string({ unit: fc.constantFrom('a', 'B', '/', 'é', '😀'), maxLength: 12 });
const nullable = <V>(of: fc.Arbitrary<V>): fc.Arbitrary<V | null> => fc.option(of, { freq: 4 });
const anyRow: fc.Arbitrary<Value[]> = fc.tuple(
  nullable(anyInt),
  nullable(anyInt),
  nullable(fc.oneof(small.map(BigInt), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n))),
  nullable(fc.oneof(small, fc.double())),
  nullable(fc.boolean()),
  nullable(anyWord),
  nullable(anyWord),
  nullable(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((n) => (n / 100).toFixed(2))),
);

/** Expressions of each type, deeper ones rarer. */
const { bool, int, bigint, double, decimal, string } = fc.letrec<{
  bool: RexNode;
  int: RexNode;
  bigint: RexNode;
  double: RexNode;
  decimal: RexNode;
  string: RexNode;
}>((tie) => {
  const [anyBool, anyI, anyL, anyD, anyM, anyS] = [
    tie('bool'),
    tie('int'),
    tie('bigint'),
    tie('double'),
    tie('decimal'),
    tie('string'),
  ];
  const node = (operator: string, type: LogicalType, ...operands: fc.Arbitrary<RexNode>[]) =>
    fc.tuple(...operands).map((nodes) => call(operator, type, ...nodes));
  const operator = (...names: string[]) => fc.constantFrom(...names);
  const options = { maxDepth: 4, depthSize: 'small' } as const;
  const chosen = (type: LogicalType, of: fc.Arbitrary<RexNode>) =>
    fc.oneof(
      fc
        .tuple(fc.array(fc.tuple(anyBool, of), { minLength: 1, maxLength: 3 }), of)
        .map(([branches, last]) => call('CASE', type, ...branches.flat(), last)),
      fc.array(of, { minLength: 2, maxLength: 3 }).map((nodes) => call('COALESCE', type, ...nodes)),
    );
  const compared = (of: fc.Arbitrary<RexNode>) =>
    fc
      .tuple(operator('=', '<>', '<', '<=', '>', '>=', 'IS NOT DISTINCT FROM'), of, of)
      .map(([name, a, b]) => call(name, T.boolean, a, b));
  return {
    bool: fc.oneof(
      options,
      fc.constant(input(4, T.boolean)),
      fc.constantFrom(true, false, null).map((value) => literal(value, T.boolean)),
      compared(anyI),
      compared(anyL),
      compared(anyD),
      compared(anyM),
      compared(anyS),
      fc
        .tuple(operator('AND', 'OR'), fc.array(anyBool, { minLength: 2, maxLength: 3 }))
        .map(([name, nodes]) => call(name, T.boolean, ...nodes)),
      node('NOT', T.boolean, anyBool),
      fc
        .tuple(operator('IS TRUE', 'IS NOT FALSE', 'IS NULL', 'IS NOT NULL'), anyBool)
        .map(([name, a]) => call(name, T.boolean, a)),
      fc
        .tuple(anyI, fc.array(small, { minLength: 1, maxLength: 4 }))
        .map(([a, list]) => call('IN', T.boolean, a, ...list.map((n) => literal(n, T.int)))),
      fc
        .tuple(anyS, fc.array(anyWord, { minLength: 1, maxLength: 4 }))
        .map(([a, list]) => call('IN', T.boolean, a, ...list.map(text))),
      chosen(T.boolean, anyBool),
    ),
    int: fc.oneof(
      options,
      fc.constantFrom(input(0, T.int), input(1, T.int)),
      anyInt.map((value) => literal(value, T.int)),
      fc.tuple(operator('+', '-', '*', '/', '%'), anyI, anyI).map(([name, a, b]) => call(name, T.int, a, b)),
      node('CHAR_LENGTH', T.int, anyS),
      node('POSITION', T.int, anyS, anyS),
      anyL.map((a) => cast(a, T.int)),
      chosen(T.int, anyI),
    ),
    bigint: fc.oneof(
      options,
      fc.constant(input(2, T.bigint)),
      small.map((value) => literal(String(value), T.bigint)),
      fc
        .tuple(operator('+', '-', '*', '/', '%'), anyL, anyL)
        .map(([name, a, b]) => call(name, T.bigint, a, b)),
      anyI.map((a) => cast(a, T.bigint)),
      chosen(T.bigint, anyL),
    ),
    double: fc.oneof(
      options,
      fc.constant(input(3, T.double)),
      small.map((value) => literal(value, T.double)),
      fc
        .tuple(operator('+', '-', '*', '/', '%'), anyD, anyD)
        .map(([name, a, b]) => call(name, T.double, a, b)),
      anyI.map((a) => cast(a, T.double)),
      chosen(T.double, anyD),
    ),
    decimal: fc.oneof(
      options,
      fc.constant(input(7, DECIMAL)),
      fc.constantFrom('0.91', '-3.00', '0.00').map((value) => literal(value, DECIMAL)),
      fc.tuple(operator('+', '-', '*', '/', '%'), anyM, anyM).map(([name, a, b]) => {
        const [left, right] = [a.type, b.type] as [
          ReturnType<typeof decimalResult>,
          ReturnType<typeof decimalResult>,
        ];
        return call(name, decimalResult(name as '+', left, right), a, b);
      }),
      anyI.map((a) => cast(a, T.decimal(10, 0))),
      anyL.map((a) => cast(a, T.decimal(19, 0))),
      fc
        .tuple(anyBool, fc.constantFrom(input(7, DECIMAL), literal('7.50', DECIMAL)))
        .map(([condition, value]) => call('CASE', DECIMAL, condition, value, input(7, DECIMAL))),
    ),
    string: fc.oneof(
      options,
      fc.constantFrom(input(5, T.string), input(6, T.string)),
      anyWord.map(text),
      fc.tuple(operator('UPPER', 'LOWER'), anyS).map(([name, a]) => call(name, T.string, a)),
      node('||', T.string, anyS, anyS),
      node('SUBSTRING', T.string, anyS, anyI),
      node('SUBSTRING', T.string, anyS, anyI, anyI),
      fc
        .tuple(anyS, fc.constantFrom('/', 'a', 'é/'), anyI)
        .map(([a, separator, index]) => call('SPLIT_INDEX', T.string, a, text(separator), index)),
      chosen(T.string, anyS),
    ),
  };
});

type Outcome = readonly Value[][] | 'fails';

function expected(rows: readonly Value[][], projection: readonly RexNode[], condition?: RexNode): Outcome {
  try {
    const kept = condition ? rows.filter((row) => passes(condition, row)) : rows;
    return kept.map((row) => projection.map((node) => interpret(node, row)));
  } catch (error) {
    return divisionByZero(error);
  }
}

/** A filter looks at no further condition once one is not TRUE: the row is dropped in any case. */
function passes(condition: RexNode, row: readonly Value[]): boolean {
  if (condition.kind !== 'call' || condition.operator !== 'AND') return interpret(condition, row) === true;
  return condition.operands.every((operand) => passes(operand, row));
}

/** The one failure that is expected; others are thrown on. */
function divisionByZero(error: unknown): 'fails' {
  if (error instanceof Error && error.message.startsWith('Division by zero')) return 'fails';
  throw error;
}

function actual(
  rows: readonly Value[][],
  projection: readonly RexNode[],
  cut: number,
  condition?: RexNode,
): Outcome {
  try {
    return evaluate(T.row(FIELDS), rows, projection, { cut, ...(condition && { condition }) });
  } catch (error) {
    return divisionByZero(error);
  }
}

/** Compares, and says the expressions as somebody would write them. */
function check(
  rows: readonly Value[][],
  projection: readonly RexNode[],
  cut: number,
  condition?: RexNode,
): void {
  const names = Object.keys(FIELDS);
  const shown = projection.map((node) => rexText(node, names)).join(', ');
  const where = condition ? ` WHERE ${rexText(condition, names)}` : '';
  const outcome = actual(rows, projection, cut, condition);
  assert.deepEqual(outcome, expected(rows, projection, condition), `SELECT ${shown}${where}`);
}

const anyNode = fc.oneof(bool, int, bigint, double, decimal, string);
const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 40 });
const anyCut = fc.integer({ min: 1, max: 40 });

test('any expression gives what the reference gives, row by row, however the rows are cut', () =>
  fc.assert(
    fc.property(anyRows, fc.array(anyNode, { minLength: 1, maxLength: 4 }), anyCut, (rows, projection, cut) =>
      check(rows, projection, cut),
    ),
    { numRuns: 500 },
  ));

const columns = TYPES.map((type, index) => input(index, type));
test('a filter keeps rows that are TRUE, and projections see those rows only', () =>
  fc.assert(
    fc.property(
      anyRows,
      bool,
      fc.array(anyNode, { minLength: 1, maxLength: 3 }),
      anyCut,
      (rows, condition, projection, cut) => check(rows, [...projection, ...columns], cut, condition),
    ),
    { numRuns: 500 },
  ));
