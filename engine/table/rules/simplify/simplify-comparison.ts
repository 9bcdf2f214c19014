import type { RexCall, RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { sameUnits, typesEqualSansNullability } from '../../../types/type-equality.ts';
import { isApproximateNumeric, isInterval } from '../../../types/type-families.ts';
import {
  BOOLEAN,
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  combine,
  isDeterministic,
  isImplicitCast,
  isLiteral,
  nullLiteral,
  rexCall,
  sameRex,
} from '../../plan/rex.ts';
import { comparisonOf } from './comparison.ts';
import { not } from './compose.ts';
import { foldConstant } from './constant-folding.ts';
import { naturalType } from './literal-order.ts';
import { weakened } from './predicates.ts';
import type { RexSimplify } from './rex-simplify.ts';
import { isAll, isNone, isPoints, sargOf, sargRex, searchRex, trivialSearch } from './sarg.ts';
import type { UnknownAs } from './sarg.ts';
import { simplifyNullTest } from './simplify-null-test.ts';

/** A comparison of what has an order, or of BOOLEAN. */
export function simplifyComparison(call: RexCall, unknownAs: UnknownAs, simplifier: RexSimplify): RexNode {
  const simple = simplifier.withOperands(call);
  const [left, right] = simple.operands as [RexNode, RexNode];
  const operator = simple.operator as '=';
  // NaN is not equal to itself.
  if (sameRex(left, right) && isDeterministic(left) && !isApproximateNumeric(left.type) && !isLiteral(left)) {
    const isEqual = operator === '=' || simple.operator === '<=' || simple.operator === '>=';
    if (!left.type.nullable) return isEqual ? TRUE : FALSE;
    const unknown = nullLiteral(BOOLEAN);
    const test = (name: string): RexNode => rexCall(name, [left], BOOLEAN_NOT_NULL);
    return simplifier.simplify(
      isEqual ? combine('OR', [unknown, test('IS NOT NULL')]) : combine('AND', [unknown, test('IS NULL')]),
      unknownAs,
    );
  }
  if (left.type.root === 'BOOLEAN' && !isImplicitCast(left)) {
    const tested = againstBoolean(simple, unknownAs, simplifier);
    if (tested) return tested;
  }
  if (isLiteral(left) && isLiteral(right)) {
    const areIntervals = isInterval(left.type) && left.type.root === right.type.root && isEquality(operator);
    if (!areIntervals && !areOfOneType(shownType(operator, left), shownType(operator, right))) return simple;
    if (left.value === null || right.value === null)
      return unknownAs === 'FALSE' ? FALSE : nullLiteral(call.type);
    return foldConstant(simple) ?? simple;
  }
  const rest = weakened(simple, simplifier.predicates);
  if (rest === 'never') return FALSE;
  if (rest !== 'always') return rest;
  const ref = comparisonOf(simple)?.ref as RexNode; // it has been weakened
  return simplifier.simplify(rexCall('IS NOT NULL', [ref], BOOLEAN_NOT_NULL), 'UNKNOWN');
}

function isEquality(operator: string): boolean {
  return operator === '=' || operator === '<>';
}

/** A constant as the comparison shows it: with `<` in the type that it was written in, whatever it is compared in. */
function shownType(operator: string, literal: RexLiteral): LogicalType {
  return isEquality(operator) ? literal.type : naturalType(literal);
}

function areOfOneType(left: LogicalType, right: LogicalType): boolean {
  return typesEqualSansNullability(left, right) && sameUnits(left, right);
}

/** `f = TRUE` is f. */
function againstBoolean(call: RexCall, unknownAs: UnknownAs, simplifier: RexSimplify): RexNode | undefined {
  const comparison = comparisonOf(call);
  if (typeof comparison?.literal.value !== 'boolean') return undefined;
  const { ref, operator, literal } = comparison;
  const isTrueLiteral = literal.value === true;
  const never = ref.type.nullable ? undefined : FALSE;
  const always = ref.type.nullable ? undefined : TRUE;
  const negated = (): RexNode => simplifier.simplify(not(ref), unknownAs);
  switch (operator) {
    case '=':
      return isTrueLiteral ? ref : negated();
    case '<>':
      return isTrueLiteral ? negated() : ref;
    case '>=':
      return isTrueLiteral ? ref : always;
    case '<':
      return isTrueLiteral ? negated() : never;
    case '>':
      return isTrueLiteral ? never : ref;
    case '<=':
      return isTrueLiteral ? always : negated();
  }
}

/** `x LIKE '%'` holds for all that is not NULL. */
export function simplifyLike(call: RexCall, unknownAs: UnknownAs, simplifier: RexSimplify): RexNode {
  const [text, pattern] = call.operands as [RexNode, RexNode];
  if (call.operands.length === 2 && isLiteral(pattern) && pattern.value === '%')
    return simplifier.simplify(rexCall('=', [text, text], call.type), unknownAs);
  return simplifier.withOperands(call);
}

/** A search of everything, nothing or one value is none. */
export function simplifySearch(call: RexCall, unknownAs: UnknownAs, simplifier: RexSimplify): RexNode {
  const [ref, sargCall] = call.operands as [RexNode, RexNode];
  const sarg = sargOf(sargCall);
  if (isAll(sarg) || isNone(sarg)) return simplifier.simplify(trivialSearch(ref, sarg, unknownAs), unknownAs);
  if (sarg.nullAs !== 'UNKNOWN') {
    const isNull = simplifyNullTest(rexCall('IS NULL', [ref], BOOLEAN_NOT_NULL), unknownAs, simplifier);
    if (isNull && isLiteral(isNull) && isNull.value === false) {
      const strict = searchRex(ref, { ranges: sarg.ranges, nullAs: 'UNKNOWN' }, sargCall.type);
      return simplifySearch(strict, unknownAs, simplifier);
    }
  } else if (isPoints(sarg) && sarg.ranges.length <= 1) {
    return sargRex(ref, sarg, sargCall.type, 'UNKNOWN');
  }
  return call;
}
