import { TableException } from '../../types/errors.ts';
import { isTimeAttribute } from '../../types/type-families.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { fieldOf } from '../plan/rex.ts';
import { isInsertOnly } from './infer-changelog-mode.ts';
import { mapPhysical } from './map-physical.ts';

/**
 * In a stream only rows that insert can be sorted, and those by their rowtime first, or cut without an order. Whether a column is a rowtime
 * is known for certain here, behind all that makes time attributes plain.
 */
export function temporalSorts(plan: PhysicalNode): PhysicalNode {
  return mapPhysical(plan, (node) => {
    if (node.kind !== 'Sort' && node.kind !== 'Limit') return node;
    if (!isInsertOnly(node.inputs[0])) {
      const what = node.kind === 'Sort' ? 'ORDER BY' : 'LIMIT';
      throw new TableException(`${what} over an input with updates is not supported.`);
    }
    if (node.kind === 'Limit') return node;
    const [first] = node.keys;
    if (!first || !isTimeAttribute(fieldOf(node.rowType, first.column).type))
      throw new TableException('Sort on a non-time-attribute field is not supported.');
    return { ...node, isTemporal: true };
  });
}
