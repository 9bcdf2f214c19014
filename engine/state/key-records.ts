import { Column, isView, physicalWidth } from '../data/column.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { MAX_BATCH_ROWS } from '../data/record-batch.ts';
import type { Kernels, Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { ColumnBuffer } from '../data/column-buffer.ts';

/** How keys lie in records and entries (`keyed-table.ts`): columns, ROWs replaced by their fields. */
export class KeyLayout {
  readonly types: readonly LogicalType[];
  /** A ROW, which has no words, comes before its fields. */
  readonly columns: readonly KeyColumn[];
  readonly words: number;
  /** Bit w: word w is the last of a text. */
  readonly textMask: number;

  constructor(types: readonly LogicalType[]) {
    this.types = types;
    const columns: KeyColumn[] = [];
    let words = 0;
    let textMask = 0;
    const add = (type: LogicalType): void => {
      if (type.root === 'ARRAY' || type.root === 'MAP' || type.root === 'MULTISET') {
        throw new Error(`A key of type ${type.root} is not supported.`);
      }
      columns.push({ type, word: words, bit: columns.length + 1 });
      if (type.root === 'ROW') type.fields.forEach((field) => add(field.type));
      else {
        if (isView(type)) textMask |= 1 << (words + 1);
        words += isView(type) || physicalWidth(type) === 16 ? 2 : 1;
      }
    };
    types.forEach(add);
    if (columns.length > 31 || words > 31) throw new Error('A key of more than 31 columns is not supported.');
    this.columns = columns;
    this.words = words;
    this.textMask = textMask >>> 0;
  }
}

export interface KeyColumn {
  readonly type: LogicalType;
  readonly word: number;
  /** Bit of the marks that says NULL. */
  readonly bit: number;
}

const RECORD_KEYS = 8;
const ENTRY_KEYS = 16;

/** Packs the keys of a batch into records, to be looked up in tables of this layout. */
export class KeyRecords {
  readonly layout: KeyLayout;
  /** Overwritten by every `pack`. */
  readonly address: number;
  /** The layout's, or 0 while no text in the records is longer than its words. */
  textMask = 0;
  readonly stride: number;
  readonly #kernels: Kernels;
  readonly #slots: SlotAllocator;

  constructor(wasm: Wasm, pool: MemorySegmentPool, layout: KeyLayout, rows = MAX_BATCH_ROWS) {
    this.layout = layout;
    this.stride = RECORD_KEYS + 8 * layout.words;
    this.#kernels = wasm.kernels;
    this.#slots = SlotAllocator.of(pool);
    this.#bytes = rows * this.stride;
    this.address = this.#slots.allocate(this.#bytes);
  }

  readonly #bytes: number;

  /** Packs the columns of the layout. */
  pack(rows: number, columns: readonly Column[]): void {
    const { address, stride, layout } = this;
    const [single] = columns;
    this.textMask = 0;
    if (single && layout.columns.length === 1 && single.width === 8 && isPlainWord(single.type)) {
      this.#kernels.packSingle64(rows, single.values, single.stride, single.validity, address);
      return;
    }
    this.#kernels.packBegin(rows, stride, address);
    let next = 0;
    const pack = (column: Column): void => {
      const { word, bit } = this.layout.columns[next++]!; // the columns are those of the layout
      const { values, validity, type } = column;
      const offset = RECORD_KEYS + 8 * word;
      if (type.root === 'ROW') {
        if (validity !== 0) this.#kernels.packKeyRow(rows, validity, bit, stride, address);
        column.children.forEach(pack);
      } else {
        const kernel = packKernel(this.#kernels, type, column.width);
        const longTexts: unknown = kernel(
          rows,
          values,
          column.stride,
          validity,
          bit,
          offset,
          stride,
          address,
        );
        if (isView(type) && longTexts !== 0) this.textMask = layout.textMask;
      }
    };
    columns.forEach(pack);
    this.#kernels.packEnd(rows, layout.words, this.textMask, address);
  }

  /** The records of a table's entries, for another table. */
  packEntries(rows: number, slots: number, table: number): void {
    this.#kernels.packEntries(rows, slots, table, this.address);
    this.textMask = this.layout.textMask;
  }

  release(): void {
    this.#slots.release(this.address, this.#bytes);
  }
}

/** Whether a cell of the type is its key word as it is. */
function isPlainWord(type: LogicalType): boolean {
  return !isView(type) && type.root !== 'DOUBLE';
}

/** The kernel that puts values of a type into a word of each record; that of texts returns how many are longer. */
export function packKernel(kernels: Kernels, type: LogicalType, width: number) {
  if (isView(type)) return kernels.packKeyView;
  if (type.root === 'DOUBLE') return kernels.packKeyF64;
  if (type.root === 'FLOAT') return kernels.packKeyF32;
  switch (width) {
    case 1:
      return kernels.packKey8;
    case 2:
      return kernels.packKey16;
    case 4:
      return kernels.packKey32;
    case 8:
      return kernels.packKey64;
    default:
      return kernels.packKey128;
  }
}

/** Turns the keys of a table's entries into columns again. */
export class KeyColumns {
  readonly #kernels: Kernels;
  readonly #layout: KeyLayout;
  readonly #buffers: readonly ColumnBuffer[];

  constructor(wasm: Wasm, pool: MemorySegmentPool, types: readonly LogicalType[]) {
    this.#kernels = wasm.kernels;
    this.#layout = new KeyLayout(types);
    this.#buffers = types.map((type) => new ColumnBuffer(pool, type));
  }

  /** Columns of up to 4096 entries, overwritten by the next call; texts point into the table and its heap. */
  unpack(rows: number, slots: number, table: number): Column[] {
    let next = 0;
    const unpack = (buffer: ColumnBuffer): Column => {
      const { type, word, bit } = this.#layout.columns[next++]!; // the buffers are those of the layout
      const offset = ENTRY_KEYS + 8 * word;
      const validity = type.nullable ? buffer.validity : 0;
      const kernels = this.#kernels;
      if (type.root === 'ROW') {
        if (validity !== 0) kernels.unpackKeyRow(rows, slots, bit, validity);
        return new Column(type, 0, validity, 0, buffer.children.map(unpack));
      }
      if (isView(type)) kernels.unpackKeyView(rows, slots, offset, bit, buffer.values, validity, table);
      else unpackKernel(kernels, buffer.column().width)(rows, slots, offset, bit, buffer.values, validity);
      return buffer.column(type, validity !== 0);
    };
    return this.#buffers.map(unpack);
  }

  release(): void {
    for (const buffer of this.#buffers) buffer.release();
  }
}

/** The kernel that reads values of `width` bytes out of records. */
export function unpackKernel(kernels: Kernels, width: number): Kernels['unpackKey64'] {
  switch (width) {
    case 1:
      return kernels.unpackKey8;
    case 2:
      return kernels.unpackKey16;
    case 4:
      return kernels.unpackKey32;
    case 8:
      return kernels.unpackKey64;
    default:
      return kernels.unpackKey128;
  }
}
