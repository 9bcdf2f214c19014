import { RecordBatch } from '../data/record-batch.ts';
import { KindSelector } from '../data/batch-selector.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { ExpressionContext } from './expression-context.ts';
import { Emitter } from './emitter.ts';
import { emitFilter } from './filter.ts';
import { countShortComparisons } from './short-text.ts';
import { Program } from './program.ts';
import type { Register } from './register.ts';
import type { RexNode } from './rex-node.ts';

export interface CalculationOptions extends ExpressionContext {
  readonly condition?: RexNode | undefined;
  readonly projection: readonly RexNode[];
}

/**
 * Filter and projection as one program: what the condition has computed is there for the projection, which sees the remaining rows only
 * and gathers only the columns that it reads.
 */
export class Calculation {
  readonly #program: Program;
  readonly #rows: Emitter;
  readonly #results: readonly Register[];
  readonly #selection: Register | undefined;
  readonly #kinds: KindSelector;

  constructor(wasm: Wasm, pool: MemorySegmentPool, options: CalculationOptions) {
    this.#program = new Program(wasm, pool);
    const { condition, projection } = options;
    this.#program.shortComparisons = countShortComparisons(
      condition ? [condition, ...projection] : projection,
    );
    const root = new Emitter(this.#program, options, this.#program.root);
    this.#rows = condition ? emitFilter(root, condition) : root;
    this.#results = projection.map((expression) => this.#rows.value(expression));
    this.#selection = condition && this.#rows.selectionIn(root);
    this.#program.assign(this.#selection ? [...this.#results, this.#selection] : this.#results);
    this.#kinds = new KindSelector(wasm, pool);
  }

  /** The remaining rows, projected, with their RowKinds; undefined if there are none. Lent until the next call. */
  evaluate(batch: RecordBatch): RecordBatch | undefined {
    this.#program.run(batch);
    const { rows } = this.#rows.scope;
    if (rows === 0) return undefined;
    const selection = this.#selection?.column.values ?? 0;
    const kinds = selection === 0 ? batch.kinds : this.#kinds.select(batch.kinds, selection, rows);
    const columns = this.#results.map(({ column }) => column);
    return new RecordBatch(rows, columns, kinds);
  }

  release(): void {
    this.#program.release();
    this.#kinds.release();
  }
}
