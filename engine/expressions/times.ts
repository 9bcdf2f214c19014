import type { LogicalType } from '../types/logical-type.ts';
import { withNullability } from '../types/type-families.ts';
import type { Emitter } from './emitter.ts';
import { BIGINT, physicalKind } from './physical-type.ts';
import type { Register } from './register.ts';

/** Times as milliseconds since the epoch (of the day, for TIME), which all kernels of times take. */

export const DAY_MS = 86_400_000;

/** Computes i64 milliseconds from i64 milliseconds: `ms` is an address with a stride. */
export type ComputeMs = (rows: number, ms: number, stride: number, out: number) => void;

/** A register whose cells begin with i64 milliseconds: timestamps as they are, DATE and TIME widened. */
export function millisecondsOf(emitter: Emitter, register: Register): Register {
  if (physicalKind(register.type) !== 'I32') return register;
  const factor = register.type.root === 'DATE' ? DAY_MS : 1;
  return emitter.strict(BIGINT, [register], (rows, out) =>
    emitter.kernels.scaleI32ToI64(rows, register.column.values, register.column.stride, factor, out),
  );
}

/**
 * A timestamp whose milliseconds are computed from another's; with more than three digits the nanoseconds stay, or go where
 * `keepsNanos` is false.
 */
export function mapMilliseconds(
  emitter: Emitter,
  source: Register,
  type: LogicalType,
  operands: readonly Register[],
  compute: ComputeMs,
  keepsNanos = true,
): Register {
  const isWide = physicalKind(type) === 'Timestamp';
  const ms = emitter.strict(isWide ? BIGINT : type, [source, ...operands], (rows, out) =>
    compute(rows, source.column.values, source.column.stride, out),
  );
  if (!isWide) return ms;
  return emitter.strict(type, [ms, source], (rows, out) => {
    const { column } = source;
    const nanos = keepsNanos && column.width === 16 ? column.values : 0;
    emitter.kernels.joinTimestamp(rows, ms.column.values, ms.column.stride, nanos, column.stride, out);
  });
}

/** With another precision: digits are cut off, never rounded. */
export function toPrecision(emitter: Emitter, register: Register, type: LogicalType): Register {
  const { kernels } = emitter;
  const to = 'precision' in type ? type.precision : 0;
  const from = 'precision' in register.type ? register.type.precision : 0;
  const isWide = physicalKind(register.type) === 'Timestamp';
  if (to >= from) {
    if (isWide || to <= 3) return emitter.retype(register, type);
    return emitter.strict(type, [register], (rows, out) =>
      kernels.joinTimestamp(rows, register.column.values, register.column.stride, 0, 0, out),
    );
  }
  if (to > 3) {
    return emitter.strict(type, [register], (rows, out) =>
      kernels.truncateNanos(rows, register.column.values, register.column.stride, to, out),
    );
  }
  const unit = 10 ** (3 - to);
  return emitter.strict(withNullability(type, true), [register], (rows, out) =>
    kernels.roundToTimeUnit(rows, register.column.values, register.column.stride, unit, 0, out),
  );
}
