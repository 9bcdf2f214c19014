import type { RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { bytesOf } from '../../plan/row-size.ts';

/** Bytes of a literal. */
export function literalSize(type: LogicalType, value: unknown): number {
  if (value === null) return 1;
  if ((type.root === 'CHAR' || type.root === 'VARCHAR') && typeof value === 'string')
    return Math.max(1, value.length * 2);
  return bytesOf(type);
}

/** Bytes of a value, as FlinkRelMdSize guesses them. @param below the sizes of the input's columns */
export function expressionSize(node: RexNode, below: readonly number[]): number {
  if (node.kind === 'input') return below[node.index] ?? 0;
  if (node.kind === 'literal') return literalSize(node.type, node.value);
  if (node.kind !== 'call') return bytesOf(node.type);
  const same = node.operands.find((operand) => operand.type.root === node.type.root);
  return same ? expressionSize(same, below) : bytesOf(node.type);
}
