import { TableException } from '../../types/errors.ts';
import { rootWithin } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { fieldOf } from '../plan/rex.ts';
import { canMerge } from './mergeable-aggregates.ts';

type Aggregation = Extract<PhysicalNode, { group: readonly number[] }>;

/**
 * Throws a TableException for what Flink's operators cannot do. In streaming, windows of several slices need functions that can be put
 * together; in batch mode, where rows may be sorted by the key, keys need an order.
 */
export function checkAggregates(node: PhysicalNode, isBatch: boolean): void {
  for (const input of node.inputs) checkAggregates(input, isBatch);
  if (!('group' in node)) return;
  if (isBatch) checkOrder(node);
  else checkSlices(node);
}

function checkOrder({ group, inputs: [input] }: Aggregation): void {
  for (const key of group) {
    const { type } = fieldOf(input.rowType, key);
    if (rootWithin(type, ['MAP', 'MULTISET', 'VARIANT']) === undefined) continue;
    throw new TableException(
      `Type(${typeText(type)}) is not an orderable data type, it is not supported as a ORDER_BY/GROUP_BY/JOIN_EQUAL field.`,
    );
  }
}

function checkSlices(node: Aggregation): void {
  if (!('window' in node) || node.window.function === 'TUMBLE') return;
  const whole = node.calls.find((call) => !canMerge(call));
  if (!whole) return;
  throw new TableException(
    `The aggregate function ${whole.function} is not supported in ${node.window.function} windows: it cannot be put together from slices (Flink has no 'merge' for it).`,
  );
}
