import type { LogicalType, RowType } from '../types/logical-type.ts';
import {
  BATCH_ENTRY_BYTES,
  BATCH_HEADER_BYTES,
  ENTRY_CONSTANT,
  ENTRY_PRESENT,
  NodeShape,
  batchNodes,
  type BatchNode,
} from './batch-layout.ts';
import { isTextView } from './column.ts';
import type { ChangelogRow, Value } from './value.ts';

/**
 * The rows of an encoded batch as JavaScript values, for the page and the command line: no wasm, no linear memory.
 *
 * Column by column: text is decoded once a column and cut, where it is ASCII. A column that was absent
 * reads as NULL.
 */
export function decodeRows(bytes: Uint8Array, rowType: RowType): ChangelogRow[] {
  const reader = new BatchReader(bytes);
  const rows = reader.rowCount;
  const columns = batchNodes(rowType).map((node) => reader.column(node, rows));
  const kinds = reader.kinds;
  return Array.from({ length: rows }, (_, row) => ({
    kind: kinds?.[row] ?? 0,
    values: columns.map((column) => column[row] ?? null),
  }));
}

type Cells = readonly Value[];
type ReadCell = (view: DataView, at: number) => Value;

class BatchReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  #entry = BATCH_HEADER_BYTES;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#base = this.#word(8);
  }

  get rowCount(): number {
    return this.#word(4);
  }

  get kinds(): Uint8Array | undefined {
    const at = this.#word(12);
    return at === 0 ? undefined : this.#bytes.subarray(at, at + this.rowCount);
  }

  /** Cells of the next entry and all below it, `rows` of them. */
  column(node: BatchNode, rows: number): Cells {
    const entry = this.#entry;
    this.#entry += BATCH_ENTRY_BYTES;
    const flags = this.#word(entry);
    const values = this.#word(entry + 4);
    const validity = this.#word(entry + 8);
    const isPresent = (flags & ENTRY_PRESENT) !== 0;
    const isConstant = (flags & ENTRY_CONSTANT) !== 0;
    const count = isPresent ? this.#word(entry + 12) : 0;
    const isSet = (row: number): boolean => validity === 0 || this.#bytes[validity + row] !== 0;
    let cells: Cells;
    switch (node.shape) {
      case NodeShape.ROW: {
        const fields = node.children.map((child) => this.column(child, count));
        cells = Array.from({ length: count }, (_, row) =>
          isSet(row) ? fields.map((field) => field[row] ?? null) : null,
        );
        break;
      }
      case NodeShape.LIST:
        cells = this.#lists(node, values, count, isSet);
        break;
      case NodeShape.VIEWS:
        cells = this.#texts(node.type, entry, values, count, isSet);
        break;
      case NodeShape.CELLS: {
        const read = cellReader(node.type);
        cells = Array.from({ length: count }, (_, row) =>
          isSet(row) ? read(this.#view, values + row * node.width) : null,
        );
      }
    }
    return isConstant ? new Array<Value>(rows).fill(cells[0] ?? null) : cells;
  }

  #lists(node: BatchNode, values: number, count: number, isSet: (row: number) => boolean): Cells {
    // Each child's own entry says how many elements there are.
    const children = node.children.map((child) => this.column(child, 0));
    const [elements = [], seconds = []] = children;
    const isPairs = node.children.length > 1;
    return Array.from({ length: count }, (_, row) => {
      if (!isSet(row)) return null;
      const first = this.#word(values + row * 8);
      const length = this.#word(values + row * 8 + 4);
      return Array.from({ length }, (_, i): Value => {
        const element = elements[first + i] ?? null;
        return isPairs ? [element, seconds[first + i] ?? null] : element;
      });
    });
  }

  #texts(
    type: LogicalType,
    entry: number,
    values: number,
    count: number,
    isSet: (row: number) => boolean,
  ): Cells {
    const heap = this.#word(entry + 16);
    const heapBytes = this.#bytes.subarray(heap, heap + this.#word(entry + 20));
    const isText = isTextView(type);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const whole = isText ? decoder.decode(copied(heapBytes)) : '';
    const isAscii = whole.length === heapBytes.length; // UTF-16 units are fewer than bytes as soon as one is not ASCII
    return Array.from({ length: count }, (_, row) => {
      if (!isSet(row)) return null;
      const from = this.#word(values + row * 8) - this.#base - heap;
      const to = from + this.#word(values + row * 8 + 4);
      if (!isText) return heapBytes.slice(from, to);
      return isAscii ? whole.slice(from, to) : decoder.decode(copied(heapBytes.subarray(from, to)));
    });
  }

  #word(at: number): number {
    return this.#view.getUint32(at, true);
  }
}

/** TextDecoder refuses views of shared memory. */
function copied(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
}

function cellReader(type: LogicalType): ReadCell {
  switch (type.root) {
    case 'BOOLEAN':
      return (view, at) => view.getUint8(at) !== 0;
    case 'TINYINT':
      return (view, at) => view.getInt8(at);
    case 'SMALLINT':
      return (view, at) => view.getInt16(at, true);
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return (view, at) => view.getInt32(at, true);
    case 'FLOAT':
      return (view, at) => view.getFloat32(at, true);
    case 'DOUBLE':
      return (view, at) => view.getFloat64(at, true);
    case 'BIGINT':
      return (view, at) => view.getBigInt64(at, true);
    case 'INTERVAL_DAY_TIME':
      return (view, at) => Number(view.getBigInt64(at, true));
    case 'DECIMAL': {
      const { precision, scale } = type;
      return (view, at) =>
        decimalText(precision <= 18 ? view.getBigInt64(at, true) : int128(view, at), scale);
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const isWide = type.precision > 3;
      return (view, at) => ({
        epochMs: Number(view.getBigInt64(at, true)),
        nanoOfMs: isWide ? view.getInt32(at + 8, true) : 0,
      });
    }
    case 'NULL':
      return () => null;
    default:
      throw new Error(`Reading a value of type ${type.root} is not supported`);
  }
}

function int128(view: DataView, at: number): bigint {
  return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true);
}

/** Plain notation with exactly `scale` digits behind the point. */
function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
