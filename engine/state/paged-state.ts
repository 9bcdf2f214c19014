/** JSON data: what plans, offsets and descriptions in a checkpoint are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * State that lies in pages of linear memory: hash tables, row heaps, logs. An operator registers each with
 * its context under a name that is stable from run to run; the task snapshots all of them at a barrier.
 *
 * Pages are fixed-size pieces (`pageSize`, 32 KiB) of the state's bytes in an order the state itself defines, so
 * `page i` is the same piece in every snapshot and unchanged pages need not be written again. Bytes
 * hold offsets, never addresses.
 */
export interface PagedState {
  readonly name: string;
  /**
   * Copies the pages that changed since the last call (all of them if `full`), at once and while nothing else runs.
   * Marks them clean; when writing them fails, the next snapshot is asked for in full.
   */
  snapshot(full: boolean): PagedStateSnapshot;
}

export interface PagedStateSnapshot {
  readonly name: string;
  /** What is needed to read the pages: entry layout, counts, format version. */
  readonly meta: Json;
  readonly pageSize: number;
  readonly pageCount: number;
  /** Ascending by index. Pages that are not here are as in the snapshot before. The last page may be short. */
  readonly pages: readonly { readonly index: number; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

/** A snapshot read back: every subtask of the old run whose key groups may be ours gives one. */
export interface RestoredPagedState {
  readonly subtask: number;
  readonly meta: Json;
  /** All pages, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}
