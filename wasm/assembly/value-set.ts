/**
 * DISTINCT, and MIN and MAX of an input that takes rows back: aggregates that remember every value (`value-set-layout.ts`).
 * Arguments are those of `aggregate.ts`. Values come as keys, 16 bytes a row, which compare unsigned by their high word, then the low one:
 *
 *   integers, floats   high: the value with its order made unsigned (doubles as Double.compare does); low: 0
 *   16 bytes           the deciding word made unsigned, then the other one
 *   text               low: u32 address, u32 length
 *
 * The twin makes room for a node a row, and for the bytes of all texts, before it calls.
 */
import { slotAt } from './keyed-table-layout';
import { Heap, blockSize, heapAddress } from './state-heap';
import { NodeHeap, nodeAt, setAdd, setAddTree, setClear, setExtreme } from './value-set-layout';

const SIGN: u64 = 0x8000000000000000;

// @ts-ignore: decorator
@inline
function orderBits<T>(value: T): u64 {
  if (isFloat<T>()) {
    const wide = <f64>value;
    const bits = wide == wide ? reinterpret<u64>(wide) : 0x7ff8000000000000;
    return bits ^ (<u64>(<i64>bits >> 63) | SIGN);
  }
  return <u64>(<i64>value) ^ SIGN;
}

// @ts-ignore: decorator
@inline
function toKeys<T>(rows: u32, values: usize, stride: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    store<u64>(keys + (<usize>row << 4), 0);
    store<u64>(keys + (<usize>row << 4), orderBits<T>(load<T>(values)), 8);
  }
}

export function orderKeysI8(rows: u32, values: usize, stride: u32, keys: usize): void {
  toKeys<i8>(rows, values, stride, keys);
}

export function orderKeysI16(rows: u32, values: usize, stride: u32, keys: usize): void {
  toKeys<i16>(rows, values, stride, keys);
}

export function orderKeysI32(rows: u32, values: usize, stride: u32, keys: usize): void {
  toKeys<i32>(rows, values, stride, keys);
}

export function orderKeysI64(rows: u32, values: usize, stride: u32, keys: usize): void {
  toKeys<i64>(rows, values, stride, keys);
}

export function orderKeysF32(rows: u32, values: usize, stride: u32, keys: usize): void {
  toKeys<f32>(rows, values, stride, keys);
}

export function orderKeysF64(rows: u32, values: usize, stride: u32, keys: usize): void {
  toKeys<f64>(rows, values, stride, keys);
}

/** `primary`: offset of the signed word that decides first. */
export function orderKeys128(rows: u32, values: usize, stride: u32, keys: usize, primary: u32): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    store<u64>(keys + (<usize>row << 4), load<u64>(values + (8 - primary)));
    store<u64>(keys + (<usize>row << 4), load<u64>(values + primary) ^ SIGN, 8);
  }
}

export function orderKeysView(rows: u32, values: usize, stride: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    store<u64>(keys + (<usize>row << 4), load<u64>(values));
    store<u64>(keys + (<usize>row << 4), 0, 8);
  }
}

/** Keys of NULLs, which equal each other and nothing else. */
export function orderKeysNull(rows: u32, validity: usize, stride: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, keys += 16) {
    if (load<u8>(validity + (stride ? <usize>row : 0))) continue;
    store<u64>(keys, 0);
    store<u64>(keys, <u64>-1, 8);
  }
}

// @ts-ignore: decorator
@inline
function fromKeys<T>(rows: u32, keys: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const bits = load<u64>(keys + (<usize>row << 4), 8);
    const cell = out + <usize>row * sizeof<T>();
    if (isFloat<T>()) store<T>(cell, <T>reinterpret<f64>(bits ^ (<u64>(<i64>~bits >> 63) | SIGN)));
    else store<T>(cell, <T>(bits ^ SIGN));
  }
}

export function orderValuesI8(rows: u32, keys: usize, out: usize): void {
  fromKeys<i8>(rows, keys, out);
}

export function orderValuesI16(rows: u32, keys: usize, out: usize): void {
  fromKeys<i16>(rows, keys, out);
}

export function orderValuesI32(rows: u32, keys: usize, out: usize): void {
  fromKeys<i32>(rows, keys, out);
}

export function orderValuesI64(rows: u32, keys: usize, out: usize): void {
  fromKeys<i64>(rows, keys, out);
}

export function orderValuesF32(rows: u32, keys: usize, out: usize): void {
  fromKeys<f32>(rows, keys, out);
}

export function orderValuesF64(rows: u32, keys: usize, out: usize): void {
  fromKeys<f64>(rows, keys, out);
}

export function orderValues128(rows: u32, keys: usize, out: usize, primary: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const cell = out + (<usize>row << 4);
    store<u64>(cell + (8 - primary), load<u64>(keys + (<usize>row << 4)));
    store<u64>(cell + primary, load<u64>(keys + (<usize>row << 4), 8) ^ SIGN);
  }
}

export function orderValuesView(rows: u32, keys: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<u64>(out + (<usize>row << 3), load<u64>(keys + (<usize>row << 4)));
  }
}

/**
 * DISTINCT: counts the value of each row in the set at `offset`, and turns its weight into 1 where the value is the first of its
 * kind, -1 where it was the last, and 0 otherwise. `weights` is written in place; `life` is 0 if keys do not die.
 */
export function setDistinct(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  life: usize,
  keys: usize,
  nodeControl: usize,
): void {
  const heap = changetype<NodeHeap>(nodeControl);
  for (let row: u32 = 0; row < rows; row++) {
    const set = slotAt(slots, row) + offset;
    const stage: u8 = life ? load<u8>(life + row) : 3;
    if (!(stage & 1) && load<u32>(set)) setClear(heap, set);
    const weight = <i64>load<i8>(weights + row);
    if (weight) {
      const key = keys + (<usize>row << 4);
      const count = setAdd(heap, set, load<u64>(key), load<u64>(key, 8), weight);
      store<i8>(weights + row, <i8>(count + weight > 0) - <i8>(count > 0));
    }
    if (stage == 1) setClear(heap, set);
  }
}

/**
 * MIN or MAX: counts the value of each row in the set at `offset`, behind which the extreme value is kept as a key; `before` and
 * `after` are keys. Text keys in them hold addresses, good until the heap settles.
 */
export function setExtremes(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  life: usize,
  keys: usize,
  nodeControl: usize,
  isMax: u32,
  before: usize,
  after: usize,
): void {
  const heap = changetype<NodeHeap>(nodeControl);
  for (let row: u32 = 0; row < rows; row++) {
    const set = slotAt(slots, row) + offset;
    const stage: u8 = life ? load<u8>(life + row) : 3;
    if (!(stage & 1) && load<u32>(set)) setClear(heap, set);
    if (before) readKey(heap, set + 8, before + (<usize>row << 4));
    const weight: i64 = weights ? <i64>load<i8>(weights + row) : 1;
    if (weight) {
      const key = keys + (<usize>row << 4);
      setAdd(heap, set, load<u64>(key), load<u64>(key, 8), weight);
      keepExtreme(heap, set, isMax != 0);
    }
    if (after) readKey(heap, set + 8, after + (<usize>row << 4));
    if (stage == 1) setClear(heap, set);
  }
}

// @ts-ignore: decorator
@inline
function keepExtreme(heap: NodeHeap, set: usize, isMax: bool): void {
  const found = setExtreme(heap, load<u32>(set), isMax);
  if (!found) return;
  store<u64>(set, nodeAt(heap, found).low, 8);
  store<u64>(set, nodeAt(heap, found).high, 16);
}

/** A key that is kept, as one that `orderValues*` takes. */
// @ts-ignore: decorator
@inline
function readKey(heap: NodeHeap, kept: usize, key: usize): void {
  let low = load<u64>(kept);
  if (heap.texts && <u32>low) {
    low = (low & 0xffffffff00000000) | heapAddress(changetype<Heap>(heap.texts), <u32>low);
  }
  store<u64>(key, low);
  store<u64>(key, load<u64>(kept, 8), 8);
}

/** The extreme values that entries keep, as keys. */
export function setReadExtremes(rows: u32, slots: usize, offset: u32, nodeControl: usize, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    readKey(changetype<NodeHeap>(nodeControl), slotAt(slots, row) + offset + 8, keys + (<usize>row << 4));
  }
}

/** How many nodes the sets of entries have in all. */
export function setNodes(rows: u32, slots: usize, offset: u32): u32 {
  let nodes: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) nodes += load<u32>(slotAt(slots, row) + offset, 4);
  return nodes;
}

/** Empties the sets of entries that are given up. */
export function setRelease(rows: u32, slots: usize, offset: u32, nodeControl: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    setClear(changetype<NodeHeap>(nodeControl), slotAt(slots, row) + offset);
  }
}

/** MERGE: adds the sets of other entries, whose nodes lie in `fromNodes`. With `isCopy` the targets are taken as empty, whatever they hold. */
export function setMerge(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  fromNodes: usize,
  toNodes: usize,
  isCopy: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const set = slotAt(to, row) + offset;
    if (isCopy) store<u64>(set, 0);
    const tree = load<u32>(slotAt(from, row) + offset);
    setAddTree(changetype<NodeHeap>(fromNodes), tree, changetype<NodeHeap>(toNodes), set, 1);
  }
}

/** Finds the extreme values again, after sets were merged. */
export function setKeepExtremes(rows: u32, slots: usize, offset: u32, nodeControl: usize, isMax: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    keepExtreme(changetype<NodeHeap>(nodeControl), slotAt(slots, row) + offset, isMax != 0);
  }
}

/** Bytes that the texts of entries' sets take as blocks. */
export function setTextBytes(rows: u32, slots: usize, offset: u32, nodeControl: usize): u32 {
  let bytes: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    bytes += treeTextBytes(changetype<NodeHeap>(nodeControl), load<u32>(slotAt(slots, row) + offset));
  }
  return bytes;
}

function treeTextBytes(heap: NodeHeap, tree: u32): u32 {
  if (tree == 0) return 0;
  const node = nodeAt(heap, tree);
  return blockSize(<u32>(node.low >> 32)) + treeTextBytes(heap, node.left) + treeTextBytes(heap, node.right);
}

/** COUNT(DISTINCT) again after sets were merged: how many values of the set have a count above 0, into the cell at `target`. */
export function setRecount(rows: u32, slots: usize, offset: u32, nodeControl: usize, target: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<i64>(entry + target, countTree(changetype<NodeHeap>(nodeControl), load<u32>(entry + offset)));
  }
}

function countTree(heap: NodeHeap, tree: u32): i64 {
  if (tree == 0) return 0;
  const node = nodeAt(heap, tree);
  return countTree(heap, node.left) + countTree(heap, node.right) + <i64>(node.count > 0);
}

// @ts-ignore: decorator
@inline
function valueOf<T>(high: u64): T {
  if (isFloat<T>()) return <T>reinterpret<f64>(high ^ (<u64>(<i64>~high >> 63) | SIGN));
  return <T>(high ^ SIGN);
}

function sumTree<T>(heap: NodeHeap, tree: u32, sum: T): T {
  if (tree == 0) return sum;
  const node = nodeAt(heap, tree);
  sum = sumTree<T>(heap, node.left, sum);
  if (node.count > 0) sum += valueOf<T>(node.high);
  return sumTree<T>(heap, node.right, sum);
}

// @ts-ignore: decorator
@inline
function resum<T>(rows: u32, slots: usize, offset: u32, nodeControl: usize, target: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<T>(entry + target, sumTree<T>(changetype<NodeHeap>(nodeControl), load<u32>(entry + offset), 0));
  }
}

/** SUM(DISTINCT) again, in the order of the values. */
export function setResumI64(rows: u32, slots: usize, offset: u32, nodeControl: usize, target: u32): void {
  resum<i64>(rows, slots, offset, nodeControl, target);
}

export function setResumF32(rows: u32, slots: usize, offset: u32, nodeControl: usize, target: u32): void {
  resum<f32>(rows, slots, offset, nodeControl, target);
}

export function setResumF64(rows: u32, slots: usize, offset: u32, nodeControl: usize, target: u32): void {
  resum<f64>(rows, slots, offset, nodeControl, target);
}

/** The same for DECIMALs, of 8 bytes or (`isWide`) 16, into 16 bytes. */
export function setResumDecimal(
  rows: u32,
  slots: usize,
  offset: u32,
  nodeControl: usize,
  target: u32,
  isWide: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    v128.store(entry + target, i64x2.splat(0));
    addTree(changetype<NodeHeap>(nodeControl), load<u32>(entry + offset), entry + target, isWide);
  }
}

function addTree(heap: NodeHeap, tree: u32, cell: usize, isWide: u32): void {
  if (tree == 0) return;
  const node = nodeAt(heap, tree);
  addTree(heap, node.left, cell, isWide);
  if (node.count > 0) {
    const high = node.high ^ SIGN;
    const low = load<u64>(cell);
    const sum = low + (isWide ? node.low : high);
    store<u64>(cell, sum);
    store<u64>(cell, load<u64>(cell, 8) + (isWide ? high : <u64>(<i64>high >> 63)) + <u64>(sum < low), 8);
  }
  addTree(heap, node.right, cell, isWide);
}
