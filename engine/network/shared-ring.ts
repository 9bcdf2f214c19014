/**
 * Two byte queues in one SharedArrayBuffer, one each way, each with one writer and one reader.
 *
 *   control of a queue, i32 each:  0 head, bytes ever written   1 tail, bytes ever read (both modulo 2^32)
 *                                  2 reader sleeps   3 writer waits for room
 *   then its data, a power of two of bytes: records at multiples of 16, none broken by the end
 *
 *   record:  0 i32 payload bytes, or -1: nothing until the end of the data   4 i32 kind   8 i32 channel   12 i32 value
 *           16 i32 total   20 three words unused   32 payload
 *
 * Writer and reader only ever add to their own counter, after the bytes are in place or out of the way, so neither waits for the other.
 * Each wakes the other by a message when it sleeps; nobody blocks in `Atomics.wait`, which would starve
 * promises (a worker writes checkpoints meanwhile).
 */
const CONTROL_BYTES = 64;
const RECORD_BYTES = 32;
const HEAD = 0;
const TAIL = 1;
const READER_SLEEPS = 2;
const WRITER_WAITS = 3;

/** Bytes of data each way: eight pieces of 128 KiB. */
export const RING_DATA_BYTES = 1024 * 1024;

/** Memory for one pair of workers. */
export function allocateRing(dataBytes = RING_DATA_BYTES): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * (CONTROL_BYTES + dataBytes));
}

/** What a record is about; its payload lies in the ring. */
export interface RingRecord {
  kind: number;
  channel: number;
  value: number;
  /** Bytes of all pieces of the buffer that this is one of. */
  total: number;
  payload: Uint8Array;
}

/** One direction of a ring; a worker uses one end of each. */
export class RingQueue {
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #size: number;
  readonly #record: RingRecord = { kind: 0, channel: 0, value: 0, total: 0, payload: new Uint8Array(0) };

  /** @param direction 0 or 1 */
  constructor(ring: SharedArrayBuffer, direction: 0 | 1) {
    const half = ring.byteLength / 2;
    const start = direction * half;
    this.#size = half - CONTROL_BYTES;
    if ((this.#size & (this.#size - 1)) !== 0)
      throw new Error(`a ring of ${this.#size} bytes: no power of two`);
    this.#control = new Int32Array(ring, start, CONTROL_BYTES / 4);
    this.#words = new Int32Array(ring, start + CONTROL_BYTES, this.#size / 4);
    this.#bytes = new Uint8Array(ring, start + CONTROL_BYTES, this.#size);
  }

  /** Largest payload: whatever lies where, a quarter of the ring is soon free. */
  get maxPayload(): number {
    return this.#size / 4 - RECORD_BYTES;
  }

  /** Writes a record; false if there is no room for it, and the reader will wake the writer when there is. */
  write(kind: number, channel: number, value: number, total: number, payload: Uint8Array): boolean {
    const needed = (RECORD_BYTES + payload.length + 15) & ~15;
    const head = Atomics.load(this.#control, HEAD);
    const offset = head & (this.#size - 1);
    const skipped = offset + needed > this.#size ? this.#size - offset : 0;
    if (!this.#hasRoom(head, skipped + needed)) {
      Atomics.store(this.#control, WRITER_WAITS, 1);
      if (!this.#hasRoom(head, skipped + needed)) return false;
      Atomics.store(this.#control, WRITER_WAITS, 0);
    }
    if (skipped > 0) this.#words[offset >> 2] = -1;
    const at = skipped > 0 ? 0 : offset;
    const word = at >> 2;
    this.#words[word] = payload.length;
    this.#words[word + 1] = kind;
    this.#words[word + 2] = channel;
    this.#words[word + 3] = value;
    this.#words[word + 4] = total;
    this.#bytes.set(payload, at + RECORD_BYTES);
    Atomics.store(this.#control, HEAD, (head + skipped + needed) | 0);
    return true;
  }

  /** Whether the reader sleeps and has to be woken for what was written. Answers true once. */
  takeReaderSleeps(): boolean {
    return Atomics.exchange(this.#control, READER_SLEEPS, 0) === 1;
  }

  /** Whether the writer waits for the room that was made. Answers true once. */
  takeWriterWaits(): boolean {
    return (
      Atomics.load(this.#control, WRITER_WAITS) === 1 &&
      Atomics.exchange(this.#control, WRITER_WAITS, 0) === 1
    );
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#control, HEAD) === Atomics.load(this.#control, TAIL);
  }

  /** The reader is about to sleep. False if a record came meanwhile: then it must not. */
  sleep(): boolean {
    Atomics.store(this.#control, READER_SLEEPS, 1);
    if (this.isEmpty) return true;
    Atomics.store(this.#control, READER_SLEEPS, 0);
    return false;
  }

  /** Hands the next record to `use`, which copies what it keeps; false if there is none. */
  read(use: (record: RingRecord) => void): boolean {
    const tail = Atomics.load(this.#control, TAIL);
    if (Atomics.load(this.#control, HEAD) === tail) return false;
    let offset = tail & (this.#size - 1);
    let skipped = 0;
    if (this.#words[offset >> 2] === -1) {
      skipped = this.#size - offset;
      offset = 0;
    }
    const word = offset >> 2;
    const length = this.#words[word]!; // within the data, as all of a record is
    const record = this.#record;
    record.kind = this.#words[word + 1]!;
    record.channel = this.#words[word + 2]!;
    record.value = this.#words[word + 3]!;
    record.total = this.#words[word + 4]!;
    record.payload = this.#bytes.subarray(offset + RECORD_BYTES, offset + RECORD_BYTES + length);
    use(record);
    const taken = skipped + ((RECORD_BYTES + length + 15) & ~15);
    Atomics.store(this.#control, TAIL, (tail + taken) | 0);
    return true;
  }

  #hasRoom(head: number, bytes: number): boolean {
    return bytes <= this.#size - ((head - Atomics.load(this.#control, TAIL)) >>> 0);
  }
}
