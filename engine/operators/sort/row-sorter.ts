import { isView, type Column } from '../../data/column.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { SortKeySpec } from '../operator-spec.ts';

/** What `sortNormalize` makes a key of, as in `sort.ts`; 7 is the first bytes of a text. */
const Kind = { i8: 0, i16: 1, i32: 2, i64: 3, u64: 4, f32: 5, f64: 6, text: 7 } as const;
const COUNTS = 8192;

/** A word of a cell by which its value is ordered. */
interface Word {
  readonly kind: number;
  readonly offset: number;
}

/** Sorts row numbers by key columns: the twin of `sort.ts`. Rows that are equal in all keys stay in their order. */
export class RowSorter {
  readonly #kernels: Kernels;
  readonly #pool: MemorySegmentPool;
  readonly #keys: readonly SortKeySpec[];

  constructor(wasm: Wasm, pool: MemorySegmentPool, keys: readonly SortKeySpec[]) {
    this.#kernels = wasm.kernels;
    this.#pool = pool;
    this.#keys = keys;
  }

  /** Brings `rows` row numbers (0, 1, ...) at `permutation` into the order of their rows. */
  sort(rows: number, columns: readonly Column[], permutation: number): void {
    this.#kernels.fillRowNumbers(rows, 0, permutation);
    if (rows < 2) return;
    const bytes = 2 * (8 + 4) * rows + COUNTS;
    const scratch = this.#pool.allocate(bytes);
    try {
      for (const key of [...this.#keys].reverse()) {
        const column = columns[key.column];
        if (!column) throw new RangeError(`no column ${key.column} to sort by`);
        this.#sortBy(key, column, rows, permutation, scratch);
      }
    } finally {
      this.#pool.release(scratch, bytes);
    }
  }

  #sortBy(key: SortKeySpec, column: Column, rows: number, permutation: number, scratch: number): void {
    if (column.isConstant) return;
    if (column.type.root === 'ROW') return this.#sortByFields(key, column, rows, permutation, scratch);
    const kernels = this.#kernels;
    const keys = scratch;
    const otherKeys = keys + 8 * rows;
    const otherRows = otherKeys + 8 * rows;
    const counts = otherRows + 4 * rows + (rows % 2 === 0 ? 0 : 4);
    const nulls =
      column.validity === 0
        ? 0
        : kernels.sortNulls(rows, permutation, column.validity, key.nullsFirst ? 1 : 0, scratch);
    const count = rows - nulls;
    const set = key.nullsFirst ? permutation + 4 * nulls : permutation;
    if (count < 2) return;
    const { values, stride, type } = column;
    const descending = key.descending ? 1 : 0;
    for (const { kind, offset } of wordsOf(type)) {
      kernels.sortNormalize(kind, count, set, values + offset, stride, descending, keys);
      kernels.sortRadix(count, keys, set, otherKeys, otherRows, counts);
    }
    if (isView(type)) kernels.sortTexts(count, keys, set, values, stride, descending, otherRows);
  }

  /** A ROW: by its fields from left to right, of which a NULL is the lowest. */
  #sortByFields(key: SortKeySpec, column: Column, rows: number, permutation: number, scratch: number): void {
    const inner = { ...key, nullsFirst: !key.descending };
    for (const field of [...column.children].reverse())
      this.#sortBy(inner, field, rows, permutation, scratch);
    if (column.validity !== 0)
      this.#kernels.sortNulls(rows, permutation, column.validity, key.nullsFirst ? 1 : 0, scratch);
  }
}

/** The lowest first. */
function wordsOf(type: LogicalType): readonly Word[] {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
      return [{ kind: Kind.i8, offset: 0 }];
    case 'SMALLINT':
      return [{ kind: Kind.i16, offset: 0 }];
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return [{ kind: Kind.i32, offset: 0 }];
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return [{ kind: Kind.i64, offset: 0 }];
    case 'FLOAT':
      return [{ kind: Kind.f32, offset: 0 }];
    case 'DOUBLE':
      return [{ kind: Kind.f64, offset: 0 }];
    case 'DECIMAL':
      return type.precision <= 18
        ? [{ kind: Kind.i64, offset: 0 }]
        : [
            { kind: Kind.u64, offset: 0 },
            { kind: Kind.i64, offset: 8 },
          ];
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 3
        ? [{ kind: Kind.i64, offset: 0 }]
        : [
            { kind: Kind.i32, offset: 8 },
            { kind: Kind.i64, offset: 0 },
          ];
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return [{ kind: Kind.text, offset: 0 }];
    default:
      throw new RuntimeFailure(`Sorting by a column of type ${type.root} is not supported.`);
  }
}
