import { mapPlan } from '../plan/builders.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { isDeterministicInQuery } from '../plan/rex.ts';

/**
 * Tells a scan which rows will be asked for. As with Flink's file source this is a hint that EXPLAIN shows and a reader may use to skip
 * what cannot match: the filter itself stays above.
 */
export function pushFilterIntoScan(
  plan: LogicalNode,
  { supportsFilter }: { readonly supportsFilter: (table: PlannedTable) => boolean },
): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalFilter') return node;
    const [scan] = node.inputs;
    if (scan.kind !== 'LogicalTableScan' || scan.project || !supportsFilter(scan.table)) return node;
    if (!isDeterministicInQuery(node.condition)) return node;
    return { ...node, inputs: [{ ...scan, filter: node.condition }] };
  });
}
