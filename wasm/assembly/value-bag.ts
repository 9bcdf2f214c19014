/**
 * Multisets of values in keyed state: what COLLECT, PERCENTILE and the aggregates of bitmaps remember of a key. The values
 * are sets of `value-set-layout.ts`; arguments are those of `aggregate.ts`.
 *
 *   bag, in an entry:   | u32 root node | u32 nodes | u32 stamp | u32 grown | u32 first | u32 laid out |
 *
 * Results are ranges, u32 first and u32 count, of `keys` (16 bytes each, as in `value-set.ts`, texts as views) and `counts` (i64). A bag is
 * laid out again after every change of it: in order of value, or, if a kernel's `byArrival` says so, of their nodes' numbers, which is that in
 * which they came, but for values that took the place of one that left. From `stamp` on, fields mean something within one call of `bagPlan` and `bagAccumulate`.
 */
import { slotAt } from './keyed-table-layout';
import { Heap, heapAddress } from './state-heap';
import { Node, NodeHeap, nodeAt, setAdd, setAddNode, setClear } from './value-set-layout';

const SIGN: u64 = 0x8000000000000000;
const NONE: u32 = 0xffffffff;

@unmanaged
class Bag {
  root: u32;
  nodes: u32;
  stamp: u32;
  /** Values that the batch may have added so far. */
  grown: u32;
  /** Where the bag lies, or NONE; and how many of its values do. */
  first: u32;
  shown: u32;
}

// @ts-ignore: decorator
@inline
function weightAt(weights: usize, multiples: usize, row: u32): i64 {
  const weight: i64 = weights ? <i64>load<i8>(weights + row) : 1;
  return multiples ? weight * load<i64>(multiples + (<usize>row << 3)) : weight;
}

/**
 * The values of all results of a batch, at most; `nodes` (a cell) gets how many values may be new. A row brings the key of its number, or those of
 * its range in `inputs`. `stamp` is odd and greater than that of any call before.
 */
export function bagPlan(rows: u32, slots: usize, offset: u32, inputs: usize, stamp: u32, nodes: usize): u32 {
  let cells: u32 = 0;
  let fresh: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const bag = changetype<Bag>(slotAt(slots, row) + offset);
    if (bag.stamp != stamp) {
      bag.stamp = stamp;
      bag.grown = 0;
      cells += bag.nodes;
    }
    const count = inputs ? load<u32>(inputs + (<usize>row << 3), 4) : 1;
    bag.grown += count;
    fresh += count;
    cells += bag.nodes + bag.grown;
  }
  store<u32>(nodes, fresh);
  return cells;
}

let cursor: u32 = 0;

// @ts-ignore: decorator
@inline
function put(heap: NodeHeap, node: Node, keys: usize, counts: usize): void {
  let low = node.low;
  if (heap.texts && <u32>low) {
    low = (low & 0xffffffff00000000) | heapAddress(changetype<Heap>(heap.texts), <u32>low);
  }
  const key = keys + (<usize>cursor << 4);
  store<u64>(key, low);
  store<u64>(key, node.high, 8);
  store<i64>(counts + (<usize>cursor << 3), node.count);
  cursor++;
}

function layOutByValue(heap: NodeHeap, tree: u32, keys: usize, counts: usize, isWhole: u32): void {
  while (tree != 0) {
    const node = nodeAt(heap, tree);
    layOutByValue(heap, node.left, keys, counts, isWhole);
    if (isWhole || node.count > 0) put(heap, node, keys, counts);
    tree = node.right;
  }
}

/** Numbers of nodes as u64 cells, from `cursor` on. */
function listNodes(heap: NodeHeap, tree: u32, numbers: usize, isWhole: u32): void {
  while (tree != 0) {
    const node = nodeAt(heap, tree);
    listNodes(heap, node.left, numbers, isWhole);
    if (isWhole || node.count > 0) {
      store<u64>(numbers + (<usize>cursor << 3), tree);
      cursor++;
    }
    tree = node.right;
  }
}

/** Shell's sort, in place. */
function sortNumbers(numbers: usize, count: u32): void {
  let gap: u32 = 1;
  while (gap < count / 3) gap = 3 * gap + 1;
  for (; gap > 0; gap /= 3) {
    for (let i = gap; i < count; i++) {
      const number = load<u64>(numbers + (<usize>i << 3));
      let at = i;
      for (; at >= gap; at -= gap) {
        const other = load<u64>(numbers + (<usize>(at - gap) << 3));
        if (other < number) break;
        store<u64>(numbers + (<usize>at << 3), other);
      }
      store<u64>(numbers + (<usize>at << 3), number);
    }
  }
}

function layOut(heap: NodeHeap, tree: u32, keys: usize, counts: usize, isWhole: u32, byArrival: u32): void {
  if (!byArrival) return layOutByValue(heap, tree, keys, counts, isWhole);
  const first = cursor;
  listNodes(heap, tree, counts, isWhole);
  const end = cursor;
  sortNumbers(counts + (<usize>first << 3), end - first);
  cursor = first;
  while (cursor < end) put(heap, nodeAt(heap, load<u32>(counts + (<usize>cursor << 3))), keys, counts);
}

// @ts-ignore: decorator
@inline
function show(
  heap: NodeHeap,
  bag: Bag,
  keys: usize,
  counts: usize,
  isWhole: u32,
  byArrival: u32,
  range: usize,
): void {
  if (bag.first == NONE) {
    bag.first = cursor;
    layOut(heap, bag.root, keys, counts, isWhole, byArrival);
    bag.shown = cursor - bag.first;
  }
  store<u32>(range, bag.first);
  store<u32>(range, bag.shown, 4);
}

/**
 * Adds the values of each row as often as its weight and multiple say, `stamp` being one more than `bagPlan` was given. Results have the values with
 * a count above 0, or (`isWhole`) all. Returns how many values are laid out.
 */
export function bagAccumulate(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  multiples: usize,
  life: usize,
  inputs: usize,
  inputKeys: usize,
  nodeControl: usize,
  stamp: u32,
  isWhole: u32,
  byArrival: u32,
  keys: usize,
  counts: usize,
  before: usize,
  after: usize,
): u32 {
  const heap = changetype<NodeHeap>(nodeControl);
  cursor = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const bag = changetype<Bag>(slotAt(slots, row) + offset);
    const set = changetype<usize>(bag);
    const stage: u8 = life ? load<u8>(life + row) : 3;
    if (bag.stamp != stamp) {
      bag.stamp = stamp;
      bag.first = NONE;
    }
    if (!(stage & 1) && bag.root) {
      setClear(heap, set);
      bag.first = NONE;
    }
    if (before) show(heap, bag, keys, counts, isWhole, byArrival, before + (<usize>row << 3));
    const weight = weightAt(weights, multiples, row);
    if (weight) {
      let key = inputKeys + ((inputs ? <usize>load<u32>(inputs + (<usize>row << 3)) : <usize>row) << 4);
      const count = inputs ? load<u32>(inputs + (<usize>row << 3), 4) : 1;
      for (let i: u32 = 0; i < count; i++, key += 16) setAdd(heap, set, load<u64>(key), load<u64>(key, 8), weight);
      if (count) bag.first = NONE;
    }
    if (after) show(heap, bag, keys, counts, isWhole, byArrival, after + (<usize>row << 3));
    if (stage == 1) {
      setClear(heap, set);
      bag.first = NONE;
    }
  }
  return cursor;
}

/** Lays out the bags of entries; `setNodes` says how many values that are at most. */
export function bagRead(
  rows: u32,
  slots: usize,
  offset: u32,
  nodeControl: usize,
  isWhole: u32,
  byArrival: u32,
  keys: usize,
  counts: usize,
  ranges: usize,
): u32 {
  cursor = 0;
  for (let row: u32 = 0; row < rows; row++, ranges += 8) {
    const first = cursor;
    const bag = changetype<Bag>(slotAt(slots, row) + offset);
    layOut(changetype<NodeHeap>(nodeControl), bag.root, keys, counts, isWhole, byArrival);
    store<u32>(ranges, first);
    store<u32>(ranges, cursor - first, 4);
  }
  return cursor;
}

/**
 * MERGE: adds the bags of other entries, whose nodes lie in `fromNodes`, in order of arrival. With `isCopy` the targets are taken as empty.
 * `numbers` has room for a u64 of each value of a bag.
 */
export function bagMerge(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  fromNodes: usize,
  toNodes: usize,
  isCopy: u32,
  numbers: usize,
): void {
  const source = changetype<NodeHeap>(fromNodes);
  for (let row: u32 = 0; row < rows; row++) {
    const set = slotAt(to, row) + offset;
    if (isCopy) store<u64>(set, 0);
    cursor = 0;
    listNodes(source, load<u32>(slotAt(from, row) + offset), numbers, 1);
    sortNumbers(numbers, cursor);
    for (let i: u32 = 0; i < cursor; i++) {
      setAddNode(source, nodeAt(source, load<u32>(numbers + (<usize>i << 3))), changetype<NodeHeap>(toNodes), set, 1);
    }
  }
}

/** Entries copied from another table have been laid out nowhere. */
export function bagReset(rows: u32, slots: usize, offset: u32): void {
  for (let row: u32 = 0; row < rows; row++) changetype<Bag>(slotAt(slots, row) + offset).stamp = 0;
}

/** The most values that one of the entries has. */
export function bagLargest(rows: u32, slots: usize, offset: u32): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) count = max(count, changetype<Bag>(slotAt(slots, row) + offset).nodes);
  return count;
}

/** Sets `changed` where the bag after a row has other values or counts than the one before it. */
export function markChangedBags(
  rows: u32,
  before: usize,
  after: usize,
  keys: usize,
  counts: usize,
  isText: u32,
  changed: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, before += 8, after += 8) {
    if (load<u64>(before) == load<u64>(after)) continue;
    const count = load<u32>(before, 4);
    let differs = count != load<u32>(after, 4);
    const a = load<u32>(before);
    const b = load<u32>(after);
    for (let i: u32 = 0; i < count && !differs; i++) {
      differs =
        load<i64>(counts + (<usize>(a + i) << 3)) != load<i64>(counts + (<usize>(b + i) << 3)) ||
        !isSameKey(keys + (<usize>(a + i) << 4), keys + (<usize>(b + i) << 4), isText);
    }
    if (differs) store<u8>(changed + row, 1);
  }
}

function isSameKey(a: usize, b: usize, isText: u32): bool {
  if (load<u64>(a) == load<u64>(b)) return load<u64>(a, 8) == load<u64>(b, 8);
  if (!isText || load<u32>(a, 4) != load<u32>(b, 4)) return false;
  return memory.compare(<usize>load<u32>(a), <usize>load<u32>(b), load<u32>(a, 4)) == 0;
}

// @ts-ignore: decorator
@inline
function numberAt(keys: usize, index: u32): f64 {
  const high = load<u64>(keys + (<usize>index << 4), 8);
  return reinterpret<f64>(high ^ (<u64>(<i64>~high >> 63) | SIGN));
}

/**
 * PERCENTILE: the value at a share (an f64 cell) of the values of each range, which are DOUBLEs, between two of them in proportion. Results lie
 * `stride` bytes apart; `validity` says which ranges have values.
 */
export function bagPercentile(
  rows: u32,
  ranges: usize,
  keys: usize,
  counts: usize,
  share: usize,
  out: usize,
  stride: u32,
  validity: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, ranges += 8, out += stride) {
    const first = load<u32>(ranges);
    const values = load<u32>(ranges, 4);
    let total: i64 = 0;
    for (let i: u32 = 0; i < values; i++) total += load<i64>(counts + (<usize>(first + i) << 3));
    store<u8>(validity + row, <u8>(total > 0));
    if (total <= 0) continue;
    const position = load<f64>(share) * <f64>(total - 1) + 1;
    const lower = <i64>floor<f64>(position);
    const higher = <i64>ceil<f64>(position);
    let at = first;
    let seen = load<i64>(counts + (<usize>at << 3));
    while (seen < lower) seen += load<i64>(counts + (<usize>++at << 3));
    const value = numberAt(keys, at);
    const isBetween = seen < higher;
    store<f64>(
      out,
      isBetween
        ? (<f64>higher - position) * value + (position - <f64>lower) * numberAt(keys, at + 1)
        : value,
    );
  }
}

/**
 * How many values of each range count for a bitmap aggregate: those with a count above 0 (`mode` 0), as high as the number of bitmaps, i64 a
 * row in `totals` (1), or odd (2).
 */
export function bagCardinality(
  rows: u32,
  ranges: usize,
  counts: usize,
  mode: u32,
  totals: usize,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, ranges += 8) {
    const first = load<u32>(ranges);
    const values = load<u32>(ranges, 4);
    const total = load<i64>(totals + (<usize>row << 3));
    let cardinality: i64 = 0;
    for (let i: u32 = 0; i < values; i++) {
      const count = load<i64>(counts + (<usize>(first + i) << 3));
      cardinality += <i64>(mode == 0 ? count > 0 : mode == 1 ? count == total : (count & 1) != 0);
    }
    store<i64>(out + (<usize>row << 3), cardinality);
  }
}

/** Integers of 1 to 8 bytes as i64 cells; `weights` becomes 0 where one is NULL or not above 0. */
export function bagMultiples(
  rows: u32,
  values: usize,
  stride: u32,
  validity: usize,
  width: u32,
  out: usize,
  weights: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const isSet = !validity || load<u8>(validity + (stride ? <usize>row : 0)) != 0;
    const value: i64 =
      width == 1 ? load<i8>(values) : width == 2 ? load<i16>(values) : width == 4 ? load<i32>(values) : load<i64>(values);
    store<i64>(out + (<usize>row << 3), value);
    if (!isSet || value <= 0) store<i8>(weights + row, 0);
  }
}

/** The entry of each value of ranges that `bagRead` laid out. */
export function bagSlots(rows: u32, slots: usize, ranges: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++, ranges += 8) {
    const slot = <u32>slotAt(slots, row);
    for (let i: u32 = load<u32>(ranges, 4); i > 0; i--, out += 4) store<u32>(out, slot);
  }
}

/** Counts above 0 become 1. */
export function bagOnce(count: u32, counts: usize): void {
  for (let i: u32 = 0; i < count; i++, counts += 8) store<i64>(counts, min<i64>(load<i64>(counts), 1));
}
