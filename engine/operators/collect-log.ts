import type { Json, PagedState, PagedStateSnapshot, RestoredPagedState } from '../state/paged-state.ts';

const PAGE_BYTES = 32768;
const HEADER_BYTES = 16;

/** A piece of a result as it was sent. */
export interface CollectedRows {
  /** Rows emitted before it. */
  readonly position: number;
  readonly rowCount: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The last bytes of a result, in a ring of pages: what a client that comes late is given, and what a checkpoint holds of it.
 *
 *   record, at any byte of the ring:   | u32 length of bytes | u32 rows | f64 position | bytes |
 *
 * Offsets count on for ever; byte `n` lies in page `n / 32 KiB` modulo the number of pages. The oldest records give way to new ones, and
 * a checkpoint writes no more than the pages that were written since the last.
 */
export class CollectLog implements PagedState {
  readonly name = 'collected';
  readonly #capacity: number;
  readonly #pages: (Uint8Array<ArrayBuffer> | undefined)[] = [];
  readonly #dirty = new Set<number>();
  #begin = 0;
  #end = 0;

  /** @param maxBytes rounded up to whole pages */
  constructor(maxBytes: number) {
    this.#capacity = Math.max(1, Math.ceil(maxBytes / PAGE_BYTES)) * PAGE_BYTES;
  }

  /** A record that is bigger than the whole log makes it empty. */
  append({ position, rowCount, bytes }: CollectedRows): void {
    const size = HEADER_BYTES + bytes.length;
    while (this.#begin < this.#end && this.#end + size - this.#begin > this.#capacity) {
      this.#begin += this.#sizeAt(this.#begin);
    }
    if (size > this.#capacity) return;
    const header = new DataView(new ArrayBuffer(HEADER_BYTES));
    header.setUint32(0, bytes.length, true);
    header.setUint32(4, rowCount, true);
    header.setFloat64(8, position, true);
    this.#write(new Uint8Array(header.buffer));
    this.#write(bytes);
  }

  /** What is kept, oldest first. */
  *records(): IterableIterator<CollectedRows> {
    for (let at = this.#begin; at < this.#end; at += this.#sizeAt(at)) {
      const header = this.#headerAt(at);
      yield {
        position: header.getFloat64(8, true),
        rowCount: header.getUint32(4, true),
        bytes: this.#read(at + HEADER_BYTES, header.getUint32(0, true)),
      };
    }
  }

  snapshot(full: boolean): PagedStateSnapshot {
    const pageCount = Math.min(Math.ceil(this.#end / PAGE_BYTES), this.#capacity / PAGE_BYTES);
    const indexes = full
      ? Array.from({ length: pageCount }, (_, i) => i)
      : [...this.#dirty].sort((a, b) => a - b);
    this.#dirty.clear();
    return {
      name: this.name,
      meta: { begin: this.#begin, end: this.#end },
      pageSize: PAGE_BYTES,
      pageCount,
      pages: indexes.map((index) => ({ index, bytes: this.#page(index).slice() })),
    };
  }

  /** Takes over what was kept before; the log must be empty. */
  restore({ meta, bytes }: RestoredPagedState): void {
    const { begin, end } = meta as { readonly begin: number; readonly end: number } & Json;
    const old = new CollectLog(bytes.length);
    for (let page = 0; page * PAGE_BYTES < bytes.length; page++) {
      old.#page(page).set(bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
    }
    old.#begin = begin;
    old.#end = end;
    for (const record of old.records()) this.append(record);
  }

  #sizeAt(at: number): number {
    return HEADER_BYTES + this.#headerAt(at).getUint32(0, true);
  }

  #headerAt(at: number): DataView {
    return new DataView(this.#read(at, HEADER_BYTES).buffer);
  }

  #read(from: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { page, offset } = this.#place(from + done);
      const piece = this.#page(page).subarray(offset, offset + length - done);
      bytes.set(piece, done);
      done += piece.length;
    }
    return bytes;
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const { page, offset } = this.#place(this.#end);
      const piece = bytes.subarray(done, done + PAGE_BYTES - offset);
      this.#page(page).set(piece, offset);
      this.#dirty.add(page);
      this.#end += piece.length;
      done += piece.length;
    }
  }

  #place(at: number): { page: number; offset: number } {
    const inRing = at % this.#capacity;
    return { page: Math.floor(inRing / PAGE_BYTES), offset: inRing % PAGE_BYTES };
  }

  #page(index: number): Uint8Array<ArrayBuffer> {
    return (this.#pages[index] ??= new Uint8Array(PAGE_BYTES));
  }
}
