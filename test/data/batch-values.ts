import type { Column } from '../../engine/data/column.ts';
import { decimalText } from '../../engine/data/decimal-words.ts';
import type { RecordBatch } from '../../engine/data/record-batch.ts';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { Wasm } from '../../engine/memory/kernels.ts';

/** A batch as rows, read cell by cell: slow and obvious. An absent column reads as NULL. */
export function batchRows(wasm: Wasm, batch: RecordBatch): ChangelogRow[] {
  const kinds = batch.kinds === 0 ? undefined : new Uint8Array(wasm.memory.buffer, batch.kinds);
  return Array.from({ length: batch.rowCount }, (_, row) => ({
    kind: kinds?.[row] ?? 0,
    values: batch.columns.map((column) => cellValue(wasm, column, row)),
  }));
}

export function cellValue(wasm: Wasm, column: Column, row: number): Value {
  const view = new DataView(wasm.memory.buffer);
  const { type } = column;
  if (column.validity !== 0 && view.getUint8(column.validity + (column.isConstant ? 0 : row)) === 0)
    return null;
  if (type.root === 'ROW') return column.children.map((child) => cellValue(wasm, child, row));
  if (column.values === 0) return null;
  const at = column.values + row * column.stride;
  switch (type.root) {
    case 'BOOLEAN':
      return view.getUint8(at) === 1;
    case 'TINYINT':
      return view.getInt8(at);
    case 'SMALLINT':
      return view.getInt16(at, true);
    case 'FLOAT':
      return view.getFloat32(at, true);
    case 'DOUBLE':
      return view.getFloat64(at, true);
    case 'BIGINT':
      return view.getBigInt64(at, true);
    case 'INTERVAL_DAY_TIME':
      return Number(view.getBigInt64(at, true));
    case 'DECIMAL': {
      const low = column.width === 8 ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
      return decimalText(
        column.width === 8 ? low : (view.getBigInt64(at + 8, true) << 64n) + low,
        type.scale,
      );
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const nanoOfMs = column.width === 8 ? 0 : view.getInt32(at + 8, true);
      return { epochMs: Number(view.getBigInt64(at, true)), nanoOfMs };
    }
    case 'CHAR':
    case 'VARCHAR':
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesAt(view, at));
    case 'BINARY':
    case 'VARBINARY':
      return bytesAt(view, at).slice();
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET': {
      const first = view.getUint32(at, true);
      const items = Array.from({ length: view.getUint32(at + 4, true) }, (_, i) =>
        column.children.map((child) => cellValue(wasm, child, first + i)),
      );
      return type.root === 'ARRAY' ? items.map(([item]) => item ?? null) : items;
    }
    default:
      return view.getInt32(at, true);
  }
}

function bytesAt(view: DataView<ArrayBuffer>, at: number): Uint8Array {
  return new Uint8Array(view.buffer, view.getUint32(at, true), view.getUint32(at + 4, true));
}
