/**
 * The first rows of an order as Flink's SortLimit picks them: a bounded heap in each of two phases. Which of rows that are equal by the order stay, and how
 * they stand, is a matter of how the heap moves them, the heap being Java's PriorityQueue; without such rows it is the plain order.
 *
 * @param ranks the place of each row in the order, the same for equal rows
 * @param reach how many rows are kept
 * @returns row numbers in the order of the result
 */
export function topRows(ranks: Uint32Array, reach: number): Uint32Array {
  const all = new Uint32Array(ranks.length).map((_, row) => row);
  const local = heapOf(all, ranks, reach);
  const global = heapOf(local, ranks, reach);
  return global.sort((a, b) => ranks[a]! - ranks[b]!); // rows have ranks
}

/** What a heap of the `reach` first rows, the last of them on top, holds after all rows, as it lies. */
function heapOf(rows: Uint32Array, ranks: Uint32Array, reach: number): Uint32Array {
  const heap = new Uint32Array(Math.min(reach, rows.length));
  let size = 0;
  for (const row of rows) {
    if (size === heap.length) {
      const [top = 0] = heap;
      if (ranks[top]! <= ranks[row]!) continue;
      size--;
      sink(heap, size, heap[size]!, ranks); // the last one, which may be the top itself
    }
    rise(heap, size++, row, ranks);
  }
  return heap;
}

/** Puts a row at the end and moves it up past those that come before it. */
function rise(heap: Uint32Array, end: number, row: number, ranks: Uint32Array): void {
  let place = end;
  while (place > 0) {
    const parent = (place - 1) >>> 1;
    const above = heap[parent]!;
    if (ranks[above]! >= ranks[row]!) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = row;
}

/** Puts a row on top of a heap of `size` and moves it down past those that come behind it. */
function sink(heap: Uint32Array, size: number, row: number, ranks: Uint32Array): void {
  let place = 0;
  while (place < size >>> 1) {
    let child = 2 * place + 1;
    if (child + 1 < size && ranks[heap[child]!]! < ranks[heap[child + 1]!]!) child++;
    if (ranks[row]! >= ranks[heap[child]!]!) break;
    heap[place] = heap[child]!;
    place = child;
  }
  if (size > 0) heap[place] = row;
}
