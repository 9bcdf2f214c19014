import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { valueDigest } from './literal-text.ts';
import { sargOf } from '../rules/sarg.ts';
import type { SargBound } from '../rules/sarg.ts';
import { typeDigest } from './type-digest.ts';

/** `Sarg[1, 2, [5..7)]`: the second operand of SEARCH. With `isTyped` texts say their type. */
export function sargText(node: RexNode, isTyped: boolean): string {
  const { ranges } = sargOf(node);
  const value = (bound: SargBound): string => boundText(bound, node.type, isTyped);
  const texts = ranges.map(({ low, high }) => {
    if (low && high && low === high) return value(low);
    const start = low ? `${low.isInclusive ? '[' : '('}${value(low)}` : '(-∞';
    const end = high ? `${value(high)}${high.isInclusive ? ']' : ')'}` : '+∞)';
    return `${start}..${end}`;
  });
  return `Sarg[${texts.join(', ')}]${isTyped && node.type.root !== 'INTEGER' ? `:${typeDigest(node.type, true)}` : ''}`;
}

function boundText({ literal }: SargBound, type: LogicalType, isTyped: boolean): string {
  const value = isTyped && type.root === 'BIGINT' ? `${valueDigest(literal)}L` : valueDigest(literal);
  const isTold = type.root === 'INTEGER' || type.root === 'CHAR';
  return isTyped && !isTold ? `${value}:${typeDigest(type, true)}` : value;
}
