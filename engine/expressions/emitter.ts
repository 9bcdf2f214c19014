import { cellKernels } from '../data/cell-kernels.ts';
import { cellWriter } from '../data/cell-writer.ts';
import type { ByteHeap } from '../data/byte-heap.ts';
import { ColumnSelector } from '../data/batch-selector.ts';
import { Column, isView } from '../data/column.ts';
import type { Kernels } from '../memory/kernels.ts';
import { MillraceError, RuntimeFailure, TableException } from '../types/errors.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { ExpressionContext } from './expression-context.ts';
import { literalValue } from './literal-value.ts';
import { lookedUp } from './lookup.ts';
import { costOf, isConstantNode, keyOf } from './node-facts.ts';
import type { Program } from './program.ts';
import { Register, isNullConstant } from './register.ts';
import type { RexCall, RexNode } from './rex-node.ts';
import { rexText } from './rex-text.ts';
import { runtimeOf } from './functions/registry.ts';
import type { Scope } from './scope.ts';

/** Work per row (ns) above which a value that another scope has is gathered and not computed again. */
const WORTH_GATHERING = 2;
/** Work per row above which a value that some other rows have is looked up for those of them that are wanted. */
const WORTH_LOOKING_UP = 15;

/** Computes cells: writes `rows` of them at `out`. `validity` is 0 or a byte a row; text goes to `heap`. */
export type Compute = (rows: number, out: number, validity: number, heap: ByteHeap) => void;

/**
 * Turns expressions into instructions that run over the rows of one scope.
 *
 * Every value is emitted once a scope (`value`); a scope below finds what the ones above it have computed, and gathers it where that is
 * cheaper. What is constant is computed while it is emitted, by the same kernels, over one row.
 */
export class Emitter {
  readonly program: Program;
  readonly kernels: Kernels;
  readonly context: ExpressionContext;
  readonly scope: Scope;
  readonly parent: Emitter | undefined;
  readonly #registers = new Map<string, Register>();
  readonly #selections = new Map<Emitter, Register>();
  readonly #safeViews = new Map<Register, Register>();
  readonly #dense = new Map<Register, Register>();
  #lastValidity = { run: -1, source: 0, selection: 0, validity: 0 };
  /** The expression that no other scope has computed for the rows of this one. */
  missing: string | undefined;

  constructor(program: Program, context: ExpressionContext, scope: Scope, parent?: Emitter) {
    this.program = program;
    this.kernels = program.kernels;
    this.context = context;
    this.scope = scope;
    this.parent = parent;
  }

  /** The value of an expression for every row of the scope. */
  value(node: RexNode): Register {
    const key = keyOf(node);
    let register = this.#registers.get(key);
    if (!register) {
      register = this.#emitValue(node, key);
      if (this.isConstant && !register.isConstant) register = this.program.constant(register.column);
      this.#registers.set(key, register);
    }
    return register;
  }

  /**
   * Whether instructions of this scope are not kept for the run, but run as they are emitted. Such a scope has none below it: what is constant
   * cannot fail, so all of it is computed.
   */
  get isConstant(): boolean {
    return this.scope === this.program.constants;
  }

  /** Where bytes of texts go that live as long as the values of this scope. */
  get heap(): ByteHeap {
    return this.isConstant ? this.program.constantHeap : this.program.heap;
  }

  #emitValue(node: RexNode, key: string): Register {
    if (node.kind === 'literal') return this.constant(node.type, literalValue(node));
    if (!this.isConstant && isConstantNode(node)) {
      return new Emitter(this.program, this.context, this.program.constants).value(node);
    }
    const owner = this.#ownerOf(node, key);
    if (owner) return this.gathered(owner.value(node), owner);
    const isExpensive = node.kind === 'call' && node.type.root !== 'ROW' && costOf(node) >= WORTH_LOOKING_UP;
    if (isExpensive && this.parent && !this.#isBeingLookedUp(key)) {
      const known = this.program.computed(key);
      if (known) return lookedUp(this, node, key, known);
    }
    const register = this.#emitNode(node);
    if (isExpensive && this.parent) this.program.remember(key, { emitter: this, register });
    return register;
  }

  #emitNode(node: RexNode): Register {
    switch (node.kind) {
      case 'input':
        return this.program.input(node.index, node.type);
      case 'field':
        return this.field(this.value(node.node), node.index, node.type);
      case 'call':
        return this.#call(node);
      case 'literal':
        return this.constant(node.type, literalValue(node));
    }
  }

  #isBeingLookedUp(key: string): boolean {
    if (this.missing === key) return true;
    for (let emitter = this.parent; emitter; emitter = emitter.parent)
      if (emitter.missing === key) return true;
    return false;
  }

  /** The emitter above that has the value, or the one that an input comes from. */
  #ownerOf(node: RexNode, key: string): Emitter | undefined {
    const isInput = isPathOfInput(node);
    if (!isInput && costOf(node) < WORTH_GATHERING) return undefined;
    for (let emitter = this.parent; emitter; emitter = emitter.parent) {
      if (emitter.#registers.has(key) || (isInput && !emitter.parent)) return emitter;
    }
    return undefined;
  }

  #call(call: RexCall): Register {
    const runtime = runtimeOf(call);
    if (!runtime) {
      const types = call.operands.map((operand) => operand.type.root).join(', ');
      throw new TableException(`Function ${call.operator}(${types}) is not supported.`);
    }
    try {
      return runtime.compile(call, this);
    } catch (error) {
      // Of constants a function may find out at once that it cannot be.
      if (!(error instanceof Error) || error instanceof MillraceError) throw error;
      const names = this.context.inputType.fields.map((field) => field.name);
      throw new RuntimeFailure(`${error.message} in \`${rexText(call, names)}\``, {}, { cause: error });
    }
  }

  /** A field of a ROW; its type may be given with another nullability. */
  field(row: Register, index: number, type: LogicalType = fieldType(row.type, index)): Register {
    const register = row.isConstant ? this.program.constant(childOf(row.column, index)) : new Register(type);
    if (row.isConstant) return register;
    register.aliases.push(row);
    this.emit([row], register, () => (register.column = childOf(row.column, index)));
    return register;
  }

  /** Emits an instruction of this scope. */
  emit(reads: readonly Register[], write: Register | undefined, run: (rows: number) => void): void {
    if (this.isConstant) {
      if (write && write.values === 0) write.values = this.program.constantBytes(Math.max(16, write.width));
      run(1);
      return;
    }
    this.program.emit(write ? { scope: this.scope, reads, write, run } : { scope: this.scope, reads, run });
  }

  constant(type: LogicalType, value: Parameters<ReturnType<typeof cellWriter>['append']>[0]): Register {
    if (value === null) return this.program.nullConstant(type);
    const writer = cellWriter(this.program.wasm, type, []);
    writer.append(value);
    return this.program.constant(writer.build(this.program.constantHeap));
  }

  /**
   * A function that is NULL where an operand is, computed by `compute`. With constants only it is computed now.
   *
   * @param canFail it throws for some values: then constants are left to the run
   */
  strict(type: LogicalType, operands: readonly Register[], compute: Compute, canFail = false): Register {
    if (operands.some(isNullConstant)) return this.program.nullConstant(type);
    if (!canFail && operands.length > 0 && operands.every((operand) => operand.isConstant)) {
      const out = this.program.constantBytes(16);
      compute(1, out, 0, this.program.constantHeap);
      return this.program.constant(new Column(type, out, 0));
    }
    const register = new Register(type);
    register.areViewsSafe = isView(type);
    this.emit(operands, register, (rows) => {
      const validity = this.validity(rows, operands, register);
      compute(rows, register.values, validity, this.heap);
      register.set(validity);
    });
    return register;
  }

  /** Like `strict`, for functions that may give NULL: `compute` writes a validity byte of its own for every row. */
  partial(
    type: LogicalType,
    operands: readonly Register[],
    compute: (rows: number, out: number, validity: number, outValidity: number, heap: ByteHeap) => void,
    canFail = false,
  ): Register {
    if (operands.some(isNullConstant)) return this.program.nullConstant(type);
    if (!canFail && operands.length > 0 && operands.every((operand) => operand.isConstant)) {
      const out = this.program.constantBytes(32);
      compute(1, out, 0, out + 16, this.program.constantHeap);
      const isSet = new Uint8Array(this.program.wasm.memory.buffer)[out + 16] !== 0;
      return isSet ? this.program.constant(new Column(type, out, 0)) : this.program.nullConstant(type);
    }
    const register = new Register(type);
    register.areViewsSafe = isView(type);
    const own = new Register(BYTE);
    let outValidity = 0;
    this.emit(operands, register, (rows) => {
      const validity = this.validity(rows, operands, own);
      outValidity ||= this.program.validityOf(register);
      compute(rows, register.values, validity, outValidity, this.heap);
      const isTotal = this.kernels.countSet(rows, outValidity) === rows;
      if (!isTotal && validity !== 0) {
        this.kernels.andValidity(rows, validity, 1, outValidity, 1, outValidity);
      }
      register.set(isTotal ? validity : outValidity);
    });
    return register;
  }

  /** A byte a row that says where all operands are set, or 0: one operand's own, or written for `register`. */
  validity(rows: number, operands: readonly Register[], register: Register): number {
    let result = 0;
    for (const { column } of operands) {
      if (column.validity === 0) continue;
      if (result === 0 && !column.isConstant) {
        result = column.validity;
        continue;
      }
      const target = this.program.validityOf(register);
      const stride = column.isConstant ? 0 : 1;
      this.kernels.andValidity(rows, result, 1, column.validity, stride, target);
      result = target;
    }
    return result;
  }

  /** One cell of 64 bits for all rows of a batch, set when the batch is evaluated; undefined is NULL. */
  batchValue(type: LogicalType, value: () => bigint | undefined): Register {
    const cell = this.program.constantBytes(32);
    const [set, unset] = [0, cell + 16].map((validity) => new Column(type, cell, validity, 0)) as [
      Column,
      Column,
    ];
    const result = new Register(type);
    this.emit([], result, () => {
      const current = value();
      if (current !== undefined) {
        new DataView(this.program.wasm.memory.buffer).setBigInt64(cell, current, true);
      }
      result.column = current === undefined ? unset : set;
    });
    return result;
  }

  /** The same column under another type, where the cells are the same. */
  retype(register: Register, type: LogicalType): Register {
    const { column } = register;
    if (register.isConstant) {
      return this.program.constant(new Column(type, column.values, column.validity, 0, column.children));
    }
    const result = new Register(type);
    result.areViewsSafe = register.areViewsSafe;
    result.aliases.push(register);
    this.emit([register], result, () => {
      const { values, validity, stride, children } = register.column;
      result.column = new Column(type, values, validity, stride, children);
    });
    return result;
  }

  /** The same texts, views of NULL rows being empty: what kernels of texts ask for. */
  views(register: Register): Register {
    if (register.areViewsSafe) return register;
    const known = this.#safeViews.get(register);
    if (known) return known;
    const safe = new Register(register.type);
    this.#safeViews.set(register, safe);
    safe.areViewsSafe = true;
    safe.aliases.push(register);
    this.emit([register], safe, (rows) => {
      const { column } = register;
      if (column.validity === 0) {
        safe.column = column;
        return;
      }
      const count = column.isConstant ? 1 : rows;
      this.kernels.sanitizeViews(count, column.values, column.stride, column.validity, safe.values);
      safe.column = new Column(column.type, safe.values, column.validity, column.stride);
    });
    return safe;
  }

  /** A boolean that is never one cell for all rows: conditions of selections and blends. */
  dense(register: Register): Register {
    const known = this.#dense.get(register);
    if (known) return known;
    const result = new Register(register.type);
    this.#dense.set(register, result);
    result.aliases.push(register);
    this.emit([register], result, (rows) => {
      const { column } = register;
      if (!column.isConstant) {
        result.column = column;
        return;
      }
      const cells = cellKernels(this.kernels, column.width);
      cells.fill(rows, column.values, result.values);
      let validity = 0;
      if (column.validity !== 0) {
        validity = this.program.validityOf(result);
        this.kernels.fill8(rows, column.validity, validity);
      }
      result.set(validity);
    });
    return result;
  }

  /** An emitter for the rows that `choose` lists: it writes row numbers and returns how many they are. */
  select(reads: readonly Register[], choose: (rows: number, selection: number) => number): Emitter {
    const scope = this.program.childScope(this.scope);
    this.emit(reads, undefined, (rows) => {
      scope.rows = choose(rows, scope.selection) >>> 0;
      scope.isAll = scope.rows === rows;
    });
    return new Emitter(this.program, this.context, scope, this);
  }

  /** Where a condition is TRUE (or, with `negated`, FALSE or NULL). */
  where(condition: Register, negated = false): Emitter {
    const dense = this.dense(condition);
    return this.select([dense], (rows, selection) => {
      const { values, validity } = dense.column;
      return negated
        ? this.kernels.selectNotTrue(rows, values, validity, selection)
        : this.kernels.selectTrue(rows, values, validity, selection);
    });
  }

  /** The rows of this scope as a selection of one above: the column of the register is the address, or 0 if all are meant. */
  selectionIn(ancestor: Emitter): Register {
    let selection = this.#selections.get(ancestor);
    if (selection) return selection;
    selection = new Register(ROW_NUMBER);
    this.#selections.set(ancestor, selection);
    const own = this.scope;
    const result = selection;
    if (this.parent === ancestor || !this.parent) {
      this.emit([], result, () => (result.column = new Column(ROW_NUMBER, own.isAll ? 0 : own.selection, 0)));
      return result;
    }
    const outer = this.parent.selectionIn(ancestor);
    this.emit([outer], result, (rows) => {
      if (outer.column.values === 0) {
        result.column = new Column(ROW_NUMBER, own.isAll ? 0 : own.selection, 0);
      } else if (own.isAll) result.column = outer.column;
      else {
        this.kernels.gather32(rows, outer.column.values, 4, own.selection, result.values);
        result.set(0);
      }
    });
    result.aliases.push(outer);
    return result;
  }

  /** A value of an emitter above for the rows of this scope. */
  gathered(source: Register, owner: Emitter): Register {
    if (source.isConstant || owner === this) return source;
    const selection = this.selectionIn(owner);
    const result = new Register(source.type);
    result.areViewsSafe = source.areViewsSafe;
    result.aliases.push(source);
    const selector = new ColumnSelector(this.program.wasm, this.program.pool, source.type);
    this.program.onRelease(() => selector.release());
    const isNested = source.width === 0;
    const cells = isNested ? undefined : cellKernels(this.kernels, source.width);
    this.emit([source, selection], result, (rows) => {
      const { column } = source;
      const address = selection.column.values;
      if (address === 0 || column.isConstant || (!isNested && column.values === 0)) {
        result.column = column;
      } else if (!cells) {
        result.column = selector.select(column, address, rows);
      } else {
        cells.gather(rows, column.values, column.stride, address, result.values);
        let validity = 0;
        if (column.validity !== 0) {
          validity = this.#gatheredValidity(rows, column.validity, address, result);
        }
        result.set(validity, column.children.length > 0 ? column.children : undefined);
      }
    });
    return result;
  }

  /**
   * A validity for the rows of this scope; 0 if all are set, as a filter often leaves them. Fields of one ROW have the same: it is gathered
   * once.
   */
  #gatheredValidity(rows: number, source: number, selection: number, target: Register): number {
    const last = this.#lastValidity;
    if (last.run === this.program.runs && last.source === source && last.selection === selection) {
      return last.validity;
    }
    let validity = this.program.validityOf(target);
    this.kernels.gather8(rows, source, 1, selection, validity);
    if (this.kernels.countSet(rows, validity) === rows) validity = 0;
    this.#lastValidity = { run: this.program.runs, source, selection, validity };
    return validity;
  }

  /** The failure of a row of this scope, by its place among all rows so far. `node` is shown as it was written. */
  failure(reason: string, node: RexNode, row: number, cause?: unknown): RuntimeFailure {
    const names = this.context.inputType.fields.map((field) => field.name);
    const at = this.program.rowsBefore + this.scope.rootRow(row, this.program.wasm) + 1;
    return new RuntimeFailure(
      `${reason} in \`${rexText(node, names)}\`, row ${at}`,
      {},
      cause === undefined ? undefined : { cause },
    );
  }
}

const BYTE: LogicalType = { root: 'TINYINT', nullable: true };
const ROW_NUMBER: LogicalType = { root: 'INTEGER', nullable: false };

function fieldType(type: LogicalType, index: number): LogicalType {
  const field = type.root === 'ROW' ? type.fields[index] : undefined;
  if (!field) throw new RangeError(`no field ${index} in ${type.root}`);
  return field.type;
}

function childOf(row: Column, index: number): Column {
  const child = row.children[index];
  if (!child) throw new RangeError(`no field ${index} in a row of ${row.children.length}`);
  return child;
}

/** A column of the input or a field below one. */
function isPathOfInput(node: RexNode): boolean {
  return node.kind === 'input' || (node.kind === 'field' && isPathOfInput(node.node));
}
