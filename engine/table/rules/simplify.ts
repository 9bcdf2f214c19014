import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { isNumeric, isTimeAttribute } from '../../types/type-families.ts';
import {
  FALSE,
  TRUE,
  combine,
  flatten,
  isCall,
  isDeterministic,
  isImplicitCast,
  isLiteral,
  isTrue,
  mapRex,
  rexCall,
  rexCast,
  sameRex,
} from '../plan/rex.ts';
import { booleanLiteral, foldConstant } from './constant-folding.ts';
import { areComparable, naturalType } from './literal-order.ts';
import {
  NEGATED,
  complementOf,
  comparisonSarg,
  intersectSargs,
  isComparison,
  literalComparison,
  sargComplexity,
  sargOf,
  sargRex,
  unionSargs,
} from './sarg.ts';
import type { Sarg } from './sarg.ts';

/**
 * Equal expressions that say it shorter: constants folded, AND and OR flat and without repeats, NOT pushed down to comparisons,
 * comparisons of one column with literals merged. The value of an expression stays the same in all three truth values, and so does
 * its type up to NOT NULL.
 */
export function simplify(node: RexNode): RexNode {
  return mapRex(node, (each) => (each.kind === 'call' ? keepType(each, simplifyCall(each)) : each));
}

/**
 * Only what the syntax tree shows done already: logic and comparisons of a column merged, tests of what cannot be NULL decided. Nothing is
 * computed.
 */
export function simplifyForTree(node: RexNode): RexNode {
  return mapRex(node, (each) => {
    if (each.kind !== 'call') return each;
    switch (each.operator) {
      case 'IN':
        return simplifyJunction('OR', expandIn(each), undefined, mergeReferences);
      case 'AND':
      case 'OR':
        return simplifyJunction(each.operator, each, undefined, mergeReferences);
      case 'NOT':
        return negation(each.operands[0] as RexNode) ?? each;
      default:
        return each.operands.length === 1 ? simplifyTest(each, each.operands[0] as RexNode) : each;
    }
  });
}

/** A condition as the syntax tree shows it: AND and OR flat, IN as equalities, all else as written. */
export function conditionForTree(node: RexNode): RexNode {
  return mapRex(node, (each) => {
    if (each.kind !== 'call') return each;
    const { operator, operands } = each;
    if (operator === 'IN') return expandIn(each);
    if (operator !== 'AND' && operator !== 'OR') return each;
    return {
      ...each,
      operands: operands.flatMap((operand) => (isCall(operand, operator) ? operand.operands : [operand])),
    };
  });
}

/** A condition of which only TRUE counts: UNKNOWN may become FALSE. Conjuncts keep their order. */
export function simplifyCondition(node: RexNode): RexNode {
  const simple = simplify(node);
  const conjuncts = flatten('AND', simple);
  if (conjuncts.length > 1 && mergeReferences('AND', conjuncts, true) === false) return FALSE;
  const needed = conjuncts.filter((conjunct, i) => !isImpliedNotNull(conjunct, i, conjuncts));
  return needed.length === conjuncts.length ? simple : combine('AND', needed);
}

/** `a IN (1, 2)` as `a = 1 OR a = 2`, which is how it stands in a plan. */
export function expandIn(call: RexCall): RexCall {
  const [ref, ...values] = call.operands as [RexNode, ...RexNode[]];
  const equalities = values.map((value) => rexCall('=', [ref, asWritten(value)], call.type));
  return rexCall('OR', equalities, call.type);
}

// Numbers take the type of the left side, texts and times keep their own.
function asWritten(value: RexNode): RexNode {
  return value.kind === 'literal' && !isNumeric(value.type) ? { ...value, type: naturalType(value) } : value;
}

// A value that replaces another must not change the row type: `5` for a nullable BIGINT is `CAST(5 AS BIGINT)`.
function keepType(before: RexCall, after: RexNode): RexNode {
  const isSame = typesEqualSansNullability(before.type, after.type);
  return isSame || before.type.root === 'BOOLEAN' ? after : rexCast(after, before.type);
}

function simplifyCall(call: RexCall): RexNode {
  // Casts that plans do not print stay with their literals until the plan is translated.
  if (isImplicitCast(call)) return call;
  const folded = foldConstant(call);
  if (folded) return folded;
  const [operand] = call.operands;
  switch (call.operator) {
    case 'IN':
      return simplifyJunction('OR', expandIn(call));
    case 'AND':
    case 'OR':
      return simplifyJunction(call.operator, call);
    case 'NOT':
      return negation(operand as RexNode) ?? call;
    case 'CAST':
      return operand && isIdentityCast(operand, call.type) ? operand : call;
    case 'CASE':
      return simplifyCase(call);
    case 'COALESCE':
      return simplifyCoalesce(call);
    default:
      return operand && call.operands.length === 1 ? simplifyTest(call, operand) : call;
  }
}

// A time attribute cast to its plain type is how it is materialized, so that cast stays.
function isIdentityCast(operand: RexNode, type: LogicalType): boolean {
  return (
    typesEqualSansNullability(operand.type, type) &&
    operand.type.nullable === type.nullable &&
    isTimeAttribute(operand.type) === isTimeAttribute(type)
  );
}

function simplifyTest(call: RexCall, operand: RexNode): RexNode {
  const is = (value: boolean): RexNode => booleanLiteral(value, call.type);
  const isNull = isLiteral(operand) && operand.value === null;
  switch (call.operator) {
    case 'IS NULL':
    case 'IS UNKNOWN':
      return isNull ? is(true) : operand.type.nullable ? call : is(false);
    case 'IS NOT NULL':
      return isNull ? is(false) : operand.type.nullable ? call : is(true);
    case 'IS TRUE':
      return operand.type.nullable ? call : operand;
    case 'IS FALSE':
    case 'IS NOT TRUE':
      return operand.type.nullable ? call : (negation(operand) ?? rexCall('NOT', [operand], operand.type));
    case 'IS NOT FALSE':
      return operand.type.nullable ? call : operand;
    default:
      return call;
  }
}

/** NOT pushed into its operand, or undefined where that says nothing shorter. */
function negation(operand: RexNode): RexNode | undefined {
  if (isLiteral(operand)) return operand.value === null ? operand : operand.value === true ? FALSE : TRUE;
  if (operand.kind !== 'call') return undefined;
  const { operator, operands, type } = operand;
  if (operator === 'NOT') return operands[0];
  if (isComparison(operator)) return { ...operand, operator: NEGATED[operator] };
  if (operator === 'SEARCH') {
    const [ref, sarg] = operands as [RexNode, RexNode];
    const node = sargRex(ref, complementOf(sargOf(sarg)), sarg.type);
    return typeof node === 'boolean' ? undefined : node;
  }
  if (operator === 'IS NULL') return { ...operand, operator: 'IS NOT NULL' };
  if (operator === 'IS NOT NULL') return { ...operand, operator: 'IS NULL' };
  if (operator === 'AND' || operator === 'OR') {
    const negated = operands.map((each) => negation(each) ?? rexCall('NOT', [each], each.type));
    return simplifyJunction(operator === 'AND' ? 'OR' : 'AND', rexCall(operator, negated, type), negated);
  }
  return undefined;
}

function simplifyCase(call: RexCall): RexNode {
  const { operands } = call;
  const kept: RexNode[] = [];
  for (let i = 0; i + 1 < operands.length; i += 2) {
    const [condition, value] = operands.slice(i, i + 2) as [RexNode, RexNode];
    if (isLiteral(condition) && condition.value !== true) continue;
    if (isTrue(condition)) return kept.length === 0 ? value : { ...call, operands: [...kept, value] };
    kept.push(condition, value);
  }
  const otherwise = operands.at(-1) as RexNode;
  return kept.length === 0
    ? otherwise
    : kept.length + 1 === operands.length
      ? call
      : { ...call, operands: [...kept, otherwise] };
}

// Nothing behind the first operand that cannot be NULL is ever asked.
function simplifyCoalesce(call: RexCall): RexNode {
  const last = call.operands.findIndex((operand) => !operand.type.nullable);
  const operands = last < 0 ? call.operands : call.operands.slice(0, last + 1);
  if (operands.length === 1) return operands[0] as RexNode;
  return operands.length === call.operands.length ? call : { ...call, operands };
}

// ---- AND and OR

interface SargGroup {
  readonly ref: RexNode;
  readonly position: number;
  readonly type: LogicalType;
  readonly sarg: Sarg;
  readonly size: number;
}

function simplifyJunction(
  operator: 'AND' | 'OR',
  call: RexCall,
  operands: readonly RexNode[] = flatten(operator, call),
  merge: Merge = mergeComparisons,
): RexNode {
  const neutral = operator === 'AND';
  const terms: RexNode[] = [];
  for (const term of operands.flatMap((each) => flatten(operator, each))) {
    if (isLiteral(term) && term.value === !neutral) return neutral ? FALSE : TRUE;
    if (!terms.some((known) => sameRex(known, term))) terms.push(term);
  }
  const merged = merge(operator, terms);
  if (typeof merged === 'boolean') return merged ? TRUE : FALSE;
  if (merged.length === 0) return neutral ? TRUE : FALSE;
  return combine(operator, merged);
}

type Merge = (operator: 'AND' | 'OR', terms: readonly RexNode[]) => readonly RexNode[] | boolean;

function mergeComparisons(operator: 'AND' | 'OR', terms: readonly RexNode[]): readonly RexNode[] | boolean {
  const merged = mergeReferences(operator, terms);
  return typeof merged === 'boolean' ? merged : mergeEqualities(operator, merged);
}

/**
 * Terms with all comparisons of one column merged into the first. As in Calcite, single comparisons are left alone unless
 * something was merged; then all take the literal's type from their range.
 */
function mergeReferences(
  operator: 'AND' | 'OR',
  terms: readonly RexNode[],
  isCondition = false,
): readonly RexNode[] | boolean {
  const groups: SargGroup[] = [];
  const rest = new Map<number, RexNode>();
  terms.forEach((term, position) => {
    const search = searchOf(term);
    if (!search) return void rest.set(position, term);
    const at = groups.findIndex(
      (group) => sameRex(group.ref, search.ref) && areComparable(group.type, search.type),
    );
    const known = groups[at];
    if (!known) return void groups.push({ ...search, position, size: 1 });
    const sarg =
      operator === 'AND' ? intersectSargs(known.sarg, search.sarg) : unionSargs(known.sarg, search.sarg);
    const type = typesEqualSansNullability(known.type, search.type)
      ? known.type
      : (leastRestrictive([known.type, search.type]) ?? { ...known.ref.type, nullable: false });
    groups[at] = { ...known, sarg, type, size: known.size + 1 };
  });
  const isMerged = groups.some((group) => group.size > 1 || sargComplexity(group.sarg) > 1);
  if (!isMerged) return terms;
  for (const group of groups) {
    const node = sargRex(group.ref, group.sarg, group.type);
    if (typeof node === 'boolean') {
      // Nothing satisfies an AND, everything an OR; NULL would still be unknown, which matters outside of conditions.
      if (group.ref.type.nullable && !isCondition) return terms;
      if (node === (operator === 'OR')) return node;
    } else rest.set(group.position, node);
  }
  return [...rest].sort(([a], [b]) => a - b).map(([, node]) => node);
}

function searchOf(term: RexNode): { ref: RexNode; sarg: Sarg; type: LogicalType } | undefined {
  if (isCall(term, 'SEARCH')) {
    const [ref, sarg] = term.operands as [RexNode, RexNode];
    return { ref, sarg: sargOf(sarg), type: sarg.type };
  }
  const comparison = literalComparison(term);
  if (!comparison || !isReference(comparison.ref)) return undefined;
  const { ref, operator, literal } = comparison;
  if (!areComparable(ref.type, literal.type)) return undefined;
  const type = operator === '=' || operator === '<>' ? literal.type : naturalType(literal);
  return { ref, sarg: comparisonSarg(operator, literal), type };
}

function isReference(node: RexNode): boolean {
  return node.kind === 'input' || node.kind === 'field' || isCall(node, 'CAST');
}

const IN_THRESHOLD = 4;

/** Four and more equalities of one expression, whatever it is, are an IN (inequalities in an AND: a NOT IN). */
function mergeEqualities(operator: 'AND' | 'OR', terms: readonly RexNode[]): readonly RexNode[] {
  const wanted = operator === 'OR' ? '=' : '<>';
  const result = [...terms];
  const seen: RexNode[] = [];
  for (const term of terms) {
    const comparison = literalComparison(term);
    if (comparison?.operator !== wanted || !isDeterministic(comparison.ref)) continue;
    if (seen.some((ref) => sameRex(ref, comparison.ref))) continue;
    seen.push(comparison.ref);
    const members = result.filter((each) => {
      const other = literalComparison(each);
      return other?.operator === wanted && sameRex(other.ref, comparison.ref);
    });
    if (members.length < IN_THRESHOLD) continue;
    const sarg = members
      .map((each) => literalComparison(each))
      .reduce<Sarg | undefined>((sum, each) => {
        if (!each) return sum;
        const next = comparisonSarg(each.operator, each.literal);
        if (!sum) return next;
        return operator === 'OR' ? unionSargs(sum, next) : intersectSargs(sum, next);
      }, undefined);
    const types = members.flatMap((each) => literalComparison(each)?.literal.type ?? []);
    const type = leastRestrictive(types) ?? { ...comparison.ref.type, nullable: false };
    const node = sarg && sargRex(comparison.ref, sarg, type);
    if (node === undefined || typeof node === 'boolean') continue;
    // Merged predicates come last, as the rule appends them.
    for (const member of members) result.splice(result.indexOf(member), 1);
    result.push(node);
  }
  return result;
}

// `c IS NOT NULL` beside a condition that c NULL makes unknown.
function isImpliedNotNull(conjunct: RexNode, position: number, all: readonly RexNode[]): boolean {
  if (!isCall(conjunct, 'IS NOT NULL')) return false;
  const [tested] = conjunct.operands as [RexNode];
  return all.some((other, i) => i !== position && rejectsNull(other, tested));
}

const STRICT = new Set(['=', '<>', '<', '<=', '>', '>=', 'LIKE', 'SEARCH', 'NOT']);

function rejectsNull(condition: RexNode, tested: RexNode): boolean {
  if (condition.kind !== 'call' || !STRICT.has(condition.operator)) return false;
  return condition.operands.some((operand) => sameRex(operand, tested) || rejectsNull(operand, tested));
}
