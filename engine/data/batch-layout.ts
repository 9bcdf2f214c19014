import type { LogicalType, RowType } from '../types/logical-type.ts';
import { isView, physicalWidth } from './column.ts';

/**
 * The byte form of a batch: self-contained, little-endian, every offset from its own first byte.
 *
 *    0  u32 bytes in all, a multiple of 16
 *    4  u32 rows
 *    8  u32 base: what was added to the first word of every view cell; 0 while they are offsets
 *   12  u32 offset of a RowKind byte a row, or 0 while all rows are +I
 *   16  an entry of six u32 for each node of the row type, depth first (a ROW before its fields, a collection before
 *       its elements, a map before keys and values):
 *         flags       1 present, 2 constant (one cell for all rows), 4 cells are views
 *         values      offset of the cells, as wide and with the meaning that Column says; 0 if there are none
 *         validity    offset of a byte a cell, or 0 while every cell is set
 *         rows        cells (for children of collections: elements)
 *         heap        offset and
 *         heapBytes   length of the bytes that views point into
 *       then what these point at, each piece at a multiple of 8; at least 16 bytes of slack at the end
 */
export const BATCH_HEADER_BYTES = 16;
export const BATCH_ENTRY_BYTES = 24;
export const ENTRY_PRESENT = 1;
export const ENTRY_CONSTANT = 2;

/** How a column lies in a batch; the numbers are those of `codec.ts`. */
export const NodeShape = { CELLS: 0, VIEWS: 1, ROW: 2, LIST: 3 } as const;
export type NodeShape = (typeof NodeShape)[keyof typeof NodeShape];

/** A column of a row type, at any depth, in the order of the entries. */
export interface BatchNode {
  readonly type: LogicalType;
  readonly shape: NodeShape;
  readonly width: number;
  readonly children: readonly BatchNode[];
}

export function batchNodes(rowType: RowType): BatchNode[] {
  return rowType.fields.map((field) => nodeOf(field.type));
}

/** How many entries nodes and all below them take. */
export function countNodes(nodes: readonly BatchNode[]): number {
  return nodes.reduce((sum, node) => sum + 1 + countNodes(node.children), 0);
}

function nodeOf(type: LogicalType): BatchNode {
  const children = childTypes(type).map(nodeOf);
  return { type, shape: shapeOf(type), width: physicalWidth(type), children };
}

function shapeOf(type: LogicalType): NodeShape {
  if (type.root === 'ROW') return NodeShape.ROW;
  if (type.root === 'ARRAY' || type.root === 'MULTISET' || type.root === 'MAP') return NodeShape.LIST;
  return isView(type) ? NodeShape.VIEWS : NodeShape.CELLS;
}

/** Types of the columns below a column; a MULTISET counts its elements in an INTEGER. */
function childTypes(type: LogicalType): LogicalType[] {
  switch (type.root) {
    case 'ROW':
      return type.fields.map((field) => field.type);
    case 'ARRAY':
      return [type.element];
    case 'MULTISET':
      return [type.element, { root: 'INTEGER', nullable: false }];
    case 'MAP':
      return [type.key, type.value];
    default:
      return [];
  }
}
