/**
 * Joining a batch of one input with the stored rows of the other: which rows match, what the joined table says of it, and its columns.
 *
 * Rows of the batch are gone through in order, and for each the stored rows of its key, oldest first. What was begun goes on where it
 * stopped, so that neither pairs nor changes ever are more than a batch's.
 */
import { Block, Side, isExpired, isLong, listOf, markHeader, touch } from './join-layout';
import { RECORD_KEYS, Table, isSameKey } from './keyed-table-layout';
import { Heap, heapAddress } from './state-heap';

/** A kind of change that is not sent. */
const SILENT: u32 = 255;

/** Where a batch's join has got to, and where its arrays are; written by its twin. */
@unmanaged
class Progress {
  /** Next row and block to pair. Rows before are paired to the end. */
  row: u32;
  block: u32;
  /** Next pair to tell of, how many of its copies were told, and next row that gets its last word. */
  pair: u32;
  copy: u32;
  closing: u32;
  pairs: u32;
  rows: u32;
  /** Control block of the other input's `Side`. */
  side: usize;
  /** u32 a row: its key's first block. */
  heads: usize;
  /** u32 a pair: row and block. */
  pairRows: usize;
  pairBlocks: usize;
  /** RowKinds of the batch, or 0. */
  kinds: usize;
  /** u32 a row: how many rows match. */
  matches: usize;
  /** u8 a row: it replaced another one; or 0. */
  replaced: usize;
  /** Of a change: u32 row, u32 address of a block, u8 kind; u8 whether there is a row, and a block. Row and block are 0 where there is none. */
  outRows: usize;
  outBlocks: usize;
  outKinds: usize;
  hasRow: usize;
  hasBlock: usize;
  /** Whether the other input's rows count their matches. */
  counts: u32;
  /** What is sent, a byte a RowKind of the row: of each match; of a stored row that has its first match or loses its last; of a row with matches; without. */
  joined: u32;
  turned: u32;
  matched: u32;
  unmatched: u32;
}

/**
 * Finds the key of each record in the other input's table: a u32 a row, the first block of its list, or 0. `mask` as in `tableLookup`.
 * Gives how many rows found one.
 */
export function joinFind(rows: u32, records: usize, mask: usize, control: usize, heads: usize): u32 {
  const side = changetype<Side>(control);
  const table = changetype<Table>(side.table);
  const words = table.keyWords;
  const stride = RECORD_KEYS + (words << 3);
  const textMask = table.textMask;
  const size = table.entrySize;
  const entries = table.entries;
  const capacity = <u64>table.capacity;
  const end = entries + <usize>table.capacity * size;
  let found: u32 = 0;
  for (let row: u32 = 0; row < rows; row++, records += stride) {
    let head: u32 = 0;
    if (mask == 0 || load<u8>(mask + row) != 0) {
      const header = load<u64>(records);
      let entry = entries + <usize>(((header & 0xffffffff) * capacity) >> 32) * size;
      let other = load<u64>(entry);
      while (other != 0) {
        if (other == header && isSameKey(table, entry, records, words, textMask)) {
          head = listOf(side, entry).first;
          break;
        }
        entry += size;
        if (entry == end) entry = entries;
        other = load<u64>(entry);
      }
    }
    store<u32>(heads + (<usize>row << 2), head);
    found += <u32>(head != 0);
  }
  return found;
}

/** A byte a row: whether a key column, or all of several, are set. `isFirst` says that `mask` is not written yet. */
export function joinKeyMask(rows: u32, validity: usize, stride: u32, mask: usize, isFirst: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const isSet = load<u8>(validity + (stride ? <usize>row : 0));
    store<u8>(mask + row, isFirst ? isSet : isSet & load<u8>(mask + row));
  }
}

/** Lists the next pairs, at most `limit`, and the addresses of their blocks. */
export function joinPairs(limit: u32, control: usize, addresses: usize): u32 {
  const progress = changetype<Progress>(control);
  const side = changetype<Side>(progress.side);
  const heap = changetype<Heap>(side.heap);
  const rows = progress.rows;
  let row = progress.row;
  let offset = progress.block;
  let count: u32 = 0;
  for (;;) {
    while (offset != 0 && count < limit) {
      const address = heapAddress(heap, offset);
      const block = changetype<Block>(address);
      if (!isExpired(side, block)) {
        store<u32>(progress.pairRows + (<usize>count << 2), row);
        store<u32>(progress.pairBlocks + (<usize>count << 2), offset);
        store<u32>(addresses + (<usize>count << 2), <u32>address);
        count++;
      }
      offset = block.next;
    }
    if (offset != 0 || ++row >= rows) break;
    offset = load<u32>(progress.heads + (<usize>row << 2));
  }
  progress.row = row;
  progress.block = offset;
  progress.pairs = count;
  progress.pair = 0;
  return count;
}

// @ts-ignore: decorator
@inline
function kindOf(kinds: u32, kind: u32): u32 {
  return (kinds >> (kind << 3)) & 255;
}

// @ts-ignore: decorator
@inline
function tell(progress: Progress, at: u32, row: u32, hasRow: u8, block: usize, kind: u32): u32 {
  store<u32>(progress.outRows + (<usize>at << 2), row);
  store<u32>(progress.outBlocks + (<usize>at << 2), <u32>block);
  store<u8>(progress.outKinds + at, <u8>kind);
  store<u8>(progress.hasRow + at, hasRow);
  store<u8>(progress.hasBlock + at, <u8>(block != 0));
  return at + <u32>(kind != SILENT);
}

/**
 * Tells what the listed pairs change, and of rows that are paired to the end whether they had any: at most `limit` changes, fewer
 * at the end. Counts the matches of rows, and of stored rows where they count.
 */
export function joinChanges(limit: u32, control: usize): u32 {
  const progress = changetype<Progress>(control);
  const heap = changetype<Heap>(changetype<Side>(progress.side).heap);
  const kinds = progress.kinds;
  const closes = (progress.matched & progress.unmatched) != 0xffffffff;
  // A pair's copy is two changes at most, and is not begun without room for them.
  const last = limit - 2;
  let count: u32 = 0;
  let pair = progress.pair;
  for (; pair < progress.pairs; pair++) {
    const row = load<u32>(progress.pairRows + (<usize>pair << 2));
    if (closes) {
      count = close(progress, row, count, last);
      if (count > last) break;
    }
    const kind: u32 = kinds ? load<u8>(kinds + row) : 0;
    const offset = load<u32>(progress.pairBlocks + (<usize>pair << 2));
    const address = heapAddress(heap, offset);
    const block = changetype<Block>(address);
    const isAdded = (kind & 1) == 0;
    const turns = progress.counts != 0 && block.associations == <i32>!isAdded;
    const turned = turns ? kindOf(progress.turned, kind) : SILENT;
    const joined = kindOf(progress.joined, kind);
    let copy = progress.copy;
    for (; copy < block.copies && count <= last; copy++) {
      if (isAdded && turns) count = tell(progress, count, 0, 0, address, turned);
      count = tell(progress, count, row, 1, address, joined);
      if (!isAdded && turns) count = tell(progress, count, 0, 0, address, turned);
    }
    progress.copy = copy;
    if (copy < block.copies) break;
    progress.copy = 0;
    const matches = progress.matches + (<usize>row << 2);
    store<u32>(matches, load<u32>(matches) + copy);
    if (progress.counts != 0) associate(progress, block, offset, row, isAdded);
  }
  progress.pair = pair;
  if (closes && pair == progress.pairs) count = close(progress, progress.row, count, last);
  return count;
}

/** The stored row has one match more or less; a row that took the place of another is no further one. */
// @ts-ignore: decorator
@inline
function associate(progress: Progress, block: Block, offset: u32, row: u32, isAdded: bool): void {
  if (!isAdded) block.associations--;
  else if (block.associations == 0 || load<u8>(progress.replaced + row) == 0) block.associations++;
  const side = changetype<Side>(progress.side);
  touch(side, block);
  markHeader(side, offset);
}

/** The last word on rows before `end`. */
function close(progress: Progress, end: u32, count: u32, last: u32): u32 {
  let row = progress.closing;
  for (; row < end && count <= last; row++) {
    const kind: u32 = progress.kinds ? load<u8>(progress.kinds + row) : 0;
    const hasMatch = load<u32>(progress.matches + (<usize>row << 2)) != 0;
    count = tell(progress, count, row, 1, 0, kindOf(hasMatch ? progress.matched : progress.unmatched, kind));
  }
  progress.closing = row;
  return count;
}

// @ts-ignore: decorator
@inline
function gather<T>(count: u32, blocks: usize, offset: u32, values: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const block = <usize>load<u32>(blocks + (<usize>i << 2));
    store<T>(values + <usize>i * sizeof<T>(), load<T>(block + offset));
  }
}

/** Cells at `offset` of blocks, given by address; without a block (0) they are garbage. */
export function joinGather8(count: u32, blocks: usize, offset: u32, values: usize): void {
  gather<u8>(count, blocks, offset, values);
}
export function joinGather16(count: u32, blocks: usize, offset: u32, values: usize): void {
  gather<u16>(count, blocks, offset, values);
}
export function joinGather32(count: u32, blocks: usize, offset: u32, values: usize): void {
  gather<u32>(count, blocks, offset, values);
}
export function joinGather64(count: u32, blocks: usize, offset: u32, values: usize): void {
  gather<u64>(count, blocks, offset, values);
}
export function joinGather128(count: u32, blocks: usize, offset: u32, values: usize): void {
  gather<v128>(count, blocks, offset, values);
}

/** Texts as views into the blocks: good until the heap settles. Without a block they are empty. */
export function joinGatherView(count: u32, blocks: usize, offset: u32, values: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const block = <usize>load<u32>(blocks + (<usize>i << 2));
    const last = block ? load<u64>(block + offset, 8) : 0;
    const isInBlock = isLong(last);
    const address = isInBlock ? block + <usize>(<u32>last) : block + offset;
    const length = isInBlock ? <u32>(last >> 32) : <u32>(last >> 56) & 0x7f;
    store<u64>(values + (<usize>i << 3), (<u64>length << 32) | address);
  }
}

/** Validity by `bit` of the u32 at `offset`; without a block a cell is NULL. */
export function joinGatherValidity(count: u32, blocks: usize, offset: u32, bit: u32, validity: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const block = <usize>load<u32>(blocks + (<usize>i << 2));
    store<u8>(validity + i, <u8>((~load<u32>(block + offset) >> bit) & <u32>(block != 0)));
  }
}
