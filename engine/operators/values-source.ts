import { BatchBuilder } from '../data/batch-builder.ts';
import { literalValue } from '../data/literal-value.ts';
import type { ValuesSourceSpec } from './operator-spec.ts';
import { SourceOperator, type OperatorContext, type OperatorSnapshot } from './stream-operator.ts';

/** `VALUES`: the rows of a plan, emitted by the first subtask alone. Its state is how many were. */
export class ValuesSource extends SourceOperator {
  readonly #spec: ValuesSourceSpec;
  readonly #builder: BatchBuilder;
  #position = 0;

  constructor(context: OperatorContext, spec: ValuesSourceSpec) {
    super(context);
    this.#spec = spec;
    this.#builder = new BatchBuilder(context.wasm, context.pool, spec.rowType);
  }

  override open(): void {
    for (const state of this.context.restoredOperatorState) {
      if (typeof state === 'number') this.#position = Math.max(this.#position, state);
    }
  }

  poll(): 'more' | 'end' {
    const { rows, rowType } = this.#spec;
    if (this.context.task.subtask > 0 || this.#position >= rows.length) return 'end';
    while (this.#position < rows.length && !this.#builder.isFull) {
      const row = rows[this.#position++] ?? [];
      this.#builder.append(rowType.fields.map(({ type }, i) => literalValue(row[i] ?? null, type)));
    }
    this.output.emit(this.#builder.build());
    return this.#position < rows.length ? 'more' : 'end';
  }

  override snapshotState(): OperatorSnapshot {
    return { state: this.#position };
  }

  override close(): void {
    this.#builder.release();
  }
}
