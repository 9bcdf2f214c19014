import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import {
  BOOLEAN,
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  conjunctions,
  flatten,
  isCall,
  isDeterministic,
  isLiteral,
  isTrue,
  nullLiteral,
  rexCall,
  sameRex,
  walkRex,
} from '../../plan/rex.ts';
import { comparisonOf } from './comparison.ts';
import { compose, not } from './compose.ts';
import { compareLiterals } from './literal-order.ts';
import { isPredicate, isPredicateOfOr, weakened } from './predicates.ts';
import { RangeTerms } from './range-terms.ts';
import type { RexSimplify } from './rex-simplify.ts';
import { isSafe } from './safe-expressions.ts';
import { NEGATED, REVERSED, isComparison } from './sarg.ts';
import type { UnknownAs } from './sarg.ts';
import { collectSargs } from './sarg-collector.ts';
import { simplifyNullTest, truthTest } from './simplify-null-test.ts';
import { isNotTrueWithout } from './strength.ts';

const isFalse = (node: RexNode): boolean => isLiteral(node) && node.value === false;
const isNull = (node: RexNode): boolean => isLiteral(node) && node.value === null;
const contains = (nodes: readonly RexNode[], node: RexNode): boolean =>
  nodes.some((each) => sameRex(each, node));

// ---- AND

/** The conjunction of `operands`, flat. */
export function simplifyAnd(
  operands: readonly RexNode[],
  unknownAs: UnknownAs,
  simplifier: RexSimplify,
): RexNode {
  const simple =
    unknownAs === 'FALSE'
      ? simplifiedKnowingOthers(operands, simplifier)
      : operands.map((operand) => simplifier.simplify(operand, unknownAs));
  const terms: RexNode[] = [];
  const negated: RexNode[] = [];
  for (const term of collectSargs('AND', simple, unknownAs)) decompose(term, terms, negated);
  if (terms.some(isFalse)) return FALSE;
  return unknownAs === 'FALSE'
    ? conditionOf(terms, negated, simplifier)
    : conjunctionOf(terms, negated, simplifier);
}

/** Of a term, all comparisons before it are known to be TRUE; comparisons are taken first. */
function simplifiedKnowingOthers(operands: readonly RexNode[], simplifier: RexSimplify): RexNode[] {
  const terms = [...operands];
  let known = simplifier.predicates;
  const isLater = operands.map((operand) => !isPredicate(operand));
  operands.forEach((operand, i) => {
    if (isLater[i]) return;
    const term = simplifier.knowing(known).simplify(operand, 'FALSE');
    terms[i] = term;
    known = [...known, term];
  });
  return terms.map((term, i) => (isLater[i] ? simplifier.knowing(known).simplify(term, 'FALSE') : term));
}

/** Terms, and what stands under the NOT of the others. */
function decompose(node: RexNode, terms: RexNode[], negated: RexNode[]): void {
  const operator = node.kind === 'call' ? node.operator : undefined;
  const operands = node.kind === 'call' ? node.operands : [];
  if (operator === 'AND') {
    for (const operand of operands) decompose(operand, terms, negated);
  } else if (operator === 'NOT') {
    for (const each of flatten('OR', operands[0] as RexNode)) {
      if (isCall(each, 'NOT')) terms.push(each.operands[0] as RexNode);
      else negated.push(each);
    }
  } else if (!isTrue(node)) terms.push(node);
}

/** Exact in all three truth values: `x AND NOT x` is FALSE, or NULL where x is. */
function conjunctionOf(terms: RexNode[], negated: readonly RexNode[], simplifier: RexSimplify): RexNode {
  const impossible = negated.filter((each) => conjunctions(each).every((term) => contains(terms, term)));
  if (impossible.some(({ type }) => !type.nullable)) return FALSE;
  let kept: readonly RexNode[] = terms;
  let others = negated;
  if (impossible.length > 0) {
    others = negated.filter((each) => !contains(impossible, each));
    kept = [
      ...terms.filter((term) => !contains(impossible, term)),
      nullLiteral(BOOLEAN),
      ...impossible.map((each) => {
        const test = rexCall('IS NULL', [each], BOOLEAN_NOT_NULL);
        return simplifyNullTest(test, 'UNKNOWN', simplifier) ?? test;
      }),
    ];
  }
  return compose('AND', [...kept, ...others.map((each) => simplifier.simplify(not(each), 'UNKNOWN'))]);
}

/** UNKNOWN counts as FALSE. */
function conditionOf(
  given: readonly RexNode[],
  negated: readonly RexNode[],
  simplifier: RexSimplify,
): RexNode {
  if (given.some(isNull)) return FALSE;
  if (given.length === 0 && negated.length === 0) return TRUE;
  const [only] = given;
  if (only && given.length === 1 && negated.length === 0) return simplifier.simplify(only, 'FALSE');
  const terms = [...given];
  const ranges = new RangeTerms(terms);
  for (const predicate of simplifier.predicates) if (!ranges.add(predicate)) return FALSE;
  const equalities: RexNode[] = [];
  const opposites: RexNode[] = [];
  const notNull: RexNode[] = [];
  const nulls: RexNode[] = [];
  for (let i = 0; i < terms.length; i++) {
    let term = terms[i] as RexNode;
    if (term.kind !== 'call' || !isDeterministic(term)) continue;
    const { operator, operands } = term;
    if (operator === 'IS NOT NULL') {
      notNull.push(operands[0] as RexNode);
      terms.splice(i--, 1);
    } else if (operator === 'IS NULL') nulls.push(operands[0] as RexNode);
    else if (isComparison(operator)) {
      const comparison = comparisonOf(term);
      if (comparison?.literal.value === null) return FALSE;
      if (operator === '=') equalities.push(term);
      opposites.push(
        { ...term, operator: NEGATED[operator] },
        { ...term, operator: REVERSED[NEGATED[operator]], operands: [...operands].reverse() },
      );
      const rest = weakened(term, simplifier.predicates);
      if (rest === 'never') return FALSE;
      const ref = comparison?.ref as RexNode; // only what is compared with a literal is weakened
      if (rest === 'always') term = rexCall('IS NOT NULL', [ref], BOOLEAN_NOT_NULL);
      else term = rest;
      terms[i] = term;
      if (!ranges.add(term)) return FALSE;
    }
  }
  const unneeded = impliedEqualities(equalities);
  if (unneeded === 'contradiction') return FALSE;
  const left = terms.filter((term) => !unneeded.includes(term));
  const isImpossible = negated.some(
    (each) => isDeterministic(each) && conjunctions(each).every((term) => contains(left, term)),
  );
  if (isImpossible || opposites.some((each) => contains(left, each))) return FALSE;
  const all = [...left, ...negated.map(not)];
  const isAsked = (ref: RexNode): boolean =>
    all.some((term) => isDeterministic(term) && reads(term, ref) && isNotTrueWithout(ref, term));
  if (nulls.some((ref) => isRef(ref) && isAsked(ref))) return FALSE;
  const tests = notNull
    .filter((ref, i) => notNull.findIndex((other) => sameRex(other, ref)) === i)
    .filter((ref) => !isRef(ref) || !isAsked(ref));
  return compose('AND', [...all, ...tests.map((ref) => rexCall('IS NOT NULL', [ref], BOOLEAN_NOT_NULL))]);
}

/** Of `x = 5 AND y = 5 AND x = y` the last; a contradiction if x and y are equal to different constants. */
function impliedEqualities(equalities: readonly RexNode[]): readonly RexNode[] | 'contradiction' {
  const constants = equalities.flatMap((each) => comparisonOf(each) ?? []);
  const valueOf = (ref: RexNode) => constants.find((each) => sameRex(each.ref, ref))?.literal;
  const isContradicted = constants.some(({ ref, literal }) => {
    const other = valueOf(ref);
    return other !== undefined && other !== literal && compareLiterals(other, literal) !== 0;
  });
  if (isContradicted) return 'contradiction';
  const implied: RexNode[] = [];
  for (const equality of equalities) {
    const [left, right] = (equality as RexCall).operands as [RexNode, RexNode];
    const [one, other] = [valueOf(left), valueOf(right)];
    if (!one || !other) continue;
    if (compareLiterals(one, other) !== 0) return 'contradiction';
    implied.push(equality);
  }
  return implied;
}

function isRef(node: RexNode): boolean {
  return node.kind === 'input' || node.kind === 'field';
}

function reads(node: RexNode, ref: RexNode): boolean {
  let found = false;
  walkRex(node, (each) => {
    if (each.kind === ref.kind && sameRex(each, ref)) found = true;
    return !found;
  });
  return found;
}

// ---- OR

/** The disjunction of `operands`, flat. */
export function simplifyOr(
  operands: readonly RexNode[],
  unknownAs: UnknownAs,
  simplifier: RexSimplify,
): RexNode {
  const found = simplifiedKnowingFailures(nullTestsFirst(operands), unknownAs, simplifier);
  const simple = isSwapped(found, operands) ? operands : found;
  return disjunctionOf([...collectSargs('OR', simple, unknownAs)], unknownAs, simplifier);
}

/** The planner asks first what is NULL. */
export function nullTestsFirst(operands: readonly RexNode[]): readonly RexNode[] {
  const isTest = (operand: RexNode): boolean => isCall(operand, 'IS NULL');
  return [...operands.filter(isTest), ...operands.filter((operand) => !isTest(operand))];
}

/** Two operands that are the same but for their order: the planner takes that for no change, and leaves what is there. */
function isSwapped(found: readonly RexNode[], operands: readonly RexNode[]): boolean {
  const [first, second, ...others] = operands;
  return others.length === 0 && found.length === 2 && found[0] === second && found[1] === first;
}

/** Where a term is asked, all comparisons before it are known not to be TRUE. */
function simplifiedKnowingFailures(
  operands: readonly RexNode[],
  unknownAs: UnknownAs,
  simplifier: RexSimplify,
): RexNode[] {
  const terms = [...operands];
  const done = new Set<number>();
  let known = simplifier.predicates;
  operands.forEach((operand, i) => {
    if (!isPredicateOfOr(operand, known)) return;
    done.add(i);
    const informed = simplifier.knowing(known);
    const term = informed.simplify(operand, unknownAs);
    terms[i] = term;
    known = [...known, informed.simplify(truthTest('IS NOT TRUE', term, informed), 'UNKNOWN')];
  });
  return terms.map((term, i) => (done.has(i) ? term : simplifier.knowing(known).simplify(term, unknownAs)));
}

function disjunctionOf(terms: RexNode[], unknownAs: UnknownAs, simplifier: RexSimplify): RexNode {
  const unequal = new Map<RexNode, RexNode>();
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] as RexNode;
    if (isLiteral(term)) {
      if (term.value === true || (term.value === null && unknownAs === 'TRUE')) return TRUE;
      if (term.value === false || unknownAs === 'FALSE') terms.splice(i--, 1);
      continue;
    }
    const comparison = isCall(term, '<>') ? comparisonOf(term) : undefined;
    if (comparison) {
      const ref = [...unequal.keys()].find((each) => sameRex(each, comparison.ref));
      const first = ref && unequal.get(ref);
      if (!ref || !first) {
        unequal.set(comparison.ref, term);
        continue;
      }
      // `x <> 1 OR x <> 2` is TRUE, or NULL where x is.
      const other = comparisonOf(first)?.literal;
      if (other && compareLiterals(other, comparison.literal) !== 0) {
        const isNotNull = rexCall('IS NOT NULL', [comparison.ref], BOOLEAN_NOT_NULL);
        const either = rexCall('OR', [isNotNull, nullLiteral(BOOLEAN)], BOOLEAN);
        const condition = simplifier.simplify(either, unknownAs);
        if (isTrue(condition)) return TRUE;
        unequal.set(ref, isNotNull);
        terms[terms.indexOf(first)] = condition;
      }
      terms.splice(i--, 1);
      continue;
    }
    if (term.kind !== 'call') continue;
    const operand = term.operands[0] as RexNode;
    if (term.operator === 'IS NOT TRUE') {
      if (isSafe(operand) && contains(terms, operand)) return TRUE;
    } else if (term.operator === 'NOT') {
      const at = isSafe(operand) ? terms.findIndex((each) => sameRex(each, operand)) : -1;
      if (at < 0) continue;
      if (!operand.type.nullable) return TRUE;
      const test = rexCall('IS NOT NULL', [operand], BOOLEAN_NOT_NULL);
      terms[at] = simplifyNullTest(test, unknownAs, simplifier) ?? test;
      terms[i--] = nullLiteral(operand.type);
    }
  }
  return compose('OR', terms);
}
