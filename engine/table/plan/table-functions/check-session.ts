import type { LogicalType, RowField } from '../../../types/logical-type.ts';
import { timeColumnOf, windowColumns } from '../window-function-converter.ts';
import type { TableFunctionArguments } from './table-function-arguments.ts';

/** SESSION: the columns of its table and those of the window. */
export function checkSession(call: TableFunctionArguments): RowField[] {
  const fields = call.table('DATA', true);
  const column = call.argument('TIMECOL');
  if (column?.kind !== 'DescriptorArgument') throw call.wrong('TIMECOL', 'SESSION takes DESCRIPTOR(timecol)');
  const index = timeColumnOf(SESSION_SIGNATURE, fields, column, call.context);
  const gap = call.literal('GAP');
  if (gap?.type.root !== 'INTERVAL_DAY_TIME') {
    throw call.wrong('GAP', `Invalid arguments of SESSION. Supported form(s): ${SESSION_SIGNATURE}`);
  }
  if (Number(gap.value) <= 0) {
    throw call.wrong(
      'GAP',
      `SESSION table function parameters must satisfy gap > 0, but got gap ${gap.value} ms.`,
    );
  }
  return [...fields, ...windowColumns(fields[index]?.type as LogicalType)];
}

const SESSION_SIGNATURE =
  'SESSION(TABLE table_name [PARTITION BY (keycols, ...)], DESCRIPTOR(timecol), datetime interval)';
