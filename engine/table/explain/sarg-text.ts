import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { literalDigest, valueDigest } from './literal-text.ts';
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
  const isText = node.type.root === 'CHAR' || node.type.root === 'VARCHAR';
  return `Sarg[${texts.join(', ')}]${isTyped && isText ? `:${typeDigest(node.type, true)}` : ''}`;
}

function boundText({ literal }: SargBound, type: LogicalType, isTyped: boolean): string {
  const isVarchar = type.root === 'VARCHAR';
  return isTyped && isVarchar ? literalDigest(literal) : valueDigest(literal);
}
