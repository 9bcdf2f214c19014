/**
 * Keyed state: fixed-width entries in open addressing, in one run of pages.
 *
 *   entry:    | u32 hash | u32 marks | i64 count | key words ... | the operator's values ... |
 *   record:   | u32 hash | u32 marks | key words ... |      what a batch's keys are packed into before they are looked up
 *
 *   marks     bit 0: taken; bit 1 + i: key column i is NULL (its words are 0)
 *   count     how many rows stand behind the entry; 0: the key is as good as absent, and the next rehash drops it
 *   hash      of the marks and key words; only tables know it: key groups go by Flink's (`murmur.ts`)
 *   key word  a value in its low bytes. 16-byte values take two. Text takes two: up to 15 bytes and then, in the last one, 0x80 | length;
 *             or 8 bytes and length << 32 | where all of them are: an offset into the table's heap in an entry, an address in a record
 *
 * Zeroed memory is an empty table. An entry's home is hash * capacity >> 32, so entries lie in the order of their hashes, growing moves them in
 * order, and any capacity will do. The twin keeps the load at 0.6 at most; an address is good until it lets the table grow.
 */
import { Entry, KEYS, RECORD_KEYS, Table, isSameKey, isText, slotAt } from './keyed-table-layout';
import { scrambleHash } from './murmur-hash';
import { Heap, PAGE_BITS, copyBytes, heapAddress, heapAllocate, heapFree, heapSettle as settle } from './state-heap';

// @ts-ignore: decorator
@inline
function markEntry(table: Table, entry: usize): void {
  const from = entry - table.entries;
  store<u8>(table.dirty + (from >> PAGE_BITS), 1);
  store<u8>(table.dirty + ((from + table.entrySize - 1) >> PAGE_BITS), 1);
}

/** Copies a record's key into a free entry; false if the heap has no room. */
function insertKey(table: Table, entry: usize, record: usize): bool {
  for (let word: u32 = 0; word < table.keyWords; word++) {
    let value = load<u64>(record + RECORD_KEYS + (word << 3));
    if (isText(table.textMask, word, value)) {
      const length = <u32>(value >> 32);
      const heap = changetype<Heap>(table.heap);
      const offset = heapAllocate(heap, length);
      if (offset == 0) {
        freeTexts(table, entry); // what earlier words of this key took; the entry stays free
        memory.fill(entry, 0, table.entrySize);
        return false;
      }
      copyBytes(heapAddress(heap, offset), <usize>(<u32>value), length);
      value = (value & 0xffffffff00000000) | offset;
    }
    store<u64>(entry + KEYS + (word << 3), value);
  }
  store<u64>(entry, load<u64>(record));
  table.used++;
  markEntry(table, entry);
  return true;
}

function freeTexts(table: Table, entry: usize): void {
  for (let word: u32 = 0; word < table.keyWords; word++) {
    const value = load<u64>(entry + KEYS + (word << 3));
    if (isText(table.textMask, word, value)) {
      heapFree(changetype<Heap>(table.heap), <u32>value, <u32>(value >> 32));
    }
  }
}

// @ts-ignore: decorator
@inline
function homeOf(table: Table, hash: u32): usize {
  return table.entries + <usize>((<u64>hash * <u64>table.capacity) >> 32) * table.entrySize;
}

/**
 * Reads every entry that `tableLookup` will begin at, before it does: misses of the cache then overlap. Worth it
 * once the table is larger than the L2 cache. The sum keeps the loads from being optimised away.
 */
export function tableTouch(rows: u32, records: usize, control: usize): u32 {
  const table = changetype<Table>(control);
  const stride = RECORD_KEYS + (table.keyWords << 3);
  const entries = table.entries;
  const capacity = <u64>table.capacity;
  const size = table.entrySize;
  let sum: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    sum += load<u32>(entries + <usize>((<u64>load<u32>(records) * capacity) >> 32) * size);
    records += stride;
  }
  return sum;
}

/** `tableLookup` for keys of 1, 2 or 3 words in which no text is longer; `words` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function lookupPlain(rows: u32, records: usize, table: Table, slots: usize, words: u32): u32 {
  const size = table.entrySize;
  const entries = table.entries;
  const capacity = <u64>table.capacity;
  const end = entries + <usize>table.capacity * size;
  for (let row: u32 = 0; row < rows; row++, records += RECORD_KEYS + (words << 3)) {
    const header = load<u64>(records);
    const first = load<u64>(records, RECORD_KEYS);
    let entry = entries + <usize>(((header & 0xffffffff) * capacity) >> 32) * size;
    for (;;) {
      const found = load<u64>(entry);
      if (found == header) {
        let difference = load<u64>(entry, KEYS) ^ first;
        if (words > 1) difference |= load<u64>(entry, KEYS + 8) ^ load<u64>(records, RECORD_KEYS + 8);
        if (words > 2) difference |= load<u64>(entry, KEYS + 16) ^ load<u64>(records, RECORD_KEYS + 16);
        if (difference == 0) break;
      } else if (found == 0) {
        if (table.used >= table.limit || !insertKey(table, entry, records)) return row;
        break;
      }
      entry += size;
      if (entry == end) entry = entries;
    }
    store<u32>(slots + (<usize>row << 2), <u32>entry);
  }
  return rows;
}

/**
 * Finds the entry of each record, or makes one whose count and values are 0; writes its address to `slots`, 0 where
 * `mask` (0: there is none) has a 0 byte. A `textMask` of 0 says that no text of the records is longer than its words. Returns how many rows were done: fewer than `rows` if table or heap are full, and
 * then the twin makes room and starts anew.
 */
export function tableLookup(
  rows: u32,
  records: usize,
  textMask: u32,
  mask: usize,
  control: usize,
  slots: usize,
): u32 {
  const table = changetype<Table>(control);
  const words = table.keyWords;
  const stride = RECORD_KEYS + (words << 3);
  const size = table.entrySize;
  const entries = table.entries;
  const capacity = <u64>table.capacity;
  const end = entries + <usize>table.capacity * size;
  if (textMask == 0 && mask == 0) {
    if (words == 1) return lookupPlain(rows, records, table, slots, 1);
    if (words == 2) return lookupPlain(rows, records, table, slots, 2);
    if (words == 3) return lookupPlain(rows, records, table, slots, 3);
  }
  for (let row: u32 = 0; row < rows; row++, records += stride) {
    if (mask != 0 && load<u8>(mask + row) == 0) {
      store<u32>(slots + (<usize>row << 2), 0);
      continue;
    }
    const header = load<u64>(records);
    let entry = entries + <usize>(((header & 0xffffffff) * capacity) >> 32) * size;
    for (;;) {
      const found = load<u64>(entry);
      if (found == header && isSameKey(table, entry, records, words, textMask)) break;
      if (found == 0) {
        if (table.used >= table.limit || !insertKey(table, entry, records)) return row;
        break;
      }
      entry += size;
      if (entry == end) entry = entries;
    }
    store<u32>(slots + (<usize>row << 2), <u32>entry);
  }
  return rows;
}

/** Marks the pages of the entries; a slot of 0 is none. */
export function tableMark(rows: u32, slots: usize, control: usize): void {
  const table = changetype<Table>(control);
  const entries = table.entries;
  const dirty = table.dirty;
  const size = table.entrySize - 1;
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    if (entry == 0) continue;
    const from = entry - entries;
    store<u8>(dirty + (from >> PAGE_BITS), 1);
    store<u8>(dirty + ((from + size) >> PAGE_BITS), 1);
  }
}

/** Lists at most `limit` live entries from `cursor` on, in the order of the table; moves the cursor. */
export function tableScan(control: usize, limit: u32, slots: usize): u32 {
  const table = changetype<Table>(control);
  const size = table.entrySize;
  const capacity = table.capacity;
  let position = table.cursor;
  let entry = table.entries + <usize>position * size;
  let count: u32 = 0;
  for (; position < capacity && count < limit; position++, entry += size) {
    store<u32>(slots + (<usize>count << 2), <u32>entry);
    if (changetype<Entry>(entry).count != 0) count++;
  }
  table.cursor = position;
  return count;
}

/** Keeps those of listed entries whose key group is from `start` to `end`; `hashes` are Flink's of their keys. */
export function tableSelectGroups(
  rows: u32,
  slots: usize,
  hashes: usize,
  maxParallelism: u32,
  start: u32,
  end: u32,
): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(slots + (<usize>count << 2), <u32>slotAt(slots, row));
    const group = scrambleHash(load<u32>(hashes + (<usize>row << 2))) % maxParallelism;
    if (group >= start && group <= end) count++;
  }
  return count;
}

/** Entries that are not dead. */
export function tableCountLive(control: usize): u32 {
  const table = changetype<Table>(control);
  const size = table.entrySize;
  let live: u32 = 0;
  let entry = table.entries;
  for (let position: u32 = 0; position < table.capacity; position++, entry += size) {
    if (changetype<Entry>(entry).count != 0) live++;
  }
  return live;
}

/** Moves all live entries into `target`, which is empty, has room, and shares the heap; frees the texts of the others. */
export function tableMove(sourceControl: usize, targetControl: usize): void {
  const source = changetype<Table>(sourceControl);
  const target = changetype<Table>(targetControl);
  const size = source.entrySize;
  const end = target.entries + <usize>target.capacity * size;
  let entry = source.entries;
  for (let position: u32 = 0; position < source.capacity; position++, entry += size) {
    if (load<u64>(entry) == 0) continue;
    if (changetype<Entry>(entry).count == 0) {
      freeTexts(source, entry);
      continue;
    }
    let place = homeOf(target, changetype<Entry>(entry).hash);
    while (load<u64>(place) != 0) {
      place += size;
      if (place == end) place = target.entries;
    }
    for (let at: u32 = 0; at < size; at += 8) store<u64>(place + at, load<u64>(entry + at));
    target.used++;
  }
}

/** Copies `bytes` bytes at `offset` of each entry in `from` to its partner in `to`, and the counts. */
export function tableCopy(rows: u32, from: usize, to: usize, offset: u32, bytes: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row);
    const target = slotAt(to, row);
    changetype<Entry>(target).count = changetype<Entry>(source).count;
    for (let at = offset; at < offset + bytes; at += 8) store<u64>(target + at, load<u64>(source + at));
  }
}

/** Makes the blocks freed since the last call available again: nothing may point to them any more. */
export function heapSettle(control: usize): void {
  settle(changetype<Heap>(control));
}
