import type { Wasm } from '../memory/kernels.ts';

/**
 * The rows that some instructions run over: all of the batch (the root), or those that a condition left of another scope.
 *
 * `selection` holds their row numbers in `parent`, ascending. While `isAll` is set it holds nothing: every row of the parent is meant, and columns
 * need not be gathered.
 */
export class Scope {
  readonly parent: Scope | undefined;
  /** Address of u32 row numbers; 0 for the root. */
  readonly selection: number;
  rows = 0;
  isAll = false;

  constructor(parent?: Scope, selection = 0) {
    this.parent = parent;
    this.selection = selection;
  }

  /** The row of the batch that is row `row` here. */
  rootRow(row: number, wasm: Wasm): number {
    if (!this.parent) return row;
    const inParent = this.isAll
      ? row
      : new DataView(wasm.memory.buffer).getUint32(this.selection + 4 * row, true);
    return this.parent.rootRow(inParent, wasm);
  }
}
