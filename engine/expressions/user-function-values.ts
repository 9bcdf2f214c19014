import { isView, type Column } from '../data/column.ts';
import type { Value } from '../data/value.ts';
import type { Wasm } from '../memory/kernels.ts';
import { readValues } from './column-values.ts';
import type { ArgumentColumn } from './user-function.ts';

/** Columns as whole-column functions see them: numbers as typed arrays over linear memory, texts decoded when they are asked for. */
export function argumentColumn(wasm: Wasm, column: Column, rows: number): ArgumentColumn {
  return new LentColumn(wasm, column, rows);
}

class LentColumn implements ArgumentColumn {
  readonly length: number;
  readonly #wasm: Wasm;
  readonly #column: Column;
  #values: ArrayLike<Value> | undefined;

  constructor(wasm: Wasm, column: Column, rows: number) {
    this.length = rows;
    this.#wasm = wasm;
    this.#column = column;
  }

  get isConstant(): boolean {
    return this.#column.isConstant;
  }

  get values(): ArrayLike<Value> {
    return (this.#values ??=
      typedValues(this.#wasm, this.#column, this.length) ??
      readValues(this.#wasm, this.#column, this.length));
  }

  get validity(): Uint8Array | undefined {
    const { validity, isConstant } = this.#column;
    if (validity === 0) return undefined;
    const flags = new Uint8Array(this.#wasm.memory.buffer, validity, isConstant ? 1 : this.length);
    if (!isConstant) return flags;
    return new Uint8Array(this.length).fill(flags[0] ?? 0);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#wasm.memory.buffer);
  }

  get views(): Uint32Array | undefined {
    const { type, values, isConstant } = this.#column;
    if (!isView(type)) return undefined;
    return new Uint32Array(this.#wasm.memory.buffer, values, 2 * (isConstant ? 1 : this.length));
  }
}

function typedValues(wasm: Wasm, column: Column, rows: number): ArrayLike<Value> | undefined {
  const { type, values, validity, isConstant } = column;
  if (validity !== 0 || isConstant) return undefined;
  const { buffer } = wasm.memory;
  switch (type.root) {
    case 'TINYINT':
      return new Int8Array(buffer, values, rows);
    case 'SMALLINT':
      return new Int16Array(buffer, values, rows);
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return new Int32Array(buffer, values, rows);
    case 'FLOAT':
      return new Float32Array(buffer, values, rows);
    case 'DOUBLE':
      return new Float64Array(buffer, values, rows);
    case 'BIGINT':
      return new BigInt64Array(buffer, values, rows);
    default:
      return undefined;
  }
}

const LONGEST_SHOWN = 200;

/** A value in an error text, or its beginning. */
export function shownValue(value: unknown): string {
  const text = wholeValue(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}

function wholeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise (a function that gives one is of kind async-scalar)';
  if (value instanceof Map || value instanceof Set) return `a ${value.constructor.name}`;
  if (typeof value === 'object' && value !== null) {
    try {
      return String(
        JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)),
      );
    } catch {
      return 'an object that is no data';
    }
  }
  return String(value);
}

/** What a function gave: a bigint is no number. */
export function shownResult(value: unknown): string {
  return typeof value === 'bigint' ? `${value}n` : shownValue(value);
}

/** What a function threw, in words: anything can be thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : `it threw ${shownValue(error)}`;
}
