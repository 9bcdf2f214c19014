import { BatchBuilder } from '../../data/batch-builder.ts';
import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Value } from '../../data/value.ts';
import { readValues } from '../../expressions/column-values.ts';
import { messageOf, shownResult, shownValue } from '../../expressions/user-function-values.ts';
import { flawOf, type TableFunctionDefinition } from '../../expressions/user-function.ts';
import { userValueCheck } from '../../expressions/user-value-check.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import { typeText } from '../../types/type-text.ts';
import type { TableFunctionCall } from '../operator-spec.ts';
import type { OperatorContext } from '../stream-operator.ts';
import type { FunctionChunk, FunctionRows } from './function-rows.ts';

const BYTES = 4 * MAX_BATCH_ROWS;

/**
 * Rows that a user's table function makes. It is called for one row after the other, and its iterator is left where a chunk is full, so that
 * a function may give more rows than there is memory for.
 */
export class UserFunctionRows implements FunctionRows {
  readonly #context: OperatorContext;
  readonly #call: TableFunctionCall;
  readonly #builder: BatchBuilder;
  readonly #checks: readonly ((value: Value) => boolean)[];
  readonly #parents: number;
  readonly #given = new Uint32Array(MAX_BATCH_ROWS);
  #function: TableFunctionDefinition | undefined;
  #columns: readonly (readonly Value[])[] = [];
  #rows = 0;
  #row = 0;
  /** Rows of the batches before, for messages. */
  #rowsBefore = 0;
  #iterator: Iterator<unknown> | undefined;

  constructor(context: OperatorContext, call: TableFunctionCall) {
    this.#context = context;
    this.#call = call;
    this.#builder = new BatchBuilder(context.wasm, context.pool, call.rowType);
    this.#checks = call.rowType.fields.map(({ type }) => userValueCheck(type));
    this.#parents = SlotAllocator.of(context.pool).allocate(BYTES);
  }

  begin(operands: readonly Column[], rows: number): void {
    this.#columns = operands.map((column) => readValues(this.#context.wasm, column, rows));
    this.#rowsBefore += this.#rows;
    this.#rows = rows;
    this.#row = 0;
    this.#iterator = undefined;
  }

  next(): FunctionChunk {
    while (this.#row < this.#rows && !this.#builder.isFull) {
      this.#iterator ??= this.#begun();
      const step = this.#guarded(this.#iterator);
      if (step.done === true) {
        this.#iterator = undefined;
        this.#row++;
      } else this.#append(step.value);
    }
    const { rowCount: count, columns } = this.#builder.build();
    new Uint32Array(this.#context.wasm.memory.buffer, this.#parents, count).set(
      this.#given.subarray(0, count),
    );
    return {
      count,
      columns,
      parents: this.#parents,
      completedRows: this.#row,
      isLast: this.#row === this.#rows,
    };
  }

  release(): void {
    this.#builder.release();
    SlotAllocator.of(this.#context.pool).release(this.#parents, BYTES);
  }

  /** The function's rows for the current row. */
  #begun(): Iterator<unknown> {
    this.#function ??= definitionOf(this.#context, this.#call);
    const { eval: evaluate } = this.#function;
    const values = this.#columns.map((column) => column[this.#row]!);
    let rows: unknown;
    try {
      rows = Reflect.apply(evaluate, this.#function, values);
    } catch (error) {
      throw this.#failure(messageOf(error), error);
    }
    if (typeof rows !== 'object' || rows === null || !(Symbol.iterator in rows))
      throw this.#failure(`it gave ${shownResult(rows)}, and not a list or generator of rows`);
    return (rows as Iterable<unknown>)[Symbol.iterator]();
  }

  #guarded(iterator: Iterator<unknown>): IteratorResult<unknown> {
    try {
      return iterator.next();
    } catch (error) {
      throw this.#failure(messageOf(error), error);
    }
  }

  #append(row: unknown): void {
    const { fields } = this.#call.rowType;
    const cells: unknown = fields.length === 1 && !isRowOf(row, 1) ? [row] : row;
    if (!Array.isArray(cells) || cells.length !== fields.length)
      throw this.#failure(`it gave the row ${shownResult(row)}, and not an array of ${fields.length} cells`);
    const values = cells.map((cell: unknown): Value => (cell === undefined ? null : (cell as Value))); // checked below
    values.forEach((value, i) => {
      const { name, type } = fields[i]!; // as many
      if (value === null ? type.nullable : this.#checks[i]!(value)) return;
      throw this.#failure(`it gave ${shownResult(value)} for column ${name}, which is no ${typeText(type)}`);
    });
    this.#given[this.#builder.rowCount] = this.#row;
    this.#builder.append(values);
  }

  #failure(reason: string, cause?: unknown): RuntimeFailure {
    const values = this.#columns.map((column) => shownValue(column[this.#row] ?? null)).join(', ');
    return new RuntimeFailure(
      `Function ${this.#call.name} failed for (${values}): ${reason}, row ${this.#rowsBefore + this.#row + 1}`,
      {},
      cause === undefined ? undefined : { cause },
    );
  }
}

/** A function of one column gives its values bare, or as rows of one cell; where the value is an array itself, as rows only if they have one. */
function isRowOf(row: unknown, cells: number): boolean {
  return Array.isArray(row) && row.length === cells;
}

function definitionOf({ userFunctions }: OperatorContext, call: TableFunctionCall): TableFunctionDefinition {
  const code = userFunctions?.get(call.userFunction ?? '');
  const flaw = code === undefined ? 'its code is not there' : flawOf(code);
  if (flaw !== undefined) throw new RuntimeFailure(`Function ${call.name} cannot be called: ${flaw}.`);
  return code as TableFunctionDefinition; // has no flaw
}
