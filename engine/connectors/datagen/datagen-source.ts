import { ByteHeap } from '../../data/byte-heap.ts';
import { RecordBatch } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { TableSourceSpec } from '../../operators/operator-spec.ts';
import {
  SourceOperator,
  type OperatorContext,
  type OperatorSnapshot,
} from '../../operators/stream-operator.ts';
import { Pacer } from '../pacer.ts';
import { RowNumbers, UNBOUNDED } from '../row-numbers.ts';
import type { Maker } from './column-generator.ts';
import { datagenOptions } from './datagen-options.ts';
import { createGenerator, rowsPerBatch } from './generators.ts';

/**
 * The table of made-up rows. Its position is the numbers of the rows that are left; what a row holds follows from its number, the
 * seed and the columns' names, so any row can be made again, in any subtask. Only the time of day is the clock's.
 */
export class DatagenSource extends SourceOperator {
  readonly #rows: number;
  readonly #heap: ByteHeap;
  readonly #columns: readonly Maker[];
  readonly #numbers: RowNumbers;
  readonly #pacer: Pacer;
  /** Where the numbers of a batch's rows lie: f64. */
  readonly #taken: number;

  constructor(context: OperatorContext, { options, rowType, required, limit }: TableSourceSpec) {
    super(context);
    const { columns, rowCount, rowsPerSecond, seed } = datagenOptions(options, rowType);
    const { task, configuration, clock, pool } = context;
    this.#rows = rowsPerBatch(columns);
    this.#heap = new ByteHeap(pool);
    const generatorContext = {
      operator: context,
      seed: seed ?? `${task.jobId}/${task.operatorId}`,
      heap: this.#heap,
      timeZone: configuration['table.local-time-zone'] ?? 'UTC',
    };
    const flags = [...required];
    this.#columns = columns.map((plan) => createGenerator(generatorContext, plan, this.#rows, flags));
    this.#taken = SlotAllocator.of(pool).allocate(this.#rows * 8);
    const end = Math.min(rowCount, limit ?? UNBOUNDED);
    this.#numbers = new RowNumbers(task, end, context.restoredOperatorState);
    this.#pacer = new Pacer(clock, rowsPerSecond, this.#numbers.start);
  }

  poll(): 'more' | 'nothing' | 'end' {
    const count = this.#take();
    if (count > 0) this.output.emit(this.#make(count));
    if (this.#numbers.isDone) return 'end';
    return count > 0 ? 'more' : 'nothing';
  }

  override whenAvailable(): Promise<void> {
    return this.#numbers.isDone ? Promise.resolve() : this.#pacer.whenDue(this.#numbers.next);
  }

  override snapshotState(): OperatorSnapshot {
    return { state: this.#numbers.snapshot() };
  }

  override close(): void {
    this.#pacer.cancel();
    for (const column of this.#columns) column.release();
    this.#heap.release();
    SlotAllocator.of(this.context.pool).release(this.#taken, this.#rows * 8);
  }

  /** Writes the numbers of the rows that are due, as many as a batch holds; gives their count. */
  #take(): number {
    const due = this.#pacer.dueBelow(this.#numbers.next);
    const target = new Float64Array(this.context.wasm.memory.buffer, this.#taken, this.#rows);
    return this.#numbers.take(target, due);
  }

  #make(count: number): RecordBatch {
    this.#heap.reset();
    return new RecordBatch(
      count,
      this.#columns.map((column) => column.generate(count, this.#taken, 0)),
    );
  }
}
