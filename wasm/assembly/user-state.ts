/**
 * Accumulators of users' functions: texts in a heap, one an entry. The twin of `user-accumulator.ts`.
 *
 *   entry + offset:   | u32 offset of the text, 0: none | u32 length |
 */
import { copyBytes, Heap, heapAddress, heapAllocate, heapFree } from './state-heap';

/**
 * Puts the texts that views show into entries, in the place of what is there; an empty text leaves nothing. The heap has room for them.
 *
 * @param frees 0 if what the entries point to lies in another heap, and is not theirs
 */
export function userStateStore(
  rows: u32,
  slots: usize,
  offset: u32,
  views: usize,
  control: usize,
  frees: u32,
): void {
  const heap = changetype<Heap>(control);
  for (let row: u32 = 0; row < rows; row++) {
    const entry = <usize>load<u32>(slots + (<usize>row << 2)) + offset;
    const before = load<u32>(entry);
    if (before != 0 && frees != 0) heapFree(heap, before, load<u32>(entry, 4));
    const view = views + (<usize>row << 3);
    const length = load<u32>(view, 4);
    const block = length == 0 ? 0 : heapAllocate(heap, length);
    if (block != 0) copyBytes(heapAddress(heap, block), <usize>load<u32>(view), length);
    store<u32>(entry, block);
    store<u32>(entry, block == 0 ? 0 : length, 4);
  }
}
