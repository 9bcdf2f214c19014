/** DESCRIBE and SHOW COLUMNS: tables in Flink's very shapes. */

import type { Value } from '../../data/value.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import type { FoundObject } from '../catalog/catalog-manager.ts';
import { columnExtras } from '../catalog/show-create.ts';
import type { CatalogTable } from '../catalog/table-definition.ts';
import type { Describe } from '../parser/ast.ts';
import { notSupported } from '../validate/validation-error.ts';
import { describeCatalog } from './catalog-operations.ts';
import { describeFunction } from './function-operations.ts';
import { describeModel } from './model-operations.ts';
import { BOOLEAN, STRING, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';
import { shownObject } from './show-operations.ts';

/** EXTENDED says no more of tables and models than DESCRIBE does, as in Flink. */
export function describe(statement: Describe, source: string, session: Session): OperationResult {
  const { name, object, extended } = statement;
  switch (name && object) {
    case 'TABLE':
      return describeObject(shownObject(name!, source, session)); // `name` is there in all these cases
    case 'CATALOG':
      return describeCatalog(name!, extended, source, session);
    case 'FUNCTION':
      return describeFunction(statement, name!, source, session);
    case 'MODEL':
      return describeModel(name!, source, session);
    default:
      throw notSupported(source, statement, `DESCRIBE ${object}`);
  }
}

const DESCRIBE_COLUMNS: readonly RowField[] = [
  { name: 'name', type: STRING },
  { name: 'type', type: STRING },
  { name: 'null', type: BOOLEAN },
  { name: 'key', type: STRING },
  { name: 'extras', type: STRING },
  { name: 'watermark', type: STRING },
];

export function describeObject({ object }: FoundObject): OperationResult {
  if (object.kind === 'table') return describeTable(object);
  const rows = object.rowType.fields.map(({ name, type }) => [
    name,
    bareType(type),
    type.nullable,
    null,
    null,
    null,
  ]);
  return tableOf(DESCRIBE_COLUMNS, rows);
}

function describeTable({ definition, schema }: CatalogTable): OperationResult {
  const { primaryKey } = definition;
  const key = primaryKey && `PRI(${primaryKey.columns.join(', ')})`;
  // The last column is there only if a comment is.
  const hasComments = definition.columns.some((column) => column.comment !== undefined);
  const rows = schema.columns.map(({ name, type, comment }, i): Value[] => {
    const column = definition.columns[i];
    const row: Value[] = [
      name,
      bareType(type),
      type.nullable,
      key !== undefined && primaryKey?.columns.includes(name) ? key : null,
      column ? columnExtras(column) : null,
      schema.watermark?.column === i ? schema.watermark.text : null,
    ];
    return hasComments ? [...row, comment ?? null] : row;
  });
  return tableOf(
    hasComments ? [...DESCRIBE_COLUMNS, { name: 'comment', type: STRING }] : DESCRIBE_COLUMNS,
    rows,
  );
}

function bareType(type: LogicalType): string {
  return typeText(withNullability(type, true));
}
