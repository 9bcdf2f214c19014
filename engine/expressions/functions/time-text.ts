import type { TimestampValue, Value } from '../../data/value.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isCharacter, isExactNumeric, isTimestamp } from '../../types/type-families.ts';
import type { Emitter } from '../emitter.ts';
import { sessionTimeZone } from '../expression-context.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { parseDateTime } from '../java-time/date-time-parse.ts';
import { parseDateTimePattern, type PatternElement } from '../java-time/date-time-pattern.ts';
import { printDateTime } from '../java-time/date-time-print.ts';
import { kernelDateTimeFormat, kernelSimpleFormat } from '../java-time/kernel-pattern.ts';
import { PLAIN_PATTERN, plainText, plainTime } from '../java-time/plain-time.ts';
import { parseSimpleDate, type SimpleTime } from '../java-time/simple-date-parse.ts';
import { parseSimplePattern, type SimpleStep } from '../java-time/simple-date-pattern.ts';
import { printSimpleDate } from '../java-time/simple-date-print.ts';
import { parseSqlTimestamp } from '../java-time/sql-text.ts';
import { utilInstantOf, utilZoneOffset } from '../java-time/util-zone.ts';
import { literalText } from '../literal-value.ts';
import { merge } from '../merge.ts';
import { toNumeric } from '../numeric-cast.ts';
import { BIGINT } from '../physical-type.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { castTime, shiftZone } from '../temporal-cast.ts';
import { formatted, toTimestamp } from '../text-cast.ts';
import { parseDate, parseTimestampText } from '../time-text.ts';
import { zoneOffsetMs } from '../../data/zone-offset.ts';
import { instantOf } from '../time-zone.ts';
import { perRow, strictCall } from '../value-function.ts';
import { compareRegisters } from './comparison.ts';
import { connect } from './logic.ts';
import { localTime } from './temporal.ts';

/** Times written and read by Java's patterns (S-60d, S-60e). */
export const TIME_TEXT_RUNTIMES: FunctionTable = {
  DATE_FORMAT: { cost: 25, compile: dateFormat },
  TO_TIMESTAMP: { cost: 30, compile: toTimestampFunction },
  TO_DATE: { cost: 60, compile: toDate },
  TO_TIMESTAMP_LTZ: {
    cost: 3,
    compile: (call, emitter) =>
      isCharacter(call.operands[0]!.type) ? instantOfText(call, emitter) : instantOfNumber(call, emitter),
  },
  CONVERT_TZ: { cost: 2000, compile: (call, emitter) => strictCall(call, emitter, convertTimeZone()) },
  FROM_UNIXTIME: { cost: 25, compile: fromUnixtime },
  UNIX_TIMESTAMP: { cost: 30, determinism: 'volatile', compile: unixTimestamp },
};

const TIMESTAMP_3: LogicalType = { root: 'TIMESTAMP', precision: 3, nullable: true };

/** What a pattern is parsed to, kept: patterns from columns repeat. */
function cached<T>(parse: (pattern: string) => T): (pattern: string) => T {
  const cache = new Map<string, T>();
  return (pattern) => {
    let parsed = cache.get(pattern);
    if (parsed === undefined) {
      if (cache.size > 1000) cache.clear();
      cache.set(pattern, (parsed = parse(pattern)));
    }
    return parsed;
  };
}

/** Timestamps are written by java.time's patterns, texts read and written by those of java.text. */
function dateFormat(call: RexCall, emitter: Emitter): Register {
  const [timeNode, patternNode] = call.operands;
  const value = emitter.value(timeNode!);
  const pattern = literalText(patternNode);
  if (isCharacter(value.type)) {
    const steps = cached(parseSimplePattern);
    const operands = [value, emitter.value(patternNode!)];
    return perRow(emitter, call.type, operands, call, (text: string, by: string) => {
      const time = simpleTime(text);
      return time ? printSimpleDate(steps(by), time.localMs, 'UTC') : null;
    });
  }
  const time = localTime(emitter, value);
  const format = pattern === undefined ? undefined : ifPattern(kernelDateTimeFormat, pattern);
  if (format) return formatted(emitter, time, format);
  const elements = cached(parseDateTimePattern);
  const operands = [time, emitter.value(patternNode!)];
  return perRow(emitter, call.type, operands, call, (moment: TimestampValue, by: string) =>
    printDateTime(elements(by), moment),
  );
}

/** Undefined for what is no pattern: that is an error where there are rows. */
function ifPattern<T>(parse: (pattern: string) => T, pattern: string): T | undefined {
  try {
    return parse(pattern);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Without a pattern the plain form; with one, a text that does not fit is still tried as the plain form, leniently. NULL if neither. */
function toTimestampFunction(call: RexCall, emitter: Emitter): Register {
  const [textNode, patternNode] = call.operands;
  const text = emitter.views(emitter.value(textNode!));
  const site = { node: call, isTry: true };
  if (!patternNode) return toTimestamp(emitter, text, call.type, site);
  return perRow(emitter, call.type, [text, emitter.value(patternNode)], call, timestampReader(3));
}

/** Reads a text by a pattern; digits of the second behind `precision` (3 or more) are cut off. NULL if it cannot be read. */
function timestampReader(precision: number): (text: string, pattern: string) => TimestampValue | null {
  const unit = 10 ** (9 - precision);
  const patterns = cached((pattern) => ifPattern(parseDateTimePattern, pattern) ?? NO_PATTERN);
  return (text, pattern) => {
    const plain = pattern === PLAIN_PATTERN ? plainTime(text) : undefined;
    if (plain !== undefined) return { epochMs: plain, nanoOfMs: 0 };
    const elements = patterns(pattern);
    if (elements === NO_PATTERN) return null;
    const value = parseDateTime(elements, text) ?? parseSqlTimestamp(text);
    return value ? { epochMs: value.epochMs, nanoOfMs: value.nanoOfMs - (value.nanoOfMs % unit) } : null;
  };
}

const NO_PATTERN: readonly PatternElement[] = [];

function toDate(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const steps = cached(parseSimplePattern);
  const { clock } = emitter.context;
  return perRow(emitter, call.type, operands, call, (text: string, pattern?: string): Value => {
    if (pattern === undefined) return parseDate(text) ?? null;
    const time = simpleTimeBy(steps, pattern, text, clock.now());
    if (!time) return null;
    const days = Math.floor((time.localMs - (time.offsetMs ?? 0)) / 86_400_000);
    return (days | 0) === days ? days : null;
  });
}

/** Seconds for precision 0, milliseconds for 3, down to nanoseconds for 9. Of a number with a point only what makes milliseconds counts. */
function instantOfNumber(call: RexCall, emitter: Emitter): Register {
  const [numberNode, precisionNode] = call.operands;
  const value = emitter.value(numberNode!);
  const known =
    precisionNode?.kind === 'literal' && precisionNode.value !== null ? Number(precisionNode.value) : 3;
  const isKnown = !precisionNode || (precisionNode.kind === 'literal' && precisionNode.value !== null);
  if (!isKnown || (known !== 0 && known !== 3)) {
    const operands = [value, precisionNode ? emitter.value(precisionNode) : emitter.constant(BIGINT, 3n)];
    return perRow(
      emitter,
      call.type,
      operands,
      call,
      (number: number | bigint | string, digits: number | bigint) => instantOfUnits(number, Number(digits)),
    );
  }
  const isSeconds = known === 0;
  const instant: LogicalType = { root: 'TIMESTAMP_LTZ', precision: 3, nullable: true };
  const isApproximate = !isExactNumeric(value.type);
  const whole = isApproximate ? wholeMilliseconds(emitter, value, isSeconds ? 1000 : 1) : value;
  const number = toNumeric(emitter, whole, BIGINT);
  const isWholeSeconds = isSeconds && !isApproximate;
  const ms = isWholeSeconds ? times1000(emitter, number) : number;
  const time = castTime(emitter, emitter.retype(ms, instant), call.type);
  return withinYears(emitter, time, number, isWholeSeconds ? 1000n : 1n);
}

/** The first millisecond of year 0 and the last one of 9999: instants outside are NULL. */
const FIRST_MS = -62_167_219_200_000n;
const LAST_MS = 253_402_300_799_999n;

function withinYears(emitter: Emitter, time: Register, count: Register, unitMs: bigint): Register {
  const [low, high] = [FIRST_MS / unitMs, LAST_MS / unitMs].map((bound) =>
    emitter.constant(BIGINT, bound),
  ) as [Register, Register];
  const isBelow = compareRegisters('Lt', count, low, emitter);
  const isOut = connect('or', isBelow, compareRegisters('Lt', high, count, emitter), emitter);
  return merge(emitter, time.type, [
    { value: time },
    { value: emitter.program.nullConstant(time.type), condition: emitter.dense(isOut) },
  ]);
}

/** A count of seconds' decimal fractions as an instant. */
function instantOfUnits(number: number | bigint | string, digits: number): TimestampValue | null {
  if (digits < 0 || digits > 9) return null;
  const text = String(number);
  const isWhole = /^-?\d+$/.test(text);
  const nanos = isWhole
    ? BigInt(text) * 10n ** BigInt(9 - digits)
    : BigInt(Math.trunc(Math.max(-1e15, Math.min(1e15, Number(text) * 10 ** (3 - digits) || 0)))) *
      1_000_000n;
  const ms = nanos / 1_000_000n - (nanos % 1_000_000n < 0n ? 1n : 0n);
  if (ms < FIRST_MS || ms > LAST_MS) return null;
  return { epochMs: Number(ms), nanoOfMs: Number(nanos - ms * 1_000_000n) };
}

/** Fractions of a millisecond are cut off towards the past. */
function wholeMilliseconds(emitter: Emitter, count: Register, unitMs: number): Register {
  const double: LogicalType = { root: 'DOUBLE', nullable: true };
  const operand = toNumeric(emitter, count, double);
  const factor = emitter.constant(double, unitMs).column.values;
  const exact = emitter.strict(double, [operand], (rows, out) =>
    emitter.kernels.multiplyF64(rows, operand.column.values, operand.column.stride, factor, 0, out),
  );
  return emitter.strict(double, [exact], (rows, out) =>
    emitter.kernels.floorF64(rows, exact.column.values, exact.column.stride, out),
  );
}

/**
 * A text, by a pattern, in a zone: UTC unless it is given. A text that cannot be read fails where there is no pattern; with one it is
 * NULL, as is the time of a zone that nobody knows.
 */
function instantOfText(call: RexCall, emitter: Emitter): Register {
  const read = timestampReader(isTimestamp(call.type) ? call.type.precision : 3);
  const hasPattern = call.operands.length > 1;
  return perRow(
    emitter,
    call.type,
    call.operands.map((operand) => emitter.value(operand)),
    call,
    (text: string, pattern = PLAIN_PATTERN, zone = 'UTC'): Value => {
      const local = hasPattern ? read(text, pattern) : inMilliseconds(parseTimestampText(text));
      if (local) return instantIn(local, zone);
      if (hasPattern) return null;
      throw new RangeError(`'${text}' is not a time of the pattern '${pattern}'`);
    },
  );
}

function inMilliseconds(value: TimestampValue | null | undefined): TimestampValue | null {
  return value ? { epochMs: value.epochMs, nanoOfMs: 0 } : null;
}

function instantIn({ epochMs, nanoOfMs }: TimestampValue, zone: string): TimestampValue | null {
  try {
    return { epochMs: instantOf(epochMs, zone), nanoOfMs };
  } catch {
    return null;
  }
}

function times1000(emitter: Emitter, seconds: Register): Register {
  const factor = emitter.constant(BIGINT, 1000n).column.values;
  return emitter.strict(BIGINT, [seconds], (rows, out) =>
    emitter.kernels.multiplyI64(rows, seconds.column.values, seconds.column.stride, factor, 0, out),
  );
}

function fromUnixtime(call: RexCall, emitter: Emitter): Register {
  const [secondsNode, patternNode] = call.operands;
  const seconds = toNumeric(emitter, emitter.value(secondsNode!), BIGINT);
  const instant: LogicalType = { root: 'TIMESTAMP_LTZ', precision: 3, nullable: true };
  const ms = times1000(emitter, seconds);
  const pattern = patternNode ? literalText(patternNode) : PLAIN_PATTERN;
  const zone = sessionTimeZone(emitter.context);
  const format =
    pattern === undefined ? undefined : ifPattern((text) => kernelSimpleFormat(text, zone), pattern);
  if (format) {
    const local = shiftZone(emitter, emitter.retype(ms, instant), TIMESTAMP_3, 1);
    return formatted(emitter, local, format);
  }
  const steps = cached(parseSimplePattern);
  const operands = [ms, emitter.value(patternNode!)];
  return perRow(emitter, call.type, operands, call, (moment: bigint, by: string) =>
    printSimpleDate(steps(by), Number(moment), zone),
  );
}

/** Seconds of now, or of a text in the session's zone, towards 1970; a text that cannot be read is the smallest BIGINT. */
function unixTimestamp(call: RexCall, emitter: Emitter): Register {
  const [textNode] = call.operands;
  if (!textNode) {
    const { clock } = emitter.context;
    return emitter.batchValue(call.type, () => BigInt(Math.floor(clock.now() / 1000)));
  }
  const zone = sessionTimeZone(emitter.context);
  const steps = cached(parseSimplePattern);
  const { clock } = emitter.context;
  const operands = call.operands.map((operand) => emitter.value(operand));
  return perRow(emitter, call.type, operands, call, (text: string, pattern = PLAIN_PATTERN): Value => {
    const time = simpleTimeBy(steps, pattern, text, clock.now());
    if (!time) return -(2n ** 63n);
    const { localMs, offsetMs } = time;
    const instant = offsetMs === undefined ? utilInstantOf(localMs, zone) : localMs - offsetMs;
    return BigInt(Math.trunc(instant / 1000));
  });
}

const PLAIN_STEPS: readonly SimpleStep[] = parseSimplePattern(PLAIN_PATTERN);

/** A text as `yyyy-MM-dd HH:mm:ss`, whatever follows; undefined for every other text. */
function simpleTime(text: string): SimpleTime | undefined {
  const localMs = plainTime(text);
  return localMs === undefined ? parseSimpleDate(PLAIN_STEPS, text, 0) : { localMs, offsetMs: undefined };
}

/** A text by any pattern; most have the plain one. */
function simpleTimeBy(
  steps: (pattern: string) => readonly SimpleStep[],
  pattern: string,
  text: string,
  now: number,
): SimpleTime | undefined {
  return pattern === PLAIN_PATTERN ? simpleTime(text) : parseSimpleDate(steps(pattern), text, now);
}

/** A text moved from one zone to another. Zones that nobody knows are UTC. */
function convertTimeZone(): (text: string, from: string, to: string) => string | null {
  const known = new Map<string, string>();
  const zoneOf = (name: string): string => {
    const zone = known.get(name) ?? (isZone(name) ? name : 'UTC');
    known.set(name, zone);
    return zone;
  };
  return (text, from, to) => {
    const time = simpleTime(text);
    if (!time) return null;
    const instant = utilInstantOf(time.localMs, zoneOf(from));
    const zone = zoneOf(to);
    return plainText(instant + utilZoneOffset(instant, zone)) ?? printSimpleDate(PLAIN_STEPS, instant, zone);
  };
}

/** As Java's TimeZone has them: an offset follows `GMT`. */
function isZone(name: string): boolean {
  if (/^[^A-Za-z]|^UTC./.test(name)) return false;
  try {
    zoneOffsetMs(0, name);
    return true;
  } catch {
    return false;
  }
}
