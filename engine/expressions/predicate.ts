import { MAX_BATCH_ROWS, type RecordBatch } from '../data/record-batch.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { ExpressionContext } from './expression-context.ts';
import { Emitter } from './emitter.ts';
import { emitFilter } from './filter.ts';
import { countShortComparisons } from './short-text.ts';
import { Program } from './program.ts';
import type { Register } from './register.ts';
import type { RexNode } from './rex-node.ts';

/** A condition over whole batches. */
export interface PredicateOptions extends ExpressionContext {
  readonly condition: RexNode;
}

/** u32 row numbers in linear memory, ascending. */
export interface SelectedRows {
  readonly address: number;
  readonly count: number;
}

/** Lists the rows of a batch for which a condition is TRUE (not FALSE, not NULL). */
export class Predicate {
  readonly #program: Program;
  readonly #filter: Emitter;
  readonly #selection: Register;
  readonly #rowNumbers: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, options: PredicateOptions) {
    this.#program = new Program(wasm, pool);
    this.#program.shortComparisons = countShortComparisons([options.condition]);
    const root = new Emitter(this.#program, options, this.#program.root);
    this.#filter = emitFilter(root, options.condition);
    this.#selection = this.#filter.selectionIn(root);
    this.#rowNumbers = this.#program.slot(4 * MAX_BATCH_ROWS);
    this.#program.assign([this.#selection]);
  }

  /** Good until the next call. */
  select(batch: RecordBatch): SelectedRows {
    this.#program.run(batch);
    const count = this.#filter.scope.rows;
    const address = count === 0 ? 0 : this.#selection.column.values;
    if (address !== 0) return { address, count };
    this.#program.kernels.fillRowNumbers(count, 0, this.#rowNumbers);
    return { address: this.#rowNumbers, count };
  }

  release(): void {
    this.#program.release();
  }
}
