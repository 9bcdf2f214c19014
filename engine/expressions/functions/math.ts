import type { Value } from '../../data/value.ts';
import type { DecimalType, LogicalType } from '../../types/logical-type.ts';
import { isDatetime, isInteger } from '../../types/type-families.ts';
import { decimalText } from '../../data/decimal-words.ts';
import { doubleText } from '../../data/java-number-text.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import { JavaRandom, UNSEEDED, type RandomNumbers } from '../java-random.ts';
import { asDecimalOperand, rescaled, Rounding, toNumeric } from '../numeric-cast.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { overColumns, perRow } from '../value-function.ts';
import { roundTime } from './temporal.ts';

/** Rounding, signs, constants and random numbers (S-57). */

/** The last `count` operands are arguments of the draw; one before them is a seed. */
const drawn = (count: number, draw: (random: RandomNumbers, argument: number) => Value): FunctionRuntime => ({
  cost: 60,
  determinism: 'volatile',
  compile: (call, emitter) => {
    const seed = call.operands.length > count ? call.operands[0] : undefined;
    // One sequence for all rows; a seed from a column begins one of its own for every row.
    let shared: RandomNumbers | undefined = seed ? undefined : UNSEEDED;
    if (seed?.kind === 'literal') shared = new JavaRandom(Number(seed.value));
    const operands = call.operands.map((operand) => emitter.value(operand));
    return overColumns(emitter, call.type, operands, call, (columns, rows) =>
      Array.from({ length: rows }, (_, row) => {
        const values = columns.map((column) => column[row] ?? null);
        if (values.includes(null)) return null;
        try {
          return draw(shared ?? new JavaRandom(Number(values[0])), Number(values.at(-1)));
        } catch (error) {
          throw emitter.failure(error instanceof Error ? error.message : String(error), call, row, error);
        }
      }),
    );
  },
});

export const MATH_RUNTIMES: FunctionTable = {
  FLOOR: { cost: 3, compile: (call, emitter) => round(call, Rounding.FLOOR, emitter) },
  CEIL: { cost: 3, compile: (call, emitter) => round(call, Rounding.CEILING, emitter) },
  ROUND: {
    cost: 6,
    compile: (call, emitter) => toDigits(call, Rounding.HALF_UP, emitter),
  },
  TRUNCATE: {
    cost: 6,
    compile: (call, emitter) => toDigits(call, Rounding.DOWN, emitter),
  },
  SIGN: { cost: 60, compile: sign },
  PI: constant(Math.PI),
  E: constant(Math.E),
  RAND: drawn(0, (random) => random.nextDouble()),
  RAND_INTEGER: drawn(1, (random, bound) => random.nextInt(bound)),
  UUID: drawn(0, () => crypto.randomUUID()),
};

function constant(value: number): FunctionRuntime {
  return { cost: 0, compile: (call, emitter) => emitter.constant(call.type, value) };
}

/** Of numbers of any type; of a time with a unit. */
function round(call: RexCall, mode: Rounding, emitter: Emitter): Register {
  const { type } = call.operands[0]!;
  if (isDatetime(type)) return roundTime(call, mode === Rounding.CEILING, emitter);
  const value = emitter.value(call.operands[0]!);
  if (type.root === 'DECIMAL') {
    return rescaled(emitter, asDecimalOperand(emitter, value), call.type as DecimalType, mode);
  }
  if (isInteger(type)) return value;
  const double = toNumeric(emitter, value, { root: 'DOUBLE', nullable: true });
  const kernel = mode === Rounding.FLOOR ? emitter.kernels.floorF64 : emitter.kernels.ceilF64;
  const rounded = emitter.strict({ root: 'DOUBLE', nullable: true }, [double], (rows, out) =>
    kernel(rows, double.column.values, double.column.stride, out),
  );
  return toNumeric(emitter, rounded, call.type);
}

function toDigits(call: RexCall, mode: Rounding, emitter: Emitter): Register {
  const [valueNode, digitsNode] = call.operands;
  const value = emitter.value(valueNode!);
  const { type } = value;
  if (type.root === 'DECIMAL') {
    if (digitsNode && (digitsNode.kind !== 'literal' || digitsNode.value === null)) {
      return roundToColumn(value, emitter.value(digitsNode), type, call, mode, emitter);
    }
    const count = digitsNode ? Number(digitsNode.value) : 0;
    return roundDecimal(value, type, call.type as DecimalType, count, mode, emitter);
  }
  const digits = digitsNode ? emitter.value(digitsNode) : emitter.constant(COUNT, 0);
  const bits = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 } as Partial<Record<string, number>>;
  const width = bits[type.root];
  return perRow(emitter, call.type, [value, digits], call, (number: number | bigint, n: number): Value => {
    if (width !== undefined) {
      if (n >= 0) return number;
      // What is too great wraps.
      const result = BigInt.asIntN(width, BigInt(rounded(String(number), n, mode)));
      return typeof number === 'bigint' ? result : Number(result);
    }
    const plain = roundedPlainly(number as number, n, mode === Rounding.HALF_UP ? 0.5 : 1);
    if (plain !== undefined) return plain;
    const text = doubleText(number as number);
    // A zero has no sign behind a DECIMAL, which Flink rounds in.
    return /[NI]/.test(text) ? number : Number(rounded(text, n, mode)) + 0;
  });
}

const COUNT: LogicalType = { root: 'INTEGER', nullable: false };

const POWERS_OF_TEN = Array.from({ length: 16 }, (_, digits) => 10 ** digits);

/**
 * Rounds at `digits` behind the point by plain arithmetic: up from the fraction `edge` on, which is a half, or 1 for what is cut off. Undefined
 * where that is not certain to be what its decimal digits give: near that fraction, and where the units are not exact.
 */
function roundedPlainly(number: number, digits: number, edge: 0.5 | 1): number | undefined {
  const power = POWERS_OF_TEN[digits];
  if (power === undefined) return undefined;
  const scaled = Math.abs(number) * power;
  if (!(scaled < 2 ** 40)) return undefined;
  const whole = Math.floor(scaled);
  const fraction = scaled - whole;
  // The product is off by an ulp at most, the shortest digits of a number by another.
  if (Math.abs(fraction - edge) < 1e-3 || (edge === 1 && fraction < 1e-3)) return undefined;
  const rounded = (fraction < edge ? whole : whole + 1) / power;
  return number < 0 ? 0 - rounded : rounded;
}

/** Negative digits round in front of the point: down to that scale, and up again with zeros. */
function roundDecimal(
  value: Register,
  type: DecimalType,
  target: DecimalType,
  digits: number,
  mode: Rounding,
  emitter: Emitter,
): Register {
  const operand = asDecimalOperand(emitter, value);
  if (digits >= type.scale) return rescaled(emitter, operand, target, mode);
  if (digits >= 0) return rescaled(emitter, operand, target, mode);
  const cut: DecimalType = {
    root: 'DECIMAL',
    precision: Math.max(1, type.precision),
    scale: digits,
    nullable: true,
  };
  const down = rescaled(emitter, operand, cut, mode);
  return rescaled(
    emitter,
    { register: down, precision: type.precision - type.scale + digits + 1, scale: digits },
    target,
  );
}

/**
 * Digits that only the row knows do not make the type: the result is rounded to as many digits, and read with those of the operand (2.5555 to 0
 * digits is 0.0003), as Flink does it.
 */
function roundToColumn(
  value: Register,
  digits: Register,
  { scale, precision }: DecimalType,
  call: RexCall,
  mode: Rounding,
  emitter: Emitter,
): Register {
  return perRow(emitter, call.type, [value, digits], call, (number: string, n: number): Value => {
    if (n >= scale) return number;
    const result = BigInt(rounded(number, n, mode).replace('.', ''));
    const text = decimalText(result, scale);
    return text.replace(/[-.]/g, '').replace(/^0+/, '').length > precision ? null : text;
  });
}

/** A number's text rounded to a count of digits behind the point (before it, if negative). */
function rounded(text: string, digits: number, mode: Rounding): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:E(-?\d+))?$/.exec(text);
  if (!match) return text;
  const [, minus = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent) - fraction.length + digits;
  let units = BigInt(whole + fraction);
  if (shift >= 0) return text.includes('E') ? String(Number(text)) : text;
  const divisor = 10n ** BigInt(Math.min(-shift, 400));
  units = mode === Rounding.HALF_UP ? (2n * units + divisor) / (2n * divisor) : units / divisor;
  const scale = Math.max(0, digits);
  const all = digits < 0 ? units * 10n ** BigInt(-digits) : units;
  const padded = String(all).padStart(scale + 1, '0');
  const plain = scale === 0 ? padded : `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  return `${all === 0n ? '' : minus}${plain}`;
}

function sign(call: RexCall, emitter: Emitter): Register {
  const value = emitter.value(call.operands[0]!);
  const { type } = call;
  return perRow(emitter, type, [value], call, (number: number | bigint | string): Value => {
    if (typeof number === 'bigint') return number === 0n ? 0n : number < 0n ? -1n : 1n;
    if (typeof number === 'number') return Math.sign(number);
    if (!/[1-9]/.test(number)) return '0';
    // No 1 fits behind the point; Flink asks that of numbers of more than 18 digits alone.
    if (type.root === 'DECIMAL' && type.precision > 18 && type.scale === type.precision) return null;
    return number.startsWith('-') ? '-1' : '1';
  });
}
