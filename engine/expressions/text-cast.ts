import { doubleText, floatText } from '../data/java-number-text.ts';
import { castText } from '../data/value-text.ts';
import type { TimestampValue, Value } from '../data/value.ts';
import type { DecimalType, LogicalType } from '../types/logical-type.ts';
import { isInteger, withNullability } from '../types/type-families.ts';
import { typeText } from '../types/type-text.ts';
import { readValues } from './column-values.ts';
import type { Emitter } from './emitter.ts';
import { hasLegacyCasts, sessionTimeZone } from './expression-context.ts';
import { kernelDateTimeFormat, type TimeFormat } from './java-time/kernel-pattern.ts';
import { merge } from './merge.ts';
import { narrowed, toNumeric } from './numeric-cast.ts';
import { BIGINT, STRING } from './physical-type.ts';
import type { Register } from './register.ts';
import type { RexNode } from './rex-node.ts';
import { castTime } from './temporal-cast.ts';
import { parseDate, parseTime, parseTimestampText } from './time-text.ts';
import { inViews, perRow } from './value-function.ts';

/** What a failing cast names; without `isTry` a text that cannot be read fails the job. */
export interface CastSite {
  readonly node: RexNode;
  readonly isTry: boolean;
}

const TRUTH = ['TRUE', 'FALSE'] as const;
const TRUTH_OF_OLD = ['true', 'false'] as const;

/** CAST to STRING (S-58, S-59); the length of CHAR and VARCHAR is `toLength`'s. */
export function toText(emitter: Emitter, register: Register, node: RexNode): Register {
  const { type } = register;
  const { kernels } = emitter;
  switch (type.root) {
    case 'BOOLEAN': {
      const [yes, no] = hasLegacyCasts(emitter.context) ? TRUTH_OF_OLD : TRUTH;
      return merge(emitter, STRING, [
        { value: emitter.strict(STRING, [register], spread(emitter, no)) },
        { value: emitter.constant(STRING, yes), condition: emitter.dense(register) },
      ]);
    }
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT': {
      const long = toNumeric(emitter, register, BIGINT);
      return emitter.strict(STRING, [long], (rows, out, _validity, heap) => {
        const start = heap.reserve(20 * rows);
        heap.truncate(kernels.formatI64(rows, long.column.values, long.column.stride, start, out) >>> 0);
      });
    }
    case 'DECIMAL':
      return emitter.strict(STRING, [register], (rows, out, _validity, heap) => {
        const { values, stride, width } = register.column;
        const start = heap.reserve(41 * rows);
        heap.truncate(kernels.formatDecimal(rows, values, stride, width, type.scale, start, out) >>> 0);
      });
    case 'DOUBLE':
      return perRow(emitter, STRING, [register], node, doubleText);
    case 'FLOAT':
      return perRow(emitter, STRING, [register], node, floatText);
    case 'BINARY':
    case 'VARBINARY':
    case 'CHAR':
    case 'VARCHAR':
      return emitter.retype(register, STRING);
    case 'DATE':
      return formatted(
        emitter,
        castTime(emitter, register, TIMESTAMP_0),
        kernelDateTimeFormat('uuuu-MM-dd')!,
      );
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const { precision } = type;
      const local = castTime(emitter, register, { root: 'TIMESTAMP', precision, nullable: true });
      const fraction = precision === 0 ? '' : `.${'S'.repeat(precision)}`;
      return formatted(emitter, local, kernelDateTimeFormat(`uuuu-MM-dd HH:mm:ss${fraction}`)!);
    }
    default: {
      const zone = sessionTimeZone(emitter.context);
      return perRow(emitter, STRING, [register], node, (value: Value) => castText(value, type, zone));
    }
  }
}

const TIMESTAMP_0: LogicalType = { root: 'TIMESTAMP', precision: 0, nullable: true };

/** A constant text that is NULL where the register is. */
function spread(emitter: Emitter, text: string) {
  const constant = emitter.constant(STRING, text);
  return (rows: number, out: number): void => emitter.kernels.fill64(rows, constant.column.values, out);
}

/** A timestamp by a pattern of fields that are numbers; days that the kernel does not write are written here. */
export function formatted(emitter: Emitter, time: Register, format: TimeFormat): Register {
  const { program, kernels } = emitter;
  const steps = program.constantBytes(4 * format.steps.length);
  const view = new DataView(program.wasm.memory.buffer);
  format.steps.forEach((step, i) => view.setUint32(steps + 4 * i, step, true));
  const slow = inViews(emitter, time, format.write);
  return emitter.strict(STRING, [time], (rows, out, validity, heap) => {
    const { values, stride, width } = time.column;
    const start = heap.reserve(rows * format.size);
    const end =
      kernels.formatTimestamp(
        rows,
        values,
        stride,
        width,
        validity,
        steps,
        format.steps.length,
        format.granuleMs,
        format.firstDay,
        start,
        out,
      ) >>> 0;
    heap.truncate(end === 0 ? start : end);
    if (end === 0) slow(rows, out);
  });
}

/** Reads texts: rows that are none of the type are NULL (TRY_CAST) or fail the job. */
function read(
  emitter: Emitter,
  type: LogicalType,
  views: Register,
  { node, isTry }: CastSite,
  parse: (rows: number, out: number, isRead: number) => void,
): Register {
  if (isTry) {
    return emitter.partial(type, [views], (rows, out, _validity, outValidity) =>
      parse(rows, out, outValidity),
    );
  }
  const { program } = emitter;
  const isRead = program.slot(4096);
  return emitter.strict(
    type,
    [views],
    (rows, out, validity) => {
      parse(rows, out, isRead);
      if (emitter.kernels.countSet(rows, isRead) === rows) return;
      const memory = new Uint8Array(program.wasm.memory.buffer);
      for (let row = 0; row < rows; row++) {
        if (memory[isRead + row] !== 0 || (validity !== 0 && memory[validity + row] === 0)) continue;
        throw unreadable(emitter, readValues(program.wasm, views.column, rows)[row] ?? null, node, row);
      }
    },
    true,
  );
}

function unreadable(emitter: Emitter, value: Value, node: RexNode, row: number): Error {
  return emitter.failure(
    `Cannot cast ${quote(value)} to ${typeText(withNullability(node.type, true))}`,
    node,
    row,
  );
}

function quote(value: Value): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/** CAST of CHAR or VARCHAR to any other type (S-59). */
export function fromText(
  emitter: Emitter,
  register: Register,
  target: LogicalType,
  site: CastSite,
): Register {
  const views = emitter.views(register);
  const { kernels } = emitter;
  if (isInteger(target)) {
    const bits = { TINYINT: 7n, SMALLINT: 15n, INTEGER: 31n, BIGINT: 63n }[target.root];
    const limit = emitter.constant(BIGINT, (1n << bits) - 1n).column.values;
    const long = read(emitter, BIGINT, views, site, (rows, out, isRead) =>
      kernels.parseI64(rows, views.column.values, views.column.stride, limit, out, isRead),
    );
    return toNumeric(emitter, long, target);
  }
  if (target.root === 'DECIMAL') {
    const { precision, scale } = target;
    const wide: DecimalType = { ...target, precision: Math.max(19, precision) };
    const result = read(emitter, wide, views, site, (rows, out, isRead) =>
      kernels.parseDecimal(rows, views.column.values, views.column.stride, precision, scale, out, isRead),
    );
    return precision > 18 ? emitter.retype(result, target) : narrowed(emitter, result, target);
  }
  if (target.root === 'TIMESTAMP') return toTimestamp(emitter, views, target, site);
  if (target.root === 'TIMESTAMP_LTZ') {
    const local: LogicalType = { root: 'TIMESTAMP', precision: target.precision, nullable: true };
    return castTime(emitter, toTimestamp(emitter, views, local, site), target);
  }
  const reader = readerOf(target);
  return perRow(emitter, target, [views], site.node, (text: string) => {
    const value = reader(text);
    if (value === undefined && !site.isTry) {
      throw new TypeError(`Cannot cast '${text}' to ${typeText(withNullability(target, true))}`);
    }
    return value ?? null;
  });
}

/** What reads texts as values of a type that has no kernel for it; undefined is what cannot be read. */
export function readerOf(target: LogicalType): (text: string) => Value | undefined {
  switch (target.root) {
    case 'BOOLEAN':
      return parseBoolean;
    case 'DOUBLE':
      return parseDouble;
    case 'FLOAT':
      return (text) => {
        const value = parseDouble(text);
        return value === undefined ? undefined : Math.fround(value);
      };
    case 'DATE':
      return parseDate;
    case 'TIME': {
      const unit = 10 ** (3 - Math.min(3, target.precision));
      return (text) => {
        const ms = parseTime(text);
        return ms === undefined ? undefined : ms - (ms % unit);
      };
    }
    default:
      throw new Error(`A cast of text to ${target.root} is not supported.`);
  }
}

const TRUE = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE = new Set(['f', 'false', 'n', 'no', '0']);

function parseBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : undefined;
}

/** Java's Double.parseDouble: control characters and blanks around, a suffix of type, hexadecimal digits with a power of two. */
export function parseDouble(text: string): number | undefined {
  const match =
    /^[\0-\x20]*([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[fFdD]?[\0-\x20]*$/.exec(text);
  return match ? Number(match[1]) : parseHexadecimal(text);
}

function parseHexadecimal(text: string): number | undefined {
  const match =
    /^[\0-\x20]*([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)[fFdD]?[\0-\x20]*$/.exec(text);
  const [, sign = '', whole = '', fraction = '', power = ''] = match ?? [];
  if (!match || whole + fraction === '') return undefined;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  const exponent = Number(power) - 4 * fraction.length;
  // In two steps, as a power of its own may be too great or too small.
  const half = Math.trunc(exponent / 2);
  const value = mantissa * 2 ** half * 2 ** (exponent - half);
  return sign === '-' ? -value : value;
}

/** The plain form by a kernel, other forms one by one. */
export function toTimestamp(
  emitter: Emitter,
  views: Register,
  target: LogicalType,
  site: CastSite,
  parse: (text: string) => TimestampValue | undefined = parseTimestampText,
): Register {
  const { kernels, program } = emitter;
  const precision = 'precision' in target ? target.precision : 3;
  const full: LogicalType = { root: 'TIMESTAMP', precision: precision <= 3 ? 3 : 9, nullable: true };
  const width = precision <= 3 ? 8 : 16;
  const result = read(emitter, full, views, site, (rows, out, isRead) => {
    const { values, stride } = views.column;
    if (kernels.parseTimestamp(rows, values, stride, width, out, isRead) === 0) return;
    const texts = readValues(program.wasm, views.column, rows);
    const view = new DataView(program.wasm.memory.buffer);
    texts.forEach((text, row) => {
      if (view.getUint8(isRead + row) !== 0 || text === null) return;
      const value = parse(text as string);
      if (!value) return;
      view.setBigInt64(out + row * width, BigInt(value.epochMs), true);
      if (width === 16) view.setBigInt64(out + row * width + 8, BigInt(value.nanoOfMs), true);
      view.setUint8(isRead + row, 1);
    });
  });
  return castTime(emitter, result, target);
}

/** CHAR(n) is filled up or cut, VARCHAR(n) cut, in code points. */
export function toLength(emitter: Emitter, register: Register, target: LogicalType): Register {
  if (target.root !== 'CHAR' && target.root !== 'VARCHAR') return register;
  const { type } = register;
  const { length } = target;
  const known = 'length' in type ? type.length : Infinity;
  if (target.root === 'VARCHAR' && (length === 2147483647 || known <= length))
    return emitter.retype(register, target);
  if (type.root === 'CHAR' && known === length) return emitter.retype(register, target);
  const views = emitter.views(register);
  const { kernels } = emitter;
  return emitter.strict(target, [views], (rows, out, _validity, heap) => {
    const { values, stride } = views.column;
    if (target.root === 'VARCHAR') {
      kernels.cutText(rows, values, stride, length, out);
      return;
    }
    const total = kernels.totalLength(rows, values, stride) >>> 0;
    const start = heap.reserve(total + rows * length);
    heap.truncate(kernels.padText(rows, values, stride, length, start, out) >>> 0);
  });
}
