import type { RexNode } from '../../expressions/rex-node.ts';
import { conjunctions } from '../plan/rex.ts';
import { expandSearch } from '../rules/sarg.ts';
import { rexText } from './rex-text.ts';

/** A filter pushed into a scan, as Flink's resolved expressions print: conjuncts in nested pairs, `and(and(a, b), c)`. */
export function scanFilterText(condition: RexNode, names: readonly string[]): string {
  const texts = conjunctions(condition).flatMap((conjunct) => conjunctTexts(conjunct, names));
  return texts.reduce((left, right) => `and(${left}, ${right})`);
}

// `a <> 1 AND a <> 2` from a NOT IN is a pair of conjuncts of its own.
function conjunctTexts(node: RexNode, names: readonly string[]): string[] {
  if (node.kind === 'call' && node.operator === 'SEARCH') {
    const expanded = expandSearch(node);
    const isExclusion =
      expanded.kind === 'call' &&
      expanded.operator === 'AND' &&
      expanded.operands.every((each) => each.kind === 'call' && each.operator === '<>');
    if (isExclusion) {
      const [first, ...rest] = expanded.operands.map((each) => pairs(each, names));
      return [rest.reduce((left, right) => `and(${left}, ${right})`, first as string)];
    }
    return [pairs(expanded, names)];
  }
  return [pairs(node, names)];
}

/** AND and OR as operators of two. */
function pairs(node: RexNode, names: readonly string[]): string {
  if (node.kind === 'call' && node.operator === 'SEARCH') return pairs(expandSearch(node), names);
  if (node.kind !== 'call' || (node.operator !== 'AND' && node.operator !== 'OR'))
    return rexText(node, names, 'digest');
  return node.operands
    .map((operand) => pairs(operand, names))
    .reduce((left, right) => `${node.operator}(${left}, ${right})`);
}
