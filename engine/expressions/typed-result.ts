import type { ByteHeap } from '../data/byte-heap.ts';
import { Column, physicalWidth } from '../data/column.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { LogicalType } from '../types/logical-type.ts';

type Cells = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array | BigInt64Array;

/**
 * A typed array of results as a column, with a byte a row that says where they are not NULL, without a look at each value where they are stored as they are. Undefined where the array is of another
 * kind than the type: then its values are checked one by one.
 */
export function storeTyped(
  wasm: Wasm,
  heap: ByteHeap,
  type: LogicalType,
  results: ArrayLike<unknown>,
  validity?: Uint8Array,
): Column | undefined {
  const isBigInt = type.root === 'BIGINT';
  const isWide = isBigInt && (results instanceof Int32Array || results instanceof Uint32Array);
  if (!isWide && !isStoredAs(type, results)) return undefined;
  const rows = results.length;
  const address = Math.ceil(heap.reserve(rows * physicalWidth(type) + 16) / 16) * 16;
  const { buffer } = wasm.memory;
  if (isWide) {
    const words = new Int32Array(buffer, address, 2 * rows);
    for (let row = 0; row < rows; row++) {
      const value = results[row]!;
      words[2 * row] = value;
      words[2 * row + 1] = value < 0 ? -1 : 0;
    }
  } else {
    const source = results as Cells;
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    new Uint8Array(buffer, address, source.byteLength).set(bytes);
  }
  if (!validity) return new Column(type, address, 0);
  const flags = heap.reserve(rows);
  new Uint8Array(wasm.memory.buffer, flags, rows).set(validity);
  return new Column(type, address, flags);
}

function isStoredAs({ root }: LogicalType, results: ArrayLike<unknown>): boolean {
  switch (root) {
    case 'TINYINT':
      return results instanceof Int8Array;
    case 'SMALLINT':
      return results instanceof Int16Array;
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return results instanceof Int32Array;
    case 'FLOAT':
      return results instanceof Float32Array;
    case 'DOUBLE':
      return results instanceof Float64Array;
    case 'BIGINT':
      return results instanceof BigInt64Array;
    default:
      return false;
  }
}
