import { ColumnSelector } from '../../data/batch-selector.ts';
import { cellKernels } from '../../data/cell-kernels.ts';
import { Column, isView, physicalWidth } from '../../data/column.ts';
import { ColumnBuffer } from '../../data/column-buffer.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import type { RowCell, RowLayout } from './row-layout.ts';

/** Which rows of a result a side has a part in. */
export interface Presence {
  /** u8 a row, or 0: in all. */
  readonly address: number;
}

/**
 * The columns of one input in the joined rows: taken from a batch of it, or from its stored rows. Texts are views. Good until the next call.
 */
export class JoinedColumns {
  readonly #columns: readonly (JoinedColumn | undefined)[];
  readonly #types: readonly LogicalType[];

  /** @param needed columns that are asked for; the others are absent */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: RowType,
    layout: RowLayout,
    rowOffset: number,
    needed: (column: number) => boolean = () => true,
  ) {
    this.#types = type.fields.map((field) => field.type);
    let next = 0;
    this.#columns = type.fields.map((field, index) => {
      const cells = layout.cells.slice(next, next + leafCount(field.type));
      next += cells.length;
      return needed(index) ? new JoinedColumn(wasm, pool, cells, rowOffset) : undefined;
    });
  }

  /** @param selection row numbers of the batch; where presence is 0, any */
  fromBatch(columns: readonly Column[], selection: number, count: number, presence: Presence): Column[] {
    return this.#columns.map((column, i) =>
      column ? column.fromBatch(columns[i]!, selection, count, presence.address) : absent(this.#types[i]!),
    ); // the batch has these columns
  }

  /** @param blocks u32 addresses of blocks; where presence is 0, 0 */
  fromState(blocks: number, count: number, presence: Presence): Column[] {
    return this.#columns.map((column, i) =>
      column ? column.fromState(blocks, count, presence.address) : absent(this.#types[i]!),
    ); // one type a column
  }

  release(): void {
    for (const column of this.#columns) column?.release();
  }
}

function absent(type: LogicalType): Column {
  return new Column(type, 0, 0);
}

/** NULL bits of a column: its own and those of its fields. */
function leafCount(type: LogicalType): number {
  return type.root === 'ROW' ? type.fields.reduce((sum, field) => sum + leafCount(field.type), 1) : 1;
}

class JoinedColumn {
  readonly #kernels: Kernels;
  readonly #cell: RowCell;
  readonly #offset: number;
  readonly #rowOffset: number;
  readonly #buffer: ColumnBuffer;
  readonly #selector: ColumnSelector;
  readonly #fields: readonly JoinedColumn[];

  /** @param cells the column's, then its fields' */
  constructor(wasm: Wasm, pool: MemorySegmentPool, cells: readonly RowCell[], rowOffset: number) {
    const cell = cells[0]!; // a column has one at least
    const { type } = cell;
    this.#kernels = wasm.kernels;
    this.#cell = cell;
    this.#rowOffset = rowOffset;
    this.#offset = rowOffset + cell.offset;
    this.#buffer = new ColumnBuffer(pool, type.root === 'ROW' ? { ...type, fields: [] } : type);
    this.#selector = new ColumnSelector(wasm, pool, type.root === 'ROW' ? { ...type, fields: [] } : type);
    const fields: JoinedColumn[] = [];
    if (type.root === 'ROW') {
      let next = 1;
      for (const field of type.fields) {
        const count = leafCount(field.type);
        fields.push(new JoinedColumn(wasm, pool, cells.slice(next, next + count), rowOffset));
        next += count;
      }
    }
    this.#fields = fields;
  }

  fromBatch(column: Column, selection: number, count: number, presence: number): Column {
    const children = this.#fields.map((field, i) =>
      field.fromBatch(column.children[i]!, selection, count, presence),
    ); // a ROW column has its type's fields
    if (column.values === 0 && column.width !== 0) return column;
    const isRow = column.type.root === 'ROW';
    const own = isRow ? new Column({ ...ROW, nullable: true }, 0, column.validity, 0) : column;
    const chosen = this.#selector.select(own, selection, count);
    if (presence === 0) {
      return isRow ? new Column(column.type, 0, chosen.validity, 0, children) : chosen;
    }
    const kernels = this.#kernels;
    const { values, validity } = this.#buffer;
    let address = chosen.values;
    if (chosen.isConstant) {
      cellKernels(kernels, chosen.width).fill(count, chosen.values, values);
      address = values;
    }
    if (chosen.validity === 0) return this.#column(address, presence, children);
    kernels.andValidity(count, chosen.validity, chosen.isConstant ? 0 : 1, presence, 1, validity);
    return this.#column(address, validity, children);
  }

  fromState(blocks: number, count: number, presence: number): Column {
    const { type, nullWord, nullBit } = this.#cell;
    const kernels = this.#kernels;
    const { values, validity } = this.#buffer;
    const children = this.#fields.map((field) => field.fromState(blocks, count, presence));
    if (isView(type)) kernels.joinGatherView(count, blocks, this.#offset, values);
    else if (type.root !== 'ROW') {
      gatherKernel(kernels, physicalWidth(type))(count, blocks, this.#offset, values);
    }
    if (!type.nullable) return this.#column(values, presence, children);
    kernels.joinGatherValidity(count, blocks, this.#rowOffset + nullWord, nullBit, validity);
    return this.#column(values, validity, children);
  }

  release(): void {
    this.#buffer.release();
    this.#selector.release();
    for (const field of this.#fields) field.release();
  }

  #column(values: number, validity: number, children: readonly Column[]): Column {
    const { type } = this.#cell;
    const isRow = type.root === 'ROW';
    return new Column(type, isRow ? 0 : values, validity, isRow ? 0 : physicalWidth(type), children);
  }
}

/** A ROW without its fields, which are columns of their own here. */
const ROW: RowType = { root: 'ROW', fields: [], nullable: true };

function gatherKernel(kernels: Kernels, width: number) {
  switch (width) {
    case 1:
      return kernels.joinGather8;
    case 2:
      return kernels.joinGather16;
    case 4:
      return kernels.joinGather32;
    case 8:
      return kernels.joinGather64;
    default:
      return kernels.joinGather128;
  }
}
