import { cellKernels } from '../../data/cell-kernels.ts';
import { Column } from '../../data/column.ts';
import type { RecordBatch } from '../../data/record-batch.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { MemoryViews } from '../../memory/memory-views.ts';

/** A piece of a column, and how many rows it has. */
interface Piece {
  readonly column: Column;
  readonly rows: number;
}

/**
 * The columns of many batches as columns of all their rows, so that any row can be picked by its number. Cells and validity are copied;
 * texts are views of the batches' bytes, which have to stay.
 */
export class JoinedBatches {
  readonly columns: readonly Column[];
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #views: MemoryViews;
  readonly #taken: [address: number, bytes: number][] = [];

  constructor(wasm: Wasm, pool: MemorySegmentPool, batches: readonly RecordBatch[]) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#views = new MemoryViews(wasm);
    const first = batches[0]?.columns ?? [];
    try {
      this.columns = first.map((_, index) =>
        this.#join(batches.map((batch) => ({ column: batch.column(index), rows: batch.rowCount }))),
      );
    } catch (error) {
      this.release();
      throw error;
    }
  }

  release(): void {
    for (const [address, bytes] of this.#taken) this.#pool.release(address, bytes);
    this.#taken.length = 0;
  }

  #join(pieces: readonly Piece[]): Column {
    const [first] = pieces;
    if (!first) throw new RangeError('no batches to join');
    const { type, width, values } = first.column;
    if (pieces.length === 1 || (values === 0 && width !== 0)) return first.column;
    const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0);
    const validity = this.#joinValidity(pieces, rows);
    if (type.root === 'ROW') return new Column(type, 0, validity, 0, this.#joinFields(pieces));
    const isCollection = first.column.children.length > 0;
    const target = this.#allocate(rows * width);
    const { fill } = cellKernels(this.#wasm.kernels, width);
    const bases = isCollection ? this.#bases(pieces) : undefined;
    let at = target;
    pieces.forEach(({ column, rows: count }, i) => {
      if (column.isConstant) fill(count, column.values, at);
      else this.#views.u8.copyWithin(at, column.values, column.values + count * width);
      if (bases) this.#wasm.kernels.sortRebase(count, at, bases[i] ?? 0);
      at += count * width;
    });
    const children = isCollection ? this.#joinElements(pieces) : [];
    return new Column(type, target, validity, width, children);
  }

  #joinValidity(pieces: readonly Piece[], rows: number): number {
    if (pieces.every(({ column }) => column.validity === 0)) return 0;
    const target = this.#allocate(rows);
    let at = target;
    for (const { column, rows: count } of pieces) {
      const { validity, isConstant } = column;
      const { u8 } = this.#views;
      if (validity === 0) u8.fill(1, at, at + count);
      else if (isConstant) u8.fill(u8[validity] ?? 1, at, at + count);
      else u8.copyWithin(at, validity, validity + count);
      at += count;
    }
    return target;
  }

  #joinFields(pieces: readonly Piece[]): Column[] {
    const fields = pieces[0]?.column.children ?? [];
    return fields.map((_, field) =>
      this.#join(pieces.map(({ column, rows }) => ({ column: column.children[field] as Column, rows }))),
    );
  }

  /** Where the elements of each piece begin among those of all. */
  #bases(pieces: readonly Piece[]): number[] {
    let next = 0;
    return pieces.map((piece) => {
      const base = next;
      next += this.#elementsOf(piece);
      return base;
    });
  }

  #joinElements(pieces: readonly Piece[]): Column[] {
    const counts = pieces.map((piece) => this.#elementsOf(piece));
    const children = pieces[0]?.column.children ?? [];
    return children.map((_, child) =>
      this.#join(
        pieces.map(({ column }, i) => ({ column: column.children[child] as Column, rows: counts[i] ?? 0 })),
      ),
    );
  }

  #elementsOf({ column: { values, stride, validity }, rows }: Piece): number {
    return this.#wasm.kernels.sortElements(rows, values, stride, validity) >>> 0;
  }

  #allocate(bytes: number): number {
    const size = Math.max(1, bytes);
    const address = this.#pool.allocate(size);
    this.#taken.push([address, size]);
    return address;
  }
}
