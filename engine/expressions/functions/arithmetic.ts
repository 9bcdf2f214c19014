import type { DecimalType, LogicalType } from '../../types/logical-type.ts';
import {
  isApproximateNumeric,
  isDatetime,
  isInteger,
  isInterval,
  isNumeric,
} from '../../types/type-families.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import {
  decimalOperand,
  isWide,
  narrowed,
  rescaled,
  toNumeric,
  widened,
  type DecimalOperand,
} from '../numeric-cast.ts';
import { BIGINT, physicalKind } from '../physical-type.ts';
import type { Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { addInterval, intervalArithmetic, subtractTimes } from './interval.ts';

/** `+ - * / %` of numbers as Java and Flink have them (S-54, S-56), of intervals, and of times with intervals. */
type Operator = 'add' | 'subtract' | 'multiply' | 'divide' | 'remainder';

export const ARITHMETIC_RUNTIMES: FunctionTable = {
  '+': {
    cost: 1,
    supports: isBinaryOfNumbersOrTimes,
    compile: (call, emitter) => binary('add', call, emitter),
  },
  '-': {
    cost: 1,
    supports: (call) => call.operands.length === 1 || isBinaryOfNumbersOrTimes(call),
    compile: (call, emitter) =>
      call.operands.length === 1 ? negated(call, emitter) : binary('subtract', call, emitter),
  },
  '*': {
    cost: 1,
    supports: isBinaryOfNumbersOrTimes,
    compile: (call, emitter) => binary('multiply', call, emitter),
  },
  '/': {
    cost: 4,
    canFail: dividesByUnknown,
    supports: isBinaryOfNumbersOrTimes,
    compile: (call, emitter) => binary('divide', call, emitter),
  },
  '%': { cost: 3, canFail: dividesByUnknown, compile: (call, emitter) => binary('remainder', call, emitter) },
  MOD: { cost: 3, canFail: dividesByUnknown, compile: (call, emitter) => binary('remainder', call, emitter) },
  ABS: { cost: 1, compile: absolute },
};

function isBinaryOfNumbersOrTimes({ operands }: RexCall): boolean {
  return (
    operands.length === 2 &&
    operands.every(({ type }) => isNumeric(type) || isInterval(type) || isDatetime(type))
  );
}

/** Floats divide by anything; others only by what is known not to be zero. */
function dividesByUnknown({ operands, type }: RexCall): boolean {
  const divisor = operands[1];
  if (!divisor || isApproximateNumeric(type)) return false;
  const literal = withoutImplicitCast(divisor);
  return literal.kind !== 'literal' || literal.value === null || Number(literal.value) === 0;
}

function withoutImplicitCast(node: RexNode): RexNode {
  return node.kind === 'call' && node.implicit && node.operands[0]
    ? withoutImplicitCast(node.operands[0])
    : node;
}

function binary(operator: Operator, call: RexCall, emitter: Emitter): Register {
  const [left, right] = call.operands as readonly [RexNode, RexNode];
  const { type } = call;
  if (isDatetime(left.type) && isDatetime(right.type)) return subtractTimes(call, emitter);
  if (isDatetime(left.type)) return addInterval(call, left, right, operator === 'subtract', emitter);
  if (isDatetime(right.type)) return addInterval(call, right, left, false, emitter);
  if (isInterval(left.type) || isInterval(right.type)) return intervalArithmetic(operator, call, emitter);
  if (type.root === 'DECIMAL') return decimalArithmetic(operator, call, emitter, type);
  return primitiveArithmetic(operator, call, emitter);
}

const WIDTHS = ['I8', 'I16', 'I32', 'I64'] as const;

/** Computed in the widest of the operands' types and the result's, as Java promotes. */
function primitiveArithmetic(operator: Operator, call: RexCall, emitter: Emitter): Register {
  const [left, right] = call.operands as readonly [RexNode, RexNode];
  const type = isInteger(call.type) ? widest([left.type, right.type, call.type]) : call.type;
  const a = toNumeric(emitter, emitter.value(left), type);
  const b = toNumeric(emitter, emitter.value(right), type);
  return toNumeric(emitter, applyPrimitive(operator, type, a, b, call, emitter), call.type);
}

function widest(types: readonly LogicalType[]): LogicalType {
  const order = (type: LogicalType): number => WIDTHS.indexOf(physicalKind(type) as (typeof WIDTHS)[number]);
  return types.filter(isInteger).reduce((wide, type) => (order(type) > order(wide) ? type : wide));
}

/** Both operands are of the type's kind. */
export function applyPrimitive(
  operator: Operator,
  type: LogicalType,
  a: Register,
  b: Register,
  call: RexCall,
  emitter: Emitter,
): Register {
  const kind = physicalKind(type) as 'I8' | 'I16' | 'I32' | 'I64' | 'F32' | 'F64';
  if (operator === 'add' || operator === 'subtract' || operator === 'multiply') {
    const kernel = emitter.kernels[`${operator}${kind}`];
    return emitter.strict(type, [a, b], (rows, out) =>
      kernel(rows, a.column.values, a.column.stride, b.column.values, b.column.stride, out),
    );
  }
  if (kind === 'F32' || kind === 'F64') {
    const kernel = emitter.kernels[`${operator}${kind}`];
    return emitter.strict(type, [a, b], (rows, out) =>
      kernel(rows, a.column.values, a.column.stride, b.column.values, b.column.stride, out),
    );
  }
  const kernel = emitter.kernels[`${operator}${kind}`];
  const fails = dividesByUnknown(call);
  return emitter.strict(
    type,
    [a, b],
    (rows, out, validity) => {
      const { column: x } = a;
      const { column: y } = b;
      const failed = kernel(rows, x.values, x.stride, y.values, y.stride, validity, out);
      if (failed !== 0) throw emitter.failure('Division by zero', call, failed - 1);
    },
    fails,
  );
}

function decimalArithmetic(operator: Operator, call: RexCall, emitter: Emitter, type: DecimalType): Register {
  const [left, right] = call.operands as readonly [RexNode, RexNode];
  const a = decimalOperand(emitter, left);
  const b = decimalOperand(emitter, right);
  switch (operator) {
    case 'add':
    case 'subtract':
      return sum(operator, a, b, type, emitter);
    case 'multiply':
      return product(a, b, type, emitter);
    case 'divide':
      return quotient(a, b, type, call, emitter);
    case 'remainder':
      return remainder(a, b, type, call, emitter);
  }
}

function sum(
  operator: 'add' | 'subtract',
  a: DecimalOperand,
  b: DecimalOperand,
  type: DecimalType,
  emitter: Emitter,
): Register {
  const scale = Math.max(a.scale, b.scale);
  const digits = Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1;
  if (digits > 38) return wideSum(operator, a, b, type, emitter);
  const exact: DecimalType = { ...type, precision: digits, scale };
  const isNarrow = digits <= 18 && !isWide(a) && !isWide(b);
  const aligned: DecimalType = isNarrow ? exact : { ...exact, precision: Math.max(19, digits) };
  const x = rescaled(emitter, a, aligned);
  const y = rescaled(emitter, b, aligned);
  const kernel = emitter.kernels[`${operator}${isNarrow ? 'I64' : 'I128'}`];
  const result = emitter.strict(aligned, [x, y], (rows, out) =>
    kernel(rows, x.column.values, x.column.stride, y.column.values, y.column.stride, out),
  );
  return rescaled(emitter, { register: result, precision: digits, scale }, type);
}

/** Sums of which an operand may need more than 38 digits; NULL where the result does. */
function wideSum(
  operator: 'add' | 'subtract',
  a: DecimalOperand,
  b: DecimalOperand,
  type: DecimalType,
  emitter: Emitter,
): Register {
  const scale = Math.max(a.scale, b.scale);
  const x = widened(emitter, a).register;
  const y = widened(emitter, b).register;
  return emitter.partial(type, [x, y], (rows, out, _validity, outValidity) => {
    const { values, stride } = x.column;
    const { column: other } = y;
    emitter.kernels.sumDecimal(
      rows,
      values,
      stride,
      scale - a.scale,
      other.values,
      other.stride,
      scale - b.scale,
      operator === 'subtract' ? 1 : 0,
      scale - type.scale,
      type.precision,
      out,
      outValidity,
    );
  });
}

function product(a: DecimalOperand, b: DecimalOperand, type: DecimalType, emitter: Emitter): Register {
  // A constant goes to the right, where kernels have a short way for it.
  if (a.register.isConstant && !b.register.isConstant) return product(b, a, type, emitter);
  const { kernels } = emitter;
  const scale = a.scale + b.scale;
  const digits = a.precision + b.precision;
  const isExact = type.scale === scale && digits <= 38;
  if (isExact && digits > type.precision) {
    const exact = product(a, b, { ...type, precision: digits }, emitter);
    return rescaled(emitter, { register: exact, precision: digits, scale }, type);
  }
  if (!isExact) {
    const x = widened(emitter, a).register;
    const y = widened(emitter, b).register;
    return emitter.partial(type, [x, y], (rows, out, _validity, outValidity) => {
      const { values, stride } = x.column;
      const { column: other } = y;
      kernels.multiplyDecimal(
        rows,
        values,
        stride,
        other.values,
        other.stride,
        scale - type.scale,
        type.precision,
        out,
        outValidity,
      );
    });
  }
  const isShort = !isWide(a) && !isWide(b);
  const x = isShort ? a.register : widened(emitter, a).register;
  const y = isShort ? b.register : widened(emitter, b).register;
  const kernel = !isShort
    ? kernels.multiplyI128
    : type.precision <= 18
      ? kernels.multiplyI64
      : kernels.multiplyI64ToI128;
  return emitter.strict(type, [x, y], (rows, out) =>
    kernel(rows, x.column.values, x.column.stride, y.column.values, y.column.stride, out),
  );
}

function quotient(
  a: DecimalOperand,
  b: DecimalOperand,
  type: DecimalType,
  call: RexCall,
  emitter: Emitter,
): Register {
  const x = widened(emitter, a).register;
  const y = widened(emitter, b).register;
  const scaleUp = type.scale - a.scale + b.scale;
  const wide: DecimalType = { ...type, precision: Math.max(19, type.precision) };
  const result = emitter.partial(
    wide,
    [x, y],
    (rows, out, validity, outValidity) => {
      const failed = emitter.kernels.divideDecimal(
        rows,
        x.column.values,
        x.column.stride,
        y.column.values,
        y.column.stride,
        scaleUp,
        a.precision,
        type.precision,
        validity,
        out,
        outValidity,
      );
      if (failed !== 0) throw emitter.failure('Division by zero', call, failed - 1);
    },
    dividesByUnknown(call),
  );
  return type.precision > 18 ? emitter.retype(result, type) : narrowed(emitter, result, type);
}

function remainder(
  a: DecimalOperand,
  b: DecimalOperand,
  type: DecimalType,
  call: RexCall,
  emitter: Emitter,
): Register {
  const scale = Math.max(a.scale, b.scale);
  const isNarrow =
    [a, b].every((operand) => !isWide(operand) && operand.precision + scale - operand.scale <= 18) &&
    type.precision <= 18;
  if (isNarrow) {
    const aligned: DecimalType = { ...type, precision: 18, scale };
    const x = rescaled(emitter, a, aligned);
    const y = rescaled(emitter, b, aligned);
    return emitter.retype(applyPrimitive('remainder', BIGINT, x, y, call, emitter), type);
  }
  const x = widened(emitter, a).register;
  const y = widened(emitter, b).register;
  const wide: DecimalType = { ...type, precision: Math.max(19, type.precision) };
  const result = emitter.strict(
    wide,
    [x, y],
    (rows, out, validity) => {
      const failed = emitter.kernels.remainderDecimal(
        rows,
        x.column.values,
        x.column.stride,
        scale - a.scale,
        y.column.values,
        y.column.stride,
        scale - b.scale,
        validity,
        out,
      );
      if (failed !== 0) throw emitter.failure('Division by zero', call, failed - 1);
    },
    dividesByUnknown(call),
  );
  return type.precision > 18 ? emitter.retype(result, type) : narrowed(emitter, result, type);
}

function negated(call: RexCall, emitter: Emitter): Register {
  return unary('negate', call, emitter);
}

function absolute(call: RexCall, emitter: Emitter): Register {
  return unary('absolute', call, emitter);
}

function unary(name: 'negate' | 'absolute', call: RexCall, emitter: Emitter): Register {
  const operand = emitter.value(call.operands[0]!);
  const kind = physicalKind(call.type) as 'I8' | 'I16' | 'I32' | 'I64' | 'I128' | 'F32' | 'F64';
  const kernel = emitter.kernels[`${name}${kind}`];
  return emitter.strict(call.type, [operand], (rows, out) =>
    kernel(rows, operand.column.values, operand.column.stride, out),
  );
}
