import type { PageStore } from '../state/page-store.ts';
import { NoStoreError } from '../state/store-locks.ts';
import type { CatalogStorage } from '../table/catalog/catalog-storage.ts';

const PREFIX = 'catalogs/';
const LOCK = 'catalogs';

/** Catalogs in a store: IndexedDB in browsers. */
export class PageStoreCatalogs implements CatalogStorage {
  readonly #open: () => Promise<PageStore>;

  constructor(open: () => Promise<PageStore>) {
    this.#open = open;
  }

  /** Where nothing may be stored, nothing is there; `write` says why. */
  async readAll(): Promise<ReadonlyMap<string, string>> {
    const store = await this.#open().catch((error: unknown) => {
      if (error instanceof NoStoreError) return undefined;
      throw error;
    });
    if (!store) return new Map();
    const texts = new Map<string, string>();
    for (const name of await store.list(PREFIX)) {
      const bytes = await store.get(name);
      if (bytes) texts.set(name.slice(PREFIX.length), new TextDecoder().decode(bytes));
    }
    return texts;
  }

  async write(changes: ReadonlyMap<string, string | undefined>): Promise<void> {
    const store = await this.#open();
    const entries = [...changes].flatMap(([path, text]) =>
      text === undefined ? [] : [{ name: PREFIX + path, bytes: new TextEncoder().encode(text) }],
    );
    const removed = [...changes].filter(([, text]) => text === undefined).map(([path]) => PREFIX + path);
    await store.exclusively(LOCK, async () => {
      if (entries.length > 0) await store.putAll(entries, 'strict');
      await store.remove(removed);
    });
  }
}
