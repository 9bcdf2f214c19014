import type { PageStore } from '../state/page-store.ts';

/** Where COMPILE PLAN writes and EXECUTE PLAN reads. Paths are as in the statement. */
export interface PlanFiles {
  read(path: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<void>;
}

/** Plans that last as long as the session. */
export class MemoryPlanFiles implements PlanFiles {
  readonly #texts = new Map<string, string>();

  read(path: string): Promise<string | undefined> {
    return Promise.resolve(this.#texts.get(path));
  }

  write(path: string, text: string): Promise<void> {
    this.#texts.set(path, text);
    return Promise.resolve();
  }
}

/** Plans in a store: IndexedDB in browsers. */
export class StoredPlanFiles implements PlanFiles {
  readonly #open: () => Promise<PageStore>;

  /** The store is opened with the first plan. */
  constructor(open: () => Promise<PageStore>) {
    this.#open = open;
  }

  async read(path: string): Promise<string | undefined> {
    const bytes = await (await this.#open()).get(nameOf(path));
    return bytes && new TextDecoder().decode(bytes);
  }

  async write(path: string, text: string): Promise<void> {
    await (await this.#open()).put(nameOf(path), new TextEncoder().encode(text), 'strict');
  }
}

function nameOf(path: string): string {
  return `plans/${path}`;
}
