import { isApproximateNumeric, withNullability } from '../../types/type-families.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { merge, type Part } from '../merge.ts';
import { canFail, costOf } from '../node-facts.ts';
import { BOOLEAN, physicalKind } from '../physical-type.ts';
import { Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { castRegister } from './cast.ts';
import { alike, compareRegisters } from './comparison.ts';
import { connect, isNotNull } from './logic.ts';

/**
 * CASE and what is like it. Values that are cheap and cannot fail are computed for all rows and blended; every other one is computed for the rows
 * alone that take it.
 */

/** A value that costs more (ns a row) is computed for its rows only. */
const WORTH_SELECTING = 8;

export const CONDITIONAL_RUNTIMES: FunctionTable = {
  CASE: { cost: 1, compile: caseWhen },
  IF: { cost: 1, compile: caseWhen },
  COALESCE: { cost: 1, compile: coalesce },
  IFNULL: { cost: 1, compile: coalesce },
  NULLIF: { cost: 3, compile: nullIf },
  GREATEST: { cost: 3, supports: hasOrder, compile: (call, emitter) => extreme(false, call, emitter) },
  LEAST: { cost: 3, supports: hasOrder, compile: (call, emitter) => extreme(true, call, emitter) },
};

function hasOrder({ operands }: RexCall): boolean {
  return operands.every(({ type }) => physicalKind(type) !== undefined);
}

interface Branch {
  /** Absent in ELSE. */
  readonly condition?: RexNode;
  readonly value: RexNode;
}

function caseWhen(call: RexCall, emitter: Emitter): Register {
  const branches: Branch[] = [];
  const { operands } = call;
  for (let i = 0; i + 1 < operands.length; i += 2) {
    branches.push({ condition: operands[i]!, value: operands[i + 1]! });
  }
  const last = operands.length % 2 === 1 ? operands.at(-1)! : nullLiteral(call.type);
  branches.push({ value: last });
  const isSimple = branches.every(
    ({ condition }) => !condition || isEager(condition, 2 * WORTH_SELECTING, emitter),
  );
  return isSimple ? blendBranches(call, branches, emitter) : selectBranches(call, branches, emitter);
}

function nullLiteral(type: LogicalType): RexNode {
  return { kind: 'literal', value: null, type: withNullability(type, true) };
}

function isEager(node: RexNode, limit: number, emitter: Emitter): boolean {
  return emitter.isConstant || (!canFail(node) && costOf(node) < limit);
}

/**
 * All conditions are computed for all rows. From the last branch to the first, cheap values are blended in where their condition holds; rows that take
 * an expensive one hold anything until it is scattered into them.
 */
function blendBranches(call: RexCall, branches: readonly Branch[], emitter: Emitter): Register {
  const conditions = branches.map(({ condition }) => condition && emitter.dense(emitter.value(condition)));
  const cheap: Part[] = [];
  const expensive: Part[] = [];
  /** TRUE where a branch before has been taken. */
  let taken: Register | undefined;
  branches.forEach(({ value }, index) => {
    const condition = conditions[index];
    if (isEager(value, WORTH_SELECTING, emitter)) {
      const register = inType(emitter, emitter.value(value), call.type);
      cheap.push(condition ? { value: register, condition } : { value: register });
    } else {
      const scope = rowsOf(condition, taken, emitter);
      expensive.push({ value: inType(scope, scope.value(value), call.type), scope });
    }
    if (condition) taken = taken ? connect('or', taken, condition, emitter) : condition;
  });
  cheap.reverse();
  const [base, ...others] = cheap;
  const parts = base?.condition ? [{ value: base.value }, ...others] : cheap;
  return merge(emitter, call.type, [...parts, ...expensive]);
}

/** Rows whose condition is the first that holds; no condition is ELSE. */
function rowsOf(condition: Register | undefined, taken: Register | undefined, emitter: Emitter): Emitter {
  if (!condition) return taken ? emitter.where(taken, true) : emitter.where(emitter.constant(BOOLEAN, true));
  if (!taken) return emitter.where(condition);
  const isFree = emitter.where(taken, true);
  return isFree.where(isFree.gathered(condition, emitter));
}

/** Conditions one after the other, each for the rows that none before has taken. */
function selectBranches(call: RexCall, branches: readonly Branch[], emitter: Emitter): Register {
  let rest = emitter;
  const parts: Part[] = branches.map(({ condition, value }) => {
    if (!condition) return { value: inType(rest, rest.value(value), call.type), ...inScope(rest, emitter) };
    const holds = rest.value(condition);
    const here = rest.where(holds);
    const part = { value: inType(here, here.value(value), call.type), scope: here };
    rest = rest.where(holds, true);
    return part;
  });
  return merge(emitter, call.type, parts);
}

function inScope(scope: Emitter, emitter: Emitter): { scope?: Emitter } {
  return scope === emitter ? {} : { scope };
}

/** Branches may differ from the result in precision or length. */
function inType(emitter: Emitter, register: Register, type: LogicalType): Register {
  return castRegister(emitter, register, withNullability(type, true));
}

/** The first value that is set; each next one only for the rows that are still NULL. */
/** What stands behind an operand that cannot be NULL is never needed, and may be of another type. */
function coalesce(call: RexCall, emitter: Emitter): Register {
  const certain = call.operands.findIndex(({ type }) => !type.nullable);
  const operands = certain < 0 ? call.operands : call.operands.slice(0, certain + 1);
  const branches = operands.map((value, index): Branch => {
    if (index === operands.length - 1) return { value };
    const type = { root: 'BOOLEAN', nullable: false } as const;
    return { condition: { kind: 'call', operator: 'IS NOT NULL', operands: [value], type }, value };
  });
  const isSimple = branches.every(({ value }) => isEager(value, WORTH_SELECTING, emitter));
  return isSimple ? blendBranches(call, branches, emitter) : selectBranches(call, branches, emitter);
}

function nullIf(call: RexCall, emitter: Emitter): Register {
  const [node, other] = call.operands as readonly [RexNode, RexNode];
  const value = inType(emitter, emitter.value(node), call.type);
  const equal = emitter.dense(compareRegisters('Eq', emitter.value(node), emitter.value(other), emitter));
  return merge(emitter, call.type, [
    { value },
    { value: emitter.program.nullConstant(call.type), condition: equal },
  ]);
}

/** NULL if any is (S-60b). */
function extreme(isLeast: boolean, call: RexCall, emitter: Emitter): Register {
  const values = call.operands.map((operand) => inType(emitter, emitter.value(operand), call.type));
  const [first, ...others] = values as [Register, ...Register[]];
  let best = first;
  for (const other of others) {
    const [a, b] = alike(best, other, emitter);
    const isBeyond = isLeast ? compareRegisters('Lt', b, a, emitter) : compareRegisters('Lt', a, b, emitter);
    // NaN, which does not equal itself, is the greatest number.
    const isOther = emitter.dense(
      isApproximateNumeric(call.type)
        ? connect('or', isBeyond, compareRegisters('Ne', isLeast ? a : b, isLeast ? a : b, emitter), emitter)
        : isBeyond,
    );
    best = merge(emitter, call.type, [{ value: best }, { value: other, condition: isOther }]);
  }
  return onlyWhereSet(values, best, emitter);
}

function onlyWhereSet(operands: readonly Register[], value: Register, emitter: Emitter): Register {
  const anyNull = operands
    .map((operand) => isNotNull(operand, emitter))
    .reduce((left, right) => connect('and', left, right, emitter));
  const isNull = emitter.strict(BOOLEAN, [anyNull], (rows, out) =>
    emitter.kernels.notBoolean(rows, anyNull.column.values, anyNull.column.stride, out),
  );
  return merge(emitter, value.type, [
    { value },
    { value: emitter.program.nullConstant(value.type), condition: emitter.dense(isNull) },
  ]);
}
