import type { RexCall, RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import { supportsExplicitCast } from '../../../types/cast-rules.ts';
import { sameUnits, typesEqual, typesEqualSansNullability } from '../../../types/type-equality.ts';
import { isCharacter, isInterval, isNumeric, isTimeAttribute } from '../../../types/type-families.ts';
import { isCall, isLiteral, rexCast, withoutImplicitCasts } from '../../plan/rex.ts';
import { foldCast } from './constant-folding.ts';
import { reduceConstants } from './constant-reducer.ts';
import { naturalType } from './literal-order.ts';
import { isLosslessCast } from './lossless-cast.ts';
import type { RexSimplify } from './rex-simplify.ts';

/** A literal that was cast is printed in that type. */
export function inOwnType(literal: RexLiteral | undefined): RexLiteral | undefined {
  const isTold = !literal || typesEqual(naturalType(literal), literal.type);
  return isTold ? literal : { ...literal, isComputed: true };
}

/** `x + 0` and `x * 1` are x. */
export function simplifyArithmetic(call: RexCall, simplifier: RexSimplify): RexNode {
  const { operator, operands, type } = call;
  const [left] = operands as [RexNode];
  if (operands.length === 1 && isCall(left, '-') && left.operands.length === 1)
    return simplifier.simplify(left.operands[0] as RexNode, 'UNKNOWN');
  if (operands.length === 2 && isNumeric(type)) {
    const neutral = operator === '+' || operator === '-' ? 0 : 1;
    const isNeutral = (node: RexNode): boolean => {
      const literal = withoutImplicitCasts(node);
      return isLiteral(literal) && isNumeric(literal.type) && Number(literal.value) === neutral;
    };
    const isCommutative = operator === '+' || operator === '*';
    // A cast of a constant is one before anything is simplified.
    const constants = operands.map((each) => literalOfCast(withoutImplicitCasts(each)) ?? each);
    const place = constants.findIndex(isNeutral);
    const kept = place === 1 || (place === 0 && isCommutative) ? constants[1 - place] : undefined;
    if (kept) {
      const plain = withoutImplicitCasts(kept);
      return typesEqual(plain.type, type) ? plain : castOf(plain, type);
    }
  }
  return simplifier.withOperands(call);
}

/** The constant that a visible cast of one is, where its value stays. */
function literalOfCast(node: RexNode): RexNode | undefined {
  const [operand] = isCall(node, 'CAST') && !node.implicit ? node.operands : [];
  return operand && isLiteral(operand) ? inOwnType(foldCast(operand, node.type)) : undefined;
}

// A time attribute cast to its plain type is how it is materialized, so that cast stays.
function sameOrNarrower(wanted: RexNode['type'], given: RexNode['type']): boolean {
  return (
    typesEqualSansNullability(wanted, given) &&
    sameUnits(wanted, given) &&
    (wanted.nullable || !given.nullable) &&
    isTimeAttribute(wanted) === isTimeAttribute(given)
  );
}

/** TRY_CAST of what is of that type is nothing. */
export function simplifyTryCast(call: RexCall, simplifier: RexSimplify): RexNode {
  const simple = simplifier.withOperands(call);
  const [operand] = simple.operands as [RexNode];
  const isSame = sameOrNarrower(call.type, operand.type) && call.type.nullable === operand.type.nullable;
  return isSame ? operand : simple;
}

/** From the longest unit to the shortest, but for QUARTER, which has whole months. */
const UNITS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'];

/** Rounded to hours, then to days, is rounded to days. */
export function simplifyRounding(call: RexCall): RexNode {
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

/** A cast to what something is, one cast after another, and casts of literals. */
export function simplifyCast(call: RexCall, simplifier: RexSimplify): RexNode {
  const before = call.operands[0] as RexNode;
  const operand = simplifier.simplify(before, 'UNKNOWN');
  const { type } = call;
  if (sameOrNarrower(type, operand.type)) return operand;
  if (isLosslessCast(operand)) {
    const inner = (operand as RexCall).operands[0] as RexNode;
    const isUnpadded = inner.type.root === 'CHAR' || operand.type.root !== 'CHAR';
    if (isUnpadded && sameOrNarrower(type, inner.type)) return inner;
    const isPlain = type.root === operand.type.root || type.root === 'CHAR' || operand.type.root !== 'CHAR';
    if (
      isPlain &&
      (isNumeric(type) || isCharacter(type) || isInterval(type)) &&
      supportsExplicitCast(inner.type, type)
    )
      return castOf(inner, type);
  }
  if (isLiteral(operand)) {
    if (operand.type.root === 'TIME' && type.root === 'TIMESTAMP')
      return operand === before ? call : castOf(operand, type);
    const plain = inOwnType(foldCast(operand, type));
    if (plain) return plain;
    const cast = castOf(operand, type);
    return (reduceConstants([cast], simplifier.compute) ?? [cast])[0] as RexNode;
  }
  return operand === before ? call : castOf(operand, type);
}

function castOf(node: RexNode, type: RexNode['type']): RexNode {
  return (isLiteral(node) ? foldCast(node, type) : undefined) ?? rexCast(node, type);
}
