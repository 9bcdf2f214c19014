import type { FileAccess } from '../../operators/stream-operator.ts';
import { piecesOf, readOnly } from './file-systems.ts';

/** Files behind URLs. */
export class UrlFiles implements FileAccess {
  readonly #base: string | undefined;

  /** @param base what relative paths are relative to; none: they are no URLs */
  constructor(base?: string) {
    this.#base = base;
  }

  /** One file, of a size that nobody knows: what a server says of it need not be what arrives (compression, no such header). */
  async list(path: string): Promise<{ path: string; size: number }[]> {
    return [{ path, size: Number.MAX_SAFE_INTEGER }];
  }

  /** Always fetches from the start: ranges count the bytes of the transfer, which may be compressed. */
  async *read(path: string, offset: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let skip = offset;
    for await (const piece of piecesOf(await this.#open(path))) {
      if (skip < piece.length) yield skip > 0 ? piece.slice(skip) : piece;
      skip = Math.max(0, skip - piece.length);
    }
  }

  write = readOnly;
  rename = readOnly;
  remove = readOnly;

  async #open(path: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#base));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${path} cannot be read: ${why}. Another site has to allow it by CORS headers.`, {
        cause: error,
      });
    }
    if (!response.ok) throw new Error(`${path} cannot be read: the server answers ${response.status}.`);
    return response.body ?? new Blob([]).stream();
  }
}
