import { ByteHeap } from '../data/byte-heap.ts';
import { Column } from '../data/column.ts';
import { MAX_BATCH_ROWS, type RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import type { Kernels, Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { Emitter } from './emitter.ts';
import { Register } from './register.ts';
import { Scope } from './scope.ts';

/** A value and the emitter of the rows that it is known for. */
export interface Computed {
  readonly emitter: Emitter;
  readonly register: Register;
}

/** One step: reads the columns of registers, and sets that of `write`. Runs when its scope has rows. */
export interface Instruction {
  readonly scope: Scope;
  readonly reads: readonly Register[];
  readonly write?: Register;
  readonly run: (rows: number) => void;
}

/**
 * Compiled expressions: instructions in the order in which they run, the registers between them and the memory of both.
 *
 * Instructions only jump forward, by being skipped where their scope is empty, so the life of a register is a range of instruction
 * numbers and cells are shared between registers whose ranges do not meet: a long expression works in the same few pages.
 */
export class Program {
  readonly wasm: Wasm;
  readonly kernels: Kernels;
  readonly pool: MemorySegmentPool;
  readonly root = new Scope();
  /** One row: what is constant is computed once, while compiling. */
  readonly constants = new Scope();
  /** Bytes of the texts of a batch. */
  readonly heap: ByteHeap;
  /** Bytes that live as long as the program. */
  readonly #constantHeap: ByteHeap;
  /** How often texts are compared with short constants, by expression (`countShortComparisons`). */
  shortComparisons: ReadonlyMap<string, number> = new Map();
  /** Batches so far. */
  runs = 0;
  /** Rows of the batches before the one that runs, so that errors can say which row it was. */
  rowsBefore = 0;
  readonly #slots: SlotAllocator;
  readonly #instructions: Instruction[] = [];
  readonly #scopes: Scope[] = [];
  readonly #inputs: Register[] = [];
  readonly #taken: { address: number; bytes: number }[] = [];
  readonly #validities = new Map<Register, number>();
  readonly #releases: (() => void)[] = [];
  #isAssigned = false;
  /** Expensive values that some scope has computed, by expression. */
  readonly #computed = new Map<string, Computed>();

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    this.wasm = wasm;
    this.kernels = wasm.kernels;
    this.pool = pool;
    this.heap = new ByteHeap(pool);
    this.#constantHeap = new ByteHeap(pool);
    this.#slots = SlotAllocator.of(pool);
    this.constants.rows = 1;
  }

  /** The register that holds column `index` of the batch. */
  input(index: number, type: LogicalType): Register {
    return (this.#inputs[index] ??= new Register(type));
  }

  /** Rows of `parent` that an instruction is going to select. */
  childScope(parent: Scope): Scope {
    const scope = new Scope(parent, this.#slot(4 * MAX_BATCH_ROWS));
    this.#scopes.push(scope);
    return scope;
  }

  emit(instruction: Instruction): void {
    this.#instructions.push(instruction);
  }

  /** What another scope has computed of an expression, in its rows. */
  computed(key: string): Computed | undefined {
    return this.#computed.get(key);
  }

  remember(key: string, computed: Computed): void {
    if (!this.#computed.has(key)) this.#computed.set(key, computed);
  }

  /** Address of `bytes` zeroed bytes that stay: tables and cells that are known while compiling. 16 bytes of slack follow. */
  constantBytes(bytes: number): number {
    const address = (this.#constantHeap.reserve(bytes + 32) + 15) & ~15;
    new Uint8Array(this.wasm.memory.buffer, address >>> 0, bytes + 16).fill(0);
    return address >>> 0;
  }

  get constantHeap(): ByteHeap {
    return this.#constantHeap;
  }

  /** A constant column over a cell that stays. Only that of NULL has a validity. */
  constant(column: Column): Register {
    return new Register(column.type, this.#constantColumn(column));
  }

  /** The first row for all rows; the fields of a ROW are constants, too. */
  #constantColumn({ type, values, validity, children }: Column): Column {
    const isSet = validity === 0 || new Uint8Array(this.wasm.memory.buffer)[validity] !== 0;
    const fields = type.root === 'ROW' ? children.map((child) => this.#constantColumn(child)) : children;
    return new Column(type, values, isSet ? 0 : validity, 0, fields);
  }

  nullConstant(type: LogicalType): Register {
    // A zeroed cell of any width, and a zero byte that says NULL.
    const cell = this.constantBytes(32);
    const children =
      type.root === 'ROW' ? type.fields.map((field) => this.nullConstant(field.type).column) : [];
    return new Register(type, new Column(type, cell, cell + 16, 0, children));
  }

  /** A validity byte a row that belongs to `register`, taken the first time that it has NULLs. */
  validityOf(register: Register): number {
    let address = this.#validities.get(register);
    if (address === undefined) {
      address = this.#slot(MAX_BATCH_ROWS);
      this.#validities.set(register, address);
    }
    return address;
  }

  /** Pages for whoever runs an instruction. */
  slot(bytes: number): number {
    return this.#slot(bytes);
  }

  onRelease(release: () => void): void {
    this.#releases.push(release);
  }

  /** Gives cells to all registers. Called once, when everything has been emitted; `results` keep theirs to the end. */
  assign(results: readonly Register[]): void {
    const end = this.#instructions.length;
    const lastUse = new Map<Register, number>();
    const use = (register: Register, at: number): void => {
      if ((lastUse.get(register) ?? -1) >= at) return;
      lastUse.set(register, at);
      for (const alias of register.aliases) use(alias, at);
    };
    for (const result of results) use(result, end);
    for (let at = end - 1; at >= 0; at--) {
      for (const register of this.#instructions[at]!.reads) use(register, at);
    }
    const free = new Map<number, number[]>();
    const expiring = new Map<number, Register[]>();
    this.#instructions.forEach(({ write }, at) => {
      if (write && write.width > 0 && write.values === 0) {
        write.values = free.get(write.width)?.pop() ?? this.#slot(write.width * MAX_BATCH_ROWS);
        const last = lastUse.get(write) ?? at;
        expiring.set(last, [...(expiring.get(last) ?? []), write]);
      }
      for (const register of expiring.get(at) ?? []) {
        free.set(register.width, [...(free.get(register.width) ?? []), register.values]);
      }
    });
    this.#isAssigned = true;
  }

  /** Runs over a batch; the columns of the results are good until the next run. */
  run(batch: RecordBatch): void {
    if (!this.#isAssigned) throw new Error('a program runs after its memory is assigned');
    this.runs++;
    this.rowsBefore += this.root.rows;
    this.heap.reset();
    for (const scope of this.#scopes) scope.rows = 0;
    this.root.rows = batch.rowCount;
    for (let index = 0; index < this.#inputs.length; index++) {
      const register = this.#inputs[index];
      if (register) register.column = batch.column(index);
    }
    for (const { scope, run } of this.#instructions) if (scope.rows > 0) run(scope.rows);
  }

  release(): void {
    for (const { address, bytes } of this.#taken.splice(0)) this.#slots.release(address, bytes);
    for (const release of this.#releases.splice(0)) release();
    this.heap.release();
    this.#constantHeap.release();
  }

  #slot(bytes: number): number {
    const address = this.#slots.allocate(bytes);
    this.#taken.push({ address, bytes });
    return address;
  }
}
