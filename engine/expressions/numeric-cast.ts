import { decimalText } from '../data/decimal-words.ts';
import { doubleText } from '../data/java-number-text.ts';
import { decimalOf } from '../types/decimal-arithmetic.ts';
import type { DecimalType, LogicalType } from '../types/logical-type.ts';
import { isInteger } from '../types/type-families.ts';
import { readValues } from './column-values.ts';
import { ValueWriter } from './value-writer.ts';
import type { Emitter } from './emitter.ts';
import { BIGINT, DOUBLE, physicalKind, type PhysicalKind } from './physical-type.ts';
import { Register } from './register.ts';
import type { RexNode } from './rex-node.ts';

/**
 * Conversions between numbers, as CAST has them (S-59) and as mixed operands need them: integers drop high bits, floats saturate, a DECIMAL that
 * does not fit is NULL.
 */
export function toNumeric(emitter: Emitter, register: Register, target: LogicalType): Register {
  const source = register.type;
  if (target.root === 'DECIMAL') return toDecimal(emitter, register, target);
  if (source.root === 'DECIMAL') return fromDecimal(emitter, register, source, target);
  const kind = physicalKind(target)!;
  const from = physicalKind(source)!;
  if (from === kind) return source.root === target.root ? register : emitter.retype(register, target);
  return convert(emitter, register, kind, target);
}

type NumberKind = 'I8' | 'I16' | 'I32' | 'I64' | 'F32' | 'F64';

/** The next kind on the way from one to another: every pair that has no kernel goes through I32, I64 or F64. */
function stepTowards(from: NumberKind, to: NumberKind): NumberKind {
  if (from === 'I8' || from === 'I16') return 'I32';
  if (from === 'F32') return 'F64';
  if (from === 'I32') return to === 'F32' ? 'I64' : to;
  if (from === 'I64') return to === 'I8' || to === 'I16' ? 'I32' : to;
  return to === 'I8' || to === 'I16' ? 'I32' : to; // F64
}

const TYPE_OF_KIND: Readonly<Record<NumberKind, LogicalType>> = {
  I8: { root: 'TINYINT', nullable: true },
  I16: { root: 'SMALLINT', nullable: true },
  I32: { root: 'INTEGER', nullable: true },
  I64: BIGINT,
  F32: { root: 'FLOAT', nullable: true },
  F64: DOUBLE,
};

const CASTS = [
  'castI8ToI32',
  'castI16ToI32',
  'castI32ToI8',
  'castI32ToI16',
  'castI32ToI64',
  'castI64ToI32',
  'castI32ToF64',
  'castI64ToF64',
  'castI64ToF32',
  'castF32ToF64',
  'castF64ToF32',
  'castF64ToI32',
  'castF64ToI64',
] as const;

function convert(emitter: Emitter, register: Register, to: PhysicalKind, target: LogicalType): Register {
  let current = register;
  let kind = physicalKind(register.type) as NumberKind;
  while (kind !== to) {
    const next = stepTowards(kind, to as NumberKind);
    const name = CASTS.find((cast) => cast === `cast${kind}To${next}`);
    if (!name) throw new Error(`a cast from ${kind} to ${next} is not supported`);
    const kernel = emitter.kernels[name];
    const operand = current;
    const type = next === to ? target : TYPE_OF_KIND[next];
    current = emitter.strict(type, [operand], (rows, out) =>
      kernel(rows, operand.column.values, operand.column.stride, out),
    );
    kind = next;
  }
  return current;
}

/** Modes of the rescale kernels. */
export const Rounding = { HALF_UP: 0, DOWN: 1, FLOOR: 2, CEILING: 3, SATURATE: 4 } as const;
export type Rounding = (typeof Rounding)[keyof typeof Rounding];

/** An exact number as scaled integers of 64 or 128 bits: what decimal kernels take. */
export interface DecimalOperand {
  readonly register: Register;
  readonly precision: number;
  readonly scale: number;
}

/** Integers stay in 64 bits, also where the types ask for a cast to a DECIMAL of more digits. */
export function decimalOperand(emitter: Emitter, node: RexNode): DecimalOperand {
  const isWidening =
    node.kind === 'call' && node.operator === 'CAST' && node.type.root === 'DECIMAL' && node.type.scale === 0;
  const inner = isWidening ? node.operands[0] : undefined;
  const precision = inner && isInteger(inner.type) ? decimalOf(inner.type)!.precision : Infinity;
  const isExact = isWidening && node.type.root === 'DECIMAL' && precision <= node.type.precision;
  return asDecimalOperand(emitter, emitter.value(isExact ? inner! : node));
}

export function asDecimalOperand(emitter: Emitter, register: Register): DecimalOperand {
  const { precision, scale } = decimalOf(register.type)!;
  if (register.type.root === 'DECIMAL') return { register, precision, scale };
  return { register: toNumeric(emitter, register, BIGINT), precision, scale };
}

export function isWide({ register }: DecimalOperand): boolean {
  return register.width === 16;
}

/** The same number in 128 bits. */
export function widened(emitter: Emitter, operand: DecimalOperand): DecimalOperand {
  if (isWide(operand)) return operand;
  const { register } = operand;
  const type: DecimalType = { root: 'DECIMAL', precision: 38, scale: operand.scale, nullable: true };
  const wide = emitter.strict(type, [register], (rows, out) =>
    emitter.kernels.widenI64(rows, register.column.values, register.column.stride, out),
  );
  return { ...operand, register: wide };
}

/** The low 64 bits, of a number that fits them. */
export function narrowed(emitter: Emitter, register: Register, type: LogicalType): Register {
  return emitter.strict(type, [register], (rows, out) =>
    emitter.kernels.narrowI128(rows, register.column.values, register.column.stride, out),
  );
}

/** With another scale and precision: NULL where it does not fit. */
export function rescaled(
  emitter: Emitter,
  operand: DecimalOperand,
  target: DecimalType,
  mode: Rounding = Rounding.HALF_UP,
): Register {
  const digits = target.scale - operand.scale;
  const wantsWide = target.precision > 18;
  const canOverflow =
    target.precision - target.scale < operand.precision - operand.scale + (digits < 0 ? 1 : 0);
  if (digits >= 0 && !canOverflow && (wantsWide || !isWide(operand))) {
    return scaledUp(emitter, operand, digits, target);
  }
  if (!wantsWide && !isWide(operand) && operand.precision <= 18) {
    const { register } = operand;
    return emitter.partial(target, [register], (rows, out, _validity, outValidity) => {
      const { values, stride } = register.column;
      emitter.kernels.rescaleI64(rows, values, stride, digits, mode, target.precision, out, outValidity);
    });
  }
  const { register } = widened(emitter, operand);
  const wide: DecimalType = { ...target, precision: Math.max(19, target.precision) };
  const result = emitter.partial(
    wantsWide ? target : wide,
    [register],
    (rows, out, _validity, outValidity) => {
      const { values, stride } = register.column;
      emitter.kernels.rescaleI128(rows, values, stride, digits, mode, target.precision, out, outValidity);
    },
  );
  return wantsWide ? result : narrowed(emitter, result, target);
}

/** Times a power of ten, where the result is known to fit. */
function scaledUp(emitter: Emitter, operand: DecimalOperand, digits: number, target: DecimalType): Register {
  const { register } = operand;
  const wantsWide = target.precision > 18;
  if (digits === 0 && wantsWide === isWide(operand)) return emitter.retype(register, target);
  if (digits === 0) return emitter.retype(widened(emitter, operand).register, target);
  const isShortPower = digits <= 18;
  const source = isShortPower ? operand : widened(emitter, operand);
  const factor = emitter.constant(
    { root: 'DECIMAL', precision: isWide(source) || !isShortPower ? 38 : 18, scale: 0, nullable: false },
    `1${'0'.repeat(digits)}`,
  );
  const { kernels } = emitter;
  const multiply = isWide(source)
    ? kernels.multiplyI128
    : wantsWide
      ? kernels.multiplyI64ToI128
      : kernels.multiplyI64;
  const from = source.register;
  return emitter.strict(target, [from], (rows, out) =>
    multiply(rows, from.column.values, from.column.stride, factor.column.values, 0, out),
  );
}

function toDecimal(emitter: Emitter, register: Register, target: DecimalType): Register {
  const { root } = register.type;
  if (root !== 'FLOAT' && root !== 'DOUBLE') {
    return rescaled(emitter, asDecimalOperand(emitter, register), target);
  }
  // A FLOAT has the digits that it has as a DOUBLE.
  return perBatch(emitter, target, register, (value) => decimalOfText(doubleText(value as number), target));
}

/** The digits of a number's text, rounded half up; null if it has too many, or is none. */
export function decimalOfText(text: string, { precision, scale }: DecimalType): string | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '') return null;
  const shift = Number(exponent) - fraction.length + scale;
  let unscaled = BigInt(whole + fraction);
  if (shift >= 0) unscaled *= 10n ** BigInt(Math.min(shift, 400));
  else {
    const divisor = 10n ** BigInt(Math.min(-shift, 400));
    unscaled = (2n * unscaled + divisor) / (2n * divisor);
  }
  if (unscaled >= 10n ** BigInt(precision)) return null;
  return decimalText(sign === '-' ? -unscaled : unscaled, scale);
}

function fromDecimal(
  emitter: Emitter,
  register: Register,
  source: DecimalType,
  target: LogicalType,
): Register {
  const operand = asDecimalOperand(emitter, register);
  if (target.root === 'DOUBLE') return decimalToDouble(emitter, operand, target);
  if (target.root === 'FLOAT') {
    return toNumeric(emitter, decimalToDouble(emitter, operand, DOUBLE), target);
  }
  const whole: DecimalType = { root: 'DECIMAL', precision: source.precision, scale: 0, nullable: true };
  const cut = source.scale === 0 ? register : rescaled(emitter, operand, whole, Rounding.DOWN);
  const long = cut.width === 16 ? narrowed(emitter, cut, BIGINT) : emitter.retype(cut, BIGINT);
  return toNumeric(emitter, long, target);
}

/** Where the digits are more than a double division rounds right, they are read as text. */
function decimalToDouble(emitter: Emitter, operand: DecimalOperand, target: LogicalType): Register {
  const { register, scale } = operand;
  const { kernels, program } = emitter;
  const kernel = isWide(operand) ? kernels.wideDecimalToF64 : kernels.decimalToF64;
  const selection = program.slot(16384);
  return emitter.strict(target, [register], (rows, out) => {
    const { values, stride } = register.column;
    const count = kernel(rows, values, stride, scale, out, selection);
    if (count === 0) return;
    const view = new DataView(program.wasm.memory.buffer);
    for (let i = 0; i < count; i++) {
      const row = view.getUint32(selection + 4 * i, true);
      const at = values + row * stride;
      let unscaled =
        stride === 8 || register.width === 8 ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
      if (register.width === 16) unscaled += view.getBigInt64(at + 8, true) << 64n;
      view.setFloat64(out + 8 * row, Number(`${unscaled}e-${scale}`), true);
    }
  });
}

/** A function of one value without a kernel, over a batch. */
function perBatch(
  emitter: Emitter,
  type: LogicalType,
  operand: Register,
  compute: (value: unknown) => string | null,
): Register {
  const writer = new ValueWriter(emitter.program.wasm, type);
  const register = new Register(type);
  emitter.emit([operand], register, (rows) => {
    const values = readValues(emitter.program.wasm, operand.column, rows);
    register.column = writer.write(
      values.map((value) => (value === null ? null : compute(value))),
      emitter.heap,
    );
  });
  return register;
}
