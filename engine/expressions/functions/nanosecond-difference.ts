import type { Emitter } from '../emitter.ts';
import { BIGINT, physicalKind } from '../physical-type.ts';
import type { Register } from '../register.ts';

/** Nanoseconds of the units that TIMESTAMPDIFF counts below milliseconds. */
export const NANOSECONDS: Readonly<Record<string, number>> = { MICROSECOND: 1000, NANOSECOND: 1 };

/**
 * Nanoseconds from one time to another as BIGINT, divided by `unit`. Both are registers whose cells begin with i64 milliseconds:
 * whole seconds are subtracted as they are, and what is left of them apart, so that every digit counts.
 */
export function nanosecondDifference(from: Register, to: Register, unit: number, emitter: Emitter): Register {
  const { kernels } = emitter;
  const seconds = (time: Register): Register =>
    emitter.strict(BIGINT, [time], (rows, out) =>
      kernels.roundToTimeUnit(rows, time.column.values, time.column.stride, 1000, 0, out),
    );
  const nanos = (time: Register): Register => {
    const isWide = physicalKind(time.type) === 'Timestamp' ? 1 : 0;
    return emitter.strict(BIGINT, [time], (rows, out) =>
      kernels.extractNanos(rows, time.column.values, time.column.stride, isWide, 1, out),
    );
  };
  const apart = (x: Register, y: Register): Register =>
    emitter.strict(BIGINT, [x, y], (rows, out) =>
      kernels.subtractI64(rows, y.column.values, y.column.stride, x.column.values, x.column.stride, out),
    );
  const whole = apart(seconds(from), seconds(to));
  const rest = apart(nanos(from), nanos(to));
  const [million, size] = [1_000_000n, BigInt(unit)].map(
    (value) => emitter.constant(BIGINT, value).column.values,
  ) as [number, number];
  return emitter.strict(BIGINT, [whole, rest], (rows, out) => {
    kernels.multiplyI64(rows, whole.column.values, whole.column.stride, million, 0, out);
    kernels.addI64(rows, out, 8, rest.column.values, rest.column.stride, out);
    if (unit > 1) kernels.divideI64(rows, out, 8, size, 0, 0, out);
  });
}
