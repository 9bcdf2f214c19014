import { commonDecimal } from '../../types/common-type.ts';
import { decimalOf } from '../../types/decimal-arithmetic.ts';
import type { DecimalType, LogicalType } from '../../types/logical-type.ts';
import {
  isApproximateNumeric,
  isDatetime,
  isInteger,
  isNumeric,
  isTimestamp,
} from '../../types/type-families.ts';
import type { Value } from '../../data/value.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { literalText, literalValue } from '../literal-value.ts';
import { asDecimalOperand, Rounding, rescaled, toNumeric } from '../numeric-cast.ts';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, physicalKind } from '../physical-type.ts';
import { isNullConstant, Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { compareByKey } from '../short-text.ts';
import { millisecondsOf, toPrecision } from '../times.ts';
import { perRow } from '../value-function.ts';
import { connect, isNull, negate } from './logic.ts';
import { equalityOf } from './value-equality.ts';

type Operator = 'Eq' | 'Ne' | 'Lt' | 'Le';

const comparison = (operator: Operator, isSwapped = false): FunctionTable[string] => ({
  cost: 1.5,
  supports: ({ operands }) => operands.every(({ type }) => isComparable(type, operator)),
  compile: (call, emitter) => {
    const { operands } = call;
    const byKey = compareByKey(call, emitter);
    if (byKey) return byKey;
    const [left, right] = (isSwapped ? [operands[1], operands[0]] : operands) as [RexNode, RexNode];
    return compareRegisters(operator, emitter.value(left), emitter.value(right), emitter);
  },
});

export const COMPARISON_RUNTIMES: FunctionTable = {
  '=': comparison('Eq'),
  '<>': comparison('Ne'),
  '<': comparison('Lt'),
  '<=': comparison('Le'),
  '>': comparison('Lt', true),
  '>=': comparison('Le', true),
  'IS NOT DISTINCT FROM': {
    cost: 3,
    supports: haveEquality,
    compile: (call, emitter) => notDistinct(call, emitter),
  },
  'IS DISTINCT FROM': {
    cost: 3,
    supports: haveEquality,
    compile: (call, emitter) => negate(notDistinct(call, emitter), emitter),
  },
  IN: { cost: 4, compile: inList },
};

/** Rows and collections are equal or not, and have no order. */
function isComparable(type: LogicalType, operator: Operator): boolean {
  const isEquality = operator === 'Eq' || operator === 'Ne';
  switch (type.root) {
    case 'ROW':
      return isEquality && type.fields.every((field) => isComparable(field.type, operator));
    case 'VARIANT':
      return isEquality;
    case 'ARRAY':
    case 'MULTISET':
      return isEquality && isComparable(type.element, operator);
    case 'MAP':
      return isEquality && isComparable(type.key, operator) && isComparable(type.value, operator);
    default:
      return physicalKind(type) !== undefined;
  }
}

function haveEquality({ operands }: RexCall): boolean {
  return operands.every(({ type }) => isComparable(type, 'Eq'));
}

/** Brings both to one type and compares; NULL where one is. */
export function compareRegisters(operator: Operator, a: Register, b: Register, emitter: Emitter): Register {
  if (isNullConstant(a) || isNullConstant(b)) return emitter.program.nullConstant(BOOLEAN);
  if (a.type.root === 'ROW' && b.type.root === 'ROW') return compareRows(operator, a, b, emitter);
  if (physicalKind(a.type) === undefined) return compareCollections(operator, a, b, emitter);
  const [x, y] = alike(a, b, emitter);
  const kind = physicalKind(x.type)!;
  const isText = kind === 'Bytes';
  // An equality with a constant has it on the right.
  const isSwapped = x.isConstant && (operator === 'Eq' || operator === 'Ne');
  const [left, right] = isSwapped ? [y, x] : [x, y];
  const [p, q] = isText ? [emitter.views(left), emitter.views(right)] : [left, right];
  const kernel = emitter.kernels[`compare${operator}${kind}`];
  return emitter.strict(BOOLEAN, [p, q], (rows, out) =>
    kernel(rows, p.column.values, p.column.stride, q.column.values, q.column.stride, out),
  );
}

/** Rows are equal when all their fields are, two NULL fields being equal (as in Flink); NULL where a row is. */
function compareRows(operator: Operator, a: Register, b: Register, emitter: Emitter): Register {
  const fields = a.type.root === 'ROW' ? a.type.fields : [];
  const equal = fields.map((_, index) => areAlike(emitter.field(a, index), emitter.field(b, index), emitter));
  const all = equal.reduce((left, right) => connect('and', left, right, emitter));
  const differ = emitter.strict(BOOLEAN, [all, a, b], (rows, out) =>
    emitter.kernels.notBoolean(rows, all.column.values, all.column.stride, out),
  );
  return operator === 'Ne' ? differ : negate(differ, emitter);
}

/** Collections have no kernel. */
function compareCollections(operator: Operator, a: Register, b: Register, emitter: Emitter): Register {
  const equal = equalityOf(a.type);
  return perRow(emitter, BOOLEAN, [a, b], NO_NODE, (left: Value, right: Value) =>
    operator === 'Eq' ? equal(left, right) : !equal(left, right),
  );
}

const NO_NODE: RexNode = { kind: 'literal', value: null, type: { root: 'NULL', nullable: true } };

/** Two operands in one physical type: numbers in the wider, times in the finer one. */
export function alike(a: Register, b: Register, emitter: Emitter): [Register, Register] {
  if (isNumeric(a.type) && isNumeric(b.type)) return alikeNumbers(a, b, emitter);
  if (isTimestamp(a.type) && isTimestamp(b.type)) {
    const precision = Math.max(a.type.precision, b.type.precision);
    return [
      toPrecision(emitter, a, { ...a.type, precision }),
      toPrecision(emitter, b, { ...b.type, precision }),
    ];
  }
  if (isDatetime(a.type) && isDatetime(b.type) && a.type.root !== b.type.root) {
    return [millisecondsOf(emitter, a), millisecondsOf(emitter, b)];
  }
  return [a, b];
}

function alikeNumbers(a: Register, b: Register, emitter: Emitter): [Register, Register] {
  const common = commonNumber(a.type, b.type);
  if (common.root !== 'DECIMAL') return [toNumeric(emitter, a, common), toNumeric(emitter, b, common)];
  const target: DecimalType = { ...common, precision: common.precision > 18 ? 38 : 18 };
  return [a, b].map((register) =>
    rescaled(emitter, asDecimalOperand(emitter, register), target, Rounding.SATURATE),
  ) as [Register, Register];
}

function commonNumber(a: LogicalType, b: LogicalType): LogicalType {
  if (isInteger(a) && isInteger(b)) {
    const kinds = [physicalKind(a), physicalKind(b)];
    if (kinds[0] === kinds[1]) return a;
    return kinds.includes('I64') ? BIGINT : INTEGER;
  }
  if (isApproximateNumeric(a) || isApproximateNumeric(b)) {
    const isFloat = [a, b].every((type) => type.root === 'FLOAT' || isInteger(type));
    return isFloat ? { root: 'FLOAT', nullable: true } : DOUBLE;
  }
  const [x, y] = [decimalOf(a)!, decimalOf(b)!];
  const digits = Math.max(x.precision - x.scale, y.precision - y.scale);
  const scale = Math.max(x.scale, y.scale);
  if (digits + scale <= 38) return commonDecimal(x, y);
  // Numbers too great for the finer scale saturate, which leaves their order as it is.
  return { root: 'DECIMAL', precision: 38, scale, nullable: true };
}

function notDistinct(call: RexCall, emitter: Emitter): Register {
  const [left, right] = call.operands as readonly [RexNode, RexNode];
  return areAlike(emitter.value(left), emitter.value(right), emitter);
}

/** Equal, or both NULL. */
function areAlike(a: Register, b: Register, emitter: Emitter): Register {
  if (isNullConstant(a)) return isNull(b, emitter);
  if (isNullConstant(b)) return isNull(a, emitter);
  const equal = emitter.dense(compareRegisters('Eq', a, b, emitter));
  const result = new Register(BOOLEAN);
  emitter.emit([equal, a, b], result, (rows) => {
    const { column: x } = a;
    const { column: y } = b;
    emitter.kernels.notDistinct(
      rows,
      equal.column.values,
      x.validity,
      x.isConstant ? 0 : 1,
      y.validity,
      y.isConstant ? 0 : 1,
      result.values,
    );
    result.set(0);
  });
  return result;
}

const MAX_SHORT_TEXTS = 16;

/** IN with a list: one kernel where all are literals of the value's kind, otherwise `= OR = ...` (S-60b for its NULLs). */
function inList(call: RexCall, emitter: Emitter): Register {
  const byKey = compareByKey(call, emitter);
  if (byKey) return byKey;
  const [node, ...list] = call.operands as readonly [RexNode, ...RexNode[]];
  const value = emitter.value(node);
  const kind = physicalKind(node.type);
  const literals = list.map((item) => (item.kind === 'literal' && item.value !== null ? item : undefined));
  if (literals.every((literal) => literal !== undefined)) {
    const isAlike = literals.every((literal) => physicalKind(literal.type) === kind);
    if (isAlike && (kind === 'I32' || (kind === 'I64' && node.type.root !== 'DECIMAL'))) {
      return inNumbers(
        kind,
        value,
        literals.map((literal) => wholeNumber(literal)),
        emitter,
      );
    }
    const texts = literals.map((literal) => literalText(literal));
    if (kind === 'Bytes' && texts.length <= MAX_SHORT_TEXTS && texts.every((text) => text !== undefined)) {
      const bytes = texts.map((text) => new TextEncoder().encode(text));
      if (bytes.every(({ length }) => length <= 16)) return inShortTexts(value, bytes, emitter);
    }
  }
  const equal = list.map((item) => compareRegisters('Eq', value, emitter.value(item), emitter));
  return equal.reduce((left, right) => connect('or', left, right, emitter));
}

function wholeNumber(literal: Parameters<typeof literalValue>[0]): bigint {
  const value = literalValue(literal);
  if (typeof value === 'object' && value !== null && 'epochMs' in value) return BigInt(value.epochMs);
  return BigInt(value as number | bigint | string);
}

function inNumbers(
  kind: 'I32' | 'I64',
  value: Register,
  list: readonly bigint[],
  emitter: Emitter,
): Register {
  const { program, kernels } = emitter;
  const width = kind === 'I32' ? 4 : 8;
  const sorted = [...list].sort((x, y) => (x < y ? -1 : 1));
  const address = program.constantBytes(width * sorted.length);
  const view = new DataView(program.wasm.memory.buffer);
  sorted.forEach((item, i) => {
    if (kind === 'I32') view.setInt32(address + 4 * i, Number(item), true);
    else view.setBigInt64(address + 8 * i, item, true);
  });
  return emitter.strict(BOOLEAN, [value], (rows, out) =>
    kernels[`inList${kind}`](rows, value.column.values, value.column.stride, address, sorted.length, out),
  );
}

function inShortTexts(value: Register, list: readonly Uint8Array[], emitter: Emitter): Register {
  const { program, kernels } = emitter;
  const address = program.constantBytes(32 * list.length);
  const memory = new Uint8Array(program.wasm.memory.buffer);
  list.forEach((text, i) => {
    memory.set(text, address + 32 * i);
    memory[address + 32 * i + 16] = text.length;
  });
  const views = emitter.views(value);
  return emitter.strict(BOOLEAN, [views], (rows, out) =>
    kernels.inListBytes(rows, views.column.values, views.column.stride, address, list.length, out),
  );
}
