import { logicalProject, mapPlan, withInputs } from '../plan/builders.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { LogicalNode, LogicalSort } from '../plan/rel-node.ts';
import { fieldNames } from '../plan/rex.ts';

/**
 * LIMIT without an order in batch mode: it comes before projections, tells scans of sources that can stop how many rows are enough, and of
 * no rows there is nothing to ask.
 */
export function pushLimits(
  plan: LogicalNode,
  { supportsLimit }: { readonly supportsLimit: (table: PlannedTable) => boolean },
): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalSort') return node;
    if (node.fetch === 0) return { kind: 'LogicalValues', inputs: [], rows: [], rowType: node.rowType };
    return node.keys.length === 0 ? pushed(node, supportsLimit) : node;
  });
}

function pushed(node: LogicalSort, supportsLimit: (table: PlannedTable) => boolean): LogicalNode {
  const [input] = node.inputs;
  if (input.kind === 'LogicalProject') {
    const [below] = input.inputs;
    if (below.kind === 'LogicalFilter') return node;
    const limited = pushed({ ...node, inputs: [below], rowType: below.rowType }, supportsLimit);
    return logicalProject(limited, input.projects, fieldNames(input.rowType));
  }
  const { fetch, offset } = node;
  if (fetch === undefined || offset > 0 || input.kind !== 'LogicalTableScan') return node;
  if (input.filter || !supportsLimit(input.table)) return node;
  return withInputs<LogicalNode>(node, [{ ...input, limit: fetch }]);
}
