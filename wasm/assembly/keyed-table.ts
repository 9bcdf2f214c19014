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
import {
  Heap,
  PAGE_BITS,
  copyBytes,
  heapAddress,
  heapAllocate,
  heapFree,
  heapSettle as settle,
} from './state-heap';

// @ts-ignore: decorator
@inline
function markEntry(table: Table, entry: usize): void {
  const from = entry - table.entries;
  store<u8>(table.dirty + (from >> PAGE_BITS), 1);
  store<u8>(table.dirty + ((from + table.entrySize - 1) >> PAGE_BITS), 1);
}

const MIX: u64 = 0x9e3779b97f4a7c15;

// @ts-ignore: decorator
@inline
function mix(hash: u64, word: u64): u64 {
  hash = (hash ^ word) * MIX;
  return hash ^ (hash >> 32);
}

function mixText(hash: u64, address: usize, length: u32): u64 {
  const end = address + (length & ~7);
  for (; address < end; address += 8) hash = mix(hash, load<u64>(address));
  const rest = (<u64>length & 7) << 3;
  return rest ? mix(hash, load<u64>(address) & ~(<u64>-1 << rest)) : hash;
}

/** Begins the records of a batch. */
export function packBegin(rows: u32, stride: u32, records: usize): void {
  for (let row: u32 = 0; row < rows; row++, records += stride) store<u64>(records, <u64>1 << 32);
}

/** Whole records of a single column of 8 bytes: what `packBegin`, `packKey64` and `packEnd` would make. */
export function packSingle64(rows: u32, values: usize, valueStride: u32, validity: usize, records: usize): void {
  for (let row: u32 = 0; row < rows; row++, records += RECORD_KEYS + 8) {
    let word = load<u64>(values);
    let marks: u64 = 1;
    if (isNull(validity, valueStride, row)) {
      word = 0;
      marks = 3;
    }
    store<u64>(records, ((mix(marks, word) * MIX) >> 32) | (marks << 32));
    store<u64>(records, word, RECORD_KEYS);
    values += valueStride;
  }
}

/** Ends them: their keys are in, and get their hash. A `textMask` of 0 says that no text is longer than its words. */
export function packEnd(rows: u32, words: u32, textMask: u32, records: usize): void {
  if (textMask == 0 && words - 1 < 3) {
    if (words == 1) hashPlain(rows, records, 1);
    else if (words == 2) hashPlain(rows, records, 2);
    else hashPlain(rows, records, 3);
    return;
  }
  const stride = RECORD_KEYS + (words << 3);
  for (let row: u32 = 0; row < rows; row++, records += stride) {
    let hash = load<u64>(records) >> 32;
    for (let word: u32 = 0; word < words; word++) {
      const value = load<u64>(records + RECORD_KEYS + (word << 3));
      if (textMask != 0 && isText(textMask, word, value)) hash = mixText(hash, <usize>(<u32>value), <u32>(value >> 32));
      else hash = mix(hash, value);
    }
    store<u32>(records, <u32>((hash * MIX) >> 32));
  }
}

/** `words` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function hashPlain(rows: u32, records: usize, words: u32): void {
  for (let row: u32 = 0; row < rows; row++, records += RECORD_KEYS + (words << 3)) {
    let hash = mix(load<u64>(records) >> 32, load<u64>(records, RECORD_KEYS));
    if (words > 1) hash = mix(hash, load<u64>(records, RECORD_KEYS + 8));
    if (words > 2) hash = mix(hash, load<u64>(records, RECORD_KEYS + 16));
    store<u32>(records, <u32>((hash * MIX) >> 32));
  }
}

// @ts-ignore: decorator
@inline
function isNull(validity: usize, valueStride: u32, row: u32): bool {
  return validity != 0 && load<u8>(validity + (valueStride ? <usize>row : 0)) == 0;
}

// @ts-ignore: decorator
@inline
function markNull(record: usize, bit: u32): void {
  store<u32>(record, load<u32>(record, 4) | (1 << bit), 4);
}

// @ts-ignore: decorator
@inline
function packWord<T>(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let word: u64 = 0;
    if (isNull(validity, valueStride, row)) markNull(records, bit);
    else if (isFloat<T>()) {
      // Keys of DOUBLE go by their bits, but there is one NaN.
      const value = load<T>(values);
      if (sizeof<T>() == 4) word = value == value ? <u64>reinterpret<u32>(<f32>value) : 0x7fc00000;
      else word = value == value ? reinterpret<u64>(<f64>value) : 0x7ff8000000000000;
    } else word = <u64>load<T>(values);
    store<u64>(records + offset, word);
    values += valueStride;
    records += stride;
  }
}

/** Puts a key column into the word at `offset` of each record; `bit` of the marks says NULL. */
export function packKey8(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<u8>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKey16(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<u16>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKey32(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<u32>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKey64(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<u64>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKeyF32(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<f32>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKeyF64(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<f64>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKey128(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (isNull(validity, valueStride, row)) {
      markNull(records, bit);
      v128.store(records + offset, i64x2.splat(0));
    } else v128.store(records + offset, v128.load(values));
    values += valueStride;
    records += stride;
  }
}

/** Text. Returns how many are too long for their words. */
export function packKeyView(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): u32 {
  let long: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let first: u64 = 0;
    let last: u64 = 0;
    if (isNull(validity, valueStride, row)) markNull(records, bit);
    else {
      const address = <usize>load<u32>(values);
      const length = load<u32>(values, 4);
      first = load<u64>(address);
      if (length > 15) {
        last = (<u64>length << 32) | address;
        long++;
      } else {
        const bits = <u64>length << 3;
        if (length < 8) first &= ~(<u64>-1 << bits);
        else if (length > 8) last = load<u64>(address, 8) & ~(<u64>-1 << (bits - 64));
        last |= <u64>(0x80 | length) << 56;
      }
    }
    store<u64>(records + offset, first);
    store<u64>(records + offset, last, 8);
    values += valueStride;
    records += stride;
  }
  return long;
}

/** The NULL bit of a ROW; its fields are keys of their own. */
export function packKeyRow(rows: u32, validity: usize, bit: u32, stride: u32, records: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (load<u8>(validity + row) == 0) markNull(records, bit);
    records += stride;
  }
}

/** Records again of entries' keys, good for another table: texts by address. */
export function packEntries(rows: u32, slots: usize, control: usize, records: usize): void {
  const table = changetype<Table>(control);
  const words = table.keyWords;
  const heap = changetype<Heap>(table.heap);
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<u64>(records, load<u64>(entry));
    for (let word: u32 = 0; word < words; word++) {
      let value = load<u64>(entry + KEYS + (word << 3));
      if (isText(table.textMask, word, value)) {
        value = (value & 0xffffffff00000000) | heapAddress(heap, <u32>value);
      }
      store<u64>(records + RECORD_KEYS + (word << 3), value);
    }
    records += RECORD_KEYS + (words << 3);
  }
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

// @ts-ignore: decorator
@inline
function unpackWord<T>(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<T>(values + <usize>row * sizeof<T>(), load<T>(entry + offset));
    if (validity) store<u8>(validity + row, <u8>((~changetype<Entry>(entry).marks >> bit) & 1));
  }
}

/** A key column of entries: the word at `offset`, NULL by `bit` of the marks; a `validity` of 0 is not written. */
export function unpackKey8(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<u8>(rows, slots, offset, bit, values, validity);
}

export function unpackKey16(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<u16>(rows, slots, offset, bit, values, validity);
}

export function unpackKey32(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<u32>(rows, slots, offset, bit, values, validity);
}

export function unpackKey64(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<u64>(rows, slots, offset, bit, values, validity);
}

export function unpackKey128(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<v128>(rows, slots, offset, bit, values, validity);
}

/** Views into the entries themselves (short texts) and into the heap: good until the table changes. */
export function unpackKeyView(
  rows: u32,
  slots: usize,
  offset: u32,
  bit: u32,
  values: usize,
  validity: usize,
  control: usize,
): void {
  const table = changetype<Table>(control);
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    const last = load<u64>(entry + offset, 8);
    let address = <u32>(entry + offset);
    let length = <u32>(last >> 56) & 0x7f;
    if (last >> 63 == 0 && last != 0) {
      length = <u32>(last >> 32);
      address = <u32>heapAddress(changetype<Heap>(table.heap), <u32>last);
    }
    store<u32>(values + (<usize>row << 3), address);
    store<u32>(values + (<usize>row << 3), length, 4);
    if (validity) store<u8>(validity + row, <u8>((~changetype<Entry>(entry).marks >> bit) & 1));
  }
}

/** The validity alone: of a ROW key. */
export function unpackKeyRow(rows: u32, slots: usize, bit: u32, validity: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<u8>(validity + row, <u8>((~changetype<Entry>(entry).marks >> bit) & 1));
  }
}

/** Makes the blocks freed since the last call available again: nothing may point to them any more. */
export function heapSettle(control: usize): void {
  settle(changetype<Heap>(control));
}
