/**
 * How a join keeps the rows of one input. Steps for the kernels of `join-state.ts` and `join-pairs.ts`; nothing here is exported to the engine.
 *
 * Entries of the key table hold the rows of a key as a list, oldest first:     | ... key words | u32 first | u32 last |
 *
 *   block of the heap:   | u32 next | u32 previous | u32 hash | u32 copies | i32 associations | u32 size | i64 time, with a TTL only |
 *                        | identity nulls | identity cells | other nulls | other cells | texts ... |
 *
 *   identity      the columns that tell rows of a key apart: all of them, or the unique key. The section is rounded up to 8 bytes
 *   nulls         a bit a column, in u32 words, 8-aligned; a NULL cell is zeroed
 *   cells         texts of 16 bytes first, then by falling width. A text is up to 15 bytes and 0x80 | length in the last one; or its first 8
 *                 bytes and length << 32 | where all of them are: an offset within the block, or an address while the row is a record
 *   copies        how many equal rows the block stands for
 *   associations  how many rows of the other input match, where that is counted
 *   record        the same from the nulls on, without texts: what a batch's rows are packed into
 *
 * The index finds a row of the identity: open addressing, a slot is hash | offset << 32. It is never stored: blocks know their hash.
 */
import { Entry, Table } from './keyed-table-layout';
import { Heap, PAGE_BITS, equalBytes, heapMark } from './state-heap';

@unmanaged
export class Block {
  next: u32;
  previous: u32;
  hash: u32;
  copies: u32;
  associations: i32;
  size: u32;
  time: i64;
}

/** The state of one input; written by its twin. */
@unmanaged
export class Side {
  /** Processing time and TTL in milliseconds; a TTL of 0 is none. */
  now: i64;
  timeToLive: i64;
  table: usize;
  heap: usize;
  /** u64 slots, a power of two of them; 0: a key has one row at most. */
  index: usize;
  indexMask: u32;
  indexUsed: u32;
  indexLimit: u32;
  /** Where first and last lie in entries, and rows in blocks. */
  listOffset: u32;
  rowOffset: u32;
  rowBytes: u32;
  identityBytes: u32;
  /** Where texts begin in each section of a row, and where they end. */
  identityTexts: u32;
  identityTextsEnd: u32;
  otherTexts: u32;
  otherTextsEnd: u32;
  /** Whether a row of the same identity takes the place of the old one. */
  replaces: u32;
}

@unmanaged
export class List {
  first: u32;
  last: u32;
}

// @ts-ignore: decorator
@inline
export function listOf(side: Side, entry: usize): List {
  return changetype<List>(entry + side.listOffset);
}

// @ts-ignore: decorator
@inline
export function isExpired(side: Side, block: Block): bool {
  return side.timeToLive > 0 && block.time + side.timeToLive <= side.now;
}

/** The row was written now. */
// @ts-ignore: decorator
@inline
export function touch(side: Side, block: Block): void {
  if (side.timeToLive > 0) block.time = side.now;
}

// @ts-ignore: decorator
@inline
export function markHeader(side: Side, offset: u32): void {
  heapMark(changetype<Heap>(side.heap), offset, offsetof<Block>());
}

// @ts-ignore: decorator
@inline
export function markList(side: Side, entry: usize): void {
  const table = changetype<Table>(side.table);
  const from = entry - table.entries;
  store<u8>(table.dirty + (from >> PAGE_BITS), 1);
  store<u8>(table.dirty + ((from + table.entrySize - 1) >> PAGE_BITS), 1);
}

/** Whether the last word of a text says where the bytes are. */
// @ts-ignore: decorator
@inline
export function isLong(last: u64): bool {
  return last >> 63 == 0 && last != 0;
}

/** Whether a block holds a row of the record's identity. */
export function isSameIdentity(side: Side, block: usize, record: usize): bool {
  const row = block + side.rowOffset;
  const texts = side.identityTexts;
  const textsEnd = side.identityTextsEnd;
  let at: u32 = 0;
  for (; at < texts; at += 8) if (load<u64>(row + at) != load<u64>(record + at)) return false;
  for (; at < textsEnd; at += 16) {
    if (load<u64>(row + at) != load<u64>(record + at)) return false;
    const last = load<u64>(record + at, 8);
    const other = load<u64>(row + at, 8);
    if (isLong(last)) {
      if (other >> 32 != last >> 32) return false;
      if (!equalBytes(block + <usize>(<u32>other), <usize>(<u32>last), <u32>(last >> 32))) return false;
    } else if (other != last) return false;
  }
  for (const end = side.identityBytes; at < end; at += 8) {
    if (load<u64>(row + at) != load<u64>(record + at)) return false;
  }
  return true;
}

/** The entry has one row more or less; without rows it is dead. */
// @ts-ignore: decorator
@inline
export function countRows(entry: usize, change: i64): void {
  changetype<Entry>(entry).count += change;
}
