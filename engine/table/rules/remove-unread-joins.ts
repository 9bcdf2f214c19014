import { mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalJoin, LogicalNode } from '../plan/rel-node.ts';
import { isLiteral } from '../plan/rex.ts';
import { overColumns, readBy } from './merge-aggregates.ts';

/**
 * An aggregation for which it makes no difference how often a row comes (of distinct rows, or of aggregates of distinct values) does without an
 * outer join of whose padded side it reads nothing. What the join was to compare stays there to be read, as in Flink.
 */
export function removeUnreadJoins(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalAggregate' ? (withoutJoin(node) ?? node) : node));
}

/** Undefined: the join is needed. */
function withoutJoin(node: LogicalAggregate): LogicalNode | undefined {
  if (node.groupSets || !node.calls.every((call) => call.distinct)) return undefined;
  const found = joinBelow(node.inputs[0]);
  const side = found && keptSide(found.join);
  if (!side) return undefined;
  const columns = found.columns.map((column) => column - side.first);
  const width = side.node.rowType.fields.length;
  const read = readBy(node).map((column) => columns[column] as number);
  const isOnce = new Set(read.slice(0, node.group.length)).size === node.group.length;
  const isKept = read.every((column) => column >= 0 && column < width);
  return isOnce && isKept ? overColumns(node, side.node, columns, true) : undefined;
}

/** The join and, for each column of the aggregation's input, which of its columns that is; constants are none. */
function joinBelow(
  input: LogicalNode,
): { readonly join: LogicalJoin; readonly columns: readonly number[] } | undefined {
  if (input.kind === 'LogicalJoin') return { join: input, columns: input.rowType.fields.map((_, i) => i) };
  const below = input.kind === 'LogicalProject' ? input.inputs[0] : undefined;
  if (input.kind !== 'LogicalProject' || below?.kind !== 'LogicalJoin') return undefined;
  if (!input.projects.every((each) => each.kind === 'input' || isLiteral(each))) return undefined;
  return { join: below, columns: input.projects.map((each) => (each.kind === 'input' ? each.index : -1)) };
}

/** The side of an outer join all of whose rows are there, and where its columns begin. */
function keptSide({ joinType, inputs }: LogicalJoin): { node: LogicalNode; first: number } | undefined {
  const [left, right] = inputs;
  if (joinType === 'LEFT') return { node: left, first: 0 };
  return joinType === 'RIGHT' ? { node: right, first: left.rowType.fields.length } : undefined;
}
