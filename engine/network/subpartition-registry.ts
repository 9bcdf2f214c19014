import type { ResultSubpartition } from './result-subpartition.ts';

type Found = (subpartition: ResultSubpartition) => void;

/**
 * The sending ends of all channels of a worker, by channel id: where readers find them, in whichever order both ends come up.
 * An id is used once: every attempt of a job has new ones.
 */
export class SubpartitionRegistry {
  readonly #subpartitions = new Map<string, ResultSubpartition>();
  readonly #waiting = new Map<string, Found>();

  register(id: string, subpartition: ResultSubpartition): void {
    this.#subpartitions.set(id, subpartition);
    const found = this.#waiting.get(id);
    this.#waiting.delete(id);
    found?.(subpartition);
  }

  unregister(id: string): void {
    this.#subpartitions.delete(id);
  }

  /** Calls back at once or when the channel's sender comes up; a channel has one reader. */
  find(id: string, found: Found): void {
    const subpartition = this.#subpartitions.get(id);
    if (subpartition) found(subpartition);
    else this.#waiting.set(id, found);
  }

  /** The reader is gone. */
  forget(id: string): void {
    this.#waiting.delete(id);
  }
}
