/** What kernels that work on keyed state know of a table (`keyed-table.ts`). Nothing here is exported to the engine. */
import { Heap, equalBytes, heapAddress } from './state-heap';

/** Where the key words of an entry begin, and those of a record. */
export const KEYS: u32 = 16;
export const RECORD_KEYS: u32 = 8;

@unmanaged
export class Table {
  entries: usize;
  /** A byte a page of entries. */
  dirty: usize;
  heap: usize;
  capacity: u32;
  entrySize: u32;
  keyWords: u32;
  /** Bit w: key word w is the last one of a text. */
  textMask: u32;
  /** Entries taken, and how many may be. */
  used: u32;
  limit: u32;
  /** Where `tableScan` goes on. */
  cursor: u32;
}

@unmanaged
export class Entry {
  hash: u32;
  marks: u32;
  count: i64;
}

/** Pages of 32 KiB. */
export const PAGE_BITS: u32 = 15;

// @ts-ignore: decorator
@inline
export function slotAt(slots: usize, row: u32): usize {
  return <usize>load<u32>(slots + (<usize>row << 2));
}

/** Whether a key word says where a longer text is. */
// @ts-ignore: decorator
@inline
export function isText(textMask: u32, word: u32, value: u64): bool {
  return ((textMask >> word) & 1) != 0 && value >> 63 == 0 && value != 0;
}

/** Whether an entry has the key of a record whose hash and marks it has. */
// @ts-ignore: decorator
@inline
export function isSameKey(table: Table, entry: usize, record: usize, words: u32, textMask: u32): bool {
  for (let word: u32 = 0; word < words; word++) {
    const value = load<u64>(record + RECORD_KEYS + (word << 3));
    const other = load<u64>(entry + KEYS + (word << 3));
    if (textMask != 0 && isText(textMask, word, value)) {
      if (other >> 32 != value >> 32) return false;
      const bytes = heapAddress(changetype<Heap>(table.heap), <u32>other);
      if (!equalBytes(bytes, <usize>(<u32>value), <u32>(value >> 32))) return false;
    } else if (other != value) return false;
  }
  return true;
}
