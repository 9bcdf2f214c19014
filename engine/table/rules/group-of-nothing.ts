import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import type { LogicalAggregate, LogicalNode } from '../plan/rel-node.ts';
import { BOOLEAN_NOT_NULL, fieldOf, rexCall, rexInput, substitute } from '../plan/rex.ts';

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };

/**
 * The results of an aggregation without keys, from column `first` on of a join with its groups, which are `grouped`: of no rows COUNT is 0,
 * where the join has found no group.
 */
export function groupOfNothing(
  aggregate: LogicalAggregate,
  { rowType, group }: LogicalAggregate,
  first: number,
): readonly RexNode[] {
  return aggregate.calls.map((call, i) => {
    const place = group.length + i;
    const column = rexInput(first + place, withNullability(fieldOf(rowType, place).type, true));
    return call.function === 'COUNT' ? orZero(column) : column;
  });
}

/** What the projections above an aggregation make of its columns. */
export function projectedColumns(plan: LogicalNode, columns: readonly RexNode[]): readonly RexNode[] {
  if (plan.kind !== 'LogicalProject') return columns;
  const below = projectedColumns(plan.inputs[0], columns);
  return plan.projects.map((each) => substitute(each, below));
}

function orZero(column: RexNode): RexCall {
  return rexCall(
    'CASE',
    [
      rexCall('IS NULL', [column], BOOLEAN_NOT_NULL),
      { kind: 'literal', value: '0', type: BIGINT, isComputed: true },
      column,
    ],
    column.type,
  );
}
