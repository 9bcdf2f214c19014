import type { Wasm } from '../memory/kernels.ts';
import { SEGMENT_SIZE } from '../memory/memory-segment-pool.ts';
import type { Json, PagedState, PagedStateSnapshot, RestoredPagedState } from './paged-state.ts';

/** Something whose bytes lie in whole pages of 32 KiB and that knows which of them changed. */
export interface PageSource {
  readonly pageCount: number;
  /** What is needed to read the pages again. */
  readonly meta: Json;
  pageAddress(page: number): number;
  isDirty(page: number): boolean;
  /** All pages are as in the snapshot now. */
  markClean(): void;
}

interface Member {
  readonly source: PageSource;
  /** Where page i of the source is in the snapshot. */
  readonly places: number[];
}

/**
 * All the tables and heaps of one operator as one paged state. Members come and go (a window's slice), so each page of a
 * member gets a place of its own in the snapshot, which a later page takes over once the member is gone.
 */
export class PagedStateGroup implements PagedState {
  readonly name: string;
  readonly #wasm: Wasm;
  readonly #members = new Map<string, Member>();
  /** Places that nobody has, and how many were ever given out. */
  #free: number[] = [];
  #count = 0;
  /** What the operator adds to the meta of each snapshot. */
  extra: () => Json = () => null;

  constructor(name: string, wasm: Wasm) {
    this.name = name;
    this.#wasm = wasm;
  }

  /** Adds a member under a name that no other has. */
  add(name: string, source: PageSource): void {
    this.#members.set(name, { source, places: [] });
  }

  remove(name: string): void {
    this.#free.push(...(this.#members.get(name)?.places ?? []));
    this.#members.delete(name);
  }

  snapshot(full: boolean): PagedStateSnapshot {
    const pages: { index: number; bytes: Uint8Array<ArrayBuffer> }[] = [];
    const members: Record<string, Json> = {};
    const memory = new Uint8Array(this.#wasm.memory.buffer);
    // Places are given back first, so that a member that shrank makes room for one that grew.
    for (const { source, places } of this.#members.values()) {
      this.#free.push(...places.splice(source.pageCount));
    }
    for (const [name, { source, places }] of this.#members) {
      for (let page = 0; page < source.pageCount; page++) {
        const isNew = page === places.length;
        if (isNew) places.push(this.#free.pop() ?? this.#count++);
        if (!full && !isNew && !source.isDirty(page)) continue;
        const address = source.pageAddress(page);
        pages.push({ index: places[page]!, bytes: memory.slice(address, address + SEGMENT_SIZE) });
      }
      source.markClean();
      members[name] = { meta: source.meta, places: runsOf(places) };
    }
    pages.sort((a, b) => a.index - b.index);
    const meta = { version: 1, members, extra: this.extra() };
    return { name: this.name, meta, pageSize: SEGMENT_SIZE, pageCount: this.#count, pages };
  }
}

/** One old subtask's snapshot of a group, to read members from. */
export class RestoredPagedStateGroup {
  readonly #state: RestoredPagedState;
  readonly #members: Readonly<Record<string, { readonly meta: Json; readonly places: readonly number[] }>>;
  readonly extra: Json;

  constructor(state: RestoredPagedState) {
    const { version, members, extra } = state.meta as unknown as {
      version: number;
      members: Record<string, { meta: Json; places: readonly number[] }>;
      extra: Json;
    };
    if (version !== 1) throw new Error(`State of format ${version} is not supported.`);
    this.#state = state;
    this.#members = members;
    this.extra = extra;
  }

  get names(): string[] {
    return Object.keys(this.#members);
  }

  meta(name: string): Json {
    return this.#member(name).meta;
  }

  /** All pages of a member, one after the other. */
  bytes(name: string): Uint8Array {
    const { places } = this.#member(name);
    let pages = 0;
    for (let i = 1; i < places.length; i += 2) pages += places[i]!;
    const bytes = new Uint8Array(pages * SEGMENT_SIZE);
    let at = 0;
    for (let i = 0; i < places.length; i += 2) {
      const from = places[i]! * SEGMENT_SIZE;
      const run = this.#state.bytes.subarray(from, from + places[i + 1]! * SEGMENT_SIZE);
      bytes.set(run, at);
      at += places[i + 1]! * SEGMENT_SIZE;
    }
    return bytes;
  }

  #member(name: string) {
    const member = this.#members[name];
    if (!member) throw new Error(`The checkpoint has no state '${name}'.`);
    return member;
  }
}

/** `3, 4, 5, 9` as first, count, first, count: `3, 3, 9, 1`. */
function runsOf(places: readonly number[]): number[] {
  const runs: number[] = [];
  for (const place of places) {
    const last = runs.length - 2;
    if (last >= 0 && runs[last]! + runs[last + 1]! === place) runs[last + 1]!++;
    else runs.push(place, 1);
  }
  return runs;
}
