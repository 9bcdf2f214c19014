import type { FileAccess } from '../../operators/stream-operator.ts';
import type { PageStore } from '../../state/page-store.ts';
import { isVisible } from './file-systems.ts';

const FOLDER = 'files/';

/**
 * The file system of a page: what jobs write, kept in the page's store under its path. A path at which nothing was written is looked for
 * elsewhere (at a URL relative to the page).
 */
export class StoredFiles implements FileAccess {
  readonly #store: PageStore;
  readonly #elsewhere: FileAccess;

  constructor(store: PageStore, elsewhere: FileAccess) {
    this.#store = store;
    this.#elsewhere = elsewhere;
  }

  async list(path: string): Promise<{ path: string; size: number }[]> {
    const own = nameOf(path);
    const names = (await this.#store.list(own)).filter(
      (name) => name === own || (name.startsWith(`${own}/`) && isVisible(name.slice(own.length + 1))),
    );
    if (names.length === 0) return this.#elsewhere.list(path);
    const files = names.map(async (name) => ({
      path: name.slice(FOLDER.length),
      size: (await this.#store.get(name))?.length ?? 0,
    }));
    return Promise.all(files);
  }

  async *read(path: string, offset: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#store.get(nameOf(path));
    if (bytes) yield bytes.slice(offset);
    else yield* this.#elsewhere.read(path, offset);
  }

  async write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#store.put(nameOf(path), bytes, 'strict');
  }

  async rename(from: string, to: string): Promise<void> {
    const bytes = await this.#store.get(nameOf(from));
    if (!bytes) throw new Error(`There is no file ${from} to rename.`);
    await this.#store.put(nameOf(to), bytes, 'strict');
    await this.#store.remove([nameOf(from)]);
  }

  async remove(path: string): Promise<void> {
    await this.#store.remove([nameOf(path)]);
  }
}

/** `file:///a/b`, `/a/b` and `a/b/` are one place. */
function nameOf(path: string): string {
  const plain = path
    .replace(/^file:(\/\/)?/i, '')
    .split('/')
    .filter((step) => step !== '' && step !== '.');
  return FOLDER + plain.join('/');
}
