import type { ByteHeap } from '../data/byte-heap.ts';
import { isTextView, isView, type Column } from '../data/column.ts';
import { decimalText } from '../data/decimal-words.ts';
import type { Value } from '../data/value.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { LogicalType } from '../types/logical-type.ts';

/**
 * Columns as arrays of JavaScript values, for functions that have no kernel: once a batch, never once a row.
 */
export function readValues(wasm: Wasm, column: Column, rows: number): Value[] {
  if (column.isConstant) {
    const [value = null] = readCells(wasm, column, 1);
    return new Array<Value>(rows).fill(value);
  }
  return readCells(wasm, column, rows);
}

function readCells(wasm: Wasm, column: Column, rows: number): Value[] {
  const view = new DataView(wasm.memory.buffer);
  const isSet = setRows(column, rows, view);
  switch (column.type.root) {
    case 'ROW': {
      const fields = column.children.map((child) => readValues(wasm, child, rows));
      return Array.from({ length: rows }, (_, row) =>
        isSet(row) ? fields.map((field) => field[row] ?? null) : null,
      );
    }
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
      return readCollections(wasm, column, rows, view, isSet);
    default:
      if (isView(column.type)) return readViews(wasm, column, rows, isSet);
      return readFixed(column, rows, view, isSet);
  }
}

type IsSet = (row: number) => boolean;

function setRows({ validity }: Column, rows: number, view: DataView): IsSet {
  if (validity === 0) return () => true;
  const flags = new Uint8Array(view.buffer, validity, rows);
  return (row) => flags[row] !== 0;
}

function readFixed(column: Column, rows: number, view: DataView, isSet: IsSet): Value[] {
  const read = fixedReader(column.type, view);
  const { values, stride } = column;
  const result = new Array<Value>(rows);
  for (let row = 0; row < rows; row++) result[row] = isSet(row) ? read(values + row * stride) : null;
  return result;
}

function fixedReader(type: LogicalType, view: DataView): (at: number) => Value {
  switch (type.root) {
    case 'BOOLEAN':
      return (at) => view.getUint8(at) !== 0;
    case 'TINYINT':
      return (at) => view.getInt8(at);
    case 'SMALLINT':
      return (at) => view.getInt16(at, true);
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return (at) => view.getInt32(at, true);
    case 'FLOAT':
      return (at) => view.getFloat32(at, true);
    case 'DOUBLE':
      return (at) => view.getFloat64(at, true);
    case 'BIGINT':
      return (at) => view.getBigInt64(at, true);
    case 'INTERVAL_DAY_TIME':
      return (at) => readNumber(view, at);
    case 'DECIMAL': {
      const { scale } = type;
      if (type.precision <= 18) return (at) => decimalText(view.getBigInt64(at, true), scale);
      return (at) =>
        decimalText((view.getBigInt64(at + 8, true) << 64n) + view.getBigUint64(at, true), scale);
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      if (type.precision <= 3) return (at) => ({ epochMs: readNumber(view, at), nanoOfMs: 0 });
      return (at) => ({ epochMs: readNumber(view, at), nanoOfMs: view.getInt32(at + 8, true) });
    case 'NULL':
      return () => null;
    default:
      throw new Error(`A value of type ${type.root} is not supported in a function.`);
  }
}

/** An i64 below 2^53 in size, without a BigInt. */
function readNumber(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * 4294967296 + view.getUint32(at, true);
}

function readCollections(wasm: Wasm, column: Column, rows: number, view: DataView, isSet: IsSet): Value[] {
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const at = column.values + row * column.stride;
    if (isSet(row)) end = Math.max(end, view.getUint32(at, true) + view.getUint32(at + 4, true));
  }
  const children = column.children.map((child) => readValues(wasm, child, end));
  const [first = [], second] = children;
  return Array.from({ length: rows }, (_, row) => {
    if (!isSet(row)) return null;
    const at = column.values + row * column.stride;
    const from = view.getUint32(at, true);
    const to = from + view.getUint32(at + 4, true);
    if (!second) return first.slice(from, to);
    return first.slice(from, to).map((key, i): Value => [key, second[from + i] ?? null]);
  });
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Texts are gathered and decoded in one call, and cut: where they are ASCII, by their bytes. */
function readViews(wasm: Wasm, column: Column, rows: number, isSet: IsSet): Value[] {
  const views = new DataView(wasm.memory.buffer);
  const memory = new Uint8Array(wasm.memory.buffer);
  const { values, stride } = column;
  const isText = isTextView(column.type);
  const result = new Array<Value>(rows).fill(null);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    if (isSet(row)) total += views.getUint32(values + row * stride + 4, true);
  }
  if (staging.length < total) staging = new Uint8Array(2 * total);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    if (!isSet(row)) continue;
    const address = views.getUint32(values + row * stride, true);
    const length = views.getUint32(values + row * stride + 4, true);
    if (!isText) result[row] = memory.slice(address, address + length);
    else if (length < 32) for (let i = 0; i < length; i++) staging[end + i] = memory[address + i]!;
    else staging.set(memory.subarray(address, address + length), end);
    end += length;
  }
  if (!isText) return result;
  const text = decoder.decode(staging.subarray(0, end));
  const isAscii = text.length === end;
  let at = 0;
  let byteAt = 0;
  for (let row = 0; row < rows; row++) {
    if (!isSet(row)) continue;
    const length = views.getUint32(values + row * stride + 4, true);
    if (isAscii) result[row] = text.slice(at, (at += length));
    else result[row] = decoder.decode(staging.subarray(byteAt, (byteAt += length)));
  }
  return result;
}

/** Bytes of a batch's texts side by side. Shared by all readers: it is used up before it is filled again. */
let staging = new Uint8Array(1 << 16);

/**
 * Texts of a column whose views of NULLs are empty: packed in linear memory by a kernel, decoded in one call and cut.
 *
 * @param heap takes the packed bytes; they are not needed afterwards
 */
export function readTexts(wasm: Wasm, heap: ByteHeap, column: Column, rows: number): Value[] {
  const { kernels } = wasm;
  const { values, stride } = column;
  if (column.isConstant) return readValues(wasm, column, rows);
  const start = heap.reserve((kernels.totalLength(rows, values, stride) >>> 0) + 4 * rows + 16);
  const lengthsAt = Math.ceil(start / 4) * 4;
  const bytesAt = lengthsAt + 4 * rows;
  const end = kernels.packTexts(rows, values, stride, bytesAt) >>> 0;
  const text = decoder.decode(plainBytes(wasm, bytesAt, end));
  const isAscii = text.length === end - bytesAt;
  (isAscii ? kernels.byteLength : kernels.utf16Length)(rows, values, stride, lengthsAt);
  const lengths = new Uint32Array(wasm.memory.buffer, lengthsAt, rows);
  const result = cutTexts(text, lengths);
  // Bytes that are no UTF-8 have other lengths: then each text is decoded by itself.
  if (!result || (!isAscii && text.includes('\ufffd'))) return readValues(wasm, column, rows);
  if (column.validity !== 0) {
    const flags = new Uint8Array(wasm.memory.buffer, column.validity, rows);
    for (let row = 0; row < rows; row++) if (flags[row] === 0) result[row] = null;
  }
  return result;
}

/** Undefined if the lengths are not those of the text. */
function cutTexts(text: string, lengths: Uint32Array): Value[] | undefined {
  const result = new Array<Value>(lengths.length);
  let at = 0;
  for (let row = 0; row < lengths.length; row++) {
    const next = at + lengths[row]!;
    result[row] = text.slice(at, next);
    at = next;
  }
  return at === text.length ? result : undefined;
}

/** A TextDecoder refuses views of shared memory. */
function plainBytes(wasm: Wasm, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(wasm.memory.buffer, from, to - from);
  return wasm.memory.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
}
