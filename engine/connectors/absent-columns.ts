import { Column } from '../data/column.ts';
import { RecordBatch } from '../data/record-batch.ts';
import type { LogicalType, RowType } from '../types/logical-type.ts';

/** Makes columns absent that nobody reads. `required` has a flag for each leaf of the row type, depth first. */
export function columnMask(
  rowType: RowType,
  required: readonly boolean[],
): (batch: RecordBatch) => RecordBatch {
  if (required.every((isRequired) => isRequired)) return (batch) => batch;
  const flags = [...required];
  const masks = rowType.fields.map((field) => maskOf(field.type, flags));
  return (batch) =>
    new RecordBatch(
      batch.rowCount,
      masks.map((mask, i) => mask(batch.column(i))),
      batch.kinds,
    );
}

function maskOf(type: LogicalType, required: boolean[]): (column: Column) => Column {
  if (type.root !== 'ROW') {
    const absent = new Column(type, 0, 0);
    return required.shift() === false ? () => absent : (column) => column;
  }
  const masks = type.fields.map((field) => maskOf(field.type, required));
  return (column) =>
    new Column(
      column.type,
      column.values,
      column.validity,
      column.stride,
      masks.map((mask, i) => mask(column.children[i]!)), // a ROW column has a child a field
    );
}
