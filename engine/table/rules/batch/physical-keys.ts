import type { PhysicalBatchJoin, PhysicalJoin, PhysicalNode } from '../../plan/physical-node.ts';
import { joinedKeys, projectedKeys, scannedKeys } from '../unique-keys.ts';

const known = new WeakMap<PhysicalNode, readonly (readonly number[])[]>();

/** `uniqueKeys` of plans of batch mode, which choose between nodes that have become physical. */
export function physicalKeys(node: PhysicalNode): readonly (readonly number[])[] {
  let keys = known.get(node);
  if (!keys) known.set(node, (keys = keysOf(node)));
  return keys;
}

function keysOf(node: PhysicalNode): readonly (readonly number[])[] {
  switch (node.kind) {
    case 'TableSourceScan':
      return scannedKeys(node.table, node.rowType);
    case 'Calc':
      return projectedKeys(physicalKeys(node.inputs[0]), node.projects);
    case 'GroupAggregate':
    case 'HashAggregate':
    case 'SortAggregate':
      return [node.group.map((_, i) => i)];
    case 'Exchange':
    case 'Sort':
    case 'Limit':
    case 'WatermarkAssigner':
    case 'AsyncCalc':
      return physicalKeys(node.inputs[0]);
    case 'Join':
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
      return keysOfJoin(node);
    default:
      return [];
  }
}

function keysOfJoin(node: PhysicalJoin | PhysicalBatchJoin): readonly (readonly number[])[] {
  const [left, right] = node.inputs;
  return joinedKeys({
    joinType: node.joinType,
    leftKeys: node.leftKeys,
    rightKeys: node.rightKeys,
    ofLeft: physicalKeys(left),
    ofRight: physicalKeys(right),
    leftWidth: left.rowType.fields.length,
  });
}
