import type { RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { isCharacter, isInteger, isNumeric } from '../../../types/type-families.ts';
import { isCall } from '../../plan/rex.ts';

/** A cast that keeps the whole value, so that casting back gives it again. */
export function isLosslessCast(node: RexNode): boolean {
  if (!isCall(node, 'CAST') || node.implicit) return false;
  const [operand] = node.operands as [RexNode];
  return keepsValue(operand.type, node.type);
}

const INTEGER_ORDER = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
const INTEGER_DIGITS: Readonly<Record<string, number>> = { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19 };

function keepsValue(from: LogicalType, to: LogicalType): boolean {
  if (isInteger(from) && isInteger(to))
    return INTEGER_ORDER.indexOf(to.root) >= INTEGER_ORDER.indexOf(from.root);
  if (!isCharacter(to)) return false;
  if (isCharacter(from)) return (to.root === from.root || to.root === 'VARCHAR') && from.length <= to.length;
  if (!isNumeric(from)) return false;
  return to.length >= numberLength(from);
}

// Sign, digits, and a point with what stands behind it.
function numberLength(type: LogicalType): number {
  if (type.root === 'DECIMAL') return type.precision + 1 + (type.scale > 0 ? type.scale + 1 : 0);
  return (INTEGER_DIGITS[type.root] ?? (type.root === 'FLOAT' ? 7 : 15)) + 1;
}
