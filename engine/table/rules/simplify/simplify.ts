import type { RexCall, RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import { supportsExplicitCast } from '../../../types/cast-rules.ts';
import { typesEqual, typesEqualSansNullability } from '../../../types/type-equality.ts';
import {
  isApproximateNumeric,
  isCharacter,
  isExactNumeric,
  isInteger,
  isNumeric,
  isTimeAttribute,
} from '../../../types/type-families.ts';
import {
  BOOLEAN,
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  combine,
  flatten,
  isCall,
  isDeterministic,
  isImplicitCast,
  isLiteral,
  mapRex,
  nullLiteral,
  rexCall,
  rexCast,
  sameRex,
  withoutImplicitCasts,
} from '../../plan/rex.ts';
import { comparisonOf } from './comparison.ts';
import { foldCast, foldConstant } from './constant-folding.ts';
import { reduceConstants } from './constant-reducer.ts';
import { expandDistincts, expandIns } from './expand-calls.ts';
import { exactNumber, naturalType } from './literal-order.ts';
import { NO_PREDICATES, weakened } from './predicates.ts';
import type { Predicates } from './predicates.ts';
import { pullFactors } from './pull-factors.ts';
import { reduceExpressions } from './reduce-expressions.ts';
import {
  NEGATED,
  REVERSED,
  isAll,
  isComparison,
  isNone,
  isPoints,
  negatedSarg,
  negatedUnknown,
  sargOf,
  sargRex,
  searchRex,
  trivialSearch,
} from './sarg.ts';
import type { UnknownAs } from './sarg.ts';
import { simplifyCase } from './simplify-case.ts';
import { simplifyAnd, simplifyOr } from './simplify-junction.ts';
import { isLosslessCast, simplifyNullTest } from './simplify-null-test.ts';
import { isCertainlyNull } from './strength.ts';

/**
 * Equal expressions that say it shorter, by the rules of Calcite's RexSimplify, so that plans read like Flink's: AND and OR flat and without
 * repeats, NOT pushed down to comparisons, comparisons of one expression with literals merged (`sarg-collector.ts`), what is
 * known already left out, casts that change nothing removed. The value stays the same in all three truth values, but for
 * UNKNOWN where `UnknownAs` says what it counts as, and so does its type up to NOT NULL.
 */

/** Every expression of a projection: constants computed, then simplified. `predicates` hold for all rows it sees. */
export function simplifyAll(nodes: readonly RexNode[], predicates: Predicates = NO_PREDICATES): RexNode[] {
  if (nodes.every((node) => node.kind !== 'call')) return [...nodes];
  let before = nodes.map((node) => shortenCoalesce(expandIns(node)));
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const after = reduceExpressions(before).map((node) => simplifyNode(node, 'UNKNOWN', predicates));
    const isSame = after.every((node, i) => sameRex(node, before[i] as RexNode));
    before = after;
    if (isSame) break;
  }
  return before.map((node, i) => keepType(nodes[i] as RexNode, node));
}

export function simplify(node: RexNode): RexNode {
  return simplifyAll([node])[0] as RexNode;
}

/** As the syntax tree shows the expressions of a projection: nothing is computed but casts of literals. */
export function simplifyForTree(node: RexNode): RexNode {
  return keepType(node, simplifyNode(expandIns(expandDistincts(node)), 'UNKNOWN', NO_PREDICATES));
}

/** A condition as the syntax tree shows it: AND and OR flat, IN as equalities, literals in their types, all else as written. */
export function conditionForTree(node: RexNode): RexNode {
  return mapRex(expandIns(expandDistincts(node)), (each) => {
    if (each.kind !== 'call') return each;
    const { operator, operands } = each;
    if (operator === 'CAST' && !each.implicit) return literalInType(each) ?? each;
    if (operator !== 'AND' && operator !== 'OR') return each;
    return {
      ...each,
      operands: operands.flatMap((operand) => (isCall(operand, operator) ? operand.operands : [operand])),
    };
  });
}

/** The condition of HAVING, which is simplified in the syntax tree already. */
export function havingForTree(condition: RexNode): RexNode {
  return joinConditionForTree(expandDistincts(condition));
}

/** The condition of a join likewise; IS NOT DISTINCT FROM stays there. */
export function joinConditionForTree(condition: RexNode): RexNode {
  return simplifyNode(expandIns(condition), 'FALSE', NO_PREDICATES);
}

/** `CAST(5 AS BIGINT)` is the literal 5 of type BIGINT, where the value stays as it is. */
function literalInType({ operands, type }: RexCall): RexNode | undefined {
  const [operand] = operands as [RexNode];
  if (!isLiteral(operand) || operand.value === null) return undefined;
  if (isExactNumeric(operand.type) && isInteger(type) && exactNumber(operand).scale > 0) return undefined;
  return inOwnType(foldCast(operand, type));
}

/** A literal that was cast is printed in that type. */
function inOwnType(literal: RexLiteral | undefined): RexLiteral | undefined {
  const isTold =
    !literal || isApproximateNumeric(literal.type) || typesEqual(naturalType(literal), literal.type);
  return isTold ? literal : { ...literal, isComputed: true };
}

/** More passes are never needed where one finds nothing more; this many end it in any case. */
const MAX_PASSES = 4;

/** A condition of which only TRUE counts: UNKNOWN may become FALSE. Conjuncts keep their order. */
export function simplifyCondition(condition: RexNode, predicates: Predicates = NO_PREDICATES): RexNode {
  let node = unmirrored(shortenCoalesce(expandIns(condition)));
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const [reduced] = reduceExpressions([node]) as [RexNode];
    const known = predicates.length > 0 ? simplifyNode(reduced, 'FALSE', predicates) : reduced;
    const next = pullFactors(simplifyNode(known, 'FALSE', NO_PREDICATES));
    const isSame = next === node || sameRex(next, node);
    node = next;
    if (isSame) break;
  }
  return node;
}

/** Nothing behind the first operand of COALESCE that cannot be NULL is ever asked. */
function shortenCoalesce(node: RexNode): RexNode {
  return mapRex(node, (each) => {
    if (!isCall(each, 'COALESCE')) return each;
    const last = each.operands.findIndex((operand) => !operand.type.nullable);
    if (last === 0) return each.operands[0] as RexNode;
    return last < 0 || last === each.operands.length - 1
      ? each
      : { ...each, operands: each.operands.slice(0, last + 1) };
  });
}

/** `b < a` where `a > b` stands before it is the same again. */
function unmirrored(condition: RexNode): RexNode {
  const seen: RexNode[] = [];
  return mapRex(condition, (each) => {
    if (each.kind !== 'call' || !isComparison(each.operator)) return each;
    const mirrored = { ...each, operator: REVERSED[each.operator], operands: [...each.operands].reverse() };
    const known = seen.find((other) => sameRex(other, mirrored));
    if (!known) seen.push(each);
    return known ?? each;
  });
}

// A value that replaces another must not change the row type: `5` for a nullable BIGINT is `CAST(5 AS BIGINT)`.
function keepType(before: RexNode, after: RexNode): RexNode {
  if (before === after) return after;
  return typesEqualSansNullability(before.type, after.type) && before.type.nullable === after.type.nullable
    ? after
    : rexCast(after, before.type);
}

/** One expression and all in it. */
export function simplifyNode(node: RexNode, unknownAs: UnknownAs, predicates: Predicates): RexNode {
  if (node.kind === 'field') {
    const inner = simplifyNode(node.node, 'UNKNOWN', predicates);
    return inner === node.node ? node : { ...node, node: inner };
  }
  if (node.kind === 'input') return node;
  if (isCertainlyNull(node, () => false)) {
    if (node.type.root === 'BOOLEAN' && unknownAs !== 'UNKNOWN') return unknownAs === 'TRUE' ? TRUE : FALSE;
    return isLiteral(node) ? node : nullLiteral(node.type);
  }
  if (node.kind !== 'call') return node;
  // Casts that plans do not print stay with their literals until the plan is translated.
  if (isImplicitCast(node))
    return isLiteral(withoutImplicitCasts(node)) ? node : withOperands(node, predicates);
  const { operator } = node;
  switch (operator) {
    case 'AND':
      return simplifyAnd(flatten('AND', node), unknownAs, predicates);
    case 'OR':
      return simplifyOr(flatten('OR', node), unknownAs, predicates);
    case 'NOT':
      return simplifyNot(node, unknownAs, predicates);
    case 'CASE':
      return simplifyCase(node, unknownAs, predicates);
    case 'CAST':
      return simplifyCast(node, predicates);
    case 'TRY_CAST':
      return simplifyTryCast(node, predicates);
    case 'FLOOR':
    case 'CEIL':
      return simplifyRounding(withOperands(node, predicates));
    case 'SEARCH':
      return simplifySearch(node, unknownAs, predicates);
    case 'LIKE':
      return simplifyLike(node, unknownAs, predicates);
    case '+':
    case '-':
    case '*':
    case '/':
      return simplifyArithmetic(node, predicates);
    default:
      if (isComparison(operator)) return simplifyComparison(node, unknownAs, predicates);
      return simplifyNullTest(node, unknownAs, predicates) ?? withOperands(node, predicates);
  }
}

function withOperands(call: RexCall, predicates: Predicates): RexCall {
  const operands = call.operands.map((operand) => simplifyNode(operand, 'UNKNOWN', predicates));
  return operands.every((operand, i) => operand === call.operands[i]) ? call : { ...call, operands };
}

/** NOT before an expression; of NOT, TRUE and FALSE the obvious. */
export function not(node: RexNode): RexNode {
  if (isLiteral(node) && node.value !== null) return node.value === true ? FALSE : TRUE;
  if (isCall(node, 'NOT')) return node.operands[0] as RexNode;
  return rexCall('NOT', [node], node.type);
}

function simplifyNot(call: RexCall, unknownAs: UnknownAs, predicates: Predicates): RexNode {
  const operand = call.operands[0] as RexNode;
  if (isLiteral(operand)) return not(operand);
  const again = (node: RexNode): RexNode => simplifyNode(node, unknownAs, predicates);
  if (operand.kind === 'call') {
    const { operator, operands, type } = operand;
    if (operator === 'NOT') return again(operands[0] as RexNode);
    if (operator === 'SEARCH') {
      const [ref, sarg] = operands as [RexNode, RexNode];
      return simplifySearch(
        searchRex(ref, negatedSarg(sargOf(sarg)), sarg.type),
        negatedUnknown(unknownAs),
        predicates,
      );
    }
    if (operator === 'AND' || operator === 'OR') {
      const negated = operands.map((each) => again(not(each)));
      return again(combine(operator === 'AND' ? 'OR' : 'AND', negated));
    }
    if (operator === 'CASE') {
      const values = operands.map((each, i) => (i % 2 === 1 || i === operands.length - 1 ? not(each) : each));
      return again({ ...operand, operands: values });
    }
    if (isComparison(operator)) return again({ ...operand, operator: NEGATED[operator] });
    const opposite = NEGATED_TESTS[operator];
    if (opposite) return again(rexCall(opposite, operands, type));
  }
  const simpler = simplifyNode(operand, negatedUnknown(unknownAs), predicates);
  return simpler === operand ? call : not(simpler);
}

const NEGATED_TESTS: Readonly<Record<string, string>> = {
  'IS NULL': 'IS NOT NULL',
  'IS UNKNOWN': 'IS NOT NULL',
  'IS NOT NULL': 'IS NULL',
  'IS TRUE': 'IS NOT TRUE',
  'IS NOT TRUE': 'IS TRUE',
  'IS FALSE': 'IS NOT FALSE',
  'IS NOT FALSE': 'IS FALSE',
  'IS DISTINCT FROM': 'IS NOT DISTINCT FROM',
  'IS NOT DISTINCT FROM': 'IS DISTINCT FROM',
};

// ---- comparisons

function simplifyComparison(call: RexCall, unknownAs: UnknownAs, predicates: Predicates): RexNode {
  const simple = withOperands(call, predicates);
  const [left, right] = simple.operands as [RexNode, RexNode];
  const operator = simple.operator as '=';
  // NaN is not equal to itself.
  if (sameRex(left, right) && isDeterministic(left) && !isApproximateNumeric(left.type) && !isLiteral(left)) {
    const isEqual = operator === '=' || simple.operator === '<=' || simple.operator === '>=';
    const unknown = nullLiteral(BOOLEAN);
    const test = (name: string): RexNode => rexCall(name, [left], BOOLEAN_NOT_NULL);
    return simplifyNode(
      isEqual ? combine('OR', [unknown, test('IS NOT NULL')]) : combine('AND', [unknown, test('IS NULL')]),
      unknownAs,
      predicates,
    );
  }
  if (left.type.root === 'BOOLEAN') {
    const tested = againstBoolean(simple, unknownAs, predicates);
    if (tested) return tested;
  }
  const folded = foldConstant(simple);
  if (folded) return folded;
  const rest = weakened(simple, predicates);
  if (rest === 'never') return FALSE;
  if (rest !== 'always') return rest;
  const ref = comparisonOf(simple)?.ref as RexNode; // it has been weakened
  return simplifyNode(rexCall('IS NOT NULL', [ref], BOOLEAN_NOT_NULL), 'UNKNOWN', predicates);
}

/** `f = TRUE` is f. */
function againstBoolean(call: RexCall, unknownAs: UnknownAs, predicates: Predicates): RexNode | undefined {
  const comparison = comparisonOf(call);
  if (typeof comparison?.literal.value !== 'boolean') return undefined;
  const { ref, operator, literal } = comparison;
  const isTrueLiteral = literal.value === true;
  const never = ref.type.nullable ? undefined : FALSE;
  const always = ref.type.nullable ? undefined : TRUE;
  const negated = (): RexNode => simplifyNode(not(ref), unknownAs, predicates);
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
function simplifyLike(call: RexCall, unknownAs: UnknownAs, predicates: Predicates): RexNode {
  const [text, pattern] = call.operands as [RexNode, RexNode];
  if (call.operands.length === 2 && isLiteral(pattern) && pattern.value === '%')
    return simplifyNode(rexCall('=', [text, text], call.type), unknownAs, predicates);
  return withOperands(call, predicates);
}

function simplifySearch(call: RexCall, unknownAs: UnknownAs, predicates: Predicates): RexNode {
  const [ref, sargCall] = call.operands as [RexNode, RexNode];
  const sarg = sargOf(sargCall);
  if (isAll(sarg) || isNone(sarg))
    return simplifyNode(trivialSearch(ref, sarg, unknownAs), unknownAs, predicates);
  if (sarg.nullAs !== 'UNKNOWN') {
    const isNull = simplifyNullTest(rexCall('IS NULL', [ref], BOOLEAN_NOT_NULL), unknownAs, predicates);
    if (isNull && isLiteral(isNull) && isNull.value === false) {
      const strict = searchRex(ref, { ranges: sarg.ranges, nullAs: 'UNKNOWN' }, sargCall.type);
      return simplifySearch(strict, unknownAs, predicates);
    }
  } else if (isPoints(sarg) && sarg.ranges.length <= 1) {
    return sargRex(ref, sarg, sargCall.type, 'UNKNOWN');
  }
  return call;
}

// ---- arithmetic and casts

/** `x + 0` and `x * 1` are x. */
function simplifyArithmetic(call: RexCall, predicates: Predicates): RexNode {
  const { operator, operands, type } = call;
  const [left, right] = operands as [RexNode, RexNode];
  if (operands.length === 1 && isCall(left, '-') && left.operands.length === 1)
    return simplifyNode(left.operands[0] as RexNode, 'UNKNOWN', predicates);
  if (operands.length === 2 && isNumeric(type)) {
    const neutral = operator === '+' || operator === '-' ? 0 : 1;
    const isNeutral = (node: RexNode): boolean => {
      const literal = withoutImplicitCasts(node);
      return isLiteral(literal) && isNumeric(literal.type) && Number(literal.value) === neutral;
    };
    const isCommutative = operator === '+' || operator === '*';
    const kept = isCommutative && isNeutral(left) ? right : isNeutral(right) ? left : undefined;
    if (kept) {
      const plain = withoutImplicitCasts(kept);
      return typesEqual(plain.type, type) ? plain : castOf(plain, type);
    }
  }
  return withOperands(call, predicates);
}

// A time attribute cast to its plain type is how it is materialized, so that cast stays.
function sameOrNarrower(wanted: RexNode['type'], given: RexNode['type']): boolean {
  return (
    typesEqualSansNullability(wanted, given) &&
    (wanted.nullable || !given.nullable) &&
    isTimeAttribute(wanted) === isTimeAttribute(given)
  );
}

function simplifyTryCast(call: RexCall, predicates: Predicates): RexNode {
  const simple = withOperands(call, predicates);
  const [operand] = simple.operands as [RexNode];
  return sameOrNarrower(call.type, operand.type) ? operand : simple;
}

/** From the longest unit to the shortest, but for QUARTER, which has whole months. */
const UNITS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'];

/** Rounded to hours, then to days, is rounded to days. */
function simplifyRounding(call: RexCall): RexNode {
  const [inner, unit] = call.operands as [RexNode, RexNode?];
  if (!isCall(inner, call.operator) || !unit || !isLiteral(unit)) return call;
  const [operand, innerUnit] = inner.operands as [RexNode, RexNode?];
  if (!innerUnit || !isLiteral(innerUnit)) return call;
  const [outerName, innerName] = [String(unit.value), String(innerUnit.value)];
  const [outerPlace, innerPlace] = [UNITS.indexOf(outerName), UNITS.indexOf(innerName)];
  const isCoarser =
    innerName === 'QUARTER'
      ? outerName === 'YEAR' || outerName === 'QUARTER'
      : outerName === 'QUARTER'
        ? innerPlace >= 1
        : outerPlace >= 0 && outerPlace <= innerPlace;
  return isCoarser ? { ...call, operands: [operand, unit] } : call;
}

function simplifyCast(call: RexCall, predicates: Predicates): RexNode {
  const before = call.operands[0] as RexNode;
  const operand = simplifyNode(before, 'UNKNOWN', predicates);
  const { type } = call;
  if (sameOrNarrower(type, operand.type)) return operand;
  if (isLosslessCast(operand)) {
    const inner = (operand as RexCall).operands[0] as RexNode;
    const isUnpadded = inner.type.root === 'CHAR' || operand.type.root !== 'CHAR';
    if (isUnpadded && sameOrNarrower(type, inner.type)) return inner;
    const isPlain = type.root === operand.type.root || type.root === 'CHAR' || operand.type.root !== 'CHAR';
    if (isPlain && (isNumeric(type) || isCharacter(type)) && supportsExplicitCast(inner.type, type))
      return castOf(inner, type);
  }
  if (isLiteral(operand)) {
    const plain = inOwnType(foldCast(operand, type));
    if (plain) return plain;
    const cast = castOf(operand, type);
    return (reduceConstants([cast]) ?? [cast])[0] as RexNode;
  }
  return operand === before ? call : castOf(operand, type);
}

function castOf(node: RexNode, type: RexNode['type']): RexNode {
  return (isLiteral(node) ? foldCast(node, type) : undefined) ?? rexCast(node, type);
}
