import type { RexNode } from '../../../expressions/rex-node.ts';
import { TRUE, sameRex } from '../../plan/rex.ts';
import { isReferenceOrAccess, literalComparison } from './comparison.ts';
import { areComparable, compareLiterals } from './literal-order.ts';
import { comparisonRanges, intersectRanges } from './sarg.ts';
import type { Comparison, SargRange } from './sarg.ts';

interface RefRange {
  readonly ref: RexNode;
  range: SargRange;
  terms: readonly { readonly node: RexNode; readonly operator: Comparison }[];
}

/**
 * The terms of a conjunction that bound one expression: what a tighter bound makes needless becomes TRUE in the list, which is changed in
 * place.
 */
export class RangeTerms {
  readonly #list: RexNode[];
  readonly #known: RefRange[] = [];

  constructor(list: RexNode[]) {
    this.#list = list;
  }

  /** False: no value satisfies all terms. */
  add(node: RexNode): boolean {
    const comparison = literalComparison(node);
    if (!comparison || comparison.operator === '<>' || !isReferenceOrAccess(comparison.ref)) return true;
    const { ref, operator, literal } = comparison;
    const [own] = comparisonRanges(operator, literal) as [SargRange];
    const known = this.#known.find((each) => sameRex(each.ref, ref));
    if (!known) {
      this.#known.push({ ref, range: own, terms: [{ node, operator }] });
      return true;
    }
    const bound = known.range.low ?? known.range.high;
    if (bound && !areComparable(bound.literal.type, literal.type)) return true;
    const [both] = intersectRanges([known.range], [own]);
    if (!both) return false;
    if (operator === '=') {
      for (const term of known.terms) this.#drop(term.node);
      Object.assign(known, { range: own, terms: [{ node, operator }] });
      return true;
    }
    const isUpper = operator === '<' || operator === '<=';
    const before = isUpper ? known.range.high : known.range.low;
    const order = before ? compareLiterals(literal, before.literal) * (isUpper ? 1 : -1) : -1;
    const isTighter = order < 0 || (order === 0 && (operator === '<' || operator === '>'));
    if (!isTighter) {
      this.#drop(node);
      return true;
    }
    const isReplaced = (term: { readonly operator: Comparison }): boolean =>
      isUpper ? term.operator.startsWith('<') : term.operator.startsWith('>');
    for (const term of known.terms) if (isReplaced(term)) this.#drop(term.node);
    known.terms = [...known.terms.filter((term) => !isReplaced(term)), { node, operator }];
    known.range = both;
    return true;
  }

  #drop(node: RexNode): void {
    const at = this.#list.findLastIndex((each) => sameRex(each, node));
    if (at >= 0) this.#list[at] = TRUE;
  }
}
