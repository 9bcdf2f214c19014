import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Comparison } from '../validate/comparison.ts';
import type { LogicalNode } from './rel-node.ts';
import { rexCall, walkRex } from './rex.ts';
import { withSubqueryHints } from './subquery-hints.ts';

/**
 * Sub-queries inside expressions, and columns of a query around them, as calls that the plan alone knows: `remove-subqueries.ts` makes
 * joins of them before anything else looks at the plan. Their operators begin with `$`.
 */
export interface RexSubquery extends RexCall {
  readonly operator: '$IN_QUERY' | '$EXISTS' | '$SCALAR_QUERY' | '$SOME_QUERY';
  readonly subquery: LogicalNode;
  /** How SOME compares: `<`. */
  readonly comparison?: Comparison;
  /** By which number the sub-query's plan calls the row around it. */
  readonly correlation: number;
}

/** `$cor0.k`: column `column` of the row that correlation `correlation` stands for. */
export interface RexCorrelation extends RexCall {
  readonly operator: '$COR';
  readonly correlation: number;
  readonly column: number;
  readonly name: string;
}

export function rexSubquery(
  operator: RexSubquery['operator'],
  operands: readonly RexNode[],
  type: LogicalType,
  query: Pick<RexSubquery, 'subquery' | 'correlation' | 'comparison'>,
): RexSubquery {
  const subquery = withSubqueryHints(query.subquery, readsAround(query.subquery));
  return { kind: 'call', operator, operands, type, ...query, subquery };
}

/** Whether a plan reads a row of a query around it, itself or in its own sub-queries. */
function readsAround(plan: LogicalNode): boolean {
  const expressions =
    plan.kind === 'LogicalProject'
      ? plan.projects
      : plan.kind === 'LogicalFilter' || plan.kind === 'LogicalJoin'
        ? [plan.condition]
        : [];
  let found = false;
  for (const expression of expressions)
    walkRex(expression, (each) => {
      found ||= isAnyCorrelation(each);
    });
  return found || plan.inputs.some(readsAround);
}

export function rexCorrelation(
  { correlation, column, name }: Pick<RexCorrelation, 'correlation' | 'column' | 'name'>,
  type: LogicalType,
): RexCorrelation {
  return { ...rexCall('$COR', [], type), operator: '$COR', correlation, column, name };
}

export function isSubquery(node: RexNode): node is RexSubquery {
  return node.kind === 'call' && 'subquery' in node;
}

export function isAnyCorrelation(node: RexNode): node is RexCorrelation {
  return node.kind === 'call' && node.operator === '$COR' && 'correlation' in node;
}

export function isCorrelation(node: RexNode, correlation: number): node is RexCorrelation {
  return isAnyCorrelation(node) && node.correlation === correlation;
}

export function containsSubquery(node: RexNode): boolean {
  return contains(node, isSubquery);
}

/** Whether an expression reads the row around its query. */
export function readsOuter(node: RexNode, correlation: number): boolean {
  return contains(node, (each) => isCorrelation(each, correlation));
}

function contains(node: RexNode, is: (node: RexNode) => boolean): boolean {
  let found = false;
  walkRex(node, (each) => {
    found ||= is(each);
    return !found;
  });
  return found;
}
