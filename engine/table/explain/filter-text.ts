import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import { conjunctions, isCall, isLiteral } from '../plan/rex.ts';
import { expandSearch } from '../rules/sarg.ts';
import { literalDigest } from './literal-text.ts';
import { rexText } from './rex-text.ts';

/** A filter pushed into a scan, as Flink's resolved expressions print: conjuncts in nested pairs, `and(and(a, b), c)`. */
export function scanFilterText(condition: RexNode, names: readonly string[]): string {
  const conjuncts = conjunctions(condition);
  const texts = conjuncts.map((conjunct) => conjunctText(conjunct, names, conjuncts.length === 1));
  return texts.reduce((left, right) => `and(${left}, ${right})`);
}

/** A SEARCH of a range alone, and one of all but some values, is conjuncts of its own. */
function conjunctText(node: RexNode, names: readonly string[], isAlone: boolean): string {
  if (!isCall(node, 'SEARCH')) return pairs(node, names);
  const expanded = expandSearch(node);
  if (!isCall(expanded, 'AND')) return searchText(expanded, names);
  const isExclusion = expanded.operands.every((each) => isCall(each, '<>'));
  if (!isAlone && !isExclusion) return searchText(expanded, names);
  return expanded.operands
    .map((each) => searchText(each, names))
    .reduce((left, right) => `and(${left}, ${right})`);
}

/** AND and OR as operators of two. */
function pairs(node: RexNode, names: readonly string[]): string {
  if (isCall(node, 'SEARCH')) return searchText(expandSearch(node), names);
  if (node.kind !== 'call' || (node.operator !== 'AND' && node.operator !== 'OR'))
    return rexText(node, names, 'digest');
  return inPairs(node, (operand) => pairs(operand, names));
}

/** What stands for a SEARCH: its literals keep the type that they have in it. */
function searchText(node: RexNode, names: readonly string[]): string {
  if (node.kind !== 'call') return rexText(node, names, 'digest');
  if (node.operator === 'AND' || node.operator === 'OR')
    return inPairs(node, (operand) => searchText(operand, names));
  const operands = node.operands.map((operand) =>
    isLiteral(operand) ? literalDigest(operand) : rexText(operand, names, 'digest'),
  );
  return `${node.operator}(${operands.join(', ')})`;
}

function inPairs({ operator, operands }: RexCall, text: (node: RexNode) => string): string {
  return operands.map(text).reduce((left, right) => `${operator}(${left}, ${right})`);
}
