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
  checkCounts(node);
  if (isBatch) {
    checkOrder(node);
    checkExtremes(node);
  } else checkSlices(node);
}

/** Only IN of several columns that may be NULL counts so: as a value it needs to know how many rows have none. */
function checkCounts({ calls }: Aggregation): void {
  if (calls.some((call) => call.function === 'COUNT' && call.arguments.length > 1))
    throw new TableException('IN of several columns as a value is not supported.');
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

/** The one value of an aggregate beside DISTINCT ones is found as their minimum, which not every type has. */
function checkExtremes({ calls }: Aggregation): void {
  const call = calls.find(
    ({ function: name, argumentTypes: [type] }) =>
      (name === 'MIN' || name === 'MAX') && type !== undefined && UNORDERED.has(type.root),
  );
  if (!call) return;
  throw new TableException(
    `Cannot generate a valid execution plan: ${call.function} of values of type ${typeText(call.type)} is not supported.`,
  );
}

const UNORDERED = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW', 'VARIANT']);

function checkSlices(node: Aggregation): void {
  if (!('window' in node) || node.window.function === 'TUMBLE') return;
  const whole = node.calls.find((call) => !canMerge(call));
  if (!whole) return;
  throw new TableException(
    `The aggregate function ${whole.function} is not supported in ${node.window.function} windows: it cannot be put together from slices (Flink has no 'merge' for it).`,
  );
}
