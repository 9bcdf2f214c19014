import { BatchSelector } from '../../data/batch-selector.ts';
import { Column, leafTypes } from '../../data/column.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { TableSourceSpec } from '../../operators/operator-spec.ts';
import {
  SourceOperator,
  type OperatorContext,
  type OperatorSnapshot,
} from '../../operators/stream-operator.ts';
import type { RowType } from '../../types/logical-type.ts';
import { Pacer } from '../pacer.ts';
import { RowNumbers, UNBOUNDED } from '../row-numbers.ts';
import { nexmarkLeaves, nexmarkOptions, type NexmarkOptions } from './nexmark-descriptor.ts';
import { NexmarkGenerator } from './nexmark-generator.ts';
import { NEXMARK_ROW_TYPE } from './nexmark-row-type.ts';

/** Below this a batch of evenly spaced events is too small to be worth a call. */
const FEWEST_EVEN_ROWS = 64;
const SELECTION_BYTES = MAX_BATCH_ROWS * 4;

/**
 * The table of Nexmark events. Its position is the numbers of the events that are left, so any stretch can be made again.
 */
export class NexmarkSource extends SourceOperator {
  readonly #rowType: RowType;
  readonly #options: NexmarkOptions;
  /** The table has the generator's columns as they are. */
  readonly #isWhole: boolean;
  readonly #generator: NexmarkGenerator;
  readonly #selector: BatchSelector;
  readonly #selection: number;
  readonly #numbers: RowNumbers;
  readonly #pacer: Pacer | undefined;
  readonly #taken = new Float64Array(MAX_BATCH_ROWS);

  constructor(context: OperatorContext, spec: TableSourceSpec) {
    super(context);
    this.#rowType = spec.rowType;
    this.#options = nexmarkOptions(spec.options);
    const leaves = nexmarkLeaves(spec.rowType);
    const required = leafTypes(NEXMARK_ROW_TYPE).map(() => false);
    leaves.forEach((leaf, i) => (required[leaf] ||= spec.required[i] ?? true));
    this.#isWhole = leaves.length === required.length && leaves.every((leaf, i) => leaf === i);
    this.#generator = new NexmarkGenerator(context.wasm, context.pool, this.#options.shape, required);
    this.#selector = new BatchSelector(context.wasm, context.pool, NEXMARK_ROW_TYPE);
    this.#selection = SlotAllocator.of(context.pool).allocate(SELECTION_BYTES);
    const end = Math.min(this.#options.eventCount || UNBOUNDED, spec.limit ?? UNBOUNDED);
    this.#numbers = new RowNumbers(context.task, end, context.restoredOperatorState);
    if (this.#options.isPaced) {
      this.#pacer = new Pacer(context.clock, this.#options.shape.rate, this.#numbers.start);
    }
  }

  poll(): 'more' | 'nothing' | 'end' {
    const { next } = this.#numbers;
    const batch = this.#make(next, this.#pacer?.dueBelow(next) ?? UNBOUNDED);
    if (batch) this.output.emit(this.#project(batch));
    if (this.#numbers.isDone && !this.#options.isKeptAlive) return 'end';
    return batch ? 'more' : 'nothing';
  }

  override whenAvailable(): Promise<void> {
    if (this.#numbers.isDone) return new Promise(() => {}); // kept alive: nothing comes any more
    return this.#pacer?.whenDue(this.#numbers.next) ?? Promise.resolve();
  }

  override snapshotState(): OperatorSnapshot {
    return { state: this.#numbers.snapshot() };
  }

  override close(): void {
    this.#pacer?.cancel();
    this.#generator.release();
    this.#selector.release();
    SlotAllocator.of(this.context.pool).release(this.#selection, SELECTION_BYTES);
  }

  #make(next: number, limit: number): RecordBatch | undefined {
    const numbers = this.#numbers;
    const { stride } = numbers;
    if (numbers.evenRows >= FEWEST_EVEN_ROWS) {
      const rows = numbers.takeEven(MAX_BATCH_ROWS, limit);
      return rows === 0 ? undefined : this.#generator.fill(next, stride, rows);
    }
    // Handed-over pieces that alternate: their numbers are picked from all numbers.
    const count = numbers.take(this.#taken, Math.min(limit, next + MAX_BATCH_ROWS));
    if (count === 0) return undefined;
    const selection = new Uint32Array(this.context.wasm.memory.buffer, this.#selection, count);
    for (let i = 0; i < count; i++) selection[i] = this.#taken[i]! - next;
    const all = this.#generator.fill(next, 1, selection[count - 1]! + 1);
    return this.#selector.select(all, this.#selection, count);
  }

  /** The table's columns, by name. */
  #project(batch: RecordBatch): RecordBatch {
    if (this.#isWhole) return batch;
    const columns = this.#rowType.fields.map(({ name, type }) => {
      const index = NEXMARK_ROW_TYPE.fields.findIndex((field) => field.name === name);
      const column = batch.column(index);
      const made = column.type;
      if (type.root !== 'ROW' || made.root !== 'ROW') return column;
      const children = type.fields.map((field) => {
        const child = column.children[made.fields.findIndex((other) => other.name === field.name)];
        if (!child) throw new RangeError(`no field ${field.name}`);
        return child;
      });
      return new Column(type, 0, column.validity, 0, children);
    });
    return new RecordBatch(batch.rowCount, columns);
  }
}
