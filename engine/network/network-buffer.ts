/** Who takes a buffer back. */
export interface BufferOwner {
  recycle(buffer: NetworkBuffer): void;
}

/** A run of segments with stream elements in it, on its way from a subpartition to an input channel. */
export class NetworkBuffer {
  readonly address: number;
  readonly capacity: number;
  /** Bytes written. */
  size = 0;
  readonly #owner: BufferOwner;

  constructor(address: number, capacity: number, owner: BufferOwner) {
    this.address = address;
    this.capacity = capacity;
    this.#owner = owner;
  }

  /** Gives the run back; nothing in it may be read any more. */
  recycle(): void {
    this.#owner.recycle(this);
  }
}
