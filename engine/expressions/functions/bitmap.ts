import { Column } from '../../data/column.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';

/** Sets of 32-bit numbers, which columns hold in their byte form (S-88). All of it is kernels. */
export const BITMAP_RUNTIMES: FunctionTable = {
  BITMAP_BUILD: { cost: 100, compile: build },
  BITMAP_CARDINALITY: { cost: 10, compile: cardinality },
  BITMAP_FROM_BYTES: { cost: 100, canFail: true, compile: fromBytes },
  BITMAP_TO_BYTES: {
    cost: 0,
    compile: (call, emitter) => emitter.retype(bitmapOf(call, 0, emitter), call.type),
  },
  BITMAP_TO_ARRAY: { cost: 50, compile: toArray },
  BITMAP_TO_STRING: { cost: 100, compile: toText },
  BITMAP_AND: { cost: 100, compile: (call, emitter) => combined(BOTH, call, emitter) },
  BITMAP_OR: { cost: 100, compile: (call, emitter) => combined(LEFT | RIGHT | BOTH, call, emitter) },
  BITMAP_XOR: { cost: 100, compile: (call, emitter) => combined(LEFT | RIGHT, call, emitter) },
  BITMAP_ANDNOT: { cost: 100, compile: (call, emitter) => combined(LEFT, call, emitter) },
};

// Which numbers of two bitmaps stay.
const LEFT = 1;
const RIGHT = 2;
const BOTH = 4;

/** Room for bitmaps that are made of `bytes` bytes of others. */
const roomFor = (bytes: number, rows: number): number => 5 * bytes + 64 * rows;

function bitmapOf(call: RexCall, index: number, emitter: Emitter): Register {
  return emitter.views(emitter.value(call.operands[index]!));
}

/** Where kernels keep what they are about. */
function scratchOf({ program, kernels }: Emitter): number {
  return program.constantBytes(kernels.bitmapScratchBytes());
}

function combined(kept: number, call: RexCall, emitter: Emitter): Register {
  const [left, right] = [bitmapOf(call, 0, emitter), bitmapOf(call, 1, emitter)];
  const { kernels } = emitter;
  const scratch = scratchOf(emitter);
  return emitter.strict(call.type, [left, right], (rows, out, _validity, heap) => {
    const [a, b] = [left.column, right.column];
    const size =
      (kernels.totalLength(rows, a.values, a.stride) >>> 0) +
      (kernels.totalLength(rows, b.values, b.stride) >>> 0);
    const start = heap.reserve(roomFor(size, rows));
    const end = kernels.bitmapCombine(
      rows,
      a.values,
      a.stride,
      b.values,
      b.stride,
      kept,
      scratch,
      start,
      out,
    );
    heap.truncate(end >>> 0);
  });
}

function cardinality(call: RexCall, emitter: Emitter): Register {
  const bitmap = bitmapOf(call, 0, emitter);
  return emitter.strict(call.type, [bitmap], (rows, out) =>
    emitter.kernels.bitmapCardinality(rows, bitmap.column.values, bitmap.column.stride, out),
  );
}

function fromBytes(call: RexCall, emitter: Emitter): Register {
  const bytes = bitmapOf(call, 0, emitter);
  const { kernels } = emitter;
  const scratch = scratchOf(emitter);
  return emitter.strict(
    call.type,
    [bytes],
    (rows, out, validity, heap) => {
      const { values, stride } = bytes.column;
      const start = heap.reserve(roomFor(kernels.totalLength(rows, values, stride) >>> 0, rows));
      const read = kernels.bitmapRead(rows, values, stride, validity, scratch, start, out);
      if (read < rows) throw emitter.failure('Failed to deserialize bitmap from bytes.', call, read);
    },
    true,
  );
}

function toText(call: RexCall, emitter: Emitter): Register {
  const bitmap = bitmapOf(call, 0, emitter);
  const { kernels } = emitter;
  const scratch = scratchOf(emitter);
  return emitter.strict(call.type, [bitmap], (rows, out, _validity, heap) => {
    const { values, stride } = bitmap.column;
    const start = heap.reserve(11 * (kernels.bitmapTotal(rows, values, stride) >>> 0) + 6 * rows);
    heap.truncate(kernels.bitmapText(rows, values, stride, scratch, start, out) >>> 0);
  });
}

const NUMBER: LogicalType = { root: 'INTEGER', nullable: true };

function toArray(call: RexCall, emitter: Emitter): Register {
  const { type } = call;
  const bitmap = bitmapOf(call, 0, emitter);
  const { kernels } = emitter;
  const scratch = scratchOf(emitter);
  const result = new Register(type);
  emitter.emit([bitmap], result, (rows) => {
    const { values, stride, validity, isConstant } = bitmap.column;
    const count = isConstant ? 1 : rows;
    const room = emitter.heap.reserve(4 * (kernels.bitmapTotal(count, values, stride) >>> 0) + 4);
    const numbers = (room + 3) & ~3;
    kernels.bitmapNumbers(count, values, stride, scratch, numbers, result.values);
    const children = [new Column(type.root === 'ARRAY' ? type.element : NUMBER, numbers >>> 0, 0)];
    result.column = new Column(type, result.values, validity, isConstant ? 0 : undefined, children);
  });
  return result;
}

/** NULLs among the items are left out. */
function build(call: RexCall, emitter: Emitter): Register {
  const array = emitter.value(call.operands[0]!);
  const { kernels } = emitter;
  const scratch = scratchOf(emitter);
  return emitter.strict(call.type, [array], (rows, out, validity, heap) => {
    const { values, stride, children } = array.column;
    const [items] = children;
    // Lists are first items and counts as texts are addresses and lengths: those of NULL rows become empty.
    const isTotal = validity === 0;
    const lists = isTotal ? values : heap.reserve(8 * rows);
    if (!isTotal) kernels.sanitizeViews(rows, values, stride, validity, lists);
    const step = isTotal ? stride : 8;
    const total = kernels.totalLength(rows, lists, step) >>> 0;
    const numbers = heap.reserve(4 * total);
    const start = heap.reserve(roomFor(8 * total, rows));
    const end = kernels.bitmapBuild(
      rows,
      lists,
      step,
      items?.values ?? 0,
      items?.stride ?? 0,
      items?.width ?? 0,
      items?.validity ?? 0,
      numbers,
      scratch,
      start,
      out,
    );
    heap.truncate(end >>> 0);
  });
}
