import type { LogicalType } from '../../types/logical-type.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import { DOUBLE } from '../physical-type.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { perRow } from '../value-function.ts';

/**
 * Functions of DOUBLE, which their operands have been cast to. They give the digits of Java's `Math`: the logarithms, powers and
 * trigonometric functions by kernels, as JavaScript's are off in the last digit too often; the others agree as they are.
 */

type MapKernel = 'expF64' | 'logF64' | 'log10F64' | 'sinF64' | 'cosF64' | 'tanF64';
type PairKernel = 'powF64' | 'multiplyF64' | 'divideF64';

function mapped(name: MapKernel, operand: Register, type: LogicalType, emitter: Emitter): Register {
  const kernel = emitter.kernels[name];
  return emitter.strict(type, [operand], (rows, out) =>
    kernel(rows, operand.column.values, operand.column.stride, out),
  );
}

function paired(name: PairKernel, a: Register, b: Register, type: LogicalType, emitter: Emitter): Register {
  const kernel = emitter.kernels[name];
  return emitter.strict(type, [a, b], (rows, out) =>
    kernel(rows, a.column.values, a.column.stride, b.column.values, b.column.stride, out),
  );
}

/** Of all operands at once. */
const built = (
  cost: number,
  build: (emitter: Emitter, call: RexCall, operands: readonly Register[]) => Register,
): FunctionRuntime => ({
  cost,
  compile: (call, emitter) =>
    build(
      emitter,
      call,
      call.operands.map((operand) => emitter.value(operand)),
    ),
});

const byKernel = (name: MapKernel): FunctionRuntime =>
  built(300, (emitter, { type }, [operand]) => mapped(name, operand!, type, emitter));

const times = (factor: number): FunctionRuntime =>
  built(1, (emitter, { type }, [operand]) =>
    paired('multiplyF64', operand!, emitter.constant(DOUBLE, factor), type, emitter),
  );

const byJavaScript = (compute: (...values: number[]) => number): FunctionRuntime =>
  built(60, (emitter, call, operands) => perRow(emitter, call.type, operands, call, compute));

/** The quotient of two natural logarithms, each rounded. */
function logarithm(base: Register, value: Register, type: LogicalType, emitter: Emitter): Register {
  const [divisor, dividend] = [base, value].map((operand) => mapped('logF64', operand, DOUBLE, emitter));
  return paired('divideF64', dividend!, divisor!, type, emitter);
}

export const REAL_RUNTIMES: FunctionTable = {
  POWER: built(400, (emitter, { type }, [base, exponent]) =>
    paired('powF64', base!, exponent!, type, emitter),
  ),
  EXP: byKernel('expF64'),
  LN: byKernel('logF64'),
  LOG: built(400, (emitter, { type }, [first, second]) =>
    second ? logarithm(first!, second, type, emitter) : mapped('logF64', first!, type, emitter),
  ),
  LOG10: byKernel('log10F64'),
  LOG2: built(400, (emitter, { type }, [operand]) =>
    logarithm(emitter.constant(DOUBLE, 2), operand!, type, emitter),
  ),
  SIN: byKernel('sinF64'),
  COS: byKernel('cosF64'),
  TAN: byKernel('tanF64'),
  COT: built(300, (emitter, { type }, [operand]) =>
    paired(
      'divideF64',
      emitter.constant(DOUBLE, 1),
      mapped('tanF64', operand!, DOUBLE, emitter),
      type,
      emitter,
    ),
  ),
  SINH: byJavaScript(Math.sinh),
  COSH: byJavaScript(hyperbolicCosine),
  TANH: byJavaScript(hyperbolicTangent),
  ASIN: byJavaScript(Math.asin),
  ACOS: byJavaScript(Math.acos),
  ATAN: byJavaScript(Math.atan),
  ATAN2: byJavaScript(arcTangent),
  DEGREES: times(180 / Math.PI),
  RADIANS: times(Math.PI / 180),
};

// Java's exp(1) inside of COSH; JavaScript has the digits of e there.
const JAVA_E = 2.7182818284590455;

function hyperbolicCosine(value: number): number {
  return Math.abs(value) === 1 ? 0.5 * JAVA_E + 0.5 / JAVA_E : Math.cosh(value);
}

// Behind the left half of a nearly upright line, Java's result is an ulp beyond JavaScript's.
function arcTangent(y: number, x: number): number {
  const angle = Math.atan2(y, x);
  const isUpright = Math.abs(angle) === Math.PI / 2 && Number.isFinite(y);
  return isUpright && x < 0 ? Math.sign(y) * 1.5707963267948968 : angle;
}

// Java computes with numbers that JavaScript takes for their own results.
function hyperbolicTangent(value: number): number {
  const size = Math.abs(value);
  if (size >= 2 ** -28 || size < 2 ** -55) return Math.tanh(value);
  const t = Math.expm1(-2 * size);
  return Math.sign(value) * (-t / (t + 2));
}
