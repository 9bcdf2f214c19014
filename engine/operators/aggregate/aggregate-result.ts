import { cellKernels } from '../../data/cell-kernels.ts';
import { ColumnBuffer } from '../../data/column-buffer.ts';
import { Column, physicalWidth } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { AggregateCall } from '../aggregate-call.ts';
import { STEP, type Accumulator, type Part } from './accumulator.ts';
import type { CallResult } from './call-result.ts';
import { markKernel } from './result-cells.ts';
import { SumAccumulator } from './sum-accumulator.ts';

/** Whether results over the same values are NULL: where none of them counts. Shared by SUM, AVG, MIN and MAX of an argument. */
export class ResultValidity {
  /** A byte a row before, and STEP further after it. */
  readonly address: number;
  readonly #kernels: Kernels;
  readonly #slots: SlotAllocator;
  readonly #counts: Accumulator;
  readonly #selected: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, counts: Accumulator) {
    this.#kernels = wasm.kernels;
    this.#counts = counts;
    this.#slots = SlotAllocator.of(pool);
    this.address = this.#slots.allocate(MAX_BATCH_ROWS);
    this.#selected = this.#slots.allocate(MAX_BATCH_ROWS);
  }

  evaluate(rows: number, part: Part): void {
    const out = part === 'before' ? this.address : this.address + STEP;
    this.#kernels.countValidity(rows, this.#counts.at(part), out);
  }

  select(count: number, cells: number): void {
    this.#kernels.gather8(count, this.address, 1, cells, this.#selected);
  }

  /** What `select` left. */
  get selected(): number {
    return this.#selected;
  }

  release(): void {
    this.#slots.release(this.address, MAX_BATCH_ROWS);
    this.#slots.release(this.#selected, MAX_BATCH_ROWS);
  }
}

/**
 * What one aggregate call shows of its accumulators, before and after each row, STEP cells apart.
 *
 * Where the accumulator is the result (COUNT, SUM of BIGINT, MIN) its array is used as it is.
 */
export class AggregateResult implements CallResult {
  readonly #call: AggregateCall;
  readonly #kernels: Kernels;
  readonly #pool: MemorySegmentPool;
  readonly #width: number;
  /** The value of SUM, AVG, MIN or MAX; undefined for COUNT. */
  readonly #value: Accumulator | undefined;
  readonly #counts: Accumulator;
  readonly #values: number;
  /** Shared with others, and evaluated before this. */
  readonly #sharedValidity: ResultValidity | undefined;
  /** A DECIMAL's own: it may overflow. */
  readonly #ownValidity: number;
  readonly #ownsValues: boolean;
  /** Counts as DECIMALs, where AVG divides by them. */
  readonly #divisors: number;
  readonly #selected: ColumnBuffer;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    call: AggregateCall,
    counts: Accumulator,
    value: Accumulator | undefined,
    validity: ResultValidity | undefined,
  ) {
    this.#call = call;
    this.#kernels = wasm.kernels;
    this.#pool = pool;
    this.#counts = counts;
    this.#value = value;
    this.#width = physicalWidth(call.type);
    const slots = SlotAllocator.of(pool);
    const isShown = !value || (call.function !== 'AVG' && value.width === this.#width);
    this.#ownsValues = !isShown;
    this.#values = isShown ? (value ?? counts).values : slots.allocate(MAX_BATCH_ROWS * this.#width);
    const isDecimal = call.type.root === 'DECIMAL' && value instanceof SumAccumulator;
    this.#sharedValidity = isDecimal ? undefined : validity;
    this.#ownValidity = isDecimal ? slots.allocate(MAX_BATCH_ROWS) : 0;
    this.#divisors = isDecimal && call.function === 'AVG' ? pool.allocate(MAX_BATCH_ROWS * 16) : 0;
    this.#selected = new ColumnBuffer(pool, call.type);
  }

  /** Computes a part from what the accumulators' arrays hold: up to STEP rows, or a whole batch as `before`. */
  evaluate(rows: number, part: Part): void {
    const value = this.#value;
    if (!value) return;
    const kernels = this.#kernels;
    const counts = this.#counts.at(part);
    const isDecimal = this.#call.type.root === 'DECIMAL' && value instanceof SumAccumulator;
    if (this.#ownsValues) this.#convert(rows, value, part);
    if (isDecimal && this.#call.function === 'AVG') this.#divide(rows, value, part);
    else if (isDecimal) {
      const needed = this.#call.function === 'SUM0' ? 0 : counts; // SUM0 of nothing is 0
      kernels.sumValidityI128(rows, value.at(part), needed, this.#validityOf(part));
    }
  }

  /** Sets bytes of `changed` where the result after a row is not what it was before. */
  markChanged(rows: number, changed: number): void {
    const mark = markKernel(this.#kernels, this.#call.type, this.#width);
    const [before, after] = [this.#validityOf('before'), this.#validityOf('after')];
    mark(rows, this.#valuesOf('before'), this.#valuesOf('after'), before, after, changed);
  }

  /** The part as a column over the arrays: good until the next batch. */
  column(part: Part): Column {
    return new Column(this.#call.type, this.#valuesOf(part), this.#validityOf(part));
  }

  /** The cells chosen by number: row for before, STEP + row for after. */
  select(count: number, cells: number): Column {
    const { values, validity } = this.#selected;
    cellKernels(this.#kernels, this.#width).gather(count, this.#values, this.#width, cells, values);
    if (this.#ownValidity !== 0) {
      this.#kernels.gather8(count, this.#ownValidity, 1, cells, validity);
      return this.#selected.column(this.#call.type);
    }
    return new Column(this.#call.type, values, this.#sharedValidity?.selected ?? 0);
  }

  release(): void {
    const slots = SlotAllocator.of(this.#pool);
    if (this.#ownsValues) slots.release(this.#values, MAX_BATCH_ROWS * this.#width);
    if (this.#ownValidity !== 0) slots.release(this.#ownValidity, MAX_BATCH_ROWS);
    if (this.#divisors !== 0) this.#pool.release(this.#divisors, MAX_BATCH_ROWS * 16);
    this.#selected.release();
  }

  #valuesOf(part: Part): number {
    return part === 'before' ? this.#values : this.#values + STEP * this.#width;
  }

  #validityOf(part: Part): number {
    const validity = this.#sharedValidity?.address ?? this.#ownValidity;
    return validity === 0 || part === 'before' ? validity : validity + STEP;
  }

  #convert(rows: number, value: Accumulator, part: Part): void {
    const kernels = this.#kernels;
    const out = this.#valuesOf(part);
    const counts = this.#counts.at(part);
    const from = value.at(part);
    const { root } = this.#call.type;
    if (root === 'DECIMAL') return;
    if (this.#call.function === 'AVG') {
      if (root === 'FLOAT') kernels.averageF32(rows, from, counts, out);
      else if (root === 'DOUBLE') kernels.averageF64(rows, from, counts, out);
      else if (this.#width === 1) kernels.averageI8(rows, from, counts, out);
      else if (this.#width === 2) kernels.averageI16(rows, from, counts, out);
      else if (this.#width === 4) kernels.averageI32(rows, from, counts, out);
      else kernels.averageI64(rows, from, counts, out);
    } else if (this.#width === 1) kernels.narrow64To8(rows, from, out);
    else if (this.#width === 2) kernels.narrow64To16(rows, from, out);
    else kernels.narrow64To32(rows, from, out);
  }

  /** AVG of DECIMALs (S-55): 38 digits, at least 6 of them behind the point. */
  #divide(rows: number, value: Accumulator, part: Part): void {
    const kernels = this.#kernels;
    const { type, argumentTypes } = this.#call;
    const [argument] = argumentTypes;
    if (type.root !== 'DECIMAL' || argument?.root !== 'DECIMAL') throw new Error('AVG of a DECIMAL is one');
    const validity = this.#validityOf(part);
    kernels.sumValidityI128(rows, value.at(part), this.#counts.at(part), validity);
    kernels.widenI64(rows, this.#counts.at(part), 8, this.#divisors);
    // Rows without a count are not set already; their division by 0 leaves them so.
    const up = type.scale - argument.scale;
    const out = this.#valuesOf(part);
    const sums = value.at(part);
    kernels.divideDecimal(
      rows,
      sums,
      16,
      this.#divisors,
      16,
      up,
      38,
      type.precision,
      validity,
      out,
      this.#quotients,
    );
    kernels.andValidity(rows, validity, 1, this.#quotients, 1, validity);
  }

  /** Validity of quotients, behind the divisors' use of a row: computed and used at once. */
  get #quotients(): number {
    return this.#selected.validity;
  }
}
