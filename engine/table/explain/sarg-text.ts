import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { boundDigest, tellsItsType, valueDigest } from './literal-text.ts';
import { isApproximateNumeric, isBinary } from '../../types/type-families.ts';
import { decimalText } from './decimal-notation.ts';
import { isAll, sargOf } from '../rules/simplify/sarg.ts';
import type { SargBound } from '../rules/simplify/sarg.ts';
import { typeDigest } from './type-digest.ts';

/** `Sarg[1, 2, [5..7)]`: the second operand of SEARCH. With `isTyped` texts say their type. */
export function sargText(node: RexNode, isTyped: boolean): string {
  const { ranges, nullAs } = sargOf(node);
  const isTold = node.type.root !== 'CHAR' && isTypeTold(node.type);
  const typeText = isTyped && !isTold ? `:${typeDigest(node.type, true)}` : '';
  if (isAll({ ranges, nullAs }) && nullAs === 'TRUE') return `Sarg[TRUE]${typeText}`;
  const value = (bound: SargBound): string => boundText(bound, node.type, isTyped);
  const texts = ranges.map(({ low, high }) => {
    if (low && high && low === high) return value(low);
    const start = low ? `${low.isInclusive ? '[' : '('}${value(low)}` : '(-∞';
    const end = high ? `${value(high)}${high.isInclusive ? ']' : ')'}` : '+∞)';
    return `${start}..${end}`;
  });
  const nulls = nullAs === 'UNKNOWN' ? '' : `; NULL AS ${nullAs}`;
  return `Sarg[${texts.join(', ')}${nulls}]${typeText}`;
}

function isTypeTold(type: LogicalType): boolean {
  return type.root === 'CHAR' || tellsItsType({ kind: 'literal', value: 0, type });
}

function boundText({ literal }: SargBound, type: LogicalType, isTyped: boolean): string {
  const text = isTyped ? boundDigest({ ...literal, type }) : plainText(literal, type);
  const value = isTyped && type.root === 'BIGINT' ? `${text}L` : text;
  return isTyped && !isTypeTold(type) ? `${value}:${typeDigest(type, true)}` : value;
}

// Values alone, as Java prints them.
function plainText(literal: RexLiteral, type: LogicalType): string {
  if (isApproximateNumeric(type)) return decimalText(literal.digits ?? String(literal.value));
  return isBinary(type) ? String(literal.value) : valueDigest(literal);
}
