/** How lists of values lie in entries and in the heap (`value-list.ts`). Nothing here is exported to the engine. */
import { Heap, copyBytes, heapAddress } from './state-heap';

export const NONE: u32 = 0xffffffff;
export const HEADER: u32 = 8;

@unmanaged
export class List {
  head: u32;
  tail: u32;
  count: u32;
  stamp: u32;
  /** Where the list lies in `items`, or NONE. */
  first: u32;
  room: u32;
  /** Values that the batch will still add. */
  appends: u32;
  /** How often the list is laid out, at most. */
  copies: u32;
}

@unmanaged
export class Item {
  next: u32;
  length: u32;
}

// @ts-ignore: decorator
@inline
export function itemAt(heap: Heap, offset: u32): Item {
  return changetype<Item>(heapAddress(heap, offset));
}

// @ts-ignore: decorator
@inline
export function bytesOf(item: Item): usize {
  return changetype<usize>(item) + HEADER;
}

// @ts-ignore: decorator
@inline
export function sizeOf(length: u32): u32 {
  return length == NONE ? HEADER : HEADER + length;
}

/** Numbers end where they end; whole words may be read behind texts only. */
export function copyValue(target: usize, source: usize, length: u32): void {
  if (length == 8) store<u64>(target, load<u64>(source));
  else if (length == 4) store<u32>(target, load<u32>(source));
  else if (length == 16) v128.store(target, v128.load(source));
  else if (length < 8) for (let i: u32 = 0; i < length; i++) store<u8>(target + i, load<u8>(source + i));
  else copyBytes(target, source, length);
}
