import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CatalogStorage } from '../table/catalog/catalog-storage.ts';

/** Catalogs as a folder of .sql files in Node: to be read, compared and put under version control. */
export class FolderCatalogs implements CatalogStorage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async readAll(): Promise<ReadonlyMap<string, string>> {
    await mkdir(this.#folder, { recursive: true });
    const names = await readdir(this.#folder, { recursive: true });
    const texts = new Map<string, string>();
    for (const name of names.filter((each) => each.endsWith('.sql')).sort()) {
      texts.set(name.replaceAll(path.sep, '/'), await readFile(path.join(this.#folder, name), 'utf8'));
    }
    return texts;
  }

  async write(changes: ReadonlyMap<string, string | undefined>): Promise<void> {
    for (const [name, text] of changes) {
      const file = path.join(this.#folder, name);
      if (text === undefined) {
        await rm(file, { force: true });
        continue;
      }
      await mkdir(path.dirname(file), { recursive: true });
      // The whole text or the one before it, whenever the machine stops.
      await writeFile(`${file}.part`, text);
      await rename(`${file}.part`, file);
    }
  }
}
