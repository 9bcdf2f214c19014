import { cellKernels } from '../data/cell-kernels.ts';
import { Column, physicalWidth } from '../data/column.ts';
import { ColumnBuffer } from '../data/column-buffer.ts';
import { KindSelector } from '../data/batch-selector.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { ExpandColumn, ExpandSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

/** The widest cell. */
const CELL = 16;

/**
 * GROUPING SETS, ROLLUP and CUBE: every row once for each set, the copies of a row behind one another, with NULL in place of the keys that
 * the set leaves out. Changes are copied as they are.
 */
export class Expand extends OneInputStreamOperator {
  readonly #spec: ExpandSpec;
  readonly #rows: number;
  /** Row numbers, each as often as there are copies. */
  readonly #selection: number;
  readonly #columns: readonly (ExpandedColumn | Column)[];
  readonly #kinds: KindSelector;
  readonly #numbers: readonly number[];
  /** The cell of what is always NULL, and its validity behind it. */
  readonly #nothing: number;

  constructor(context: OperatorContext, spec: ExpandSpec) {
    super(context);
    const { wasm, pool } = context;
    const { copies, columns, inputType, outputType } = spec;
    this.#spec = spec;
    this.#rows = Math.max(1, Math.floor(MAX_BATCH_ROWS / copies));
    const slots = SlotAllocator.of(pool);
    this.#selection = slots.allocate(4 * MAX_BATCH_ROWS);
    new Uint32Array(wasm.memory.buffer, this.#selection, MAX_BATCH_ROWS).forEach((_, i, cells) => {
      cells[i] = Math.floor(i / copies);
    });
    this.#nothing = slots.allocate(CELL + 1);
    new Uint8Array(wasm.memory.buffer, this.#nothing, CELL + 1).fill(0);
    const numbers: number[] = [];
    this.#columns = columns.map((column, i) => {
      const { type } = outputType.fields[i]!; // one field a column
      if ('input' in column) {
        const { type: source } = inputType.fields[column.input]!; // checked by the planner
        return new ExpandedColumn(context, source, type, copies, column.nullIn);
      }
      if ('isNull' in column) return nullColumn(type, this.#nothing);
      const cells = slots.allocate(8 * MAX_BATCH_ROWS);
      numbers.push(cells);
      new BigInt64Array(wasm.memory.buffer, cells, MAX_BATCH_ROWS).forEach((_, row, all) => {
        all[row] = BigInt(column.numbers[row % copies]!); // one number a copy
      });
      return new Column(type, cells, 0);
    });
    this.#numbers = numbers;
    this.#kinds = new KindSelector(wasm, pool);
  }

  override processBatch(batch: RecordBatch): void {
    for (let from = 0; from < batch.rowCount; from += this.#rows) {
      this.#expand(batch.slice(from, Math.min(from + this.#rows, batch.rowCount)));
    }
  }

  override close(): void {
    const slots = SlotAllocator.of(this.context.pool);
    slots.release(this.#selection, 4 * MAX_BATCH_ROWS);
    slots.release(this.#nothing, CELL + 1);
    for (const cells of this.#numbers) slots.release(cells, 8 * MAX_BATCH_ROWS);
    for (const column of this.#columns) if (column instanceof ExpandedColumn) column.release();
    this.#kinds.release();
  }

  #expand(batch: RecordBatch): void {
    const { copies, columns } = this.#spec;
    const count = batch.rowCount * copies;
    const expanded = this.#columns.map((column, i) => {
      if (column instanceof Column) return column;
      const { input } = columns[i] as Extract<ExpandColumn, { input: number }>; // made for it
      return column.expand(batch.column(input), this.#selection, count);
    });
    this.output.emit(
      new RecordBatch(count, expanded, this.#kinds.select(batch.kinds, this.#selection, count)),
    );
  }
}

function nullColumn(type: LogicalType, cell: number): Column {
  const children = type.root === 'ROW' ? type.fields.map((field) => nullColumn(field.type, cell)) : [];
  return new Column(type, cell, cell + CELL, 0, children);
}

/** Copies of one column's cells, NULL in some of them; of a ROW, of its fields. */
class ExpandedColumn {
  readonly #context: OperatorContext;
  readonly #type: LogicalType;
  readonly #buffer: ColumnBuffer;
  readonly #fields: readonly ExpandedColumn[];
  /** A byte a copy, for a whole batch: 0 where the set leaves the column out; or 0 if none does. */
  readonly #pattern: number;

  constructor(
    context: OperatorContext,
    source: LogicalType,
    type: LogicalType,
    copies: number,
    nullIn: readonly number[],
  ) {
    const { wasm, pool } = context;
    this.#context = context;
    this.#type = type;
    this.#buffer = new ColumnBuffer(pool, source.root === 'ROW' ? { ...source, fields: [] } : source);
    this.#fields =
      source.root === 'ROW'
        ? source.fields.map((field) => new ExpandedColumn(context, field.type, field.type, copies, nullIn))
        : [];
    this.#pattern = nullIn.length === 0 ? 0 : SlotAllocator.of(pool).allocate(MAX_BATCH_ROWS);
    if (this.#pattern === 0) return;
    new Uint8Array(wasm.memory.buffer, this.#pattern, MAX_BATCH_ROWS).forEach((_, i, cells) => {
      cells[i] = nullIn.includes(i % copies) ? 0 : 1;
    });
  }

  /** Rows `selection[0..count)`; good until the next call. */
  expand(column: Column, selection: number, count: number): Column {
    const { kernels } = this.#context.wasm;
    const { values, validity } = this.#buffer;
    const width = physicalWidth(this.#type);
    if (column.values === 0 && width !== 0) return column; // nobody reads it
    if (width !== 0)
      cellKernels(kernels, width).gather(count, column.values, column.stride, selection, values);
    const children = this.#fields.map((field, i) => field.expand(column.children[i]!, selection, count)); // one a field
    let isSet = this.#pattern;
    if (column.validity !== 0) {
      kernels.gather8(count, column.validity, column.isConstant ? 0 : 1, selection, validity);
      if (this.#pattern !== 0) kernels.andValidity(count, validity, 1, this.#pattern, 1, validity);
      isSet = validity;
    }
    const inner = width === 0 ? children : column.children;
    return new Column(this.#type, width === 0 ? 0 : values, isSet, undefined, inner);
  }

  release(): void {
    if (this.#pattern !== 0) SlotAllocator.of(this.#context.pool).release(this.#pattern, MAX_BATCH_ROWS);
    this.#buffer.release();
    for (const field of this.#fields) field.release();
  }
}
