/** Rows of a join's input in keyed state: they come, are replaced, go and expire. `join-layout.ts` says how they lie. */
import { Block, List, Side, countRows, isExpired, isLong, isSameIdentity, listOf, markHeader, markList, touch } from './join-layout'; // prettier-ignore
import { slotAt } from './keyed-table-layout';
import { Heap, copyBytes, heapAddress, heapAllocate, heapFree } from './state-heap';

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

/** Zeroes the null bits at `offset` of each record. */
export function joinClearNulls(rows: u32, stride: u32, offset: u32, bytes: u32, records: usize): void {
  for (let row: u32 = 0; row < rows; row++, records += stride) {
    for (let at: u32 = 0; at < bytes; at += 8) store<u64>(records + offset + at, 0);
  }
}

/** A u32 a row: the hash of its identity. */
export function joinHash(rows: u32, stride: u32, records: usize, control: usize, hashes: usize): void {
  const side = changetype<Side>(control);
  const texts = side.identityTexts;
  const textsEnd = side.identityTextsEnd;
  const end = side.identityBytes;
  for (let row: u32 = 0; row < rows; row++, records += stride) {
    let hash: u64 = 1;
    let at: u32 = 0;
    for (; at < texts; at += 8) hash = mix(hash, load<u64>(records + at));
    for (; at < textsEnd; at += 16) {
      const last = load<u64>(records + at, 8);
      if (isLong(last)) hash = mixText(hash, <usize>(<u32>last), <u32>(last >> 32));
      else hash = mix(mix(hash, load<u64>(records + at)), last);
    }
    for (; at < end; at += 8) hash = mix(hash, load<u64>(records + at));
    store<u32>(hashes + (<usize>row << 2), <u32>((hash * MIX) >> 32));
  }
}

/** Reads the slots that rows begin at in the index before they are looked for: misses of the cache then overlap. */
export function joinTouch(rows: u32, hashes: usize, control: usize): u32 {
  const side = changetype<Side>(control);
  let sum: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const home = load<u32>(hashes + (<usize>row << 2)) & side.indexMask;
    sum += load<u32>(side.index + (<usize>home << 3));
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function slotOf(side: Side, position: u32): usize {
  return side.index + (<usize>position << 3);
}

/** Position of the record's identity in the index, or of the free slot where it belongs. */
function findIdentity(side: Side, hash: u32, record: usize): u32 {
  const heap = changetype<Heap>(side.heap);
  let position = hash & side.indexMask;
  let slot = load<u64>(slotOf(side, position));
  while (slot != 0) {
    if (<u32>slot == hash && isSameIdentity(side, heapAddress(heap, <u32>(slot >> 32)), record)) break;
    position = (position + 1) & side.indexMask;
    slot = load<u64>(slotOf(side, position));
  }
  return position;
}

/** Takes a block out of the index; the slots behind it move up, so that none is ever a mere mark. */
function forget(side: Side, hash: u32, offset: u32): void {
  const mask = side.indexMask;
  let hole = hash & mask;
  while (<u32>(load<u64>(slotOf(side, hole)) >> 32) != offset) hole = (hole + 1) & mask;
  for (let position = hole; ;) {
    position = (position + 1) & mask;
    const slot = load<u64>(slotOf(side, position));
    if (slot == 0) break;
    if (((position - <u32>slot) & mask) < ((position - hole) & mask)) continue;
    store<u64>(slotOf(side, hole), slot);
    hole = position;
  }
  store<u64>(slotOf(side, hole), 0);
  side.indexUsed--;
}

// @ts-ignore: decorator
@inline
function remember(side: Side, position: u32, hash: u32, offset: u32): void {
  while (load<u64>(slotOf(side, position)) != 0) position = (position + 1) & side.indexMask;
  store<u64>(slotOf(side, position), (<u64>offset << 32) | hash);
  side.indexUsed++;
}

/** Puts the slots of an old index into this one, which is zeroed and has room. */
export function joinRehash(slots: usize, count: u32, control: usize): void {
  const side = changetype<Side>(control);
  side.indexUsed = 0;
  for (const end = slots + (<usize>count << 3); slots < end; slots += 8) {
    const slot = load<u64>(slots);
    if (slot != 0) remember(side, <u32>slot & side.indexMask, <u32>slot, <u32>(slot >> 32));
  }
}

/** Bytes that the longer texts from `at` to `end` of a record take. */
// @ts-ignore: decorator
@inline
function longBytes(record: usize, at: u32, end: u32): u32 {
  let bytes: u32 = 0;
  for (; at < end; at += 16) {
    const last = load<u64>(record + at, 8);
    if (isLong(last)) bytes += (<u32>(last >> 32) + 7) & ~7;
  }
  return bytes;
}

/** Copies those texts to `place` within the block and says so in its cells; gives where the next one goes. */
// @ts-ignore: decorator
@inline
function copyTexts(side: Side, block: usize, at: u32, end: u32, place: u32): u32 {
  for (; at < end; at += 16) {
    const cell = block + side.rowOffset + at + 8;
    const last = load<u64>(cell);
    if (!isLong(last)) continue;
    const length = <u32>(last >> 32);
    copyBytes(block + place, <usize>(<u32>last), length);
    store<u64>(cell, (<u64>length << 32) | place);
    place += (length + 7) & ~7;
  }
  return place;
}

/** A block with the record's row and one copy of it, in no list yet; 0 if the heap has no room. */
function storeRow(side: Side, record: usize, hash: u32): u32 {
  const heap = changetype<Heap>(side.heap);
  const rowBytes = side.rowBytes;
  const texts =
    longBytes(record, side.identityTexts, side.identityTextsEnd) + longBytes(record, side.otherTexts, side.otherTextsEnd);
  const size = side.rowOffset + rowBytes + texts;
  const offset = heapAllocate(heap, size);
  if (offset == 0) return 0;
  const address = heapAddress(heap, offset);
  const row = address + side.rowOffset;
  for (let at: u32 = 0; at < rowBytes; at += 8) store<u64>(row + at, load<u64>(record + at));
  if (texts != 0) {
    const place = copyTexts(side, address, side.identityTexts, side.identityTextsEnd, side.rowOffset + rowBytes);
    copyTexts(side, address, side.otherTexts, side.otherTextsEnd, place);
  }
  const block = changetype<Block>(address);
  block.hash = hash;
  block.copies = 1;
  block.associations = 0;
  block.size = size;
  touch(side, block);
  return offset;
}

/** Makes a block the last of its key's rows. */
function append(side: Side, entry: usize, offset: u32): void {
  const heap = changetype<Heap>(side.heap);
  const list = listOf(side, entry);
  const block = changetype<Block>(heapAddress(heap, offset));
  block.next = 0;
  block.previous = list.last;
  if (list.last == 0) list.first = offset;
  else {
    changetype<Block>(heapAddress(heap, list.last)).next = offset;
    markHeader(side, list.last);
  }
  list.last = offset;
  countRows(entry, 1);
  markList(side, entry);
}

/** What comes before and after a block in its list now points to `previous` and `next` instead. */
// @ts-ignore: decorator
@inline
function link(side: Side, list: List, block: Block, next: u32, previous: u32): void {
  const heap = changetype<Heap>(side.heap);
  if (block.previous == 0) list.first = next;
  else {
    changetype<Block>(heapAddress(heap, block.previous)).next = next;
    markHeader(side, block.previous);
  }
  if (block.next == 0) list.last = previous;
  else {
    changetype<Block>(heapAddress(heap, block.next)).previous = previous;
    markHeader(side, block.next);
  }
}

function remove(side: Side, entry: usize, offset: u32): void {
  const heap = changetype<Heap>(side.heap);
  const block = changetype<Block>(heapAddress(heap, offset));
  link(side, listOf(side, entry), block, block.next, block.previous);
  if (side.index != 0) forget(side, block.hash, offset);
  countRows(entry, -1);
  markList(side, entry);
  heapFree(heap, offset, block.size);
}

/** Puts a new block where an old one of the same identity is. */
function replace(side: Side, entry: usize, oldOffset: u32, offset: u32): void {
  const heap = changetype<Heap>(side.heap);
  const old = changetype<Block>(heapAddress(heap, oldOffset));
  const block = changetype<Block>(heapAddress(heap, offset));
  block.next = old.next;
  block.previous = old.previous;
  link(side, listOf(side, entry), old, offset, offset);
  if (side.index != 0) {
    let position = old.hash & side.indexMask;
    while (<u32>(load<u64>(slotOf(side, position)) >> 32) != oldOffset) position = (position + 1) & side.indexMask;
    store<u64>(slotOf(side, position), (<u64>offset << 32) | block.hash);
  }
  markList(side, entry);
  heapFree(heap, oldOffset, old.size);
}

/**
 * Adds (+I, +U) and takes away (-U, -D) rows from `from` on, under the entries of their keys; a slot of 0 leaves the row out. A row that
 * is to go and is not there is ignored. Gives the row it got to: fewer than `rows` if the heap has no room.
 *
 * @param stored u32 a row: address of the block that the row was put into, or 0
 * @param replaced u8 a row: whether it took the place of another
 */
export function joinUpdate(
  from: u32,
  rows: u32,
  slots: usize,
  kinds: usize,
  stride: u32,
  records: usize,
  hashes: usize,
  control: usize,
  stored: usize,
  replaced: usize,
): u32 {
  const side = changetype<Side>(control);
  const heap = changetype<Heap>(side.heap);
  for (let row = from; row < rows; row++) {
    store<u32>(stored + (<usize>row << 2), 0);
    store<u8>(replaced + row, 0);
    const entry = slotAt(slots, row);
    if (entry == 0) continue;
    const record = records + <usize>row * stride;
    const hash = load<u32>(hashes + (<usize>row << 2));
    let position: u32 = 0;
    let offset: u32;
    if (side.index == 0) offset = listOf(side, entry).first;
    else {
      position = findIdentity(side, hash, record);
      offset = <u32>(load<u64>(slotOf(side, position)) >> 32);
    }
    if (offset != 0 && isExpired(side, changetype<Block>(heapAddress(heap, offset)))) {
      remove(side, entry, offset);
      if (side.index != 0) position = findIdentity(side, hash, record);
      offset = 0;
    }
    const found = changetype<Block>(heapAddress(heap, offset));
    if (kinds != 0 && (load<u8>(kinds + row) & 1) != 0) {
      if (offset == 0) continue;
      if (found.copies == 1) remove(side, entry, offset);
      else {
        found.copies--;
        touch(side, found);
        markHeader(side, offset);
      }
      continue;
    }
    if (offset != 0 && side.replaces == 0) {
      found.copies++;
      touch(side, found);
      markHeader(side, offset);
    } else {
      const fresh = storeRow(side, record, hash);
      if (fresh == 0) return row;
      if (offset == 0) {
        append(side, entry, fresh);
        if (side.index != 0) remember(side, position, hash, fresh);
      } else {
        replace(side, entry, offset, fresh);
        store<u8>(replaced + row, 1);
      }
      offset = fresh;
    }
    store<u32>(stored + (<usize>row << 2), <u32>heapAddress(heap, offset));
  }
  return rows;
}

/** Says of each row that was stored how many rows of the other input match. */
export function joinAssociate(rows: u32, stored: usize, matches: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const block = slotAt(stored, row);
    if (block != 0) changetype<Block>(block).associations = load<i32>(matches + (<usize>row << 2));
  }
}

/** Takes away all expired rows of entries. */
export function joinSweep(rows: u32, slots: usize, control: usize): void {
  const side = changetype<Side>(control);
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    let offset = listOf(side, entry).first;
    while (offset != 0) {
      const block = changetype<Block>(heapAddress(changetype<Heap>(side.heap), offset));
      const next = block.next;
      if (isExpired(side, block)) remove(side, entry, offset);
      offset = next;
    }
  }
}

/**
 * Copies the rows of old entries, whose blocks lie in `oldHeap`, to their partners in `to`. `cursor` is two u32, zeroed at first: the row, and the
 * block of it that comes next. Gives the row it got to: fewer than `rows` if heap or index have no room.
 */
export function joinAdopt(rows: u32, from: usize, to: usize, oldHeap: usize, control: usize, cursor: usize): u32 {
  const side = changetype<Side>(control);
  const heap = changetype<Heap>(side.heap);
  let row = load<u32>(cursor);
  let offset = load<u32>(cursor, 4);
  for (; row < rows; row++) {
    const entry = slotAt(to, row);
    if (offset == 0) {
      // The old list came along with the entry's other bytes.
      offset = listOf(side, slotAt(from, row)).first;
      store<u64>(changetype<usize>(listOf(side, entry)), 0);
      countRows(entry, -load<i64>(entry, 8));
    }
    while (offset != 0) {
      const old = heapAddress(changetype<Heap>(oldHeap), offset);
      const size = changetype<Block>(old).size;
      const fresh = side.index != 0 && side.indexUsed >= side.indexLimit ? 0 : heapAllocate(heap, size);
      if (fresh == 0) {
        store<u32>(cursor, row);
        store<u32>(cursor, offset, 4);
        return row;
      }
      copyBytes(heapAddress(heap, fresh), old, size);
      append(side, entry, fresh);
      const hash = changetype<Block>(old).hash;
      if (side.index != 0) remember(side, hash & side.indexMask, hash, fresh);
      offset = changetype<Block>(old).next;
    }
  }
  store<u64>(cursor, 0);
  return rows;
}
