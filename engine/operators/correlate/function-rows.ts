import type { Column } from '../../data/column.ts';

/**
 * The rows that a table function makes of the rows of a batch, a chunk of at most MAX_BATCH_ROWS at a time: from `begin` on, `next` until
 * it gives `isLast`. A chunk is lent until the next call.
 */
export interface FunctionRows {
  /** @param operands the function's arguments for `rows` rows */
  begin(operands: readonly Column[], rows: number): void;
  next(): FunctionChunk;
  release(): void;
}

export interface FunctionChunk {
  readonly count: number;
  readonly columns: readonly Column[];
  /** Address of u32: for which row of the batch each row was made; ascending. */
  readonly parents: number;
  /** All rows of the batch before this one have been asked for in full. */
  readonly completedRows: number;
  readonly isLast: boolean;
}
