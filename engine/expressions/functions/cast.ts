import {
  isBinary,
  isCharacter,
  isDatetime,
  isInterval,
  isNumeric,
  withNullability,
} from '../../types/type-families.ts';
import type { IntervalType, LogicalType } from '../../types/logical-type.ts';
import { typesEqualInLayout } from '../../types/type-equality.ts';
import { Column } from '../../data/column.ts';
import type { Value } from '../../data/value.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { toNumeric } from '../numeric-cast.ts';
import { BIGINT, BOOLEAN, INTEGER } from '../physical-type.ts';
import { Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { castTime } from '../temporal-cast.ts';
import { fromText, toLength, toText, type CastSite } from '../text-cast.ts';
import { hasLegacyCasts, sessionTimeZone } from '../expression-context.ts';
import { valueCaster } from '../value-cast.ts';
import { perRow } from '../value-function.ts';
import { UNIT_MONTHS, UNIT_MS } from '../time-unit.ts';
import { compareRegisters } from './comparison.ts';

/** CAST and TRY_CAST between all types that are computed with (S-59). */
export const CAST_RUNTIMES: FunctionTable = {
  CAST: {
    cost: 3,
    canFail: readsText,
    supports: isSupported,
    compile: (call, emitter) => compileCast(call, emitter, false),
  },
  TRY_CAST: { cost: 3, supports: isSupported, compile: (call, emitter) => compileCast(call, emitter, true) },
  REINTERPRET: {
    cost: 0,
    compile: (call, emitter) => emitter.retype(emitter.value(call.operands[0]!), call.type),
  },
};

function readsText({ operands, type }: RexCall): boolean {
  const source = operands[0]?.type;
  return source !== undefined && anyReadsText(source, type);
}

function anyReadsText(source: LogicalType, target: LogicalType): boolean {
  const pairs = partsOf(source, target);
  if (pairs) return pairs.some(([from, to]) => anyReadsText(from, to));
  return isCharacter(source) && !isCharacter(target) && !isBinary(target);
}

/** What two types of one kind are made of, in pairs; undefined if they are not made of others. */
function partsOf(
  source: LogicalType,
  target: LogicalType,
): (readonly [LogicalType, LogicalType])[] | undefined {
  switch (source.root) {
    case 'ARRAY':
    case 'MULTISET':
      return target.root === source.root ? [[source.element, target.element]] : undefined;
    case 'MAP':
      if (target.root !== 'MAP') return undefined;
      return [
        [source.key, target.key],
        [source.value, target.value],
      ];
    case 'ROW':
      if (target.root !== 'ROW' || source.fields.length !== target.fields.length) return undefined;
      return source.fields.map((field, i) => [field.type, target.fields[i]!.type] as const);
    default:
      return undefined;
  }
}

function isSupported({ operands, type }: RexCall): boolean {
  const source = operands[0]?.type;
  return source !== undefined && (type.root === 'NULL' || canCast(source, type));
}

function canCast(source: LogicalType, target: LogicalType): boolean {
  if (source.root === 'NULL' || source.root === target.root) {
    return partsOf(source, target)?.every(([from, to]) => canCast(from, to)) ?? true;
  }
  if (isCharacter(target)) return true;
  if (isCharacter(source)) return isPrimitive(target) || isBinary(target);
  if (isNumeric(source) || source.root === 'BOOLEAN') {
    return isNumeric(target) || target.root === 'BOOLEAN' || (isInterval(target) && isNumeric(source));
  }
  if (isDatetime(source)) return isDatetime(target) && !(source.root === 'DATE' && target.root === 'TIME');
  if (isInterval(source)) return isNumeric(target) || isInterval(target);
  return (isBinary(source) || source.root === 'BITMAP') && isBinary(target);
}

function isPrimitive(type: LogicalType): boolean {
  return isNumeric(type) || isDatetime(type) || type.root === 'BOOLEAN';
}

function compileCast(call: RexCall, emitter: Emitter, isTry: boolean): Register {
  const site: CastSite = { node: call, isTry: isTry || hasLegacyCasts(emitter.context) };
  return castRegister(emitter, emitter.value(call.operands[0]!), call.type, site);
}

/** The value in another type. Without a site nothing can fail: it is an implicit conversion. */
export function castRegister(
  emitter: Emitter,
  register: Register,
  target: LogicalType,
  site: CastSite = { node: NO_NODE, isTry: true },
): Register {
  const source = register.type;
  if (source.root === 'NULL') return emitter.program.nullConstant(target);
  if (isCharacter(target)) {
    const text = isCharacter(source) ? register : toText(emitter, register, site.node);
    return hasLegacyCasts(emitter.context) ? emitter.retype(text, target) : toLength(emitter, text, target);
  }
  if (isCharacter(source) && isBinary(target))
    return toBinary(emitter, emitter.views(register), target, site.node);
  if (isCharacter(source)) return fromText(emitter, register, target, site);
  if (isNumeric(source) && isNumeric(target)) return toNumeric(emitter, register, target);
  if (source.root === 'BOOLEAN' && isNumeric(target)) {
    return toNumeric(emitter, emitter.retype(register, { root: 'TINYINT', nullable: true }), target);
  }
  if (isNumeric(source) && target.root === 'BOOLEAN') {
    const zero = emitter.constant({ root: 'TINYINT', nullable: false }, 0);
    return emitter.retype(compareRegisters('Ne', register, zero, emitter), BOOLEAN);
  }
  if (isDatetime(source) && isDatetime(target)) return castTime(emitter, register, target);
  if (isInterval(source) || isInterval(target)) return castInterval(emitter, register, target);
  if ((isBinary(source) || source.root === 'BITMAP') && isBinary(target))
    return toBinary(emitter, register, target, site.node);
  const isSame = typesEqualInLayout(withNullability(source, true), withNullability(target, true));
  if (isSame || !partsOf(source, target)) return emitter.retype(register, target);
  const canFail = anyReadsText(source, target);
  if (source.root === 'ROW' && !(canFail && site.isTry)) return castRow(emitter, register, target, site);
  return castValues(emitter, register, target, site);
}

/** Collections, value by value. A part that cannot be read makes the whole NULL (TRY_CAST) or fails the job. */
function castValues(emitter: Emitter, register: Register, target: LogicalType, site: CastSite): Register {
  const cast = valueCaster(register.type, target, sessionTimeZone(emitter.context));
  return perRow(emitter, target, [register], site.node, (value: Value): Value => {
    if (!site.isTry) return cast(value);
    try {
      return cast(value);
    } catch {
      return null;
    }
  });
}

const NO_NODE: RexNode = { kind: 'literal', value: null, type: { root: 'NULL', nullable: true } };

/** Intervals are the whole numbers that they hold; what becomes one counts its unit. */
function castInterval(emitter: Emitter, register: Register, target: LogicalType): Register {
  const whole = ({ root }: LogicalType): LogicalType => (root === 'INTERVAL_YEAR_MONTH' ? INTEGER : BIGINT);
  const number = isInterval(register.type) ? emitter.retype(register, whole(register.type)) : register;
  if (!isInterval(target)) return toNumeric(emitter, number, target);
  const held = toNumeric(emitter, number, whole(target));
  return emitter.retype(isInterval(register.type) ? held : unitsOf(emitter, held, target), target);
}

function unitsOf(emitter: Emitter, count: Register, target: IntervalType): Register {
  const unit = target.units.replace(/\(.*?\)/g, '');
  const isMonths = target.root === 'INTERVAL_YEAR_MONTH';
  const size = (isMonths ? UNIT_MONTHS[unit] : UNIT_MS[unit]) ?? 1;
  if (size === 1) return count;
  const { values } = emitter.constant(count.type, isMonths ? size : BigInt(size)).column;
  const multiply = isMonths ? emitter.kernels.multiplyI32 : emitter.kernels.multiplyI64;
  return emitter.strict(count.type, [count], (rows, out) =>
    multiply(rows, count.column.values, count.column.stride, values, 0, out),
  );
}

/** BINARY(n) is filled up with zeros or cut, VARBINARY(n) cut. */
function toBinary(emitter: Emitter, register: Register, target: LogicalType, node: RexNode): Register {
  const { length } = target as LogicalType & { length: number };
  const isFree = target.root === 'VARBINARY' && length === 2147483647;
  if (isFree || hasLegacyCasts(emitter.context)) return emitter.retype(register, target);
  const bytes = emitter.retype(register, { root: 'VARBINARY', length: 2147483647, nullable: true });
  return perRow(emitter, target, [bytes], node, (value: Uint8Array): Value => {
    if (target.root === 'VARBINARY' || value.length >= length) return value.slice(0, length);
    const padded = new Uint8Array(length);
    padded.set(value);
    return padded;
  });
}

/** Field by field; a NULL row stays one. */
function castRow(emitter: Emitter, register: Register, target: LogicalType, site: CastSite): Register {
  const types = target.root === 'ROW' ? target.fields.map((field) => field.type) : [];
  const fields = types.map((type, index) =>
    castRegister(emitter, emitter.field(register, index), type, site),
  );
  const result = new Register(target);
  result.aliases.push(register, ...fields);
  emitter.emit([register, ...fields], result, () => {
    const children = fields.map((field) => field.column);
    result.column = new Column(target, 0, register.column.validity, 0, children);
  });
  return result;
}
