/** Table functions that are checked as Flink checks them, and that no operator computes: SESSION, functions of models, changelogs as rows. */

import type { RowField } from '../../types/logical-type.ts';
import type { FunctionCall } from '../parser/ast.ts';
import { checkFromChangelog, checkToChangelog } from './table-functions/check-changelog-functions.ts';
import { checkEvaluate, checkPredict } from './table-functions/check-model-functions.ts';
import { checkSession } from './table-functions/check-session.ts';
import { checkVectorSearch } from './table-functions/check-vector-search.ts';
import { TableFunctionArguments } from './table-functions/table-function-arguments.ts';
import type {
  TableFunctionContext,
  TableFunctionParameters,
} from './table-functions/table-function-arguments.ts';

interface Definition extends TableFunctionParameters {
  /** Throws ValidationException; gives the columns of the call. */
  readonly check: (call: TableFunctionArguments) => RowField[];
}

const CHANGELOG = ['INPUT', 'OP', 'OP_MAPPING', 'ON_TIME', 'UID'];

const DEFINITIONS: ReadonlyMap<string, Definition> = new Map([
  ['SESSION', { parameters: ['DATA', 'TIMECOL', 'GAP'], required: 3, check: checkSession }],
  ['ML_PREDICT', { parameters: ['INPUT', 'MODEL', 'ARGS', 'CONFIG'], required: 3, check: checkPredict }],
  [
    'ML_EVALUATE',
    { parameters: ['INPUT', 'MODEL', 'LABEL', 'ARGS', 'TASK', 'CONFIG'], required: 5, check: checkEvaluate },
  ],
  [
    'VECTOR_SEARCH',
    {
      parameters: ['SEARCH_TABLE', 'COLUMN_TO_SEARCH', 'COLUMN_TO_QUERY', 'TOP_K', 'CONFIG'],
      required: 4,
      check: checkVectorSearch,
    },
  ],
  ['TO_CHANGELOG', { parameters: CHANGELOG, required: 1, check: checkToChangelog }],
  ['FROM_CHANGELOG', { parameters: CHANGELOG, required: 1, check: checkFromChangelog }],
]);

/** By their names, upper case. */
export const UNPLANNED_TABLE_FUNCTIONS: readonly string[] = [...DEFINITIONS.keys()];

/** The columns of a call of `name`, or undefined where it is none of these functions. Throws ValidationException. */
export function checkTableFunction(
  name: string,
  call: FunctionCall,
  context: TableFunctionContext,
): RowField[] | undefined {
  const definition = DEFINITIONS.get(name);
  return definition?.check(new TableFunctionArguments(name, definition, call, context));
}
