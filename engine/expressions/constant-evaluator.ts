import { RecordBatch } from '../data/record-batch.ts';
import type { Value } from '../data/value.ts';
import type { Wasm } from '../memory/kernels.ts';
import { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { RowType } from '../types/logical-type.ts';
import { readValues } from './column-values.ts';
import { ExpressionEvaluator } from './expression-evaluator.ts';
import type { RexNode } from './rex-node.ts';

const NO_COLUMNS: RowType = { root: 'ROW', fields: [], nullable: false };
/** More than any constant that somebody wrote takes; a text repeated for ever does not get it. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Expressions without columns, computed by the very code that computes rows: one row of no columns. So a constant that is folded while a
 * query is planned can never differ from what the job would compute.
 */
export class ConstantEvaluator {
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;

  constructor(wasm: Wasm) {
    this.#wasm = wasm;
    this.#pool = new MemorySegmentPool(wasm, LIMIT_BYTES);
  }

  /**
   * @param configuration the session's options: its time zone
   * @throws what the job would fail with
   */
  evaluate(expressions: readonly RexNode[], configuration: Readonly<Record<string, string>>): Value[] {
    const clock = { now: () => Date.now() };
    const evaluator = new ExpressionEvaluator(this.#wasm, this.#pool, {
      expressions,
      inputType: NO_COLUMNS,
      configuration,
      clock,
    });
    try {
      return evaluator
        .evaluate(new RecordBatch(1, []))
        .map((column) => readValues(this.#wasm, column, 1)[0] ?? null);
    } finally {
      evaluator.release();
    }
  }
}
