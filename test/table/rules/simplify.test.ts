import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import type { RexNode } from '../../../engine/expressions/rex-node.ts';
import { lowerExpression } from '../../../engine/table/exec/lower-expression.ts';
import { combine, conjunctions, nullLiteral, rexCall, rexInput } from '../../../engine/table/plan/rex.ts';
import { COMPUTES_NOTHING } from '../../../engine/table/rules/simplify/constant-reducer.ts';
import { conditionForTree, simplifyForTree } from '../../../engine/table/rules/simplify/simplify-for-tree.ts';
import * as simplifier from '../../../engine/table/rules/simplify/simplify.ts';
import type { Predicates } from '../../../engine/table/rules/simplify/predicates.ts';
import type { LogicalType } from '../../../engine/types/logical-type.ts';
import { valueOf } from './rex-interpreter.ts';
import type { Cell } from './rex-interpreter.ts';

const INTEGER: LogicalType = { root: 'INTEGER', nullable: true };
const INTEGER_NOT_NULL: LogicalType = { root: 'INTEGER', nullable: false };
const BOOLEAN: LogicalType = { root: 'BOOLEAN', nullable: true };

/** Columns: two nullable integers, one that is never NULL, a nullable boolean. */
const COLUMNS: LogicalType[] = [INTEGER, INTEGER, INTEGER_NOT_NULL, BOOLEAN];
const anyRow: fc.Arbitrary<Cell[]> = fc.tuple(
  fc.option(fc.bigInt({ min: -1n, max: 6n })),
  fc.option(fc.bigInt({ min: -1n, max: 6n })),
  fc.bigInt({ min: -1n, max: 6n }),
  fc.option(fc.boolean()),
);

const column = fc
  .integer({ min: 0, max: 2 })
  .map((index): RexNode => rexInput(index, COLUMNS[index] as LogicalType));
const literal = fc
  .integer({ min: 0, max: 5 })
  .map((value): RexNode => ({ kind: 'literal', value, type: INTEGER_NOT_NULL }));
const nullable = (...nodes: RexNode[]): LogicalType => ({
  ...BOOLEAN,
  nullable: nodes.some((node) => node.type.nullable),
});

const { condition } = fc.letrec<{ condition: RexNode; number: RexNode }>((tie) => ({
  number: fc.oneof(
    column,
    literal,
    fc.tuple(literal, literal).map(([a, b]) => rexCall('+', [a, b], INTEGER_NOT_NULL)),
  ),
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.constant<RexNode>(rexInput(3, BOOLEAN)),
    fc.constantFrom<RexNode>(
      { kind: 'literal', value: true, type: { ...BOOLEAN, nullable: false } },
      { kind: 'literal', value: false, type: { ...BOOLEAN, nullable: false } },
      nullLiteral(BOOLEAN),
    ),
    fc
      .tuple(fc.constantFrom('=', '<>', '<', '<=', '>', '>='), tie('number'), tie('number'))
      .map(([operator, a, b]) => rexCall(operator, [a, b], nullable(a, b))),
    fc
      .tuple(column, fc.array(literal, { minLength: 2, maxLength: 5 }))
      .map(([a, values]) => rexCall('IN', [a, ...values], nullable(a))),
    fc
      .tuple(fc.constantFrom('IS NULL', 'IS NOT NULL'), column)
      .map(([operator, a]) => rexCall(operator, [a], { ...BOOLEAN, nullable: false })),
    fc
      .tuple(fc.constantFrom('IS TRUE', 'IS NOT TRUE', 'IS FALSE', 'IS NOT FALSE'), tie('condition'))
      .map(([operator, a]) => rexCall(operator, [a], { ...BOOLEAN, nullable: false })),
    tie('condition').map((a) => rexCall('NOT', [a], a.type)),
    fc
      .tuple(tie('condition'), tie('condition'), tie('condition'))
      .map(([a, b, c]) => rexCall('CASE', [a, b, c], nullable(b, c))),
    fc
      .tuple(fc.constantFrom('AND', 'OR'), fc.array(tie('condition'), { minLength: 2, maxLength: 4 }))
      .map(([operator, operands]) => combine(operator, operands)),
  ),
}));

const simplify = (node: RexNode, predicates?: Predicates): RexNode =>
  simplifier.simplifyAll([node], COMPUTES_NOTHING, predicates)[0] as RexNode;
const simplifyCondition = (node: RexNode, predicates?: Predicates): RexNode =>
  simplifier.simplifyCondition(node, COMPUTES_NOTHING, predicates);

const RUNS = { numRuns: 2000 };

for (const [name, rewrite] of [
  ['simplify', (node: RexNode) => simplify(node)],
  ['simplify for the tree', (node: RexNode) => simplifyForTree(node, COMPUTES_NOTHING)],
  ['flatten for the tree', conditionForTree],
  ['simplify, then lower', (node: RexNode) => lowerExpression(simplify(node))],
  ['lower', lowerExpression],
] as const) {
  test(`${name}: every row gives what it gave before`, () =>
    fc.assert(
      fc.property(condition, anyRow, (node, row) => {
        assert.equal(valueOf(rewrite(node), row), valueOf(node, row));
      }),
      RUNS,
    ));
}

test('a simplified condition is TRUE for the same rows', () =>
  fc.assert(
    fc.property(condition, anyRow, (node, row) => {
      assert.equal(valueOf(simplifyCondition(node), row) === true, valueOf(node, row) === true);
    }),
    RUNS,
  ));

test('what is known changes nothing for the rows that it holds for', () =>
  fc.assert(
    fc.property(condition, condition, anyRow, (known, node, row) => {
      const predicates = conjunctions(simplifyCondition(known));
      fc.pre(predicates.every((each) => valueOf(each, row) === true));
      assert.equal(valueOf(simplifyCondition(node, predicates), row) === true, valueOf(node, row) === true);
      assert.equal(valueOf(simplify(node, predicates), row), valueOf(node, row));
    }),
    RUNS,
  ));

test('what is simplified stays as it is', () =>
  fc.assert(
    fc.property(condition, (node) => {
      const once = simplify(node);
      assert.deepEqual(simplify(once), once);
    }),
    RUNS,
  ));

test('a CASE that was never NULL may be NULL where that counts as FALSE, and no test above takes it for a value', () => {
  const b = rexInput(3, BOOLEAN);
  const isTrue = (operand: RexNode): RexNode =>
    rexCall('IS TRUE', [operand], { ...BOOLEAN, nullable: false });
  const node = rexCall('CASE', [isTrue(rexCall('CASE', [b, b, b], BOOLEAN)), b, isTrue(b)], BOOLEAN);
  for (const value of [true, false, null]) {
    const row: Cell[] = [null, null, 0n, value];
    assert.equal(valueOf(simplify(node), row), valueOf(node, row));
  }
});
