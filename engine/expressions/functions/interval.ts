import { isInterval, isTimestamp } from '../../types/type-families.ts';
import type { Emitter } from '../emitter.ts';
import { toNumeric } from '../numeric-cast.ts';
import { BIGINT, DOUBLE, INTEGER, physicalKind } from '../physical-type.ts';
import type { Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { DAY_MS, mapMilliseconds, millisecondsOf, toPrecision } from '../times.ts';
import { applyPrimitive } from './arithmetic.ts';

type Operator = 'add' | 'subtract' | 'multiply' | 'divide' | 'remainder';

/** Intervals among themselves, and multiples of them; months are INT, milliseconds BIGINT inside. */
export function intervalArithmetic(operator: Operator, call: RexCall, emitter: Emitter): Register {
  const [left, right] = call.operands as readonly [RexNode, RexNode];
  const whole = call.type.root === 'INTERVAL_YEAR_MONTH' ? INTEGER : BIGINT;
  const count = isInterval(left.type) ? right : left;
  const isApproximate = count.type.root === 'DOUBLE' || count.type.root === 'FLOAT';
  const type = isApproximate && !isInterval(count.type) ? DOUBLE : whole;
  const a = inNumbers(emitter, left, type);
  const b = inNumbers(emitter, right, type);
  const result = toNumeric(emitter, applyPrimitive(operator, type, a, b, call, emitter), whole);
  return emitter.retype(result, call.type);
}

function inNumbers(emitter: Emitter, node: RexNode, type: typeof BIGINT): Register {
  const register = emitter.value(node);
  if (!isInterval(node.type)) return toNumeric(emitter, register, type);
  const number = emitter.retype(register, node.type.root === 'INTERVAL_YEAR_MONTH' ? INTEGER : BIGINT);
  return toNumeric(emitter, number, type);
}

/** A time plus or minus an interval: months clamp to the end of the month, a TIME wraps at midnight, a DATE takes whole days. */
export function addInterval(
  call: RexCall,
  time: RexNode,
  interval: RexNode,
  isMinus: boolean,
  emitter: Emitter,
): Register {
  const given = emitter.value(time);
  // An interval with digits of the second gives them to the time.
  const moment =
    isTimestamp(call.type) && isTimestamp(given.type) ? toPrecision(emitter, given, call.type) : given;
  let distance = emitter.value(interval);
  const kind = physicalKind(interval.type) as 'I32' | 'I64';
  if (isMinus) {
    const positive = distance;
    distance = emitter.strict(interval.type, [positive], (rows, out) =>
      emitter.kernels[`negate${kind}`](rows, positive.column.values, positive.column.stride, out),
    );
  }
  return kind === 'I32'
    ? addMonths(call, moment, distance, emitter)
    : addMilliseconds(call, moment, distance, emitter);
}

function addMonths(call: RexCall, moment: Register, months: Register, emitter: Emitter): Register {
  const { kernels } = emitter;
  const { root } = moment.type;
  if (root === 'TIME') return emitter.retype(moment, call.type);
  if (root === 'DATE') {
    return emitter.strict(call.type, [moment, months], (rows, out) =>
      kernels.addMonthsToDate(
        rows,
        moment.column.values,
        moment.column.stride,
        months.column.values,
        months.column.stride,
        out,
      ),
    );
  }
  return mapMilliseconds(emitter, moment, call.type, [months], (rows, ms, stride, out) =>
    kernels.addMonths(rows, ms, stride, months.column.values, months.column.stride, out),
  );
}

function addMilliseconds(call: RexCall, moment: Register, distance: Register, emitter: Emitter): Register {
  const { kernels, program } = emitter;
  const { root } = moment.type;
  if (root === 'DATE') {
    const day = emitter.constant(BIGINT, BigInt(DAY_MS));
    const days = toNumeric(
      emitter,
      emitter.strict(BIGINT, [distance], (rows, out) => {
        kernels.divideI64(rows, distance.column.values, distance.column.stride, day.column.values, 0, 0, out);
      }),
      INTEGER,
    );
    return emitter.strict(call.type, [moment, days], (rows, out) =>
      kernels.addI32(
        rows,
        moment.column.values,
        moment.column.stride,
        days.column.values,
        days.column.stride,
        out,
      ),
    );
  }
  if (root === 'TIME') {
    const start = millisecondsOf(emitter, moment);
    const sum = emitter.strict(BIGINT, [start, distance], (rows, out) =>
      addI64(emitter, rows, start, distance, out),
    );
    return emitter.strict(call.type, [sum], (rows, out) =>
      kernels.timeOfTimestamp(rows, sum.column.values, sum.column.stride, out),
    );
  }
  if (physicalKind(moment.type) === 'I64') {
    return emitter.strict(call.type, [moment, distance], (rows, out) =>
      addI64(emitter, rows, moment, distance, out),
    );
  }
  // The first words of 16-byte cells, side by side.
  const packed = program.slot(8 * 4096);
  return mapMilliseconds(emitter, moment, call.type, [distance], (rows, ms, stride, out) => {
    kernels.narrowI128(rows, ms, stride, packed);
    kernels.addI64(rows, packed, 8, distance.column.values, distance.column.stride, out);
  });
}

function addI64(emitter: Emitter, rows: number, a: Register, b: Register, out: number): void {
  emitter.kernels.addI64(rows, a.column.values, a.column.stride, b.column.values, b.column.stride, out);
}

/** The distance of two times: milliseconds, or whole months. */
export function subtractTimes(call: RexCall, emitter: Emitter): Register {
  const [left, right] = call.operands as readonly [RexNode, RexNode];
  const end = millisecondsOf(emitter, emitter.value(left));
  const start = millisecondsOf(emitter, emitter.value(right));
  if (call.type.root === 'INTERVAL_YEAR_MONTH') {
    return emitter.strict(call.type, [start, end], (rows, out) =>
      emitter.kernels.monthsBetween(
        rows,
        start.column.values,
        start.column.stride,
        end.column.values,
        end.column.stride,
        out,
      ),
    );
  }
  const [x, y] = [packedMilliseconds(emitter, end), packedMilliseconds(emitter, start)];
  return emitter.strict(call.type, [x, y], (rows, out) =>
    emitter.kernels.subtractI64(
      rows,
      x.column.values,
      x.column.stride,
      y.column.values,
      y.column.stride,
      out,
    ),
  );
}

/** i64 milliseconds side by side, also of timestamps with nanoseconds. */
export function packedMilliseconds(emitter: Emitter, register: Register): Register {
  if (physicalKind(register.type) !== 'Timestamp') return register;
  return emitter.strict(BIGINT, [register], (rows, out) =>
    emitter.kernels.narrowI128(rows, register.column.values, register.column.stride, out),
  );
}
