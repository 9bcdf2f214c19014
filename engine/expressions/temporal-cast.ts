import type { LogicalType } from '../types/logical-type.ts';
import type { Emitter } from './emitter.ts';
import { sessionTimeZone } from './expression-context.ts';
import { INTEGER, physicalKind } from './physical-type.ts';
import type { Register } from './register.ts';
import { DAY_MS, mapMilliseconds, millisecondsOf, toPrecision } from './times.ts';
import { SpanTable, ZoneOffsets } from './time-zone.ts';

/** Casts between DATE, TIME, TIMESTAMP and TIMESTAMP_LTZ (S-59); those with an instant go through the session's zone. */
export function castTime(emitter: Emitter, register: Register, target: LogicalType): Register {
  const source = register.type.root;
  if (source === 'TIMESTAMP_LTZ' && target.root !== 'TIMESTAMP_LTZ') {
    const { nullable } = register.type;
    const precision = 'precision' in register.type ? register.type.precision : 3;
    return castTime(
      emitter,
      shiftZone(emitter, register, { root: 'TIMESTAMP', precision, nullable }, 1),
      target,
    );
  }
  if (target.root === 'TIMESTAMP_LTZ' && source !== 'TIMESTAMP_LTZ') {
    const { precision, nullable } = target as LogicalType & { precision: number };
    const local = castTime(emitter, register, { root: 'TIMESTAMP', precision, nullable });
    return shiftZone(emitter, local, target, -1);
  }
  const { kernels } = emitter;
  switch (target.root) {
    case 'DATE':
      if (source === 'DATE') return emitter.retype(register, target);
      return emitter.strict(target, [register], (rows, out) =>
        kernels.dateOfTimestamp(rows, register.column.values, register.column.stride, out),
      );
    case 'TIME':
      return castToTime(emitter, register, target);
    default: {
      // A TIME is on the first day of 1970.
      if (source === 'TIMESTAMP' || source === 'TIMESTAMP_LTZ') return toPrecision(emitter, register, target);
      const ms = millisecondsOf(emitter, register);
      return mapToTimestamp(emitter, ms, target);
    }
  }
}

function mapToTimestamp(emitter: Emitter, ms: Register, target: LogicalType): Register {
  if (physicalKind(target) === 'I64') return emitter.retype(ms, target);
  return emitter.strict(target, [ms], (rows, out) =>
    emitter.kernels.joinTimestamp(rows, ms.column.values, ms.column.stride, 0, 0, out),
  );
}

function castToTime(emitter: Emitter, register: Register, target: LogicalType): Register {
  const { kernels } = emitter;
  const to = 'precision' in target ? Math.min(3, target.precision) : 0;
  const from = 'precision' in register.type ? register.type.precision : 0;
  const isTime = register.type.root === 'TIME';
  if (isTime && to >= Math.min(3, from)) return emitter.retype(register, target);
  const ms = millisecondsOf(emitter, register);
  const cut = emitter.strict({ root: 'BIGINT', nullable: true }, [ms], (rows, out) =>
    kernels.roundToTimeUnit(rows, ms.column.values, ms.column.stride, 10 ** (3 - to), 0, out),
  );
  return emitter.strict(target, [cut], (rows, out) =>
    kernels.timeOfTimestamp(rows, cut.column.values, cut.column.stride, out),
  );
}

/** From an instant to the zone's wall clock (1) or back (-1). */
export function shiftZone(
  emitter: Emitter,
  register: Register,
  target: LogicalType,
  direction: 1 | -1,
  zone = sessionTimeZone(emitter.context),
): Register {
  if (zone === 'UTC' || zone === 'GMT') return emitter.retype(register, target);
  const { kernels, program } = emitter;
  const offsets = new ZoneOffsets(zone);
  const table = new SpanTable(program);
  const range = program.constantBytes(16);
  return mapMilliseconds(emitter, register, target, [], (rows, ms, stride, out) => {
    const { validity, isConstant } = register.column;
    if (kernels.rangeOfI64(rows, ms, stride, isConstant ? 0 : validity, range) === 0) return;
    const view = new DataView(program.wasm.memory.buffer);
    const [first, last] = [range, range + 8].map((at) => Number(view.getBigInt64(at, true))) as [
      number,
      number,
    ];
    const spans = offsets.spans(first, last, direction === -1);
    kernels.shiftBySpans(rows, ms, stride, table.write(spans), spans.length, direction, out);
  });
}

/** Seconds or milliseconds of a day as TIME. */
export function timeOfDay(emitter: Emitter, ms: Register): Register {
  return emitter.strict(INTEGER, [ms], (rows, out) =>
    emitter.kernels.timeOfTimestamp(rows, ms.column.values, ms.column.stride, out),
  );
}

export { DAY_MS };
