import { open, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileAccess } from '../../operators/stream-operator.ts';
import { isVisible } from './file-systems.ts';

const PIECE_BYTES = 1024 * 1024;

/** The file system of the machine, in Node. */
export class NodeFiles implements FileAccess {
  async list(file: string): Promise<{ path: string; size: number }[]> {
    const root = localPath(file);
    const { size, isFolder } = await stat(root).then(
      (found) => ({ size: found.size, isFolder: found.isDirectory() }),
      (error: unknown) => Promise.reject(cannotRead(file, error)),
    );
    if (!isFolder) return [{ path: root, size }];
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((found) => isVisible(path.relative(root, found).replaceAll(path.sep, '/')))
      .sort();
    return Promise.all(files.map(async (found) => ({ path: found, size: (await stat(found)).size })));
  }

  async *read(file: string, offset: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const handle = await open(localPath(file)).catch((error: unknown) =>
      Promise.reject(cannotRead(file, error)),
    );
    try {
      for (let at = offset; ;) {
        const bytes = new Uint8Array(PIECE_BYTES);
        const { bytesRead } = await handle.read(bytes, 0, PIECE_BYTES, at);
        if (bytesRead === 0) return;
        yield bytes.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await handle.close();
    }
  }

  async write(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const local = localPath(file);
    await mkdir(path.dirname(local), { recursive: true });
    await writeFile(local, bytes, { flush: true });
  }

  async rename(from: string, to: string): Promise<void> {
    await mkdir(path.dirname(localPath(to)), { recursive: true });
    await rename(localPath(from), localPath(to));
  }

  async remove(file: string): Promise<void> {
    await rm(localPath(file), { force: true, recursive: true });
  }
}

function localPath(file: string): string {
  return /^file:\/\//i.test(file) ? fileURLToPath(file) : path.resolve(file.replace(/^file:/i, ''));
}

function cannotRead(file: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'access is denied' : message;
  return new Error(`${file} cannot be read: ${why}.`, { cause: error });
}
