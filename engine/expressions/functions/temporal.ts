import type { LogicalType } from '../../types/logical-type.ts';
import { isInterval } from '../../types/type-families.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import { toNumeric } from '../numeric-cast.ts';
import { BIGINT, INTEGER, physicalKind } from '../physical-type.ts';
import type { Program } from '../program.ts';
import type { Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { castTime, shiftZone } from '../temporal-cast.ts';
import { mapMilliseconds, millisecondsOf } from '../times.ts';
import { DATE_UNITS, LENGTH_OF_PART, TIME_UNITS, UNIT_MONTHS, UNIT_MS } from '../time-unit.ts';
import { packedMilliseconds } from './interval.ts';
import { NANOSECONDS, nanosecondDifference } from './nanosecond-difference.ts';

/** Flink's key for when a query in batch mode began, in milliseconds: its clock stands still. */
export const QUERY_START = '__table.query-start.epoch-time__';
const OF_EACH_ROW = new Set(['CURRENT_ROW_TIMESTAMP', 'PROCTIME', 'PROCTIME_MATERIALIZE']);

/** The moment of the batch, in the type that is asked for: every row of it is computed at that moment. */
const CLOCK: FunctionRuntime = {
  cost: 0,
  determinism: 'dynamic',
  compile: (call, emitter) => {
    const instant: LogicalType = { root: 'TIMESTAMP_LTZ', precision: 3, nullable: false };
    const queryStart = OF_EACH_ROW.has(call.operator)
      ? undefined
      : emitter.context.configuration[QUERY_START];
    const now = emitter.batchValue(instant, () =>
      queryStart === undefined ? momentOf(emitter) : BigInt(queryStart),
    );
    return castTime(emitter, now, call.type);
  },
};

const moments = new WeakMap<Program, { run: number; ms: bigint }>();

/** Now, which is read once a batch: all functions of the clock agree. */
function momentOf({ program, context }: Emitter): bigint {
  const known = moments.get(program);
  if (known?.run === program.runs) return known.ms;
  const ms = BigInt(Math.floor(context.clock.now()));
  moments.set(program, { run: program.runs, ms });
  return ms;
}

/** Parts, differences and the clock (S-60c to S-60f). Instants are looked at in the session's zone. */
export const TEMPORAL_RUNTIMES: FunctionTable = {
  EXTRACT: { cost: 3, compile: extract },
  TIMESTAMPDIFF: { cost: 4, compile: timestampDiff },
  NOW: CLOCK,
  CURRENT_TIMESTAMP: CLOCK,
  CURRENT_ROW_TIMESTAMP: CLOCK,
  PROCTIME: CLOCK,
  PROCTIME_MATERIALIZE: CLOCK,
  LOCALTIMESTAMP: CLOCK,
  LOCALTIME: CLOCK,
  CURRENT_TIME: CLOCK,
  CURRENT_DATE: CLOCK,
  CURRENT_WATERMARK: { cost: 0, determinism: 'dynamic', compile: currentWatermark },
};

export function unitOf(node: RexNode | undefined): string {
  return node?.kind === 'literal' ? String(node.value).replace(/^FLAG\(|\)$/g, '') : '';
}

/** A time as the wall clock of the session shows it. */
export function localTime(emitter: Emitter, register: Register): Register {
  if (register.type.root !== 'TIMESTAMP_LTZ') return register;
  const { precision, nullable } = register.type;
  return castTime(emitter, register, { root: 'TIMESTAMP', precision, nullable });
}

function extract(call: RexCall, emitter: Emitter): Register {
  const [unitNode, timeNode] = call.operands;
  const unit = unitOf(unitNode);
  const value = emitter.value(timeNode!);
  if (isInterval(value.type)) return extractFromInterval(unit, call, value, emitter);
  const time = millisecondsOf(emitter, localTime(emitter, value));
  const { kernels } = emitter;
  const part = (compute: (rows: number, ms: number, stride: number, out: number) => void): Register =>
    toNumeric(
      emitter,
      emitter.strict(BIGINT, [time], (rows, out) =>
        compute(rows, time.column.values, time.column.stride, out),
      ),
      call.type,
    );
  const dateUnit = DATE_UNITS[unit];
  if (dateUnit !== undefined) {
    return part((rows, ms, stride, out) => kernels.extractDatePart(rows, ms, stride, dateUnit, out));
  }
  const timeUnit = TIME_UNITS[unit];
  if (timeUnit !== undefined) {
    return part((rows, ms, stride, out) => kernels.extractTimePart(rows, ms, stride, timeUnit, out));
  }
  switch (unit) {
    case 'EPOCH':
      // floor(ms / 1000): the start of the second, in seconds.
      return part((rows, ms, stride, out) => {
        kernels.roundToTimeUnit(rows, ms, stride, 1000, 0, out);
        kernels.divideI64(rows, out, 8, thousand(emitter), 0, 0, out);
      });
    case 'MICROSECOND':
    case 'NANOSECOND': {
      const isWide = physicalKind(time.type) === 'Timestamp' ? 1 : 0;
      const divisor = unit === 'MICROSECOND' ? 1000 : 1;
      return part((rows, ms, stride, out) => kernels.extractNanos(rows, ms, stride, isWide, divisor, out));
    }
    default:
      throw new Error(`EXTRACT(${unit}) is not supported.`);
  }
}

const thousands = new WeakMap<Emitter, number>();

function thousand(emitter: Emitter): number {
  let address = thousands.get(emitter);
  if (address === undefined) {
    address = emitter.constant(BIGINT, 1000n).column.values;
    thousands.set(emitter, address);
  }
  return address;
}

/** Each part has the sign of the interval. */
function extractFromInterval(unit: string, call: RexCall, interval: Register, emitter: Emitter): Register {
  const isMonths = interval.type.root === 'INTERVAL_YEAR_MONTH';
  const whole = emitter.retype(interval, isMonths ? INTEGER : BIGINT);
  const number = toNumeric(emitter, whole, BIGINT);
  const cell = (value: number): number => emitter.constant(BIGINT, BigInt(value)).column.values;
  if (unit === 'QUARTER') {
    // The quarter of the months that are no whole years: (m % 12 - 1) / 3 + 1.
    const [twelve, three, one] = [cell(12), cell(3), cell(1)];
    const quarter = emitter.strict(BIGINT, [number], (rows, out) => {
      const { kernels } = emitter;
      kernels.remainderI64(rows, number.column.values, number.column.stride, twelve, 0, 0, out);
      kernels.subtractI64(rows, out, 8, one, 0, out);
      kernels.divideI64(rows, out, 8, three, 0, 0, out);
      kernels.addI64(rows, out, 8, one, 0, out);
    });
    return toNumeric(emitter, quarter, call.type);
  }
  const [size, modulus] = intervalPart(unit, isMonths);
  const [sizeAt, modulusAt] = [cell(size), modulus === 0 ? 0 : cell(modulus)];
  const { kernels } = emitter;
  const part = emitter.strict(BIGINT, [number], (rows, out) => {
    kernels.divideI64(rows, number.column.values, number.column.stride, sizeAt, 0, 0, out);
    if (modulusAt !== 0) kernels.remainderI64(rows, out, 8, modulusAt, 0, 0, out);
  });
  return toNumeric(emitter, part, call.type);
}

function intervalPart(unit: string, isMonths: boolean): readonly [size: number, modulus: number] {
  if (isMonths) {
    if (unit === 'MONTH') return [1, 12];
    if (unit === 'YEAR') return [12, 0];
    if (unit === 'CENTURY') return [1200, 0];
    if (unit === 'MILLENNIUM') return [12_000, 0];
  } else {
    if (unit === 'DAY') return [86_400_000, 0];
    if (unit === 'HOUR') return [3_600_000, 24];
    if (unit === 'MINUTE') return [60_000, 60];
    if (unit === 'SECOND') return [1000, 60];
    if (unit === 'MILLISECOND') return [1, 1000];
  }
  throw new Error(`EXTRACT(${unit}) from such an interval is not supported.`);
}

/** Whole units from the second operand to the third, towards zero. */
function timestampDiff(call: RexCall, emitter: Emitter): Register {
  const [unitNode, fromNode, toNode] = call.operands;
  const named = unitOf(unitNode);
  const unit = LENGTH_OF_PART[named] ?? named;
  const { kernels } = emitter;
  const months = UNIT_MONTHS[unit];
  const times = [emitter.value(fromNode!), emitter.value(toNode!)];
  // Between instants it is what has passed, months of the calendar of UTC, too.
  const areInstants = times.every(({ type }) => type.root === 'TIMESTAMP_LTZ');
  const [from, to] = times.map((time) =>
    millisecondsOf(emitter, areInstants ? time : localTime(emitter, time)),
  ) as [Register, Register];
  if (months !== undefined) {
    const between = emitter.strict(INTEGER, [from, to], (rows, out) => {
      const { column: x } = from;
      const { column: y } = to;
      kernels.monthsBetween(rows, x.values, x.stride, y.values, y.stride, out);
    });
    if (months === 1) return emitter.retype(between, call.type);
    const size = emitter.constant(INTEGER, months).column.values;
    return emitter.strict(call.type, [between], (rows, out) => {
      kernels.divideI32(rows, between.column.values, between.column.stride, size, 0, 0, out);
    });
  }
  const nanoseconds = NANOSECONDS[unit];
  if (nanoseconds !== undefined)
    return toNumeric(emitter, nanosecondDifference(from, to, nanoseconds, emitter), call.type);
  const ms = UNIT_MS[unit];
  if (ms === undefined) throw new Error(`TIMESTAMPDIFF(${unit}, ...) is not supported.`);
  const [x, y] = [packedMilliseconds(emitter, from), packedMilliseconds(emitter, to)];
  const size = emitter.constant(BIGINT, BigInt(ms)).column.values;
  const difference = emitter.strict(BIGINT, [x, y], (rows, out) => {
    kernels.subtractI64(rows, y.column.values, y.column.stride, x.column.values, x.column.stride, out);
    if (ms > 1) kernels.divideI64(rows, out, 8, size, 0, 0, out);
  });
  return toNumeric(emitter, difference, call.type);
}

/** FLOOR and CEIL of a time to a unit; the type stays. */
export function roundTime(call: RexCall, isCeil: boolean, emitter: Emitter): Register {
  const unit = unitOf(call.operands[1]);
  const value = emitter.value(call.operands[0]!);
  if (value.type.root === 'TIMESTAMP_LTZ') {
    const rounded = roundMilliseconds(emitter, localTime(emitter, value), unit, isCeil);
    return shiftZone(emitter, rounded, call.type, -1);
  }
  return roundMilliseconds(emitter, value, unit, isCeil, call.type);
}

function roundMilliseconds(
  emitter: Emitter,
  value: Register,
  unit: string,
  isCeil: boolean,
  type: LogicalType = value.type,
): Register {
  const { kernels } = emitter;
  const ceil = isCeil ? 1 : 0;
  const dateUnit = unit === 'WEEK' || UNIT_MONTHS[unit] !== undefined ? DATE_UNITS[unit] : undefined;
  const { root } = value.type;
  const timeUnit = UNIT_MS[unit];
  // A date has no part of a day, a time of day no day.
  if (root === 'DATE' && dateUnit === undefined) return emitter.retype(value, type);
  if (dateUnit === undefined && timeUnit === undefined)
    throw new Error(`Rounding to ${unit} is not supported.`);
  if (root === 'TIME' && (timeUnit === undefined || timeUnit >= 86_400_000))
    return emitter.retype(value, type);
  const round = (rows: number, ms: number, stride: number, out: number): void => {
    if (dateUnit === undefined) kernels.roundToTimeUnit(rows, ms, stride, timeUnit!, ceil, out);
    else kernels.roundToDateUnit(rows, ms, stride, dateUnit, ceil, out);
  };
  if (root === 'DATE' || root === 'TIME') {
    const ms = millisecondsOf(emitter, value);
    const rounded = emitter.strict(BIGINT, [ms], (rows, out) =>
      round(rows, ms.column.values, ms.column.stride, out),
    );
    const kernel = root === 'DATE' ? kernels.dateOfTimestamp : kernels.timeOfTimestamp;
    return emitter.strict(type, [rounded], (rows, out) =>
      kernel(rows, rounded.column.values, rounded.column.stride, out),
    );
  }
  // A millisecond that has begun counts for CEIL.
  const isWide = physicalKind(value.type) === 'Timestamp';
  const start =
    isCeil && isWide
      ? emitter.strict(BIGINT, [value], (rows, out) =>
          kernels.addStartedMillisecond(rows, value.column.values, value.column.stride, out),
        )
      : value;
  return mapMilliseconds(emitter, start, type, [], round, false);
}

/** NULL before the first watermark (S-11). */
function currentWatermark(call: RexCall, emitter: Emitter): Register {
  const { currentWatermark: watermark } = emitter.context;
  const precision = 'precision' in call.type ? Math.min(3, call.type.precision) : 3;
  const type = { ...call.type, precision } as LogicalType;
  const ms = emitter.batchValue(type, () => {
    const value = watermark?.();
    return value === undefined || value === Number.MIN_SAFE_INTEGER ? undefined : BigInt(value);
  });
  return castTime(emitter, ms, call.type);
}
