import { cellWriter, type CellWriter } from '../data/cell-writer.ts';
import type { ByteHeap } from '../data/byte-heap.ts';
import { isView, type Column } from '../data/column.ts';
import { decimalText } from '../data/decimal-words.ts';
import type { Value } from '../data/value.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { LogicalType } from '../types/logical-type.ts';

/**
 * Columns as arrays of JavaScript values and back, for functions that have no kernel: once a batch, never once a row.
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
  const isText = column.type.root === 'VARCHAR' || column.type.root === 'CHAR';
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

/** Writes values as a column whose cells lie in a heap. One writer a function, used batch after batch. */
export class ValueWriter {
  readonly #writer: CellWriter;
  readonly #check: (value: Value) => boolean;
  readonly #type: LogicalType;

  constructor(wasm: Wasm, type: LogicalType) {
    this.#writer = cellWriter(wasm, type, []);
    this.#type = type;
    this.#check = valueCheck(type);
  }

  /** Throws a TypeError that names the first value which is not of the type; `onBad` is told its row. */
  write(values: readonly Value[], heap: ByteHeap, onBad?: (row: number) => void): Column {
    for (let row = 0; row < values.length; row++) {
      const value = values[row] ?? null;
      if (value !== null && !this.#check(value)) {
        this.#writer.clear();
        onBad?.(row);
        throw new TypeError(`${JSON.stringify(describe(value))} is no value of type ${this.#type.root}`);
      }
      this.#writer.append(value);
    }
    return this.#writer.build(heap);
  }
}

function describe(value: Value): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function valueCheck(type: LogicalType): (value: Value) => boolean {
  switch (type.root) {
    case 'BOOLEAN':
      return (value) => typeof value === 'boolean';
    case 'TINYINT':
      return (value) => typeof value === 'number' && (value << 24) >> 24 === value;
    case 'SMALLINT':
      return (value) => typeof value === 'number' && (value << 16) >> 16 === value;
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return (value) => typeof value === 'number' && (value | 0) === value;
    case 'FLOAT':
    case 'DOUBLE':
      return (value) => typeof value === 'number';
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return (value) =>
        (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) || Number.isSafeInteger(value);
    case 'CHAR':
    case 'VARCHAR':
    case 'DECIMAL':
      return (value) => typeof value === 'string';
    case 'BINARY':
    case 'VARBINARY':
      return (value) => value instanceof Uint8Array;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (value) =>
        Number.isSafeInteger(value) || (typeof value === 'object' && value !== null && 'epochMs' in value);
    default:
      return (value) => Array.isArray(value);
  }
}
