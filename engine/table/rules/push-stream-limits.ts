import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { LogicalNode, LogicalSort } from '../plan/rel-node.ts';
import { fieldNames, isDeterministic } from '../plan/rex.ts';

/** LIMIT without an order: fewer rows are projected above it, and a scan below it is told how many are enough. A hint: the limit stays. */
export function pushStreamLimits(
  plan: LogicalNode,
  { supportsLimit }: { readonly supportsLimit: (table: PlannedTable) => boolean },
): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalSort' || node.keys.length > 0 || node.fetch === undefined) return node;
    const [input] = node.inputs;
    // Over a filter, filter and projection are one Calc, which stays whole.
    const isMovable =
      input.kind === 'LogicalProject' &&
      input.inputs[0].kind !== 'LogicalFilter' &&
      input.projects.every(isDeterministic);
    if (!isMovable) return limited(node, supportsLimit);
    const [below] = input.inputs;
    const limit = limited({ ...node, inputs: [below], rowType: below.rowType }, supportsLimit);
    return logicalProject(limit, input.projects, fieldNames(input.rowType));
  });
}

function limited(node: LogicalSort, supportsLimit: (table: PlannedTable) => boolean): LogicalSort {
  const [scan] = node.inputs;
  if (scan.kind !== 'LogicalTableScan' || scan.filter || !supportsLimit(scan.table)) return node;
  return { ...node, inputs: [{ ...scan, limit: node.offset + (node.fetch ?? 0) }] };
}
