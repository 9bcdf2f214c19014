/** TO_CHANGELOG and FROM_CHANGELOG: a column more or less, which says what a row does. */

import type { RowField } from '../../../types/logical-type.ts';
import { isCharacter, isTimestamp } from '../../../types/type-families.ts';
import { typeText } from '../../../types/type-text.ts';
import { STRING } from '../../functions/result-types.ts';
import type { TableFunctionArguments } from './table-function-arguments.ts';

const OPERATIONS = ['INSERT', 'DELETE', 'UPDATE_BEFORE', 'UPDATE_AFTER'];

export function checkToChangelog(call: TableFunctionArguments): RowField[] {
  const fields = call.table('INPUT');
  const name = call.onlyName('OP')?.name ?? 'op';
  if (fields.some((field) => field.name === name)) {
    throw call.wrong('OP', `Field names must be unique. Found duplicates: [${name}]`);
  }
  checkOperations(
    call,
    (call.texts('OP_MAPPING') ?? []).map(([key]) => key),
  );
  checkTimeAndName(call, fields);
  return [{ name, type: STRING }, ...fields];
}

export function checkFromChangelog(call: TableFunctionArguments): RowField[] {
  const fields = call.table('INPUT');
  const name = call.onlyName('OP')?.name ?? 'op';
  const op = fields.find((field) => field.name === name);
  if (!op) throw call.wrong('OP', `The op column '${name}' does not exist in the input schema.`);
  if (!isCharacter(op.type)) {
    throw call.wrong('OP', `The op column '${name}' must be of STRING type, but was '${typeText(op.type)}'.`);
  }
  checkOperations(
    call,
    (call.texts('OP_MAPPING') ?? []).map(([, value]) => value),
  );
  checkTimeAndName(call, fields);
  return fields.filter((field) => field !== op);
}

/** Each entry is one change operation, or several with commas between them. */
function checkOperations(call: TableFunctionArguments, entries: readonly string[]): void {
  const wrong = entries
    .flatMap((entry) => entry.split(',').map((part) => part.trim()))
    .find((operation) => !OPERATIONS.includes(operation));
  if (wrong === undefined) return;
  throw call.wrong(
    'OP_MAPPING',
    `Invalid target mapping for argument 'op_mapping'. Unknown change operation: '${wrong}'. Valid values are: [${OPERATIONS.join(', ')}].`,
  );
}

function checkTimeAndName(call: TableFunctionArguments, fields: readonly RowField[]): void {
  const [time] = call.argument('ON_TIME') ? call.columns('ON_TIME', fields) : [];
  if (time && !(isTimestamp(time.type) && time.type.precision <= 3)) {
    throw call.wrong(
      'ON_TIME',
      'Unsupported data type for time attribute. The `on_time` argument must reference a TIMESTAMP or TIMESTAMP_LTZ column (up to precision 3). ' +
        `However, column '${time.name}' has data type '${typeText(time.type)}'.`,
    );
  }
  if (!call.argument('UID')) return;
  const uid = String(call.literal('UID')?.value ?? '');
  if (/^[a-zA-Z_][a-zA-Z-_0-9]*$/.test(uid)) return;
  throw call.wrong(
    'UID',
    'Invalid unique identifier for process table function. The `uid` argument must be a string literal that follows the pattern [a-zA-Z_][a-zA-Z-_0-9]*. ' +
      `But found: ${uid}`,
  );
}
