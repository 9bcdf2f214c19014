import { mapPlan } from './builders.ts';
import type { LogicalNode } from './rel-node.ts';

/**
 * The plan of a sub-query as Flink treats hints there: its joins do not show what is said of them, its tables keep their names to the end, and
 * where it reads the row around it its joins are made anew, without hints.
 */
export function withSubqueryHints(plan: LogicalNode, isCorrelated: boolean): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind === 'LogicalTableScan' && node.alias !== undefined && !node.keepsAlias)
      return { ...node, keepsAlias: true };
    if (node.kind !== 'LogicalJoin' || (!node.writtenHints && !(isCorrelated && node.hints))) return node;
    const { writtenHints: _shown, hints, ...join } = node;
    return { ...join, ...(hints && !isCorrelated && { hints }) };
  });
}
