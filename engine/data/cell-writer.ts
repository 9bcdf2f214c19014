import type { Wasm } from '../memory/kernels.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { ByteHeap } from './byte-heap.ts';
import { Column, isView, physicalWidth } from './column.ts';
import { decimalWords } from './decimal-words.ts';
import { isTimestamp, type Value } from './value.ts';

const FIRST_ROWS = 64;
const ALIGNMENT = 16;

/**
 * Collects the cells of one column outside linear memory, and copies them in at once.
 *
 * Cells are staged in JavaScript's own buffers, so growing linear memory (which detaches views) cannot disturb a batch that is
 * being filled, and the batch built before stays lent while the next one is collected.
 */
export abstract class CellWriter {
  abstract append(value: Value): void;
  /** The staged cells as a column whose bytes lie in `heap`; the writer is empty afterwards. */
  abstract build(heap: ByteHeap): Column;
  /** Forgets the staged cells. */
  abstract clear(): void;
}

/** @param required one flag a leaf of `type`, taken from the front; leaves that nobody reads become absent columns */
export function cellWriter(wasm: Wasm, type: LogicalType, required: boolean[]): CellWriter {
  if (type.root === 'ROW') {
    return new RowWriter(
      wasm,
      type,
      type.fields.map((field) => cellWriter(wasm, field.type, required)),
    );
  }
  return required.shift() === false ? new AbsentWriter(type) : leafWriter(wasm, type);
}

function leafWriter(wasm: Wasm, type: LogicalType): CellWriter {
  const inner = (of: LogicalType): CellWriter => cellWriter(wasm, of, []);
  switch (type.root) {
    case 'ARRAY':
      return new CollectionWriter(wasm, type, [inner(type.element)]);
    case 'MULTISET':
      return new CollectionWriter(wasm, type, [inner(type.element), inner(COUNT)]);
    case 'MAP':
      return new CollectionWriter(wasm, type, [inner(type.key), inner(type.value)]);
    case 'CHAR':
    case 'VARCHAR':
    case 'VARIANT':
      return new TextWriter(wasm, type);
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
      return new BytesWriter(wasm, type);
    default:
      return new FixedWriter(wasm, type, fixedCell(type));
  }
}

/** How often an element is in a MULTISET. */
const COUNT: LogicalType = { root: 'INTEGER', nullable: false };

/** Values of a fixed width and their validity, growing as needed (the children of collections have no bound). */
class Cells {
  readonly #wasm: Wasm;
  readonly #width: number;
  #values: Uint8Array<ArrayBuffer>;
  #validity = new Uint8Array(FIRST_ROWS);
  view: DataView<ArrayBuffer>;
  count = 0;
  hasNulls = false;

  constructor(wasm: Wasm, width: number) {
    this.#wasm = wasm;
    this.#width = width;
    this.#values = new Uint8Array(FIRST_ROWS * width);
    this.view = new DataView(this.#values.buffer);
  }

  /** Offset in `view` of the cell of the next row. */
  next(isSet: boolean): number {
    if (this.count === this.#validity.length) this.#grow();
    this.#validity[this.count] = isSet ? 1 : 0;
    if (!isSet) this.hasNulls = true;
    return this.count++ * this.#width;
  }

  build(heap: ByteHeap, type: LogicalType, children: readonly Column[] = []): Column {
    const values = this.#width === 0 ? 0 : this.#copy(heap, this.#values, this.count * this.#width);
    const validity = this.hasNulls ? this.#copy(heap, this.#validity, this.count) : 0;
    this.clear();
    return new Column(type, values, validity, undefined, children);
  }

  clear(): void {
    this.count = 0;
    this.hasNulls = false;
  }

  #copy(heap: ByteHeap, bytes: Uint8Array, length: number): number {
    const address = reserveAligned(heap, length);
    new Uint8Array(this.#wasm.memory.buffer, address, length).set(bytes.subarray(0, length));
    return address;
  }

  #grow(): void {
    const values = new Uint8Array(this.#values.length * 2);
    values.set(this.#values);
    const validity = new Uint8Array(this.#validity.length * 2);
    validity.set(this.#validity);
    this.#values = values;
    this.#validity = validity;
    this.view = new DataView(values.buffer);
  }
}

type WriteCell = (view: DataView, at: number, value: Value) => void;

class FixedWriter extends CellWriter {
  readonly #type: LogicalType;
  readonly #write: WriteCell;
  readonly #cells: Cells;

  constructor(wasm: Wasm, type: LogicalType, write: WriteCell) {
    super();
    this.#type = type;
    this.#write = write;
    this.#cells = new Cells(wasm, physicalWidth(type));
  }

  append(value: Value): void {
    const at = this.#cells.next(value !== null);
    if (value !== null) this.#write(this.#cells.view, at, value);
  }

  build(heap: ByteHeap): Column {
    return this.#cells.build(heap, this.#type);
  }

  clear(): void {
    this.#cells.clear();
  }
}

/** Texts are joined, and encoded in one call a batch; a text that is all ASCII has as many bytes as UTF-16 units. */
class TextWriter extends CellWriter {
  readonly #wasm: Wasm;
  readonly #type: LogicalType;
  readonly #views: Cells;
  #texts: string[] = [];

  constructor(wasm: Wasm, type: LogicalType) {
    super();
    this.#wasm = wasm;
    this.#type = type;
    this.#views = new Cells(wasm, 8);
  }

  append(value: Value): void {
    this.#views.next(value !== null);
    this.#texts.push(value === null ? '' : asText(value));
  }

  build(heap: ByteHeap): Column {
    const joined = this.#texts.join('');
    const address = heap.reserve(joined.length * 3);
    const target = new Uint8Array(this.#wasm.memory.buffer, address, joined.length * 3);
    const { written } = encoder.encodeInto(joined, target);
    const isAscii = written === joined.length;
    const lengths = isAscii ? undefined : this.#texts.map(utf8Length);
    heap.truncate(address + written);
    let next = address;
    if (lengths && lengths.reduce((sum, length) => sum + length, 0) !== written) {
      next = this.#encodeEach(heap, address);
    }
    const { view } = this.#views;
    this.#texts.forEach((text, row) => {
      const length = lengths ? lengths[row]! : text.length;
      view.setUint32(row * 8, next, true);
      view.setUint32(row * 8 + 4, length, true);
      next += length;
    });
    this.#texts = [];
    return this.#views.build(heap, this.#type);
  }

  clear(): void {
    this.#views.clear();
    this.#texts = [];
  }

  /** Halves of surrogate pairs in neighbouring texts would join to a character that is in neither. */
  #encodeEach(heap: ByteHeap, joined: number): number {
    heap.truncate(joined);
    const pieces = this.#texts.map((text) => encoder.encode(text));
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const address = heap.reserve(size);
    const target = new Uint8Array(this.#wasm.memory.buffer, address, size);
    let at = 0;
    for (const piece of pieces) {
      target.set(piece, at);
      at += piece.length;
    }
    return address;
  }
}

class BytesWriter extends CellWriter {
  readonly #wasm: Wasm;
  readonly #type: LogicalType;
  readonly #views: Cells;
  #pieces: (Uint8Array | undefined)[] = [];

  constructor(wasm: Wasm, type: LogicalType) {
    super();
    this.#wasm = wasm;
    this.#type = type;
    this.#views = new Cells(wasm, 8);
  }

  append(value: Value): void {
    this.#views.next(value !== null);
    this.#pieces.push(value === null ? undefined : asBytes(value));
  }

  build(heap: ByteHeap): Column {
    const size = this.#pieces.reduce((sum, piece) => sum + (piece?.length ?? 0), 0);
    let address = heap.reserve(size);
    const memory = new Uint8Array(this.#wasm.memory.buffer);
    const { view } = this.#views;
    this.#pieces.forEach((piece, row) => {
      const length = piece?.length ?? 0;
      if (piece) memory.set(piece, address);
      view.setUint32(row * 8, address, true);
      view.setUint32(row * 8 + 4, length, true);
      address += length;
    });
    this.#pieces = [];
    return this.#views.build(heap, this.#type);
  }

  clear(): void {
    this.#views.clear();
    this.#pieces = [];
  }
}

/** ARRAY with one child; MULTISET (element, count) and MAP (key, value) with two. */
class CollectionWriter extends CellWriter {
  readonly #type: LogicalType;
  readonly #children: readonly CellWriter[];
  readonly #ranges: Cells;
  #elements = 0;

  constructor(wasm: Wasm, type: LogicalType, children: readonly CellWriter[]) {
    super();
    this.#type = type;
    this.#children = children;
    this.#ranges = new Cells(wasm, 8);
  }

  append(value: Value): void {
    const at = this.#ranges.next(value !== null);
    const items = value === null ? [] : asItems(value);
    this.#ranges.view.setUint32(at, this.#elements, true);
    this.#ranges.view.setUint32(at + 4, items.length, true);
    this.#elements += items.length;
    const [first, second] = this.#children;
    for (const item of items) {
      if (second) {
        const [key, of] = asItems(item);
        first?.append(key ?? null);
        second.append(of ?? null);
      } else first?.append(item);
    }
  }

  build(heap: ByteHeap): Column {
    this.#elements = 0;
    const children = this.#children.map((child) => child.build(heap));
    return this.#ranges.build(heap, this.#type, children);
  }

  clear(): void {
    this.#elements = 0;
    this.#ranges.clear();
    for (const child of this.#children) child.clear();
  }
}

class RowWriter extends CellWriter {
  readonly #type: LogicalType;
  readonly #fields: readonly CellWriter[];
  readonly #cells: Cells;

  constructor(wasm: Wasm, type: LogicalType, fields: readonly CellWriter[]) {
    super();
    this.#type = type;
    this.#fields = fields;
    this.#cells = new Cells(wasm, 0);
  }

  append(value: Value): void {
    this.#cells.next(value !== null);
    const items = value === null ? undefined : asItems(value);
    for (let field = 0; field < this.#fields.length; field++) {
      this.#fields[field]!.append(items?.[field] ?? null);
    }
  }

  build(heap: ByteHeap): Column {
    const children = this.#fields.map((field) => field.build(heap));
    return this.#cells.build(heap, this.#type, children);
  }

  clear(): void {
    this.#cells.clear();
    for (const field of this.#fields) field.clear();
  }
}

class AbsentWriter extends CellWriter {
  readonly #column: Column;

  constructor(type: LogicalType) {
    super();
    this.#column = new Column(type, 0, 0);
  }

  append(): void {}
  clear(): void {}
  build(): Column {
    return this.#column;
  }
}

function fixedCell(type: LogicalType): WriteCell {
  switch (type.root) {
    case 'BOOLEAN':
      return (view, at, value) => view.setUint8(at, value === true ? 1 : 0);
    case 'TINYINT':
      return (view, at, value) => view.setInt8(at, asNumber(value));
    case 'SMALLINT':
      return (view, at, value) => view.setInt16(at, asNumber(value), true);
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return (view, at, value) => view.setInt32(at, asNumber(value), true);
    case 'FLOAT':
      return (view, at, value) => view.setFloat32(at, asNumber(value), true);
    case 'DOUBLE':
      return (view, at, value) => view.setFloat64(at, asNumber(value), true);
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return writeI64;
    case 'DECIMAL': {
      const { scale } = type;
      if (type.precision <= 18)
        return (view, at, value) => writeI64(view, at, decimalWords(asText(value), scale));
      return (view, at, value) => {
        const unscaled = BigInt(decimalWords(asText(value), scale));
        view.setBigInt64(at, BigInt.asIntN(64, unscaled), true);
        view.setBigInt64(at + 8, unscaled >> 64n, true);
      };
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      if (type.precision <= 3) return (view, at, value) => writeI64(view, at, msOf(value));
      return (view, at, value) => {
        writeI64(view, at, msOf(value));
        view.setInt32(at + 8, isTimestamp(value) ? value.nanoOfMs : 0, true);
        view.setInt32(at + 12, 0, true);
      };
    case 'NULL':
      return (view, at) => view.setUint8(at, 0);
    default:
      if (isView(type)) throw new TypeError('texts and bytes have writers of their own');
      throw new Error(`A column of type ${type.root} is not supported here.`);
  }
}

/** A safe integer goes in without a BigInt. */
function writeI64(view: DataView, at: number, value: Value): void {
  if (typeof value === 'bigint') return view.setBigInt64(at, value, true);
  const number = asNumber(value);
  view.setUint32(at, number % 4294967296, true); // modulo 2^32 of a negative number wraps as two's complement does
  view.setInt32(at + 4, Math.floor(number / 4294967296), true);
}

function msOf(value: Value): number {
  return isTimestamp(value) ? value.epochMs : asNumber(value);
}

function asNumber(value: Value): number {
  if (typeof value === 'number') return value;
  throw new TypeError(`a number was expected, not ${describe(value)}`);
}

function asText(value: Value): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`a text was expected, not ${describe(value)}`);
}

function asBytes(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`bytes were expected, not ${describe(value)}`);
}

function asItems(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  throw new TypeError(`an array was expected, not ${describe(value)}`);
}

function describe(value: Value): string {
  return value === null ? 'null' : `a ${typeof value}`;
}

const encoder = new TextEncoder();

/** Bytes that TextEncoder makes of a text; half a surrogate pair becomes U+FFFD. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else {
      bytes += 2;
      // A pair takes four bytes: two units and two more.
      if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
    }
  }
  return bytes;
}

function reserveAligned(heap: ByteHeap, bytes: number): number {
  const address = heap.reserve(bytes + ALIGNMENT);
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
