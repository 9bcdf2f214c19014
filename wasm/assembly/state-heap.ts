/**
 * Blocks of bytes that outlive a batch: texts of keys and accumulators, rows of a join. Steps for other kernels.
 *
 * The heap's twin owns pages of 32 KiB and lists their addresses in a directory; an offset is page * 32768 + place, and never
 * changes. Pages come in runs: within a run addresses go on as offsets do, so a block may cross pages, never runs.
 *
 *   block, 8-aligned:   | u32 size class | u32 next free block | bytes ... |      an offset points to the bytes
 *
 * A freed block keeps its bytes until `heapSettle`, because rows that still have to be emitted may point to them.
 * Offset 0 is nothing. Whoever writes to a block marks its pages dirty.
 */
export const PAGE_BITS: u32 = 15;
const PAGE_MASK: u32 = 32767;
const HEADER: u32 = 8;
/** Sizes up to 128 bytes by 8, then four to a power of two. */
const SMALL: u32 = 128;

@unmanaged
export class Heap {
  /** u32 address a page. */
  directory: usize;
  /** A byte a page. */
  dirty: usize;
  /** First free offset of the newest run, and its end. */
  next: u32;
  end: u32;
  /** Freed since the last settling. */
  pending: u32;
  /** Bytes in blocks that are in use. */
  used: u32;
  // Here begins one u32 a size class: its first free block.
}

// @ts-ignore: decorator
@inline
function freeList(heap: Heap, sizeClass: u32): usize {
  return changetype<usize>(heap) + offsetof<Heap>() + (<usize>sizeClass << 2);
}

/** Bytes of the block that `size` bytes with their header get. */
// @ts-ignore: decorator
@inline
export function blockSize(size: u32): u32 {
  const total = size + HEADER;
  if (total <= SMALL) return (total + 7) & ~7;
  const shift = 29 - clz<u32>(total - 1);
  return (((total - 1) >> shift) + 1) << shift;
}

// @ts-ignore: decorator
@inline
function classOf(block: u32): u32 {
  if (block <= SMALL) return block >> 3;
  const shift = 29 - clz<u32>(block - 1);
  return 16 + ((shift - 5) << 2) + ((block - 1) >> shift) - 3;
}

// @ts-ignore: decorator
@inline
export function heapAddress(heap: Heap, offset: u32): usize {
  return <usize>load<u32>(heap.directory + ((offset >> PAGE_BITS) << 2)) + (offset & PAGE_MASK);
}

/** Marks the pages of `size` bytes at an offset. */
// @ts-ignore: decorator
@inline
export function heapMark(heap: Heap, offset: u32, size: u32): void {
  const last = heap.dirty + ((offset + size) >> PAGE_BITS);
  for (let page = heap.dirty + ((offset - HEADER) >> PAGE_BITS); page <= last; page++) store<u8>(page, 1);
}

/** A block for `size` bytes, marked dirty; 0 if the newest run has no room for it. */
export function heapAllocate(heap: Heap, size: u32): u32 {
  const block = blockSize(size);
  const sizeClass = classOf(block);
  const list = freeList(heap, sizeClass);
  let offset = load<u32>(list);
  if (offset != 0) {
    const header = heapAddress(heap, offset) - HEADER;
    store<u32>(list, load<u32>(header, 4));
    store<u32>(header, 0, 4);
  } else {
    if (heap.next + block > heap.end) return 0;
    offset = heap.next + HEADER;
    heap.next += block;
    store<u64>(heapAddress(heap, offset) - HEADER, sizeClass);
  }
  heap.used += block;
  heapMark(heap, offset, size);
  return offset;
}

/** Gives a block back; its bytes stay until the heap settles. */
export function heapFree(heap: Heap, offset: u32, size: u32): void {
  const header = heapAddress(heap, offset) - HEADER;
  store<u32>(header, heap.pending, 4);
  heap.pending = offset;
  heap.used -= blockSize(size);
}

/** Makes what was freed available again. */
export function heapSettle(heap: Heap): void {
  let offset = heap.pending;
  heap.pending = 0;
  while (offset != 0) {
    const header = heapAddress(heap, offset) - HEADER;
    const next = load<u32>(header, 4);
    const list = freeList(heap, load<u32>(header));
    store<u32>(header, load<u32>(list), 4);
    store<u32>(list, offset);
    offset = next;
  }
}

/** Whether `length` bytes are equal; reads whole words, so both sides have 7 bytes of slack. */
// @ts-ignore: decorator
@inline
export function equalBytes(a: usize, b: usize, length: u32): bool {
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false;
  const rest = (length & 7) << 3;
  return rest == 0 || ((load<u64>(a + at) ^ load<u64>(b + at)) & ~(<u64>-1 << rest)) == 0;
}

/** Copies text; reads and writes whole words, so only into a block of the heap. */
// @ts-ignore: decorator
@inline
export function copyBytes(target: usize, source: usize, length: u32): void {
  if (length >= 512) memory.copy(target, source, length);
  else for (let at: u32 = 0; at < length; at += 8) store<u64>(target + at, load<u64>(source + at));
}
