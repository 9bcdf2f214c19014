import { Column, physicalWidth } from '../data/column.ts';
import type { LogicalType } from '../types/logical-type.ts';

/**
 * A value of a compiled expression: where an instruction leaves a column and others find it, batch after batch.
 *
 * `values` is memory that the program gives to the register for as long as somebody reads it (`Program.assign`), so several registers may
 * have the same. An instruction may also set a column that lies elsewhere: an input's, or that of a register in `aliases`.
 */
export class Register {
  readonly type: LogicalType;
  /** Of the batch being evaluated. */
  column: Column;
  /** Address of this register's own cells. */
  values = 0;
  /** Known when the expression is compiled: one cell for all rows. */
  readonly isConstant: boolean;
  /** Whether the views of NULL rows are harmless to read (empty). */
  areViewsSafe: boolean;
  /** Registers whose memory the column may lie in. */
  readonly aliases: Register[] = [];
  #withoutNulls: Column | undefined;

  constructor(type: LogicalType, constant?: Column) {
    this.type = type;
    this.column = constant ?? new Column(type, 0, 0);
    this.isConstant = constant !== undefined;
    this.areViewsSafe = this.isConstant;
  }

  /** Bytes of a cell; 0 for ROW. */
  get width(): number {
    return physicalWidth(this.type);
  }

  /** The column of this batch lies in the register's own cells. */
  set(validity: number, children?: readonly Column[]): void {
    if (validity === 0 && !children) {
      if (this.#withoutNulls?.values !== this.values) this.#withoutNulls = undefined;
      this.column = this.#withoutNulls ??= new Column(this.type, this.values, 0);
    } else this.column = new Column(this.type, this.values, validity, undefined, children);
  }
}

/** Whether a constant register is NULL. */
export function isNullConstant(register: Register): boolean {
  return register.isConstant && register.column.validity !== 0;
}
