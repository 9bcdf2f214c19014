/**
 * Sets of values with a count each, in keyed state: what MIN and MAX over a changing input and DISTINCT remember of a key.
 * Steps for the kernels of `value-set.ts`.
 *
 *   set, in an entry:   | u32 root node | u32 nodes |
 *   node, 32 bytes:     | value: u64 low, u64 high | i64 count | u32 left | u32 right |      node 0 is none
 *
 * A treap: in order of value from left to right, and with priorities that fall from the root down; a node's priority follows from
 * its number, so the shape needs no bytes. High and low compare unsigned, except for text, where low is u32 offset into a heap and
 * u32 length, and high 0. NULL, where it counts as a value, is the greatest high. Counts below 0 are of values that were taken back without having been added.
 */
import { compareTexts } from './aggregate-text';
import { Heap, copyBytes, heapAddress, heapAllocate, heapFree } from './state-heap';

@unmanaged
export class NodeHeap {
  nodes: usize;
  /** A byte a page. */
  dirty: usize;
  /** Nodes there is room for, and the first that was never used. */
  capacity: u32;
  next: u32;
  /** First freed node; the next is its `left`. */
  free: u32;
  /** The heap of texts, or 0. */
  texts: usize;
}

@unmanaged
export class Node {
  low: u64;
  high: u64;
  count: i64;
  left: u32;
  right: u32;
}

// @ts-ignore: decorator
@inline
export function nodeAt(heap: NodeHeap, index: u32): Node {
  return changetype<Node>(heap.nodes + (<usize>index << 5));
}

// @ts-ignore: decorator
@inline
function priority(index: u32): u32 {
  return index * 0x9e3779b1;
}

// @ts-ignore: decorator
@inline
function mark(heap: NodeHeap, node: Node): void {
  store<u8>(heap.dirty + ((changetype<usize>(node) - heap.nodes) >> 15), 1);
}

/** Writes a link: the root in an entry, or a child in a node, whose page it marks. */
// @ts-ignore: decorator
@inline
function setLink(heap: NodeHeap, link: usize, index: u32): void {
  store<u32>(link, index);
  const at = link - heap.nodes;
  if (at < <usize>heap.capacity << 5) store<u8>(heap.dirty + (at >> 15), 1);
}

// @ts-ignore: decorator
@inline
function leftOf(node: Node): usize {
  return changetype<usize>(node) + offsetof<Node>('left');
}

// @ts-ignore: decorator
@inline
function rightOf(node: Node): usize {
  return changetype<usize>(node) + offsetof<Node>('right');
}

/** Compares a value with a node's. With `texts` low is an address and a length. */
// @ts-ignore: decorator
@inline
function compareWith(heap: NodeHeap, low: u64, high: u64, node: Node): i32 {
  if (heap.texts) {
    if (high != node.high) return high < node.high ? -1 : 1; // NULL is no text
    const offset = <u32>node.low;
    const text = offset ? heapAddress(changetype<Heap>(heap.texts), offset) : 0;
    return compareTexts(<usize>(<u32>low), <u32>(low >> 32), text, <u32>(node.low >> 32));
  }
  if (high != node.high) return high < node.high ? -1 : 1;
  return low < node.low ? -1 : <i32>(low > node.low);
}

/** Splits a tree at a value that is not in it: smaller ones go below link `left`, greater ones below `right`. */
function split(heap: NodeHeap, tree: u32, low: u64, high: u64, left: usize, right: usize): void {
  while (tree != 0) {
    const node = nodeAt(heap, tree);
    if (compareWith(heap, low, high, node) < 0) {
      setLink(heap, right, tree);
      right = leftOf(node);
      tree = node.left;
    } else {
      setLink(heap, left, tree);
      left = rightOf(node);
      tree = node.right;
    }
  }
  setLink(heap, left, 0);
  setLink(heap, right, 0);
}

/** Joins two trees, all of `left` before all of `right`, below a link. */
function join(heap: NodeHeap, left: u32, right: u32, link: usize): void {
  while (left != 0 && right != 0) {
    if (priority(left) > priority(right)) {
      setLink(heap, link, left);
      link = rightOf(nodeAt(heap, left));
      left = load<u32>(link);
    } else {
      setLink(heap, link, right);
      link = leftOf(nodeAt(heap, right));
      right = load<u32>(link);
    }
  }
  setLink(heap, link, left | right);
}

function newNode(heap: NodeHeap, low: u64, high: u64): u32 {
  let index = heap.free;
  if (index) heap.free = nodeAt(heap, index).left;
  else index = heap.next++;
  assert(index < heap.capacity, 'there is room for a node');
  const node = nodeAt(heap, index);
  node.low = low;
  node.high = high;
  if (heap.texts) {
    const length = <u32>(low >> 32);
    let offset: u32 = 0;
    if (length) {
      offset = heapAllocate(changetype<Heap>(heap.texts), length);
      assert(offset != 0, 'the heap has room');
      copyBytes(heapAddress(changetype<Heap>(heap.texts), offset), <usize>(<u32>low), length);
    }
    node.low = (low & 0xffffffff00000000) | offset;
  }
  mark(heap, node);
  return index;
}

function freeNode(heap: NodeHeap, index: u32): void {
  const node = nodeAt(heap, index);
  if (heap.texts && <u32>node.low) heapFree(changetype<Heap>(heap.texts), <u32>node.low, <u32>(node.low >> 32));
  node.left = heap.free;
  heap.free = index;
  mark(heap, node);
}

/** Adds `weight` to the count of a value; returns the count that it had. A value whose count comes to 0 leaves the set. */
export function setAdd(heap: NodeHeap, set: usize, low: u64, high: u64, weight: i64): i64 {
  let link = set;
  let index = load<u32>(link);
  while (index != 0) {
    const node = nodeAt(heap, index);
    const order = compareWith(heap, low, high, node);
    if (order == 0) {
      const count = node.count;
      node.count = count + weight;
      mark(heap, node);
      if (count + weight == 0) {
        join(heap, node.left, node.right, link);
        freeNode(heap, index);
        store<u32>(set, load<u32>(set, 4) - 1, 4);
      }
      return count;
    }
    link = order < 0 ? leftOf(node) : rightOf(node);
    index = load<u32>(link);
  }
  insert(heap, set, low, high, weight);
  return 0;
}

/** A value that is not there yet: goes down to where its priority belongs, and takes the rest as its children. */
function insert(heap: NodeHeap, set: usize, low: u64, high: u64, weight: i64): void {
  const index = newNode(heap, low, high);
  const rank = priority(index);
  let link = set;
  let other = load<u32>(link);
  while (other != 0 && priority(other) > rank) {
    const node = nodeAt(heap, other);
    link = compareWith(heap, low, high, node) < 0 ? leftOf(node) : rightOf(node);
    other = load<u32>(link);
  }
  const node = nodeAt(heap, index);
  node.count = weight;
  split(heap, other, low, high, leftOf(node), rightOf(node));
  setLink(heap, link, index);
  store<u32>(set, load<u32>(set, 4) + 1, 4);
}

/** The first (or last) node of a tree that has a count above 0; 0 if there is none. */
export function setExtreme(heap: NodeHeap, tree: u32, isMax: bool): u32 {
  if (tree == 0) return 0;
  let end = tree;
  for (;;) {
    const node = nodeAt(heap, end);
    const next = isMax ? node.right : node.left;
    if (next == 0) break;
    end = next;
  }
  return nodeAt(heap, end).count > 0 ? end : firstPositive(heap, tree, isMax);
}

/** The same where counts below 0 are in the way, which takes a walk. */
function firstPositive(heap: NodeHeap, tree: u32, isMax: bool): u32 {
  if (tree == 0) return 0;
  const node = nodeAt(heap, tree);
  const found = firstPositive(heap, isMax ? node.right : node.left, isMax);
  if (found) return found;
  return node.count > 0 ? tree : firstPositive(heap, isMax ? node.left : node.right, isMax);
}

/** Empties a set. */
export function setClear(heap: NodeHeap, set: usize): void {
  freeTree(heap, load<u32>(set));
  store<u64>(set, 0);
}

function freeTree(heap: NodeHeap, tree: u32): void {
  if (tree == 0) return;
  const node = nodeAt(heap, tree);
  const right = node.right;
  freeTree(heap, node.left);
  freeTree(heap, right);
  freeNode(heap, tree);
}

/** Adds all of a tree of another heap to a set, `sign` times. */
export function setAddTree(from: NodeHeap, tree: u32, heap: NodeHeap, set: usize, sign: i64): void {
  if (tree == 0) return;
  const node = nodeAt(from, tree);
  setAddTree(from, node.left, heap, set, sign);
  setAddNode(from, node, heap, set, sign);
  setAddTree(from, node.right, heap, set, sign);
}

/** Adds the value of a node of another heap to a set, `sign` times as often as it is there. */
export function setAddNode(from: NodeHeap, node: Node, heap: NodeHeap, set: usize, sign: i64): void {
  let low = node.low;
  if (from.texts && <u32>low) {
    low = (low & 0xffffffff00000000) | heapAddress(changetype<Heap>(from.texts), <u32>low);
  }
  setAdd(heap, set, low, node.high, sign * node.count);
}
