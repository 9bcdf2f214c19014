import { RecordBatch } from '../data/record-batch.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import { RuntimeFailure } from '../types/errors.ts';
import type { SingleRowSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

/**
 * Behind the aggregation of a scalar sub-query: fails as soon as more than one row was counted, and hands on the other columns. It sees a
 * row a group, or a row a change of it.
 */
export class SingleRow extends OneInputStreamOperator {
  readonly #column: number;
  readonly #views: MemoryViews;

  constructor(context: OperatorContext, { countColumn }: SingleRowSpec) {
    super(context);
    this.#column = countColumn;
    this.#views = new MemoryViews(context.wasm);
  }

  override processBatch({ rowCount, columns, kinds }: RecordBatch): void {
    const counts = columns[this.#column]!; // checked by the planner
    const { data } = this.#views;
    for (let row = 0; row < rowCount; row++) {
      const at = counts.values + row * counts.stride;
      if (data.getUint32(at, true) > 1 || data.getUint32(at + 4, true) > 0) {
        throw new RuntimeFailure('SubQuery returned more than one row.');
      }
    }
    const others = columns.filter((_, column) => column !== this.#column);
    this.output.emit(new RecordBatch(rowCount, others, kinds));
  }
}
