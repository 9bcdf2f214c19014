import { ColumnSelector } from '../../data/batch-selector.ts';
import { cellKernels } from '../../data/cell-kernels.ts';
import { Column, physicalWidth } from '../../data/column.ts';
import { ColumnBuffer } from '../../data/column-buffer.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';

/** A ROW without its fields, which are columns of their own here. */
const ROW: RowType = { root: 'ROW', fields: [], nullable: true };

/** Selected rows of columns, between which there are rows of NULLs: the right side of a LEFT join. Good until the next call. */
export class PaddedColumn {
  readonly #wasm: Wasm;
  readonly #selector: ColumnSelector;
  readonly #buffer: ColumnBuffer;
  readonly #fields: readonly PaddedColumn[];
  readonly #type: LogicalType;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    const own = type.root === 'ROW' ? ROW : type;
    this.#wasm = wasm;
    this.#type = type;
    this.#selector = new ColumnSelector(wasm, pool, own);
    this.#buffer = new ColumnBuffer(pool, own);
    this.#fields =
      type.root === 'ROW' ? type.fields.map((field) => new PaddedColumn(wasm, pool, field.type)) : [];
  }

  /**
   * @param selection u32 row numbers; where `present` is 0, any
   * @param present u8 a row
   */
  select(column: Column, selection: number, present: number, count: number): Column {
    const { kernels } = this.#wasm;
    const { values, validity } = this.#buffer;
    const isRow = this.#type.root === 'ROW';
    const children = isRow
      ? this.#fields.map((field, i) => field.select(column.children[i]!, selection, present, count)) // one a field
      : column.children;
    const made = (address: number, flags: number): Column =>
      new Column(this.#type, isRow ? 0 : address, flags, isRow ? 0 : physicalWidth(this.#type), children);
    // Of no rows at all there is nothing to gather.
    if (!isRow && column.values === 0) return made(values, present);
    const own = isRow ? new Column(ROW, 0, column.validity, 0) : column;
    const chosen = this.#selector.select(own, selection, count);
    let address = chosen.values;
    if (chosen.isConstant) {
      cellKernels(kernels, chosen.width).fill(count, chosen.values, values);
      address = values;
    }
    if (chosen.validity === 0) return made(address, present);
    kernels.andValidity(count, chosen.validity, chosen.isConstant ? 0 : 1, present, 1, validity);
    return made(address, validity);
  }

  release(): void {
    this.#selector.release();
    this.#buffer.release();
    for (const field of this.#fields) field.release();
  }
}
