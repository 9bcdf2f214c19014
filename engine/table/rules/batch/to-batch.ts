import { TableException, ValidationException } from '../../../types/errors.ts';
import type { PhysicalBatchAggregate, PhysicalExpand, PhysicalNode } from '../../plan/physical-node.ts';
import { localAggregate } from './choices.ts';
import type { BatchOptions } from './options.ts';
import { BatchSearch } from './search.ts';
import { mapPhysical, withPhysicalInputs } from '../map-physical.ts';
import { canMerge } from '../mergeable-aggregates.ts';

/**
 * A plan for bounded inputs, of which every operator says its result once, at the end: the cheapest one by Flink's cost model. It shows how
 * Flink would run the query (in two phases, sorted or hashed, with which side of a join held); `exec/batch-lowering.ts` makes of it what is run here.
 */
export function toBatch(plan: PhysicalNode, options: BatchOptions): PhysicalNode {
  const bare = mapPhysical(plan, withoutExchange);
  const chosen = new BatchSearch(options).cheapest(bare);
  return mapPhysical(chosen, (node) => (isWhole(node) ? enforcedLocal(node, options) : node));
}

function withoutExchange(node: PhysicalNode): PhysicalNode {
  switch (node.kind) {
    case 'Exchange':
      return node.inputs[0];
    case 'Sort':
      if (node.offset > 0 && node.fetch === undefined)
        throw new ValidationException('ORDER BY and OFFSET without LIMIT are not supported in batch mode.');
      return node;
    case 'WatermarkAssigner':
      throw new TableException('Batch mode has no watermarks.');
    default:
      return node;
  }
}

function isWhole(node: PhysicalNode): node is PhysicalBatchAggregate {
  return (node.kind === 'HashAggregate' || node.kind === 'SortAggregate') && !node.isMerge;
}

/**
 * Of GROUPING SETS in one phase, a set without keys sends all rows to one subtask: it is aggregated before the exchange, whatever the costs say.
 */
function enforcedLocal(node: PhysicalBatchAggregate, { aggregatePhases }: BatchOptions): PhysicalNode {
  const [exchange] = node.inputs;
  const isHash = node.kind === 'HashAggregate';
  if (exchange.kind !== 'Exchange' || aggregatePhases === 'ONE_PHASE' || !node.calls.every(canMerge))
    return node;
  const [expand] = exchange.inputs;
  if (!isHash || expand.kind !== 'Expand' || !hasConstantKeys(node.group, expand)) return node;
  const local = localAggregate({ ...node, inputs: [expand] }, 'LocalHashAggregate');
  const group = node.group.map((_, i) => i);
  const moved: PhysicalNode = {
    ...exchange,
    inputs: [local],
    distribution: { kind: 'hash', keys: group },
    rowType: local.rowType,
  };
  const auxGroup = node.auxGroup.map((_, i) => group.length + i);
  return withPhysicalInputs<PhysicalNode>({ ...node, isMerge: true, group, auxGroup }, [moved]);
}

function hasConstantKeys(group: readonly number[], { projects }: PhysicalExpand): boolean {
  return projects.some((project) => group.every((column) => project[column]?.kind === 'literal'));
}
