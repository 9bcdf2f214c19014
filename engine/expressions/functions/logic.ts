import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { merge } from '../merge.ts';
import { canFail, costOf } from '../node-facts.ts';
import { BOOLEAN } from '../physical-type.ts';
import { Column } from '../../data/column.ts';
import { isNullConstant, Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';

/** Three-valued logic (S-60b). AND and OR look at an expensive or failing operand only in the rows where the others leave it open. */
type Connective = 'and' | 'or';

/** A side that costs more (ns a row) is worth a selection. */
const WORTH_SELECTING = 12;

export const LOGIC_RUNTIMES: FunctionTable = {
  AND: { cost: 0.5, compile: (call, emitter) => connectAll('and', call, emitter) },
  OR: { cost: 0.5, compile: (call, emitter) => connectAll('or', call, emitter) },
  NOT: { cost: 0.5, compile: (call, emitter) => negate(emitter.value(call.operands[0]!), emitter) },
  'IS NULL': { cost: 0.5, compile: (call, emitter) => isNull(emitter.value(call.operands[0]!), emitter) },
  'IS NOT NULL': {
    cost: 0,
    compile: (call, emitter) => isNotNull(emitter.value(call.operands[0]!), emitter),
  },
  'IS TRUE': { cost: 0.5, compile: (call, emitter) => isTruth('isTrueBoolean', call, emitter) },
  'IS FALSE': { cost: 0.5, compile: (call, emitter) => isTruth('isFalseBoolean', call, emitter) },
  'IS NOT TRUE': {
    cost: 1,
    compile: (call, emitter) => negate(isTruth('isTrueBoolean', call, emitter), emitter),
  },
  'IS NOT FALSE': {
    cost: 1,
    compile: (call, emitter) => negate(isTruth('isFalseBoolean', call, emitter), emitter),
  },
};

/** Operands of nested calls of the same operator, in order. */
export function flatten(operator: 'AND' | 'OR', node: RexNode): RexNode[] {
  if (node.kind !== 'call' || node.operator !== operator) return [node];
  return node.operands.flatMap((operand) => flatten(operator, operand));
}

/** Cheap operands first, but none before one that can fail. */
export function byCost(operands: readonly RexNode[]): RexNode[] {
  const runs: RexNode[][] = [[]];
  for (const operand of operands) {
    if (canFail(operand)) runs.push([operand], []);
    else runs.at(-1)!.push(operand);
  }
  return runs.flatMap((run) => run.sort((a, b) => costOf(a) - costOf(b)));
}

function connectAll(connective: Connective, call: RexCall, emitter: Emitter): Register {
  const operands = byCost(flatten(connective === 'and' ? 'AND' : 'OR', call));
  const [first, ...others] = operands as [RexNode, ...RexNode[]];
  let result = emitter.value(first);
  for (const operand of others) {
    const isEager = emitter.isConstant || (!canFail(operand) && costOf(operand) < WORTH_SELECTING);
    result = isEager
      ? connect(connective, result, emitter.value(operand), emitter)
      : connectLazily(connective, result, operand, emitter);
  }
  return result;
}

/** The right side only where the left does not decide: where it is not FALSE (AND) or not TRUE (OR). */
function connectLazily(connective: Connective, left: Register, right: RexNode, emitter: Emitter): Register {
  const decided = connective === 'or' ? left : truth('isFalseBoolean', left, emitter);
  const open = emitter.where(decided, true);
  const here = open.gathered(left, emitter);
  const both = connect(connective, here, open.value(right), open);
  return merge(emitter, BOOLEAN, [{ value: left }, { value: both, scope: open }]);
}

export function connect(connective: Connective, a: Register, b: Register, emitter: Emitter): Register {
  const kernel = emitter.kernels[connective === 'and' ? 'andBoolean' : 'orBoolean'];
  const result = new Register(BOOLEAN);
  emitter.emit([a, b], result, (rows) => {
    const { column: x } = a;
    const { column: y } = b;
    const hasNulls = x.validity !== 0 || y.validity !== 0;
    const validity = hasNulls ? emitter.program.validityOf(result) : 0;
    const [strideX, strideY] = [x.isConstant ? 0 : 1, y.isConstant ? 0 : 1];
    kernel(rows, x.values, x.validity, strideX, y.values, y.validity, strideY, result.values, validity);
    result.set(validity);
  });
  return result;
}

export function negate(operand: Register, emitter: Emitter): Register {
  return emitter.strict(BOOLEAN, [operand], (rows, out) =>
    emitter.kernels.notBoolean(rows, operand.column.values, operand.column.stride, out),
  );
}

export function isNotNull(operand: Register, emitter: Emitter): Register {
  if (operand.isConstant) return emitter.constant(BOOLEAN, !isNullConstant(operand));
  const isTrue = emitter.constant(BOOLEAN, true);
  const result = new Register(BOOLEAN);
  result.aliases.push(operand);
  emitter.emit([operand], result, () => {
    const { validity, isConstant } = operand.column;
    // A validity is a boolean that is never NULL.
    result.column = validity === 0 ? isTrue.column : new Column(BOOLEAN, validity, 0, isConstant ? 0 : 1);
  });
  return result;
}

export function isNull(operand: Register, emitter: Emitter): Register {
  return negate(isNotNull(operand, emitter), emitter);
}

function isTruth(name: 'isTrueBoolean' | 'isFalseBoolean', call: RexCall, emitter: Emitter): Register {
  return truth(name, emitter.value(call.operands[0]!), emitter);
}

function truth(name: 'isTrueBoolean' | 'isFalseBoolean', operand: Register, emitter: Emitter): Register {
  const result = new Register(BOOLEAN);
  emitter.emit([operand], result, (rows) => {
    const { values, validity, isConstant } = operand.column;
    emitter.kernels[name](rows, values, validity, isConstant ? 0 : 1, result.values);
    result.set(0);
  });
  return result;
}
