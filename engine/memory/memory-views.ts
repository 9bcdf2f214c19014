import type { Wasm } from './kernels.ts';

/**
 * Typed arrays over the whole linear memory.
 *
 * Growing the memory detaches every view of it, so the accessors look before they answer: ask for a view anew after any
 * call that may allocate, and keep none.
 */
export class MemoryViews {
  readonly #memory: WebAssembly.Memory;
  #u8 = new Uint8Array(0);
  #u32 = new Uint32Array(0);
  #data = new DataView(new ArrayBuffer(0));

  constructor(wasm: Wasm) {
    this.#memory = wasm.memory;
  }

  get u8(): Uint8Array<ArrayBuffer> {
    if (this.#u8.buffer !== this.#memory.buffer) this.#refresh();
    return this.#u8;
  }

  /** Index is address / 4. */
  get u32(): Uint32Array<ArrayBuffer> {
    if (this.#u8.buffer !== this.#memory.buffer) this.#refresh();
    return this.#u32;
  }

  get data(): DataView<ArrayBuffer> {
    if (this.#u8.buffer !== this.#memory.buffer) this.#refresh();
    return this.#data;
  }

  #refresh(): void {
    const buffer = this.#memory.buffer;
    this.#u8 = new Uint8Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#data = new DataView(buffer);
  }
}
