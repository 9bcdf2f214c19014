import type { LogicalNode } from '../plan/rel-node.ts';
import { walkRex } from '../plan/rex.ts';
import { isAnyCorrelation, isSubquery } from '../plan/rex-subquery.ts';
import { expressionsOf } from './decorrelate.ts';

/** What EXISTS asks of a plan: what it selects does not matter; for each row of its own around, nor does how many rows are enough. */
export function existingRows(node: LogicalNode, isCorrelated: boolean): LogicalNode {
  const isOnlyLess =
    isCorrelated &&
    node.kind === 'LogicalSort' &&
    node.offset === 0 &&
    (node.fetch === undefined || node.fetch > 0);
  return node.kind === 'LogicalProject' || isOnlyLess ? existingRows(node.inputs[0], isCorrelated) : node;
}

/** Whether a plan has a row whatever there is: an aggregation without keys, VALUES. */
export function hasRows(node: LogicalNode): boolean {
  switch (node.kind) {
    case 'LogicalProject':
      return hasRows(node.inputs[0]);
    case 'LogicalSort':
      return node.offset === 0 && node.fetch !== 0 && hasRows(node.inputs[0]);
    case 'LogicalUnion':
      return node.inputs.some(hasRows);
    case 'LogicalAggregate':
      return node.group.length === 0 || hasRows(node.inputs[0]);
    case 'LogicalValues':
      return node.rows.length > 0;
    default:
      return false;
  }
}

/** Whether a plan reads rows further out than that of `correlation`, sub-queries in it included. */
export function readsOthers(plan: LogicalNode, correlation: number): boolean {
  const own = new Set([correlation]);
  const read = new Set<number>();
  const visit = (node: LogicalNode): void => {
    if (node.kind === 'LogicalLateral') own.add(node.correlation);
    for (const expression of expressionsOf(node)) {
      walkRex(expression, (each) => {
        if (isAnyCorrelation(each)) read.add(each.correlation);
        if (isSubquery(each)) {
          own.add(each.correlation);
          visit(each.subquery);
        }
      });
    }
    node.inputs.forEach(visit);
  };
  visit(plan);
  return [...read].some((each) => !own.has(each));
}
