import type { Column } from '../data/column.ts';
import type { RecordBatch } from '../data/record-batch.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { ExpressionContext } from './expression-context.ts';
import { Emitter } from './emitter.ts';
import { Program } from './program.ts';
import type { Register } from './register.ts';
import type { RexNode } from './rex-node.ts';
import { countShortComparisons } from './short-text.ts';

/** What is computed for every row of a batch. */
export interface EvaluatorOptions extends ExpressionContext {
  readonly expressions: readonly RexNode[];
}

/**
 * Computes expressions over whole batches: compiled once, common sub-expressions computed once a batch.
 *
 * A value that fails (a division by zero, a text that is no number, a user's function that throws) ends in a RuntimeFailure
 * which names the expression and the row. What has no runtime is refused here, by a TableException with "not supported".
 */
export class ExpressionEvaluator {
  readonly #program: Program;
  readonly #results: readonly Register[];

  constructor(wasm: Wasm, pool: MemorySegmentPool, options: EvaluatorOptions) {
    this.#program = new Program(wasm, pool);
    this.#program.shortComparisons = countShortComparisons(options.expressions);
    const emitter = new Emitter(this.#program, options, this.#program.root);
    this.#results = options.expressions.map((expression) => emitter.value(expression));
    this.#program.assign(this.#results);
  }

  /** A column an expression; lent until the next call. They may be columns of the batch, and constants. */
  evaluate(batch: RecordBatch): Column[] {
    this.#program.run(batch);
    return this.#results.map(({ column }) => column);
  }

  release(): void {
    this.#program.release();
  }
}
