/** Bringing an expression to a type: nothing where it has it, another literal where that is certain, else a CAST. */

import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { sameUnits, typesEqualInLayout, typesEqualSansNullability } from '../../types/type-equality.ts';
import {
  isApproximateNumeric,
  isBinary,
  isCharacter,
  isInteger,
  isInterval,
  isTimestamp,
  withNullability,
  withoutAttribute,
} from '../../types/type-families.ts';

/** `implicit` casts are those that plans do not print. */
export type CastStyle = 'visible' | 'implicit';

/** `node` as `type`, with the nullability of `node`. A NULL becomes one of that type. */
export function coerce(node: RexNode, type: LogicalType, style: CastStyle): RexNode {
  const target = withNullability(withoutAttribute(type), node.type.nullable);
  if (node.type.root === 'NULL') return nullOf(type);
  if (typesEqualInLayout(node.type, target)) {
    const isWider = isInterval(target) && style === 'visible' && !sameUnits(node.type, target);
    if (!isWider) return node;
    return node.kind === 'literal' ? { ...node, type: target } : castTo(node, target, style);
  }
  if (node.kind === 'literal') {
    const literal = retyped(node, target);
    if (literal) return literal;
  }
  return castTo(node, target, style);
}

/** As `coerce`, and visibly where nothing but NOT NULL of elements or fields differs. */
export function coerceElements(node: RexNode, type: LogicalType, style: CastStyle = 'visible'): RexNode {
  const coerced = coerce(node, type, style);
  const isSame = typesEqualSansNullability(coerced.type, withoutAttribute(type));
  if (coerced !== node || isSame || !ELEMENTS.has(type.root)) return coerced;
  return castTo(node, withNullability(type, node.type.nullable), style);
}

const ELEMENTS: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW']);

export function castTo(node: RexNode, type: LogicalType, style: CastStyle): RexNode {
  const call: RexNode = { kind: 'call', operator: 'CAST', operands: [node], type };
  return style === 'implicit' ? { ...call, implicit: true } : call;
}

/** TRY_CAST that plans do not print. */
export function tryCastTo(node: RexNode, type: LogicalType): RexNode {
  const target = withNullability(withoutAttribute(type), node.type.nullable);
  return { kind: 'call', operator: 'TRY_CAST', operands: [node], type: target, implicit: true };
}

export function nullOf(type: LogicalType): RexLiteral {
  return { kind: 'literal', value: null, type: withNullability(withoutAttribute(type), true) };
}

export function isNullLiteral(node: RexNode): boolean {
  return node.kind === 'literal' && node.value === null;
}

// The same constant in a wider type. What would be cut, padded or parsed is left to a CAST.
function retyped(literal: RexLiteral, target: LogicalType): RexLiteral | undefined {
  const { value, type } = literal;
  if (value === null) return nullOf(target);
  const as = (changed: RexLiteral['value']): RexLiteral => ({
    kind: 'literal',
    value: changed,
    type: target,
    ...(literal.written && { written: literal.written }),
  });
  if (isInteger(type) || type.root === 'DECIMAL') {
    if (isApproximateNumeric(target)) {
      const number = target.root === 'FLOAT' ? Math.fround(Number(value)) : Number(value);
      return { ...as(number), digits: literal.digits ?? String(value) };
    }
    if (target.root === 'BIGINT' && isInteger(type)) return as(String(value));
    if (target.root === 'INTEGER' && typeof value === 'number') return as(value);
    if (target.root === 'DECIMAL') return fitsDecimal(String(value), target) ? as(String(value)) : undefined;
    return undefined;
  }
  if (type.root === 'FLOAT' && target.root === 'DOUBLE') return { ...literal, type: target };
  if (isBinary(type) && target.root === 'VARBINARY' && target.length >= type.length) return as(value);
  if (isCharacter(type) && target.root === 'VARCHAR' && target.length >= type.length) return as(value);
  if (isTimestamp(type) && type.root === target.root && target.precision >= type.precision) return as(value);
  if (type.root === 'TIME' && target.root === 'TIME' && target.precision >= type.precision) return as(value);
  return undefined;
}

function fitsDecimal(text: string, { precision, scale }: { precision: number; scale: number }): boolean {
  const [whole = '', fraction = ''] = text
    .replace(/^-/, '')
    .replace(/^0+(?=\d)/, '')
    .split('.');
  return fraction.length <= scale && (whole === '0' ? 0 : whole.length) <= precision - scale;
}
