import { INSERT_ONLY } from '../../types/row-kind.ts';
import type {
  Distribution,
  PhysicalBatchAggregate,
  PhysicalBatchJoin,
  PhysicalNode,
} from '../plan/physical-node.ts';
import { firstPhase } from '../rules/batch/first-phase.ts';
import { withPhysicalInputs } from '../rules/map-physical.ts';

/**
 * What is run of a plan of batch mode. The plan shows how Flink would do it; here one operator does what two phases do there, and one hash
 * join what all of its joins do. Each finds its rows behind an exchange of its own, sorts that only group rows are left out.
 * Shared nodes stay shared.
 */
export function lowerBatch(roots: readonly PhysicalNode[]): PhysicalNode[] {
  const done = new Map<PhysicalNode, PhysicalNode>();
  const lower = (node: PhysicalNode): PhysicalNode => {
    let lowered = done.get(node);
    if (!lowered) done.set(node, (lowered = lowerNode(node, lower)));
    return lowered;
  };
  return roots.map(lower);
}

function lowerNode(node: PhysicalNode, lower: (node: PhysicalNode) => PhysicalNode): PhysicalNode {
  const passed = passedOver(node);
  if (passed) return lower(passed);
  switch (node.kind) {
    case 'HashAggregate':
    case 'SortAggregate':
      return lowerAggregate(node, lower);
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
      return lowerJoin(node, lower);
    case 'Sort':
    case 'Limit':
      return inserting(
        withPhysicalInputs<PhysicalNode>(node, [exchanged(orderedRows(node.inputs[0], lower), [])]),
      );
    default:
      return inserting(withPhysicalInputs(node, node.inputs.map(lower)));
  }
}

/** The input of exchanges, and of what subtasks do before one to send less. */
function passedOver(node: PhysicalNode): PhysicalNode | undefined {
  switch (node.kind) {
    case 'Exchange':
    case 'LocalHashAggregate':
    case 'LocalSortAggregate':
      return node.inputs[0];
    case 'Sort':
      return node.isLocal || node.isGrouping ? node.inputs[0] : undefined;
    case 'Limit':
      return node.isLocal ? node.inputs[0] : undefined;
    default:
      return undefined;
  }
}

function lowerAggregate(
  node: PhysicalBatchAggregate,
  lower: (node: PhysicalNode) => PhysicalNode,
): PhysicalNode {
  const first = node.isMerge ? firstPhase(node.inputs[0]) : node;
  const group = [...first.group, ...first.auxGroup];
  const { calls, rowType } = node;
  const isOrdered = calls.some((call) => ORDERED.has(call.function));
  const source = isOrdered ? orderedRows(first.inputs[0], lower) : lower(first.inputs[0]);
  const input = exchanged(source, group);
  return inserting({
    kind: 'HashAggregate',
    inputs: [input],
    isMerge: false,
    group,
    auxGroup: [],
    calls,
    rowType,
  });
}

/** Functions whose result tells in which order rows came. */
const ORDERED = new Set(['LISTAGG', 'FIRST_VALUE', 'LAST_VALUE', 'ARRAY_AGG', 'JSON_ARRAYAGG']);
const UNSORTED = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW', 'VARIANT', 'RAW']);

/**
 * Lowers a plan whose rows are read in their order: rows that are sorted for their groups stand as the sort leaves them, and groups that Flink makes of
 * such rows ascend by their keys.
 */
function orderedRows(node: PhysicalNode, lower: (node: PhysicalNode) => PhysicalNode): PhysicalNode {
  if (node.kind === 'Sort' && !node.isLocal && !node.isGrouping) return lower(node);
  if (node.kind === 'Sort' && node.isGrouping) {
    const input = exchanged(orderedRows(node.inputs[0], lower), []);
    const isSortable = node.keys.every(({ column }) => isSorted(node, column));
    return isSortable ? inserting(withPhysicalInputs<PhysicalNode>(node, [input])) : input;
  }
  const passed = passedOver(node);
  if (passed) return orderedRows(passed, lower);
  if (node.kind === 'Calc') {
    const input = orderedRows(node.inputs[0], lower);
    return input === lower(node.inputs[0]) ? lower(node) : inserting(withPhysicalInputs(node, [input]));
  }
  if (node.kind !== 'SortAggregate' || node.group.length === 0) return lower(node);
  const { rowType } = node;
  const keys = node.group.map((_, column) => ({ column, descending: false, nullsFirst: true }));
  const groups = lower(node);
  if (!keys.every(({ column }) => isSorted(node, column))) return groups;
  const inputs = [exchanged(groups, [])] as const;
  return inserting({ kind: 'Sort', inputs, keys, offset: 0, isGrouping: true, rowType });
}

/** Whether rows can be sorted by a column. */
function isSorted({ rowType }: PhysicalNode, column: number): boolean {
  return !UNSORTED.has(rowType.fields[column]?.type.root ?? 'RAW');
}

function lowerJoin(node: PhysicalBatchJoin, lower: (node: PhysicalNode) => PhysicalNode): PhysicalNode {
  const {
    build: _build,
    isBroadcast: _all,
    isBuildDistinct: _distinct,
    isSingleRow: _single,
    isHinted: _hinted,
    ...join
  } = node;
  const [left, right] = node.inputs;
  const inputs = [exchanged(lower(left), node.leftKeys), exchanged(lower(right), node.rightKeys)] as const;
  return inserting({ ...join, kind: 'HashJoin', inputs });
}

function exchanged(input: PhysicalNode, keys: readonly number[]): PhysicalNode {
  const distribution: Distribution = keys.length === 0 ? { kind: 'single' } : { kind: 'hash', keys };
  return inserting({ kind: 'Exchange', inputs: [input], distribution, rowType: input.rowType });
}

function inserting(node: PhysicalNode): PhysicalNode {
  return { ...node, changelogMode: INSERT_ONLY };
}
