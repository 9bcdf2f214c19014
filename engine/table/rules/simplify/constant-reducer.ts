import { isTimestamp } from '../../../data/value.ts';
import type { Value } from '../../../data/value.ts';
import type { RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import { DivisionByZero } from '../../../types/errors.ts';
import type { LogicalType, TypeRoot } from '../../../types/logical-type.ts';
import { isCall, isLiteral, mapRex, rexCast, withoutImplicitCasts } from '../../plan/rex.ts';
import { foldConstant } from './constant-folding.ts';
import { expandSearch } from './sarg.ts';
import { isTame } from './tame-constants.ts';

/** Computes expressions without columns as the job would; undefined where it cannot be done at the moment. May throw what the job would. */
export type ComputeConstants = (expressions: readonly RexNode[]) => readonly Value[] | undefined;

/** What a rule has to be told that simplifies expressions. */
export interface ConstantOptions {
  readonly compute: ComputeConstants;
  /** Constants have been computed: what is put together now is simplified alone, as by Flink's planner once it compares plans. */
  readonly isReduced?: boolean;
}

/** Without kernels: constants stay calls, but for what plain arithmetic says. */
export const COMPUTES_NOTHING: ComputeConstants = () => undefined;

/** Types whose values have no literal: such expressions are left, but what stands in them as an operand is not. */
const WITHOUT_LITERALS: ReadonlySet<TypeRoot> = new Set([
  'ROW',
  'ARRAY',
  'MAP',
  'MULTISET',
  'VARIANT',
  'BITMAP',
  'NULL',
  'SYMBOL',
]);

/** Longer texts stay calls: nobody wants to read them in a plan. */
const MAX_TEXT = 10_000;

/**
 * What expressions without columns are, as Flink's ExpressionReducer has it: literals, with a cast where they may be NULL by their type. One
 * that fails keeps all of them from being computed; the job will fail with it. Undefined: nothing could be computed.
 *
 * @throws DivisionByZero for `x / 0`
 */
export function reduceConstants(
  expressions: readonly RexNode[],
  compute: ComputeConstants,
): readonly RexNode[] | undefined {
  expressions.forEach(refuseDivisionByZero);
  const wanted = expressions.filter(isReducible);
  if (wanted.length === 0) return undefined;
  const plain = wanted.map(withoutSearches);
  const values = plain.every((node) => foldDeep(node)) ? plain.map(foldDeep) : computed(plain, compute);
  if (!values) return undefined;
  const literals = new Map(wanted.map((node, i) => [node, values[i]]));
  return expressions.map((node) => {
    const literal = literals.get(node);
    if (!literal || (literal.value === null && !node.type.nullable)) return node;
    return literal.value === null || !node.type.nullable ? literal : rexCast(literal, node.type);
  });
}

/** Searches as comparisons, which is how they are computed. */
function withoutSearches(node: RexNode): RexNode {
  return mapRex(node, (each) => (isCall(each, 'SEARCH') ? expandSearch(each) : each));
}

function refuseDivisionByZero(node: RexNode): void {
  if (!isCall(node, '/')) return;
  const divisor = withoutImplicitCasts(node.operands[1] as RexNode);
  if (isLiteral(divisor) && divisor.value !== null && Number(divisor.value) === 0) throw new DivisionByZero();
}

function isReducible(node: RexNode): boolean {
  if (WITHOUT_LITERALS.has(node.type.root) || node.kind !== 'call') return false;
  if (node.operator === 'JSON_OBJECT' || node.operator === 'JSON_ARRAY' || node.operator === 'JSON')
    return false;
  return isTame(node);
}

function computed(
  expressions: readonly RexNode[],
  compute: ComputeConstants,
): readonly (RexLiteral | undefined)[] | undefined {
  try {
    return compute(expressions)?.map((value, i) => literalOf(value, (expressions[i] as RexNode).type));
  } catch {
    return undefined; // the job fails with the same
  }
}

/** Without the kernels: what plain arithmetic and comparisons say. */
function foldDeep(node: RexNode): RexLiteral | undefined {
  if (node.kind === 'literal') return node;
  if (node.kind !== 'call') return undefined;
  const operands: RexNode[] = [];
  for (const operand of node.operands) {
    const literal = foldDeep(operand);
    if (!literal) return undefined;
    operands.push(literal);
  }
  return foldConstant({ ...node, operands });
}

/** A value as a literal; undefined for what has none: NaN, infinity, a text that is too long. */
function literalOf(value: Value, type: LogicalType): RexLiteral | undefined {
  const literal = literalValueOf(value, type);
  if (literal === undefined) return undefined;
  const isChar = type.root === 'CHAR' && typeof literal === 'string';
  const own: LogicalType = isChar ? { ...type, length: [...literal].length } : type;
  return { kind: 'literal', value: literal, type: { ...own, nullable: literal === null }, isComputed: true };
}

function literalValueOf(value: Value, type: LogicalType): RexLiteral['value'] | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length > MAX_TEXT ? undefined : value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    if (type.root === 'INTERVAL_DAY_TIME') return String(value);
    if (type.root !== 'DOUBLE' && type.root !== 'FLOAT') return value;
    return Number.isFinite(value) ? value + 0 : undefined; // a literal has no -0
  }
  if (value instanceof Uint8Array)
    return value.length > MAX_TEXT
      ? undefined
      : Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (!isTimestamp(value)) return undefined;
  // What a TIMESTAMP(0) holds beyond its precision is not written.
  if ('precision' in type && type.precision < 3) {
    const unit = 10 ** (3 - type.precision);
    return String(Math.floor(value.epochMs / unit) * unit);
  }
  const fraction = String(value.nanoOfMs).padStart(6, '0').replace(/0+$/, '');
  return fraction === '' ? String(value.epochMs) : `${value.epochMs}.${fraction}`;
}
