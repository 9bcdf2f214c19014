import bytes from '#wasm?bytes';
import { Column, isView, physicalWidth } from '../../engine/data/column.ts';
import { RecordBatch } from '../../engine/data/record-batch.ts';
import { loadWasm, type Wasm } from '../../engine/memory/kernels.ts';
import { MemorySegmentPool, runBytes } from '../../engine/memory/memory-segment-pool.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';

/** A cell in JavaScript; DECIMAL is its unscaled bigint, TIMESTAMP of 16 bytes [ms, nanoseconds within]. */
export type Cell = null | boolean | number | bigint | string | readonly Cell[];

/** Linear memory for tests: columns from JavaScript values, and back. Batches stay until `reset`. */
export class TestMemory {
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
  #runs: [address: number, bytes: number][] = [];
  #at = 0;
  #end = 0;

  private constructor(wasm: Wasm) {
    this.wasm = wasm;
    this.pool = new MemorySegmentPool(wasm);
  }

  static async create(): Promise<TestMemory> {
    return new TestMemory(await loadWasm(bytes));
  }

  /** Forgets all columns made so far. */
  reset(): void {
    for (const [address, size] of this.#runs.splice(0)) this.pool.release(address, size);
    this.#at = this.#end = 0;
  }

  batch(type: RowType, rows: readonly (readonly Cell[])[], kinds?: readonly number[]): RecordBatch {
    const columns = type.fields.map((field, index) =>
      this.column(
        field.type,
        rows.map((row) => row[index] ?? null),
      ),
    );
    if (!kinds || kinds.every((kind) => kind === 0)) return new RecordBatch(rows.length, columns);
    const address = this.bytes(rows.length);
    new Uint8Array(this.wasm.memory.buffer).set(kinds, address);
    return new RecordBatch(rows.length, columns, address);
  }

  column(type: LogicalType, cells: readonly Cell[]): Column {
    let validity = 0;
    if (cells.includes(null)) {
      validity = this.bytes(cells.length);
      const view = new Uint8Array(this.wasm.memory.buffer, validity, cells.length);
      cells.forEach((cell, row) => (view[row] = cell === null ? 0 : 1));
    }
    if (type.root === 'ROW') {
      const children = type.fields.map((field, index) =>
        this.column(
          field.type,
          cells.map((cell) => (cell as readonly Cell[] | null)?.[index] ?? null),
        ),
      );
      return new Column(type, 0, validity, 0, children);
    }
    const width = physicalWidth(type);
    const values = this.bytes(cells.length * width);
    cells.forEach((cell, row) => this.#write(type, values + row * width, cell));
    return new Column(type, values, validity);
  }

  /** 16 zeroed bytes more than asked for. */
  bytes(size: number): number {
    const wanted = (size + 31) & ~15;
    if (this.#end - this.#at < wanted) {
      const run = runBytes(Math.max(wanted, 1 << 17));
      this.#at = this.pool.allocate(run);
      this.#end = this.#at + run;
      this.#runs.push([this.#at, run]);
    }
    const address = this.#at;
    this.#at += wanted;
    new Uint8Array(this.wasm.memory.buffer, address, wanted).fill(0);
    return address;
  }

  cells(batch: RecordBatch): Cell[][] {
    return Array.from({ length: batch.rowCount }, (_, row) =>
      batch.columns.map((column) => this.cell(column, row)),
    );
  }

  kinds(batch: RecordBatch): number[] {
    if (batch.kinds === 0) return new Array<number>(batch.rowCount).fill(0);
    return [...new Uint8Array(this.wasm.memory.buffer, batch.kinds, batch.rowCount)];
  }

  cell(column: Column, row: number): Cell {
    const view = new DataView(this.wasm.memory.buffer);
    if (column.validity !== 0 && view.getUint8(column.validity + (column.isConstant ? 0 : row)) === 0)
      return null;
    const { type } = column;
    const at = column.values + row * column.stride;
    switch (type.root) {
      case 'ROW':
        return column.children.map((child) => this.cell(child, row));
      case 'BOOLEAN':
        return view.getUint8(at) !== 0;
      case 'TINYINT':
        return view.getInt8(at);
      case 'SMALLINT':
        return view.getInt16(at, true);
      case 'FLOAT':
        return view.getFloat32(at, true);
      case 'DOUBLE':
        return view.getFloat64(at, true);
    }
    if (isView(type)) {
      const text = new Uint8Array(view.buffer, view.getUint32(at, true), view.getUint32(at + 4, true));
      return new TextDecoder().decode(text);
    }
    if (column.width === 4) return view.getInt32(at, true);
    if (column.width === 8) return view.getBigInt64(at, true);
    if (type.root === 'DECIMAL') return (view.getBigInt64(at + 8, true) << 64n) + view.getBigUint64(at, true);
    return [view.getBigInt64(at, true), view.getInt32(at + 8, true)];
  }

  #write(type: LogicalType, at: number, cell: Cell): void {
    const view = new DataView(this.wasm.memory.buffer);
    const width = physicalWidth(type);
    if (cell === null) {
      // What a NULL's cell holds is unspecified: here never zeros, so that a kernel that reads it is found out.
      if (isView(type)) view.setUint32(at, this.wasm.base, true);
      else for (let i = 0; i < width; i++) view.setUint8(at + i, type.root === 'BOOLEAN' ? 1 : 0x5a);
    } else if (type.root === 'BOOLEAN') view.setUint8(at, cell ? 1 : 0);
    else if (type.root === 'FLOAT') view.setFloat32(at, Number(cell), true);
    else if (type.root === 'DOUBLE') view.setFloat64(at, Number(cell), true);
    else if (typeof cell === 'string') {
      const text = new TextEncoder().encode(cell);
      const address = this.bytes(text.length);
      new Uint8Array(this.wasm.memory.buffer, address).set(text);
      const after = new DataView(this.wasm.memory.buffer);
      after.setUint32(at, address, true);
      after.setUint32(at + 4, text.length, true);
    } else if (typeof cell === 'object') {
      view.setBigInt64(at, cell[0] as bigint, true);
      view.setBigInt64(at + 8, BigInt(cell[1] as number), true);
    } else if (width === 1) view.setInt8(at, Number(cell));
    else if (width === 2) view.setInt16(at, Number(cell), true);
    else if (width === 4) view.setInt32(at, Number(cell), true);
    else {
      view.setBigInt64(at, BigInt.asIntN(64, BigInt(cell)), true);
      if (width === 16) view.setBigInt64(at + 8, BigInt(cell) >> 64n, true);
    }
  }
}

/** A row type from types by field: `{ k: bigint, v: string }`. */
export function rowType(fields: Readonly<Record<string, LogicalType>>): RowType {
  return {
    root: 'ROW',
    nullable: false,
    fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
  };
}

export const BOOLEAN = { root: 'BOOLEAN', nullable: true } as const;
export const TINYINT = { root: 'TINYINT', nullable: true } as const;
export const SMALLINT = { root: 'SMALLINT', nullable: true } as const;
export const INTEGER = { root: 'INTEGER', nullable: true } as const;
export const BIGINT = { root: 'BIGINT', nullable: true } as const;
export const FLOAT = { root: 'FLOAT', nullable: true } as const;
export const DOUBLE = { root: 'DOUBLE', nullable: true } as const;
export const STRING = { root: 'VARCHAR', length: 2147483647, nullable: true } as const;
export const decimal = (precision: number, scale: number) =>
  ({ root: 'DECIMAL', precision, scale, nullable: true }) as const;
export const timestamp = (precision: number) => ({ root: 'TIMESTAMP', precision, nullable: true }) as const;
