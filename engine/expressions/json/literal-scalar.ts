import { isCharacter, isNumeric } from '../../types/type-families.ts';
import type { RexNode } from '../rex-node.ts';
import { decimalText } from './json-number.ts';
import { JsonNumber } from './json-value.ts';

/** A literal text, number or boolean as a scalar of JSON: the DEFAULT of JSON_VALUE. Undefined for every other node. */
export function literalScalar(node: RexNode): boolean | string | JsonNumber | undefined {
  if (node.kind !== 'literal' || node.value === null) return undefined;
  const { type, value } = node;
  if (isCharacter(type)) return String(value);
  if (type.root === 'BOOLEAN') return value === true;
  if (!isNumeric(type)) return undefined;
  const text = String(value);
  return new JsonNumber(/[.eE]/.test(text) ? decimalText(text) : text, !/[.eE]/.test(text));
}
