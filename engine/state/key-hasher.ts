import { Column, isView } from '../data/column.ts';
import { MAX_BATCH_ROWS, type RecordBatch } from '../data/record-batch.ts';
import type { Kernels, Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { LogicalType } from '../types/logical-type.ts';

const WORDS = MAX_BATCH_ROWS * 4;

/**
 * Flink's hash of key columns, so that key groups, and with them placement and savepoints, are Flink's (S-70).
 *
 * The twin of `murmur.ts`: says in which order the columns are mixed. Results lie in the hasher's own pages and are
 * overwritten by its next call. Not supported, with an error: ARRAY, MAP and MULTISET.
 */
export class KeyHasher {
  readonly #kernels: Kernels;
  readonly #pool: MemorySegmentPool;
  /** Two words a row: hash, cursor. */
  readonly #hash: number;
  readonly #bits: number;
  readonly #nested: number[] = [];
  readonly #wasm: Wasm;

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    this.#wasm = wasm;
    this.#kernels = wasm.kernels;
    this.#pool = pool;
    this.#hash = pool.allocate(2 * WORDS);
    this.#bits = pool.allocate(2 * WORDS);
  }

  /** Address of an i32 a row: `BinaryRowData.hashCode()` of the key columns in the given order. */
  hash(batch: RecordBatch, keys: readonly number[]): number {
    return this.hashColumns(
      batch.rowCount,
      keys.map((key) => batch.column(key)),
    );
  }

  /** The same for columns that are no batch. */
  hashColumns(rows: number, keys: readonly Column[]): number {
    const columns = keys.map((key) => this.#withoutIdleValidity(rows, key));
    const [single] = columns;
    if (columns.length === 1 && single && isWord(single.type) && single.width >= 4) {
      const kernel = single.width === 4 ? this.#kernels.murmurHash32 : this.#kernels.murmurHash64;
      kernel(rows, single.values, single.stride, single.validity, this.#hash);
      return this.#hash;
    }
    const cursor = this.#hash + WORDS;
    const isPlain = columns.every(({ validity }) => validity === 0);
    const plainWords = isPlain ? headerBytes(columns.length) / 8 : 0;
    this.#kernels.murmurBegin(rows, this.#hash, cursor, fixedSize(columns.length), plainWords);
    if (!isPlain) this.#mixHeader(rows, columns, 0);
    this.#mixFields(rows, columns, cursor, 0, 0);
    this.#kernels.murmurEnd(rows, this.#hash, cursor);
    return this.#hash;
  }

  /** Address of a u32 a row: the subtask, of `parallelism`, that the row's key belongs to. */
  targets(batch: RecordBatch, keys: readonly number[], maxParallelism: number, parallelism: number): number {
    const hash = this.hash(batch, keys);
    this.#kernels.murmurTargets(batch.rowCount, hash, maxParallelism, parallelism, hash);
    return hash;
  }

  release(): void {
    this.#pool.release(this.#hash, 2 * WORDS);
    this.#pool.release(this.#bits, 2 * WORDS);
    for (const page of this.#nested.splice(0)) this.#pool.release(page, 2 * WORDS);
  }

  /** Keys are seldom NULL, and a look at all validity bytes of a batch costs less than heeding them row by row. */
  #withoutIdleValidity(rows: number, column: Column): Column {
    const { type, values, validity, stride } = column;
    if (validity === 0 || stride === 0 || this.#kernels.countSet(rows, validity) < rows) return column;
    return new Column(type, values, 0, stride);
  }

  /** `mask`: validity of the ROW that these columns are the fields of. */
  #mixHeader(rows: number, columns: readonly Column[], mask: number): void {
    for (let word = 0; word < headerBytes(columns.length) / 8; word++) {
      this.#mixNullBits(rows, columns, word, mask);
    }
  }

  /** Fields, then the variable part. */
  #mixFields(rows: number, columns: readonly Column[], cursor: number, mask: number, depth: number): void {
    const kernels = this.#kernels;
    const hash = this.#hash;
    for (const column of columns) {
      const { values, stride, validity } = column;
      switch (kindOf(column.type)) {
        case 'view':
          kernels.murmurMixView(rows, hash, mask, values, stride, validity, cursor);
          break;
        case 'decimal':
          kernels.murmurMixDecimal(rows, hash, mask, values, stride, validity, cursor);
          break;
        case 'timestamp':
          kernels.murmurMixTimestamp(rows, hash, mask, values, stride, validity, cursor);
          break;
        case 'row':
          kernels.murmurMixNested(rows, hash, mask, this.#sizes(rows, column, depth), validity, cursor);
          break;
        default:
          this.#mixFixed(rows, column, mask);
      }
    }
    for (const column of columns) {
      const { values, stride, validity } = column;
      switch (kindOf(column.type)) {
        case 'view':
          kernels.murmurMixBytes(rows, hash, mask, values, stride, validity);
          break;
        case 'decimal':
          kernels.murmurMixDecimalBytes(rows, hash, mask, values, stride, validity);
          break;
        case 'timestamp':
          kernels.murmurMix64(rows, hash, mask, values, stride, validity);
          break;
        case 'row': {
          const inner = this.#page(depth) + WORDS;
          kernels.murmurBeginNested(rows, inner, fixedSize(column.children.length));
          // A NULL ROW within a NULL ROW is NULL itself, so its own validity is the whole mask.
          const within = validity === 0 ? mask : validity;
          this.#mixHeader(rows, column.children, within);
          this.#mixFields(rows, column.children, inner, within, depth + 1);
          break;
        }
        default:
      }
    }
  }

  #mixFixed(rows: number, column: Column, mask: number): void {
    const { values, stride, validity, type } = column;
    const kernels = this.#kernels;
    const kernel =
      type.root === 'DOUBLE'
        ? kernels.murmurMixF64
        : type.root === 'FLOAT'
          ? kernels.murmurMixF32
          : column.width === 1
            ? kernels.murmurMix8
            : column.width === 2
              ? kernels.murmurMix16
              : column.width === 4
                ? kernels.murmurMix32
                : kernels.murmurMix64;
    kernel(rows, this.#hash, mask, values, stride, validity);
  }

  /** Header word `word`; its first 8 bits in all are the RowKind. */
  #mixNullBits(rows: number, columns: readonly Column[], word: number, mask: number): void {
    new Uint8Array(this.#wasm.memory.buffer, this.#bits, rows * 8).fill(0);
    columns.forEach(({ validity, stride, type }, field) => {
      const bit = field + 8 - word * 64;
      if (validity === 0 || bit < 0 || bit >= 64) return;
      this.#kernels.murmurNullBit(rows, this.#bits, bit, validity, type.root === 'ROW' ? 1 : stride);
    });
    this.#kernels.murmurMix64(rows, this.#hash, mask, this.#bits, 8, 0);
  }

  /** Bytes of each row of a ROW column, as a row of its own. */
  #sizes(rows: number, row: Column, depth: number): number {
    const sizes = this.#page(depth);
    let fixed = fixedSize(row.children.length);
    for (const { type } of row.children) {
      const kind = kindOf(type);
      fixed += kind === 'decimal' ? 16 : kind === 'timestamp' ? 8 : 0;
    }
    this.#kernels.murmurBeginNested(rows, sizes, fixed);
    for (const column of row.children) {
      const { values, stride, validity } = column;
      const kind = kindOf(column.type);
      if (kind === 'view') this.#kernels.murmurAddViewSize(rows, sizes, values, stride, validity);
      if (kind === 'row') {
        this.#kernels.murmurAddNestedSize(rows, sizes, this.#sizes(rows, column, depth + 1), validity);
      }
    }
    return sizes;
  }

  /** Two words a row for each level of nesting: sizes, cursor. */
  #page(depth: number): number {
    return (this.#nested[depth] ??= this.#pool.allocate(2 * WORDS));
  }
}

type Kind = 'fixed' | 'view' | 'decimal' | 'timestamp' | 'row';

function kindOf(type: LogicalType): Kind {
  if (isView(type)) return 'view';
  switch (type.root) {
    case 'DECIMAL':
      return type.precision <= 18 ? 'fixed' : 'decimal';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 3 ? 'fixed' : 'timestamp';
    case 'ROW':
      return 'row';
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'SYMBOL':
      throw new Error(`A key of type ${type.root} is not supported.`);
    default:
      return 'fixed';
  }
}

function isWord(type: LogicalType): boolean {
  return kindOf(type) === 'fixed' && type.root !== 'FLOAT' && type.root !== 'DOUBLE';
}

function headerBytes(fields: number): number {
  return Math.floor((fields + 63 + 8) / 64) * 8;
}

function fixedSize(fields: number): number {
  return headerBytes(fields) + fields * 8;
}
