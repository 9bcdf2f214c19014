import { logicalProject, mapPlan, withInputs } from '../plan/builders.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { LogicalNode, LogicalSort } from '../plan/rel-node.ts';
import { fieldNames, isDeterministic, substitute, usedInputs } from '../plan/rex.ts';
import { canMerge } from './merge-projects.ts';

export interface PushLimitsOptions {
  readonly isBatch: boolean;
  /** Whether a scan of the table can stop after so many rows, and has more. */
  readonly supportsLimit: (table: PlannedTable, limit: number) => boolean;
  /** How many rows a node is expected to give; absent: nothing is known, and there are many. */
  readonly expectedRows?: (node: LogicalNode) => number;
}

/** Of no rows there is nothing to ask, in batch mode. */
export function pruneZeroLimits(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) =>
    node.kind === 'LogicalSort' && node.fetch === 0
      ? { kind: 'LogicalValues', inputs: [], rows: [], rowType: node.rowType }
      : node,
  );
}

/**
 * LIMIT without an order: fewer rows are projected above it, a scan below it is told how many are enough (a hint: the limit stays).
 */
export function pushLimits(plan: LogicalNode, options: PushLimitsOptions): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalSort') return node;
    const isPushed = node.keys.length === 0 && (options.isBatch || node.fetch !== undefined);
    return isPushed ? pushed(node, options) : node;
  });
}

/**
 * The first rows of an order are sought before they are projected, as fewer are then; all rows are sorted before, too, where the projection below
 * becomes one with that above.
 */
export function sortBelowProjects(plan: LogicalNode, options: PushLimitsOptions): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind === 'LogicalSort') {
      const isCut = node.fetch !== undefined && cutsRows(node, options);
      return isCut ? (sortedBelow(node) ?? node) : node;
    }
    if (node.kind !== 'LogicalProject') return node;
    const [sort] = node.inputs;
    const isWhole = sort.kind === 'LogicalSort' && sort.fetch === undefined && sort.offset === 0;
    const below = isWhole ? sortedBelow(sort) : undefined;
    if (below?.kind !== 'LogicalProject' || !canMerge(node.projects, below.projects)) return node;
    const projects = node.projects.map((each) => substitute(each, below.projects));
    return logicalProject(below.inputs[0], projects, fieldNames(node.rowType));
  });
}

/** Whether the rows that a limit leaves are fewer than those below it. */
function cutsRows(
  { inputs: [input], fetch, offset }: LogicalSort,
  { expectedRows }: PushLimitsOptions,
): boolean {
  return offset > 0 || fetch === undefined || !expectedRows || expectedRows(input) > fetch;
}

/** A sort with the projection that was its input above it. */
function sortedBelow(node: LogicalSort): LogicalNode | undefined {
  const [input] = node.inputs;
  if (node.keys.length === 0 || input.kind !== 'LogicalProject' || input.inputs[0].kind === 'LogicalFilter')
    return undefined;
  const keys = node.keys.flatMap((key) => {
    const column = input.projects[key.column];
    return column?.kind === 'input' ? [{ ...key, column: column.index }] : [];
  });
  if (keys.length < node.keys.length) return undefined;
  const [below] = input.inputs;
  const sorted: LogicalSort = { ...node, inputs: [below], keys, rowType: below.rowType };
  return logicalProject(sorted, input.projects, fieldNames(node.rowType));
}

function pushed(node: LogicalSort, options: PushLimitsOptions): LogicalNode {
  const [input] = node.inputs;
  if (input.kind === 'LogicalProject') {
    const [below] = input.inputs;
    // Over a filter, filter and projection are one Calc, which stays whole. Constants have nothing below them that were shorter.
    const isConstant = below.kind === 'LogicalValues' && usedInputs(input.projects).size === 0;
    if (below.kind === 'LogicalFilter' || isConstant) return node;
    if (!options.isBatch && !input.projects.every(isDeterministic)) return node;
    if (!cutsRows(node, options)) return node;
    const limited = pushed({ ...node, inputs: [below], rowType: below.rowType }, options);
    return logicalProject(limited, input.projects, fieldNames(input.rowType));
  }
  const { fetch, offset } = node;
  if (fetch === undefined || input.kind !== 'LogicalTableScan' || input.filter) return node;
  if (!options.supportsLimit(input.table, offset + fetch)) return node;
  return withInputs<LogicalNode>(node, [{ ...input, limit: offset + fetch }]);
}
