import type { FileAccess } from '../../operators/stream-operator.ts';

/** Text that waits behind the block that is being decoded, in UTF-16 units. */
const MAX_WAITING = 4 * 1024 * 1024;
/** A record that is longer is taken for a quote that nobody closed. */
const MAX_RECORD = 64 * 1024 * 1024;
const NEWLINE = 10;

interface Block {
  readonly text: string;
  /** Byte offset in the file where it ends: behind a line end, or the end of the file. */
  readonly end: number;
}

/**
 * The text of one file from a byte offset on, in blocks of whole lines, read in the background while what came before is being decoded. A few
 * MiB are held, however large the file is.
 *
 * Bytes are cut at line ends before they are decoded, so the offset of every block is exact whatever the text holds (a byte order mark, bytes that are
 * no UTF-8). A record that goes on over the end of a block (a line end in quotes) makes the next one part of it.
 */
export class FileText {
  readonly #path: string;
  readonly #pieces: AsyncIterator<Uint8Array<ArrayBuffer>>;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #blocks: Block[] = [];
  #waiting = 0;
  /** Bytes behind the last line end that was read. */
  #rest = new Uint8Array(0);
  #readTo: number;
  #isWhole = false;
  #text = '';
  #textEnd: number;
  #cut: number;
  #error: unknown;
  #reading: Promise<void> | undefined;
  #isClosed = false;

  constructor(files: FileAccess, path: string, offset: number) {
    this.#path = path;
    this.#readTo = this.#textEnd = this.#cut = offset;
    this.#pieces = files.read(path, offset)[Symbol.asyncIterator]();
  }

  /** What is to be decoded now. */
  get text(): string {
    return this.#text;
  }

  /** Nothing follows the text. */
  get isEnd(): boolean {
    return this.#isWhole && this.#blocks.length === 0;
  }

  /** A byte offset before which every record is decoded: where reading may start again. It moves when a text is used up. */
  get cut(): number {
    return this.#cut;
  }

  /** Reads on in the background if there is room. Throws the error of an earlier read. */
  readAhead(): void {
    if (this.#error !== undefined) throw this.#error as Error;
    if (this.#isWhole || this.#reading || this.#isClosed || this.#waiting > MAX_WAITING) return;
    this.#reading = this.#readPiece().finally(() => (this.#reading = undefined));
  }

  /**
   * Takes the next block. Call it when the text is used up, or what is left of it is no whole record.
   *
   * @param used UTF-16 units of the text that were decoded
   * @returns whether there was a block; if not, and it is not the end, more has to be waited for
   */
  next(used: number): boolean {
    if (used === this.#text.length) this.#cut = this.#textEnd;
    this.#text = this.#text.slice(used);
    const block = this.#blocks.shift();
    if (!block) return false;
    this.#waiting -= block.text.length;
    this.#text += block.text;
    this.#textEnd = block.end;
    if (this.#text.length <= MAX_RECORD) return true;
    throw new Error(
      `${this.#path} has a record of more than ${MAX_RECORD} characters: is there a quote that is never closed?`,
    );
  }

  /** Resolves when something was read, the end or an error among it. */
  async more(): Promise<void> {
    if (this.#error !== undefined || this.#blocks.length > 0) return;
    this.readAhead();
    await this.#reading;
  }

  close(): void {
    this.#isClosed = true;
    this.#pieces.return?.().catch(() => {}); // nobody is left to hear of it
  }

  async #readPiece(): Promise<void> {
    try {
      const result = await this.#pieces.next();
      if (result.done) {
        if (this.#rest.length > 0) this.#addBlock(this.#rest);
        this.#rest = new Uint8Array(0);
        this.#isWhole = true;
      } else this.#cutPiece(result.value);
    } catch (error) {
      this.#error = error;
    }
  }

  #cutPiece(piece: Uint8Array): void {
    const to = piece.lastIndexOf(NEWLINE) + 1;
    const bytes = concat(this.#rest, to === 0 ? piece : piece.subarray(0, to));
    if (to === 0) {
      this.#rest = bytes;
      return;
    }
    this.#rest = piece.slice(to);
    this.#addBlock(bytes);
  }

  #addBlock(bytes: Uint8Array): void {
    let text = this.#decoder.decode(bytes);
    if (this.#readTo === 0 && text.startsWith('\ufeff')) text = text.slice(1);
    this.#readTo += bytes.length;
    this.#blocks.push({ text, end: this.#readTo });
    this.#waiting += text.length;
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
