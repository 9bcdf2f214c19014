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

/** The first rows of an order are sought before they are projected, as fewer are then. */
export function sortBelowProjects(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalSort' || node.fetch === undefined || node.keys.length === 0) return node;
    const [input] = node.inputs;
    if (input.kind !== 'LogicalProject' || input.inputs[0].kind === 'LogicalFilter') return node;
    const keys = node.keys.flatMap((key) => {
      const column = input.projects[key.column];
      return column?.kind === 'input' ? [{ ...key, column: column.index }] : [];
    });
    if (keys.length < node.keys.length) return node;
    const [below] = input.inputs;
    const sorted: LogicalSort = { ...node, inputs: [below], keys, rowType: below.rowType };
    return logicalProject(sorted, input.projects, fieldNames(node.rowType));
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
