/** Joins of rows with arrays, maps or multisets: the operator gets and keeps them as bytes. */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { RowField, RowType } from '../../types/logical-type.ts';
import type { PhysicalBatchJoin, PhysicalJoin, PhysicalNode } from '../plan/physical-node.ts';
import { inputOf, mapRex, rowTypeOf } from '../plan/rex.ts';
import { calcOver, needsPacking, packed, packedType, unpacked, withColumns } from './packed-columns.ts';

/** The join of rows in which collections are packed, each in its place; what its condition and its consumer read is unpacked. */
export function packedJoin(node: PhysicalJoin | PhysicalBatchJoin): PhysicalNode {
  const [left, right] = node.inputs;
  if (![...left.rowType.fields, ...right.rowType.fields].some(({ type }) => needsPacking(type))) return node;
  const residual = node.residual && mapRex(node.residual, unpackedInput);
  const { fields } = node.rowType;
  const rowType = rowTypeOf(fields.map(packedField));
  const packedNode: PhysicalNode = {
    ...node,
    inputs: [packedInput(left), packedInput(right)],
    ...(residual && { residual }),
    rowType,
  };
  if (!fields.some(({ type }) => needsPacking(type))) return packedNode;
  return calcOver(
    packedNode,
    fields.map((field, i) => unpackedField(rowType, i, field)),
    fields,
  );
}

function packedInput(input: PhysicalNode): PhysicalNode {
  const { rowType } = input;
  if (!rowType.fields.some(({ type }) => needsPacking(type))) return input;
  const columns = rowType.fields.map(({ type }, i): RexNode => {
    const column = inputOf(rowType, i);
    return needsPacking(type) ? packed(column) : column;
  });
  return withColumns(input, columns, (column) => column);
}

function unpackedInput(node: RexNode): RexNode {
  if (node.kind !== 'input' || !needsPacking(node.type)) return node;
  return unpacked({ ...node, type: packedType(node.type) }, node.type);
}

function packedField(field: RowField): RowField {
  return needsPacking(field.type) ? { ...field, type: packedType(field.type) } : field;
}

function unpackedField(rowType: RowType, index: number, { type }: RowField): RexNode {
  const column = inputOf(rowType, index);
  return needsPacking(type) ? unpacked(column, type) : column;
}
