import { checkpointFolder, checkpointOfName, jobFolder } from '../state/checkpoint-folder.ts';
import { DamagedValueError, type PageStore } from '../state/page-store.ts';
import {
  decodeManifest,
  encodeManifest,
  segmentsOf,
  type CheckpointManifest,
} from './checkpoint-manifest.ts';

/** How many segments are read at a time when a checkpoint is checked. */
const READS = 4;

/**
 * The completed checkpoints of one job on disk, oldest first.
 *
 * Two are kept at least, so that one which turns out damaged can be passed over. What no kept manifest refers to is deleted after the next
 * commit, except for segments of later checkpoints, which may be under way.
 */
export class CompletedCheckpointStore {
  readonly #jobId: string;
  readonly #store: PageStore;
  readonly #retained: number;
  readonly #manifests: CheckpointManifest[] = [];
  #cleanup = Promise.resolve();

  constructor(jobId: string, store: PageStore, retained: number) {
    this.#jobId = jobId;
    this.#store = store;
    this.#retained = Math.max(2, retained);
  }

  /** Oldest first. */
  get manifests(): readonly CheckpointManifest[] {
    return this.#manifests;
  }

  get latest(): CheckpointManifest | undefined {
    return this.#manifests.at(-1);
  }

  /**
   * Commits a checkpoint: once this resolves it is the one to go on from. What became superfluous is deleted in the background.
   *
   * @throws StoreFullError
   */
  async add(manifest: CheckpointManifest): Promise<void> {
    await this.#store.put(this.#nameOf(manifest.checkpointId), encodeManifest(manifest), 'strict');
    this.#manifests.push(manifest);
    this.#manifests.sort((a, b) => a.checkpointId - b.checkpointId);
    const surplus = this.#manifests.length - this.#retained;
    if (surplus > 0) this.#manifests.splice(0, surplus);
    this.#cleanup = this.#cleanup.then(() => this.#removeUnreferenced()).catch(() => {});
  }

  /** Finds the checkpoints of an earlier run; damaged manifests are given to `onDamaged`. Gives the highest id ever used. */
  async recover(onDamaged: (checkpointId: number, error: unknown) => void): Promise<number> {
    this.#manifests.length = 0;
    let highest = 0;
    for (const name of await this.#store.list(jobFolder(this.#jobId))) {
      const id = checkpointOfName(this.#jobId, name);
      if (id === undefined) continue;
      highest = Math.max(highest, id);
      if (name !== this.#nameOf(id)) continue;
      try {
        const bytes = await this.#store.get(name);
        if (bytes) this.#manifests.push(decodeManifest(bytes));
      } catch (error) {
        onDamaged(id, error);
      }
    }
    this.#manifests.sort((a, b) => a.checkpointId - b.checkpointId);
    return highest;
  }

  /**
   * The newest checkpoint of which every byte can be read. Others are given to `onDamaged` and forgotten.
   *
   * @returns undefined if there is no checkpoint left
   */
  async latestIntact(
    onDamaged: (checkpointId: number, error: unknown) => void,
  ): Promise<CheckpointManifest | undefined> {
    for (;;) {
      const latest = this.latest;
      if (!latest) return undefined;
      try {
        await this.#verify(latest);
        return latest;
      } catch (error) {
        this.#manifests.pop();
        onDamaged(latest.checkpointId, error);
      }
    }
  }

  /** Resolves when nothing is being deleted. */
  async settled(): Promise<void> {
    await this.#cleanup;
  }

  /** Deletes all checkpoints. */
  async dispose(): Promise<void> {
    await this.#cleanup;
    this.#manifests.length = 0;
    await this.#store.remove(await this.#store.list(jobFolder(this.#jobId)));
  }

  async #verify(manifest: CheckpointManifest): Promise<void> {
    const names = [...segmentsOf(manifest), this.#nameOf(manifest.checkpointId)];
    for (let i = 0; i < names.length; i += READS) {
      await Promise.all(
        names.slice(i, i + READS).map(async (name) => {
          if (!(await this.#store.get(name))) throw new DamagedValueError(name);
        }),
      );
    }
  }

  async #removeUnreferenced(): Promise<void> {
    const latest = this.latest;
    if (!latest) return;
    const kept = new Set<string>();
    for (const manifest of this.#manifests) {
      kept.add(this.#nameOf(manifest.checkpointId));
      for (const segment of segmentsOf(manifest)) kept.add(segment);
    }
    const names = await this.#store.list(jobFolder(this.#jobId));
    const superfluous = names.filter((name) => {
      const id = checkpointOfName(this.#jobId, name);
      return id !== undefined && id <= latest.checkpointId && !kept.has(name);
    });
    await this.#store.remove(superfluous);
  }

  #nameOf(checkpointId: number): string {
    return `${checkpointFolder(this.#jobId, checkpointId)}manifest`;
  }
}
