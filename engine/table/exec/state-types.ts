/** What keyed state cannot hold: refused when a query is planned, not when its job runs. */

import { TableException } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import { rootWithin } from '../../types/type-families.ts';

const COLLECTIONS = ['ARRAY', 'MAP', 'MULTISET'] as const;

/** Throws a TableException if rows cannot be grouped by these columns. */
export function checkKeys({ fields }: RowType, keys: readonly number[]): void {
  for (const key of keys) {
    const field = fields[key];
    const root = field && rootWithin(field.type, COLLECTIONS);
    if (root !== undefined)
      throw new TableException(`A key of type ${root}, '${field?.name}', is not supported.`);
  }
}

/** Throws a TableException if a join cannot keep rows of these types. */
export function checkJoinedRows(...types: readonly RowType[]): void {
  for (const { name, type } of types.flatMap(({ fields }) => fields)) {
    const root = rootWithin(type, COLLECTIONS);
    if (root !== undefined) {
      throw new TableException(
        `A join of rows with a column of type ${root}, '${name}', is not supported. Take its elements out before, or leave it out.`,
      );
    }
  }
}
