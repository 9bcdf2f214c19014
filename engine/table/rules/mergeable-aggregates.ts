import type { NamedAggregateCall } from '../plan/rel-node.ts';

/** Functions that Flink has no `merge` for: they are computed in one phase, and not in windows of several slices. */
const WHOLE = new Set([
  'FIRST_VALUE',
  'LAST_VALUE',
  'SINGLE_VALUE',
  'JSON_ARRAYAGG_NULL_ON_NULL',
  'JSON_ARRAYAGG_ABSENT_ON_NULL',
]);

/** Whether results over parts of the rows can be put together. */
export function canMerge({ function: name }: NamedAggregateCall): boolean {
  return !WHOLE.has(name);
}
