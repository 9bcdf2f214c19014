import type { ByteHeap } from '../data/byte-heap.ts';
import { cellWriter, type CellWriter } from '../data/cell-writer.ts';
import { Column, physicalWidth } from '../data/column.ts';
import type { Value } from '../data/value.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { LogicalType } from '../types/logical-type.ts';

/**
 * Writes values as a column whose cells lie in a heap, and checks that they are of the type. One writer a function, used batch after
 * batch. Numbers go straight into linear memory.
 */
export class ValueWriter {
  readonly #wasm: Wasm;
  readonly #writer: CellWriter;
  readonly #check: (value: Value) => boolean;
  readonly #type: LogicalType;
  readonly #store: StoreCells | undefined;

  constructor(wasm: Wasm, type: LogicalType) {
    this.#wasm = wasm;
    this.#writer = cellWriter(wasm, type, []);
    this.#type = type;
    this.#check = valueCheck(type);
    this.#store = cellStore(type);
  }

  /** Throws a TypeError that names the first value which is not of the type; `onBad` is told its row. */
  write(values: readonly Value[], heap: ByteHeap, onBad?: (row: number) => void): Column {
    if (this.#store) return this.#writeCells(values, heap, this.#store, onBad);
    for (let row = 0; row < values.length; row++) {
      const value = values[row] ?? null;
      if (value !== null && !this.#check(value)) {
        this.#writer.clear();
        onBad?.(row);
        throw this.#badValue(value);
      }
      this.#writer.append(value);
    }
    return this.#writer.build(heap);
  }

  #writeCells(
    values: readonly Value[],
    heap: ByteHeap,
    store: StoreCells,
    onBad?: (row: number) => void,
  ): Column {
    const rows = values.length;
    const address = Math.ceil(heap.reserve(rows * (physicalWidth(this.#type) + 1) + 16) / 16) * 16;
    const validity = address + rows * physicalWidth(this.#type);
    const flags = new Uint8Array(this.#wasm.memory.buffer, validity, rows);
    const written = store(this.#wasm.memory.buffer, address, values, flags);
    if (written < rows) {
      onBad?.(written);
      throw this.#badValue(values[written] ?? null);
    }
    return new Column(this.#type, address, flags.includes(0) ? validity : 0);
  }

  #badValue(value: Value): TypeError {
    const shown = JSON.stringify(typeof value === 'bigint' ? `${value}n` : value);
    return new TypeError(`${shown} is no value of type ${this.#type.root}`);
  }
}

/** Writes cells and their flags; returns how many rows were of the type. */
type StoreCells = (
  memory: ArrayBuffer,
  address: number,
  values: readonly Value[],
  flags: Uint8Array,
) => number;

function cellStore(type: LogicalType): StoreCells | undefined {
  switch (type.root) {
    case 'BOOLEAN':
      return storeBooleans;
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return storeIntegers;
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return storeLongs;
    case 'DOUBLE':
      return storeDoubles;
    default:
      return undefined;
  }
}

function storeBooleans(
  memory: ArrayBuffer,
  address: number,
  values: readonly Value[],
  flags: Uint8Array,
): number {
  const cells = new Uint8Array(memory, address, values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null;
    flags[row] = value === null ? 0 : 1;
    if (value !== null && typeof value !== 'boolean') return row;
    cells[row] = value === true ? 1 : 0;
  }
  return values.length;
}

function storeIntegers(
  memory: ArrayBuffer,
  address: number,
  values: readonly Value[],
  flags: Uint8Array,
): number {
  const cells = new Int32Array(memory, address, values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null;
    flags[row] = value === null ? 0 : 1;
    if (value === null) continue;
    if (typeof value !== 'number' || (value | 0) !== value) return row;
    cells[row] = value;
  }
  return values.length;
}

/** A safe integer may come as a number. */
function storeLongs(
  memory: ArrayBuffer,
  address: number,
  values: readonly Value[],
  flags: Uint8Array,
): number {
  const cells = new BigInt64Array(memory, address, values.length);
  const words = new Int32Array(memory, address, 2 * values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null;
    flags[row] = value === null ? 0 : 1;
    if (value === null) continue;
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) return row;
      words[2 * row] = value % 4294967296; // wraps, as two's complement does
      words[2 * row + 1] = Math.floor(value / 4294967296);
    } else if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) cells[row] = value;
    else return row;
  }
  return values.length;
}

function storeDoubles(
  memory: ArrayBuffer,
  address: number,
  values: readonly Value[],
  flags: Uint8Array,
): number {
  const cells = new Float64Array(memory, address, values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null;
    flags[row] = value === null ? 0 : 1;
    if (value === null) continue;
    if (typeof value !== 'number') return row;
    cells[row] = value;
  }
  return values.length;
}

export function valueCheck(type: LogicalType): (value: Value) => boolean {
  switch (type.root) {
    case 'BOOLEAN':
      return (value) => typeof value === 'boolean';
    case 'TINYINT':
      return (value) => typeof value === 'number' && (value << 24) >> 24 === value;
    case 'SMALLINT':
      return (value) => typeof value === 'number' && (value << 16) >> 16 === value;
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return (value) => typeof value === 'number' && (value | 0) === value;
    case 'FLOAT':
    case 'DOUBLE':
      return (value) => typeof value === 'number';
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return (value) =>
        (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) || Number.isSafeInteger(value);
    case 'CHAR':
    case 'VARCHAR':
    case 'VARIANT':
    case 'DECIMAL':
      return (value) => typeof value === 'string';
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
      return (value) => value instanceof Uint8Array;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (value) =>
        Number.isSafeInteger(value) || (typeof value === 'object' && value !== null && 'epochMs' in value);
    default:
      return (value) => Array.isArray(value);
  }
}
