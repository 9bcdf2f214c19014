import { TableException } from '../../types/errors.ts';
import { isTimeAttribute } from '../../types/type-families.ts';
import { calciteTypeText } from '../../types/type-text.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldOf } from '../plan/rex.ts';

/**
 * In streaming, windows are of a time attribute (S-12). A column may have been one only up to an aggregation or a join further below, so
 * this is asked once time attributes are materialized.
 */
export function checkWindowTimes(node: LogicalNode): void {
  for (const input of node.inputs) checkWindowTimes(input);
  if (node.kind !== 'LogicalTableFunctionScan' && node.kind !== 'LogicalWindowAggregate') return;
  const { type } = fieldOf(node.inputs[0].rowType, node.window.timeColumn);
  if (isTimeAttribute(type)) return;
  throw new TableException(
    `The window function requires the timecol is a time attribute type, but is ${calciteTypeText(type)}.`,
  );
}
