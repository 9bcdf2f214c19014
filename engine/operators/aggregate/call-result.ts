import type { Column } from '../../data/column.ts';
import type { Part } from './accumulator.ts';

/** What one aggregate call shows before and after each row: the cells of both parts lie in one array, STEP apart. */
export interface CallResult {
  /** Computes a part from what the accumulators hold: up to STEP rows, or a whole batch as `before`. */
  evaluate(rows: number, part: Part): void;
  /** Sets bytes of `changed` where the result after a row is not what it was before. */
  markChanged(rows: number, changed: number): void;
  /** The part as a column: good until the next batch. */
  column(part: Part): Column;
  /** The cells chosen by number: row for before, STEP + row for after. */
  select(count: number, cells: number): Column;
  release(): void;
}
