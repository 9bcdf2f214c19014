import { isView, physicalWidth } from '../../engine/data/column.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import type { Cell } from '../state/test-memory.ts';

/** Flink's hash of a key row: builds the BinaryRowData byte by byte, then hashes its words. */
export function rowHash(types: readonly LogicalType[], cells: readonly Cell[]): number {
  const row = binaryRow(types, cells);
  const view = new DataView(Uint8Array.from(row).buffer);
  let hash = 42;
  for (let at = 0; at < row.length; at += 4) hash = mix(hash, view.getInt32(at, true));
  return avalanche(hash ^ row.length);
}

/** KeyGroupRangeAssignment.assignToKeyGroup. */
export function keyGroupOf(hashCode: number, maxParallelism: number): number {
  let code = mix(0, hashCode); // MathUtils.murmurHash is one round from 0
  code = avalanche(code ^ 4);
  return (code >= 0 ? code : code === -2147483648 ? 0 : -code) % maxParallelism;
}

export function binaryRow(types: readonly LogicalType[], cells: readonly Cell[]): number[] {
  const header = Math.floor((types.length + 63 + 8) / 64) * 8;
  const row = new Array<number>(header + types.length * 8).fill(0);
  types.forEach((type, field) => {
    const cell = cells[field] ?? null;
    const bit = field + 8;
    if (cell === null) row[bit >> 3]! |= 1 << (bit & 7);
    const put = (bytes: readonly number[]) =>
      bytes.forEach((byte, i) => (row[header + field * 8 + i] = byte));
    const append = (bytes: readonly number[], size: number) => {
      put([...littleEndian(BigInt(size), 4), ...littleEndian(BigInt(row.length), 4)]);
      row.push(...bytes);
      while (row.length % 8 !== 0) row.push(0);
    };
    if (type.root === 'DECIMAL' && type.precision > 18) {
      const bytes = cell === null ? [] : shortest(cell as bigint);
      append([...bytes, ...new Array<number>(16 - bytes.length).fill(0)], bytes.length);
    } else if (physicalWidth(type) === 16) {
      const [ms, nanos] = cell === null ? [0n, 0] : (cell as readonly [bigint, number]);
      append(littleEndian(ms, 8), nanos);
    } else if (cell === null) return;
    else if (type.root === 'ROW') {
      const inner = binaryRow(
        type.fields.map((field) => field.type),
        cell as readonly Cell[],
      );
      append(inner, inner.length);
    } else if (isView(type)) {
      const bytes = [...new TextEncoder().encode(cell as string)];
      if (bytes.length > 7) append(bytes, bytes.length);
      else put([...bytes, ...new Array<number>(7 - bytes.length).fill(0), 0x80 | bytes.length]);
    } else put(fixed(type, cell));
  });
  return row;
}

function fixed(type: LogicalType, cell: Cell): number[] {
  if (type.root === 'DOUBLE') return [...new Uint8Array(new Float64Array([cell as number]).buffer)];
  if (type.root === 'FLOAT') return [...new Uint8Array(new Float32Array([cell as number]).buffer)];
  if (type.root === 'BOOLEAN') return [cell ? 1 : 0];
  return littleEndian(BigInt(cell as number | bigint), physicalWidth(type));
}

function littleEndian(value: bigint, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

/** BigInteger.toByteArray(): two's complement, highest byte first, no byte too many. */
function shortest(value: bigint): number[] {
  let length = 1;
  while (value < -(1n << BigInt(8 * length - 1)) || value >= 1n << BigInt(8 * length - 1)) length++;
  return littleEndian(value, length).reverse();
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function avalanche(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
