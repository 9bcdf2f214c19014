import type { FileAccess } from '../../engine/operators/stream-operator.ts';

/** Files of a test, by path; read in pieces of so many bytes. */
export class MemoryFiles implements FileAccess {
  readonly content = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #pieceBytes: number;
  /** Pieces that were read in all. */
  pieces = 0;

  constructor(files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> = {}, pieceBytes = 1 << 20) {
    this.#pieceBytes = pieceBytes;
    for (const [path, text] of Object.entries(files)) {
      this.content.set(path, typeof text === 'string' ? new TextEncoder().encode(text) : text);
    }
  }

  async list(path: string): Promise<{ path: string; size: number }[]> {
    const isHidden = (below: string): boolean => below.split('/').some((step) => /^[_.]/.test(step));
    const found = [...this.content.keys()].filter(
      (name) => name === path || (name.startsWith(`${path}/`) && !isHidden(name.slice(path.length + 1))),
    );
    if (found.length === 0) throw new Error(`${path} cannot be read: there is no such file.`);
    return found.sort().map((name) => ({ path: name, size: this.content.get(name)!.length }));
  }

  async *read(path: string, offset: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const bytes = this.content.get(path);
    if (!bytes) throw new Error(`${path} cannot be read: there is no such file.`);
    for (let at = offset; at < bytes.length; at += this.#pieceBytes) {
      this.pieces++;
      yield bytes.slice(at, at + this.#pieceBytes);
    }
  }

  async write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.content.set(path, bytes.slice());
  }

  async rename(from: string, to: string): Promise<void> {
    const bytes = this.content.get(from);
    if (!bytes) throw new Error(`There is no file ${from} to rename.`);
    this.content.delete(from);
    this.content.set(to, bytes);
  }

  async remove(path: string): Promise<void> {
    this.content.delete(path);
  }

  /** Texts by path, the visible ones alone unless asked otherwise. */
  texts(all = false): Record<string, string> {
    return Object.fromEntries(
      [...this.content]
        .filter(([path]) => all || !/\/[_.]/.test(path))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]),
    );
  }
}
