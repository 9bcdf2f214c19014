import type { RexNode } from '../../expressions/rex-node.ts';
import { columnsOfCall, movedCall } from '../plan/aggregate-columns.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode } from '../plan/rel-node.ts';
import { compareSets } from '../plan/grouping-sets.ts';
import { conjunctions, fieldNames, fieldOf, inputOf, substitute, usedInputs } from '../plan/rex.ts';
import { literalComparison } from './simplify/comparison.ts';

/**
 * An aggregation over a projection that has all columns of its input in another order reads the input as it is. Its keys are in the order
 * of the input then. A condition below leaves the keys in
 * their order (see there), and the branches of a union have the columns in the order of the projection.
 */
export function mergePermutations(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate') return node;
    const { projects, below } = projectionsBelow(node.inputs[0]);
    if (below === node.inputs[0] || below.kind === 'LogicalFilter' || below.kind === 'LogicalUnion')
      return node;
    const columns = projects.map((each) => (each.kind === 'input' ? each.index : -1));
    const own = columns.filter((column) => column >= 0);
    const width = below.rowType.fields.length;
    const isPermutation = own.length === width && new Set(own).size === width;
    const readsColumns = readBy(node).every((column) => (columns[column] as number) >= 0);
    return isPermutation && readsColumns ? overColumns(node, below, columns) : node;
  });
}

/** What projections, one above the other, make of the columns of what is below all of them. */
function projectionsBelow(node: LogicalNode): {
  readonly projects: readonly RexNode[];
  readonly below: LogicalNode;
} {
  let below = node;
  let projects: readonly RexNode[] = node.rowType.fields.map((_, i) => inputOf(node.rowType, i));
  while (below.kind === 'LogicalProject') {
    const inner = below.projects;
    projects = projects.map((each) => substitute(each, inner));
    below = below.inputs[0];
  }
  return { projects, below };
}

/** Columns of its input that an aggregation reads: its keys first, then those of its calls. */
export function readBy({ group, calls }: LogicalAggregate): number[] {
  return [...group, ...calls.flatMap(columnsOfCall)];
}

/**
 * Likewise above a condition, where the keys stay in their order; a column may be there several times. What the condition reads suffices
 * with the others: they are handed on in the order of the input.
 */
export function mergeOrderedPermutations(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate' || node.groupSets) return node;
    const columns = columnsBelow(node);
    const below = node.inputs[0].inputs[0] as LogicalNode;
    if (!columns || below.kind !== 'LogicalFilter' || hasConstants(below)) return node;
    if ([...usedInputs([below.condition])].some((column) => !columns.includes(column))) return node;
    const keys = node.group.map((key) => columns[key] as number);
    const isOrdered = keys.every((key, i) => i === 0 || (keys[i - 1] as number) < key);
    if (!isOrdered) return node;
    const kept = [...new Set(columns)].sort((a, b) => a - b);
    if (kept.length === below.rowType.fields.length) return overColumns(node, below, columns);
    const names = kept.map((column) => fieldOf(below.rowType, column).name);
    const narrowed = logicalProject(
      below,
      kept.map((column) => inputOf(below.rowType, column)),
      names,
    );
    return overColumns(
      node,
      narrowed,
      columns.map((column) => kept.indexOf(column)),
    );
  });
}

/** The columns that the projection below has, where it computes nothing. */
function columnsBelow({ inputs: [input] }: LogicalAggregate): readonly number[] | undefined {
  if (input.kind !== 'LogicalProject') return undefined;
  const columns = input.projects.flatMap((each) => (each.kind === 'input' ? [each.index] : []));
  return columns.length === input.projects.length ? columns : undefined;
}

/** Columns that a condition makes constants are computed by the projection. */
function hasConstants(node: LogicalNode): boolean {
  if (node.kind !== 'LogicalFilter') return false;
  return conjunctions(node.condition).some((each) => literalComparison(each)?.operator === '=');
}

/** The aggregation over another input, of which it reads the given columns; keys come in the order of these. */
export function overColumns(
  node: LogicalAggregate,
  input: LogicalNode,
  columns: readonly number[],
  keepsInput = input.kind === 'LogicalTableScan',
): LogicalNode {
  const moved = (column: number): number => columns[column]!; // what is read is there
  const ascending = (set: readonly number[]): number[] => set.map(moved).sort((a, b) => a - b);
  const group = ascending(node.group);
  const calls = node.calls.map((call) => movedCall(call, moved));
  const aggregate: LogicalAggregate = {
    ...logicalAggregate(input, group, calls, node.groupSets?.map(ascending).sort(compareSets)),
    ...(keepsInput && { keepsInput }),
  };
  if (node.group.every((key, i) => moved(key) === group[i])) return aggregate;
  const order = node.rowType.fields.map((_, i) => {
    const key = node.group[i];
    return key === undefined ? i : group.indexOf(moved(key));
  });
  return logicalProject(
    aggregate,
    order.map((column) => inputOf(aggregate.rowType, column)),
    fieldNames(node.rowType),
  );
}

/** Rows of VALUES of one column are counted as they are. */
export function countValues(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate' || node.group.length > 0) return node;
    const [input] = node.inputs;
    if (input.kind !== 'LogicalProject' || usedInputs(input.projects).size > 0) return node;
    const [values] = input.inputs;
    const readsNothing = node.calls.every((call) => call.arguments.length === 0 && call.filter < 0);
    const isCounted = readsNothing && values.kind === 'LogicalValues' && values.rowType.fields.length === 1;
    return isCounted ? logicalAggregate(values, [], node.calls) : node;
  });
}
