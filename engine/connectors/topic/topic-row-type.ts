import { RuntimeFailure } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import { typesEqualInLayout } from '../../types/type-equality.ts';
import { typeText } from '../../types/type-text.ts';

/** Throws a RuntimeFailure that shows both row types if a table's columns are not those of the topic. NOT NULL does not count. */
export function checkTopicRowType(topic: string, stored: RowType, table: RowType): void {
  const isSame =
    stored.fields.length === table.fields.length &&
    stored.fields.every(({ name, type }, i) => {
      const other = table.fields[i];
      return other?.name === name && typesEqualInLayout(type, other.type);
    });
  if (isSame) return;
  throw new RuntimeFailure(
    `Topic '${topic}' holds rows of other columns than the table declares.\n` +
      `Topic: ${typeText(stored)}\nTable: ${typeText(table)}\nUse another topic, or declare the same columns.`,
  );
}
