import type { FileAccess } from '../../operators/stream-operator.ts';

/** Text that is read ahead of the decoder, in UTF-16 units. */
const READ_AHEAD = 4 * 1024 * 1024;

/**
 * The text of one file from a byte offset on, read piece by piece while what came before is being decoded. At most a few MiB are
 * held, however large the file is.
 */
export class FileText {
  readonly #pieces: AsyncIterator<Uint8Array<ArrayBuffer>>;
  readonly #decoder = new TextDecoder('utf-8');
  readonly #encoder = new TextEncoder();
  #text = '';
  #position = 0;
  /** Byte offset of `#text[0]`. */
  #start: number;
  #isEnd = false;
  #error: unknown;
  #reading: Promise<void> | undefined;

  constructor(files: FileAccess, path: string, offset: number) {
    this.#start = offset;
    this.#pieces = files.read(path, offset)[Symbol.asyncIterator]();
  }

  get text(): string {
    return this.#text;
  }

  get position(): number {
    return this.#position;
  }

  /** Nothing follows the text. */
  get isEnd(): boolean {
    return this.#isEnd;
  }

  /** Moves on behind what was decoded. */
  advance(position: number): void {
    this.#position = position;
  }

  /** Byte offset of the position: what a checkpoint holds. */
  offset(): number {
    this.#dropRead();
    return this.#start;
  }

  /** Reads on in the background if there is room. Throws the error of an earlier read. */
  readAhead(): void {
    if (this.#error !== undefined) throw this.#error;
    if (this.#isEnd || this.#reading || this.#text.length - this.#position > READ_AHEAD) return;
    this.#reading = this.#readPiece().finally(() => (this.#reading = undefined));
  }

  /** Resolves when more text is there, or the end, or an error. */
  async more(): Promise<void> {
    this.readAhead();
    await this.#reading;
  }

  async close(): Promise<void> {
    this.#isEnd = true;
    await this.#pieces.return?.();
  }

  async #readPiece(): Promise<void> {
    try {
      const { value, done } = await this.#pieces.next();
      const text = done ? this.#decoder.decode() : this.#decoder.decode(value, { stream: true });
      this.#dropRead();
      this.#text += text;
      if (done) this.#isEnd = true;
    } catch (error) {
      this.#error = error;
    }
  }

  #dropRead(): void {
    if (this.#position === 0) return;
    this.#start += byteLength(this.#encoder, this.#text.slice(0, this.#position));
    this.#text = this.#text.slice(this.#position);
    this.#position = 0;
  }
}

const scratch = new Uint8Array(65_536);

/** UTF-8 bytes of a text, without a copy of all of it. */
function byteLength(encoder: TextEncoder, text: string): number {
  let bytes = 0;
  for (let from = 0; from < text.length;) {
    const { read, written } = encoder.encodeInto(text.slice(from, from + 16_384), scratch);
    bytes += written;
    from += read;
  }
  return bytes;
}
