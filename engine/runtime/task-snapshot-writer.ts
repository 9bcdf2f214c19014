import { checkpointFolder } from '../state/checkpoint-folder.ts';
import type { PageStore } from '../state/page-store.ts';
import type { Json, PagedStateSnapshot } from '../state/paged-state.ts';
import type { PageLocation, PagedStateHandle, TaskSnapshot } from './gateways.ts';

/** What one operator gave to the synchronous part of a checkpoint. */
export interface OperatorStateCopy {
  readonly operatorId: string;
  readonly operatorState: Json | null;
  /** Must be kept before the checkpoint is acknowledged. */
  readonly completion: Promise<void> | undefined;
  readonly paged: readonly PagedStateSnapshot[];
}

/** Who writes: makes the names of its segments. */
export interface SnapshotOwner {
  readonly jobId: string;
  readonly vertexId: string;
  readonly subtask: number;
  readonly attempt: number;
}

/** Where page i is; undefined where the state uses no such page. */
type Places = (PageLocation | undefined)[];

interface PendingPage {
  readonly locations: Places;
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a segment holds at most, but for a page that is larger itself. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

/**
 * Writes a subtask's snapshots: pages go into segments of about 4 MiB, one segment a turn of the event loop, and what a checkpoint holds is
 * told by the place of each page, so that unchanged pages stay where an earlier checkpoint put them.
 *
 * After a failed write it is not known what is on disk, so the next snapshot has to be full. So it has once most of
 * what the segments hold is no longer current: that bounds the space that a job takes.
 */
export class TaskSnapshotWriter {
  readonly #store: PageStore;
  readonly #owner: SnapshotOwner;
  readonly #yieldTurn: () => Promise<void>;
  /** Where the pages of each state are, by operator and name. */
  #locations = new Map<string, Places>();
  readonly #segmentBytes = new Map<string, number>();
  /** Snapshots are written one after the other: each builds on the places of the one before. */
  #last: Promise<unknown> = Promise.resolve();
  /** The snapshot that the places are of, counted from 1; 0 before the first. */
  #written = 0;
  #begun = 0;
  #needsFull = true;

  constructor(store: PageStore, owner: SnapshotOwner, yieldTurn: () => Promise<void>) {
    this.#store = store;
    this.#owner = owner;
    this.#yieldTurn = yieldTurn;
  }

  /** Whether the next snapshot must hold every page. */
  get needsFull(): boolean {
    return this.#needsFull;
  }

  /**
   * The asynchronous part of a checkpoint.
   *
   * @param isFull whether the copies hold every page
   * @throws what the store throws, StoreFullError for one; nothing of the snapshot counts then
   */
  write(
    checkpointId: number,
    copies: readonly OperatorStateCopy[],
    isFull: boolean,
    times: { readonly syncMs: number; readonly alignmentMs: number },
  ): Promise<TaskSnapshot> {
    const number = ++this.#begun;
    if (isFull) this.#needsFull = false;
    const snapshot = this.#last.then(async () => {
      try {
        if (!isFull && this.#written !== number - 1)
          throw new Error('The snapshot before this one was not written.');
        return await this.#write(checkpointId, copies, isFull, number, times);
      } catch (error) {
        this.#needsFull = true;
        throw error;
      }
    });
    this.#last = snapshot.catch(() => {});
    return snapshot;
  }

  async #write(
    checkpointId: number,
    copies: readonly OperatorStateCopy[],
    isFull: boolean,
    number: number,
    times: { readonly syncMs: number; readonly alignmentMs: number },
  ): Promise<TaskSnapshot> {
    const locations = new Map<string, Places>();
    const pending: PendingPage[] = [];
    for (const { operatorId, paged } of copies) {
      for (const state of paged) {
        const key = keyOf(operatorId, state.name);
        const places: Places = isFull ? [] : [...(this.#locations.get(key) ?? [])];
        places.length = Math.min(places.length, state.pageCount);
        for (const { index, bytes } of state.pages) pending.push({ locations: places, index, bytes });
        locations.set(key, places);
      }
    }
    const writtenBytes = await this.#writePages(checkpointId, pending);
    const completions = copies.flatMap(({ completion }) => completion ?? []);
    await Promise.all(completions);
    const operators: Record<string, TaskSnapshot['operators'][string]> = {};
    for (const { operatorId, operatorState, paged } of copies) {
      operators[operatorId] = {
        operatorState,
        paged: paged.map((state) => handleOf(state, locations.get(keyOf(operatorId, state.name))!)), // set above
      };
    }
    this.#locations = locations;
    this.#written = number;
    this.#forgetSegments();
    return { operators, writtenBytes, ...times };
  }

  /** Writes the pages and notes their places; gives the bytes written. */
  async #writePages(checkpointId: number, pages: readonly PendingPage[]): Promise<number> {
    const { jobId, vertexId, subtask, attempt } = this.#owner;
    const folder = checkpointFolder(jobId, checkpointId);
    let total = 0;
    for (let from = 0, segment = 0; from < pages.length; segment++) {
      let to = from;
      let size = 0;
      do size += pages[to++]!.bytes.length;
      while (to < pages.length && size + pages[to]!.bytes.length <= SEGMENT_BYTES);
      const name = `${folder}${vertexId}-${subtask}-${attempt}-${segment}`;
      const bytes = new Uint8Array(size);
      for (let at = 0; from < to; from++) {
        const page = pages[from]!; // from is below to
        bytes.set(page.bytes, at);
        page.locations[page.index] = [name, at, page.bytes.length];
        at += page.bytes.length;
      }
      await this.#store.put(name, bytes, 'relaxed');
      this.#segmentBytes.set(name, size);
      total += size;
      await this.#yieldTurn();
    }
    return total;
  }

  /** Drops segments that no page is in any more, and asks for a full snapshot if the others are mostly of the past. */
  #forgetSegments(): void {
    const used = new Set<string>();
    let live = 0;
    for (const places of this.#locations.values()) {
      for (const place of places) {
        if (!place) continue;
        used.add(place[0]);
        live += place[2];
      }
    }
    let kept = 0;
    for (const [name, size] of this.#segmentBytes) {
      if (used.has(name)) kept += size;
      else this.#segmentBytes.delete(name);
    }
    if (kept > 3 * live + 4 * SEGMENT_BYTES) this.#needsFull = true;
  }
}

/** A page that no snapshot has is one that the state does not use: its place is empty. */
function handleOf(state: PagedStateSnapshot, places: Places): PagedStateHandle {
  const pages: PageLocation[] = [];
  let last = places.find((place) => place !== undefined);
  for (let index = 0; index < places.length && last; index++) {
    const place: PageLocation = places[index] ?? [last[0], 0, 0];
    pages.push(place);
    last = place;
  }
  return { name: state.name, meta: state.meta, pageSize: state.pageSize, pages };
}

function keyOf(operatorId: string, name: string): string {
  return `${operatorId}\n${name}`;
}
