import { BatchEncoder } from '../../data/batch-codec.ts';
import type { RecordBatch } from '../../data/record-batch.ts';
import { decodeRows } from '../../data/row-decoder.ts';
import { printText } from '../../data/value-text.ts';
import type { TableSinkSpec } from '../../operators/operator-spec.ts';
import type { OperatorContext } from '../../operators/stream-operator.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import { OptionReader } from '../option-reader.ts';
import { SinkOperator } from '../sink-operator.ts';
import { PRINT_DESCRIPTOR } from './print-descriptor.ts';

/** Writes rows as lines, `identifier:1> +I[a, 1]` (S-60). After a failure rows come again, as with Flink's (S-73). */
export class PrintSink extends SinkOperator {
  readonly #encoder: BatchEncoder;
  readonly #rowType: RowType;
  readonly #types: readonly LogicalType[];
  readonly #prefix: string;
  readonly #isError: boolean;

  constructor(context: OperatorContext, spec: TableSinkSpec) {
    super(context);
    const options = new OptionReader(spec.options, PRINT_DESCRIPTOR.options);
    this.#encoder = new BatchEncoder(context.wasm, context.pool, spec.rowType);
    this.#rowType = spec.rowType;
    this.#types = spec.rowType.fields.map((field) => field.type);
    this.#isError = options.boolean('standard-error');
    const { subtask, parallelism } = context.task;
    const parts = [options.text('print-identifier') ?? '', parallelism > 1 ? String(subtask + 1) : ''];
    const prefix = parts.filter((part) => part !== '').join(':');
    this.#prefix = prefix === '' ? '' : `${prefix}> `;
  }

  processBatch(batch: RecordBatch): void {
    const rows = decodeRows(this.#encoder.encode(batch), this.#rowType);
    for (const row of rows)
      this.context.host.print?.(this.#prefix + printText(row, this.#types), this.#isError);
  }

  override close(): void {
    this.#encoder.release();
  }
}
