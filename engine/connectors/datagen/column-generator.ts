import type { ByteHeap } from '../../data/byte-heap.ts';
import { ColumnBuffer } from '../../data/column-buffer.ts';
import { Column } from '../../data/column.ts';
import type { OperatorContext } from '../../operators/stream-operator.ts';
import type { ColumnPlan } from './column-plan.ts';
import { Draw } from './draw.ts';

/** What the generators of a source share. */
export interface GeneratorContext {
  readonly operator: OperatorContext;
  readonly seed: string;
  /** Emptied before each batch. */
  readonly heap: ByteHeap;
  /** In which DATE and TIME are told. */
  readonly timeZone: string;
}

/**
 * Makes the cells of one column by their rows' numbers, in any order and as often as asked for.
 *
 * `numbers` is the address of an f64 a row; `within` that of the validity of the ROW that the column is a field of, or 0. The column is
 * lent until the next call.
 */
export interface Maker {
  generate(rows: number, numbers: number, within: number): Column;
  release(): void;
}

/** A maker with pages and dice of its own; only columns that nobody reads do without. */
export abstract class ColumnGenerator implements Maker {
  protected readonly context: OperatorContext;
  protected readonly draw: Draw;
  protected readonly buffer: ColumnBuffer;
  readonly #plan: ColumnPlan;

  /** @param rows at most in one call */
  constructor(context: GeneratorContext, plan: ColumnPlan, rows: number) {
    this.context = context.operator;
    this.#plan = plan;
    this.draw = new Draw(context.operator, context.seed, plan.path);
    this.buffer = new ColumnBuffer(context.operator.pool, plan.type, rows);
  }

  abstract generate(rows: number, numbers: number, within: number): Column;

  release(): void {
    this.draw.release();
    this.buffer.release();
  }

  /** Address of a validity, 0 if every row is set. */
  protected validity(rows: number, numbers: number, within: number): number {
    const { nullRate } = this.#plan;
    if (nullRate === 0) return within;
    const { validity } = this.buffer;
    this.context.wasm.kernels.randomValidity(rows, numbers, this.draw.address, nullRate, within, validity);
    return validity;
  }
}

/** Cells of a fixed width, or views: one kernel call fills them. */
export abstract class CellGenerator extends ColumnGenerator {
  override generate(rows: number, numbers: number, within: number): Column {
    this.fill(rows, numbers);
    const { type, values } = this.buffer;
    return new Column(type, values, this.validity(rows, numbers, within));
  }

  protected abstract fill(rows: number, numbers: number): void;
}
