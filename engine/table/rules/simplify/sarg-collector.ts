import type { RexNode } from '../../../expressions/rex-node.ts';
import { leastRestrictive } from '../../../types/common-type.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { sameRex, isCall } from '../../plan/rex.ts';
import { literalComparison } from './comparison.ts';
import { areComparable } from './literal-order.ts';
import {
  NEGATED,
  comparisonRanges,
  complementOf,
  isSimple,
  negatedSarg,
  negatedUnknown,
  sargComplexity,
  sargOf,
  sargRex,
  searchRex,
  unionRanges,
} from './sarg.ts';
import type { Sarg, SargRange, UnknownAs } from './sarg.ts';

/** What is asked of one expression by all terms together. Under AND it is gathered negated, as an OR of what is not wanted. */
interface Gathered {
  readonly ref: RexNode;
  readonly position: number;
  readonly types: LogicalType[];
  ranges: readonly SargRange[];
  nullAs: UnknownAs;
  hasSarg: boolean;
  isMerged: boolean;
}

/**
 * The terms of an AND or OR with all comparisons of one expression with literals, and its tests for NULL, merged into the first of them; the
 * very terms where that says nothing shorter.
 */
export function collectSargs(
  operator: 'AND' | 'OR',
  terms: readonly RexNode[],
  unknownAs: UnknownAs,
): readonly RexNode[] {
  const isNegated = operator === 'AND';
  const all: Gathered[] = [];
  const rest = new Map<number, RexNode>();
  terms.forEach((term, position) => {
    if (!gather(term, position, all, isNegated)) rest.set(position, term);
  });
  const build = ({ ranges, nullAs }: Gathered, negate: boolean): Sarg =>
    negate ? { ranges: complementOf(ranges), nullAs: negatedUnknown(nullAs) } : { ranges, nullAs };
  const isWorthIt =
    all.some((each) => each.isMerged || sargComplexity(build(each, false)) > 1) ||
    (all.length + rest.size === 1 && all.every((each) => isSimple(build(each, isNegated))));
  if (!isWorthIt) return terms;
  for (const each of all) {
    const sarg = build(each, isNegated);
    const type = typeOf(each);
    if (!type) return terms;
    const isShort = sargComplexity(sarg) <= 1 && isSimple(sarg);
    rest.set(
      each.position,
      isShort ? sargRex(each.ref, sarg, type, unknownAs) : searchRex(each.ref, sarg, type),
    );
  }
  return [...rest].sort(([a], [b]) => a - b).map(([, node]) => node);
}

/** Whether the term could be taken in. */
function gather(term: RexNode, position: number, all: Gathered[], isNegated: boolean): boolean {
  const of = (ref: RexNode): Gathered => {
    let known = all.find((each) => sameRex(each.ref, ref));
    if (!known) {
      known = { ref, position, types: [], ranges: [], nullAs: 'FALSE', hasSarg: false, isMerged: false };
      all.push(known);
    }
    return known;
  };
  if (term.kind !== 'call') return false;
  if (term.operator === 'IS NULL' || term.operator === 'IS NOT NULL') {
    const known = of(term.operands[0] as RexNode);
    if ((term.operator === 'IS NULL') !== isNegated) known.nullAs = 'TRUE';
    else known.ranges = [{}];
    return true;
  }
  if (term.operator === 'SEARCH') {
    const [ref, sargCall] = term.operands as [RexNode, RexNode];
    if (!isReference(ref)) return false;
    const known = of(ref);
    const sarg = isNegated ? negatedSarg(sargOf(sargCall)) : sargOf(sargCall);
    if (sarg.ranges.length > 0) known.types.push(sargCall.type);
    known.ranges = unionRanges(known.ranges, sarg.ranges);
    known.isMerged ||= known.ranges.length > 0;
    known.hasSarg = true;
    known.nullAs = either(known.nullAs, sarg.nullAs);
    return true;
  }
  const comparison = literalComparison(term);
  if (!comparison || !isReference(comparison.ref)) return false;
  const { ref, operator, literal } = comparison;
  const other = all.find((each) => sameRex(each.ref, ref))?.types[0];
  if (other && !areComparable(other, literal.type)) return false;
  const known = of(ref);
  known.types.push(literal.type);
  const ranges = comparisonRanges(isNegated ? NEGATED[operator] : operator, literal);
  known.ranges = unionRanges(known.ranges, ranges);
  known.isMerged ||= known.hasSarg;
  known.nullAs = either(known.nullAs, 'UNKNOWN');
  return true;
}

function isReference(node: RexNode): boolean {
  return node.kind === 'input' || node.kind === 'field' || isCall(node, 'CAST');
}

// As OR does it: TRUE wins, then UNKNOWN.
function either(left: UnknownAs, right: UnknownAs): UnknownAs {
  if (left === 'TRUE' || right === 'TRUE') return 'TRUE';
  return left === 'UNKNOWN' || right === 'UNKNOWN' ? 'UNKNOWN' : 'FALSE';
}

function typeOf({ types, ref }: Gathered): LogicalType | undefined {
  return types.length === 0 ? ref.type : leastRestrictive(types);
}
