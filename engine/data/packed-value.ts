import { isTimestamp, type Value } from './value.ts';

/**
 * Values of any type as bytes, and back. A value is a tag and what follows from it, so the bytes need no type; equal values have equal
 * bytes.
 *
 *   0 NULL · 1 false · 2 true · 3 f64 · 4 i64 · 5 text · 6 bytes · 7 f64 milliseconds, i32 nanoseconds · 8 u32 count, values
 *   text and bytes: u32 length before them
 */
export function packValue(value: Value): Uint8Array {
  const writer = new PackWriter();
  writer.write(value);
  return writer.bytes.slice();
}

/** The value that `packValue` packed. */
export function unpackValue(bytes: Uint8Array): Value {
  return new PackReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length)).read();
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Writes one value after the other. */
export class PackWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Returns where the next value begins. */
  write(value: Value): number {
    if (value === null) this.#tag(0);
    else if (typeof value === 'boolean') this.#tag(value ? 2 : 1);
    else if (typeof value === 'number') this.#tag(3, (view, at) => view.setFloat64(at, value));
    else if (typeof value === 'bigint') this.#tag(4, (view, at) => view.setBigInt64(at, value));
    else if (typeof value === 'string') this.#tail(5, encoder.encode(value));
    else if (value instanceof Uint8Array) this.#tail(6, value);
    else if (isTimestamp(value)) {
      this.#tag(7, (view, at) => view.setFloat64(at, value.epochMs));
      this.#word(value.nanoOfMs);
    } else {
      this.#tag(8);
      this.#word(value.length);
      for (const each of value) this.write(each);
    }
    return this.length;
  }

  #tag(tag: number, put?: (view: DataView, at: number) => void): void {
    this.#reserve(9);
    this.#bytes[this.length++] = tag;
    if (!put) return;
    put(this.#view, this.length);
    this.length += 8;
  }

  #word(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.length, value);
    this.length += 4;
  }

  #tail(tag: number, bytes: Uint8Array): void {
    this.#tag(tag);
    this.#word(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.length + bytes));
    larger.set(this.bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads one value, whose bytes a view shows. */
export class PackReader {
  readonly #view: DataView;
  #at = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  read(): Value {
    const tag = this.#view.getUint8(this.#at++);
    switch (tag) {
      case 1:
      case 2:
        return tag === 2;
      case 3:
        return this.#view.getFloat64(this.#skip(8));
      case 4:
        return this.#view.getBigInt64(this.#skip(8));
      case 5:
        return decoder.decode(this.#tail());
      case 6:
        return this.#tail();
      case 7:
        return {
          epochMs: this.#view.getFloat64(this.#skip(8)),
          nanoOfMs: this.#view.getInt32(this.#skip(4)),
        };
      case 8: {
        const count = this.#view.getUint32(this.#skip(4));
        return Array.from({ length: count }, () => this.read());
      }
      default:
        return null;
    }
  }

  #tail(): Uint8Array {
    const length = this.#view.getUint32(this.#skip(4));
    const { buffer, byteOffset } = this.#view;
    return new Uint8Array(buffer, byteOffset + this.#skip(length), length).slice();
  }

  #skip(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
