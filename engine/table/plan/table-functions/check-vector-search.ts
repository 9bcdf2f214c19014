import type { LogicalType, RowField } from '../../../types/logical-type.ts';
import { calciteTypeText } from '../../../types/type-text.ts';
import type { TableFunctionArguments } from './table-function-arguments.ts';

/** VECTOR_SEARCH: the columns of the searched table and `score`. */
export function checkVectorSearch(call: TableFunctionArguments): RowField[] {
  const fields = call.table('SEARCH_TABLE');
  const [column, second] = call.columns('COLUMN_TO_SEARCH', fields);
  if (second) {
    const message = 'Expect parameter COLUMN_TO_SEARCH for VECTOR_SEARCH only contains one column.';
    throw call.wrong('COLUMN_TO_SEARCH', message);
  }
  const isVector = ({ type }: { readonly type: LogicalType }): boolean =>
    type.root === 'ARRAY' && (type.element.root === 'FLOAT' || type.element.root === 'DOUBLE');
  if (column && !isVector(column)) {
    throw call.wrong(
      'COLUMN_TO_SEARCH',
      `Expect search column \`${column.name}\` type is ARRAY<FLOAT> or ARRAY<DOUBLE>, but its type is ${calciteTypeText(column.type)}.`,
    );
  }
  const query = call.argument('COLUMN_TO_QUERY');
  if (query) call.context.convert(query);
  const count = call.literal('TOP_K');
  if (count?.type.root !== 'INTEGER') {
    throw call.wrong('TOP_K', 'Expect parameter top_k is an INTEGER NOT NULL literal in VECTOR_SEARCH.');
  }
  if (Number(count.value) <= 0) {
    throw call.wrong('TOP_K', `Parameter top_k must be greater than 0, but was ${count.value}.`);
  }
  call.texts('CONFIG');
  return [...fields, { name: 'score', type: { root: 'DOUBLE', nullable: true } }];
}
