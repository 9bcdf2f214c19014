import { ValidationException } from '../../types/errors.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { mapPhysical } from './map-physical.ts';

/**
 * A plan for bounded inputs, of which every operator says its result once, at the end: aggregations and joins become those of batch mode,
 * and nothing but inserts flows. Unions, projections, window functions and window aggregations are the same in both modes.
 */
export function toBatch(plan: PhysicalNode): PhysicalNode {
  return mapPhysical(plan, (node) => ({ ...batchNode(node), changelogMode: INSERT_ONLY }));
}

function batchNode(node: PhysicalNode): PhysicalNode {
  switch (node.kind) {
    case 'GroupAggregate':
      return { ...node, kind: 'HashAggregate' };
    case 'Join': {
      const { leftUniqueKey: _left, rightUniqueKey: _right, ...join } = node;
      return { ...join, kind: 'HashJoin' };
    }
    case 'Limit':
    case 'Sort':
      if (node.kind === 'Limit' ? node.fetch === Number.MAX_SAFE_INTEGER : isOffsetAlone(node))
        throw new ValidationException('OFFSET without LIMIT is not supported in batch mode.');
      return node;
    default:
      return node;
  }
}

function isOffsetAlone({ offset, fetch }: { readonly offset: number; readonly fetch?: number }): boolean {
  return offset > 0 && fetch === undefined;
}
