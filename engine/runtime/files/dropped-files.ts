import type { FileAccess } from '../../operators/stream-operator.ts';
import type { PageStore } from '../../state/page-store.ts';
import { piecesOf, readOnly } from './file-systems.ts';

const SCHEME = 'file-drop:';
const FOLDER = 'dropped-files/';
const PIECE_BYTES = 4 * 1024 * 1024;
/** Larger files are not copied into the store, and have to be dropped again after the page was closed. */
const STORED_BYTES = 64 * 1024 * 1024;

/** Puts a file that a visitor dropped where it is found again after the page was closed, unless it is too large. */
export async function storeDroppedFile(store: PageStore, name: string, content: Blob): Promise<void> {
  await store.remove(await store.list(folderOf(name)));
  if (content.size > STORED_BYTES) return;
  const entries: { name: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  for (let at = 0, i = 0; at < content.size || i === 0; at += PIECE_BYTES, i++) {
    const bytes = new Uint8Array(await content.slice(at, at + PIECE_BYTES).arrayBuffer());
    entries.push({ name: `${folderOf(name)}${String(i).padStart(4, '0')}`, bytes });
  }
  await store.putAll(entries, 'relaxed');
}

/** Files that a visitor dropped on the page, as `file-drop:NAME`: those of this session, and small ones of earlier sessions. */
export class DroppedFiles implements FileAccess {
  readonly #store: PageStore;
  readonly #blobs: ReadonlyMap<string, Blob>;

  /** @param blobs files of this session; more may come */
  constructor(store: PageStore, blobs: ReadonlyMap<string, Blob>) {
    this.#store = store;
    this.#blobs = blobs;
  }

  async list(path: string): Promise<{ path: string; size: number }[]> {
    return [{ path, size: (await this.#find(path)).size }];
  }

  async *read(path: string, offset: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const stream = (await this.#find(path)).slice(offset).stream();
    yield* piecesOf(stream);
  }

  write = readOnly;
  rename = readOnly;
  remove = readOnly;

  async #find(path: string): Promise<Blob> {
    const name = path.slice(SCHEME.length);
    const blob = this.#blobs.get(name);
    if (blob) return blob;
    const names = await this.#store.list(folderOf(name));
    if (names.length === 0)
      throw new Error(`The file ${name} is not here any more. Drop it on the page again.`);
    const pieces = await Promise.all(names.map((piece) => this.#store.get(piece)));
    return new Blob(pieces.filter((piece) => piece !== undefined));
  }
}

function folderOf(name: string): string {
  return `${FOLDER}${name}/`;
}
