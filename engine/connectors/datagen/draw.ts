import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { OperatorContext } from '../../operators/stream-operator.ts';

const BYTES = 40;
const FNV_PRIME = 0x100000001b3n;
const FNV_OFFSET = 0xcbf29ce484222325n;

/**
 * What the cells of one column are drawn from, in linear memory (`Draw` in wasm/assembly/random.ts):
 *
 *   key u64 | min i128 | span u128
 *
 * The key tells columns apart; with the number of a row it decides a cell.
 */
export class Draw {
  readonly address: number;
  readonly #memory: WebAssembly.Memory;
  readonly #slots: SlotAllocator;

  constructor({ wasm, pool }: OperatorContext, seed: string, path: string) {
    this.#memory = wasm.memory;
    this.#slots = SlotAllocator.of(pool);
    this.address = this.#slots.allocate(BYTES);
    new DataView(this.#memory.buffer).setBigUint64(this.address, keyOf(`${seed}/${path}`), true);
  }

  /** Values `min` to `max`, or from `min` on. */
  set(min: bigint, max: bigint = min): void {
    const view = new DataView(this.#memory.buffer);
    const span = max - min + 1n;
    view.setBigUint64(this.address + 8, BigInt.asUintN(64, min), true);
    view.setBigInt64(this.address + 16, min >> 64n, true);
    view.setBigUint64(this.address + 24, BigInt.asUintN(64, span), true);
    view.setBigUint64(this.address + 32, span >> 64n, true);
  }

  release(): void {
    this.#slots.release(this.address, BYTES);
  }
}

/** FNV-1a. */
function keyOf(text: string): bigint {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  return hash;
}
