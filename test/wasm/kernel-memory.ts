import bytes from '#wasm?bytes';
import fc from 'fast-check';
import { loadWasm, type Kernels } from '../../engine/memory/kernels.ts';

/** What a cell holds: integers of a width as bigint, floats as number, i128 as bigint, timestamps as [ms, nanos], texts. */
export type Kind = 'I8' | 'I16' | 'I32' | 'I64' | 'F32' | 'F64' | 'I128' | 'Timestamp' | 'Bytes';
export type KernelCell = bigint | number | string | readonly [bigint, number];

export const WIDTH: Readonly<Record<Kind, number>> = {
  I8: 1,
  I16: 2,
  I32: 4,
  I64: 8,
  F32: 4,
  F64: 8,
  I128: 16,
  Timestamp: 16,
  Bytes: 8,
};
export const BITS: Readonly<Record<string, number>> = { I8: 8, I16: 16, I32: 32, I64: 64 };

/** An operand of a kernel: where its cells are, and 0 or their width as stride. */
export interface Operand {
  readonly address: number;
  readonly stride: number;
}

/** Bare linear memory for kernels: cells in, cells out. Everything lives until `reset`. */
export class KernelMemory {
  readonly kernels: Kernels;
  readonly #memory: WebAssembly.Memory;
  readonly #base: number;
  #next: number;

  private constructor(kernels: Kernels, memory: WebAssembly.Memory, base: number) {
    this.kernels = kernels;
    this.#memory = memory;
    this.#base = base;
    this.#next = base;
  }

  static async create(): Promise<KernelMemory> {
    const wasm = await loadWasm(bytes);
    return new KernelMemory(wasm.kernels, wasm.memory, wasm.base);
  }

  reset(): void {
    this.#next = this.#base;
  }

  /** Filled with a pattern that is no plausible result, so that cells nobody wrote are noticed. */
  bytes(size: number): number {
    const address = this.#next;
    this.#next += (size + 47) & ~15;
    new Uint8Array(this.#memory.buffer, address, size + 16).fill(0xa5);
    return address;
  }

  /** One cell for all rows if `isConstant`. */
  operand(kind: Kind, cells: readonly KernelCell[], isConstant = false): Operand {
    const address = this.write(kind, isConstant ? cells.slice(0, 1) : cells);
    return { address, stride: isConstant ? 0 : WIDTH[kind] };
  }

  write(kind: Kind, cells: readonly KernelCell[]): number {
    const address = this.bytes(cells.length * WIDTH[kind]);
    cells.forEach((cell, i) => this.#put(kind, address + i * WIDTH[kind], cell));
    return address;
  }

  /** A validity; 0 where every row is set and a coin says so. */
  flags(flags: readonly boolean[]): number {
    const address = this.bytes(flags.length);
    const view = new Uint8Array(this.#memory.buffer, address, flags.length);
    flags.forEach((flag, i) => (view[i] = flag ? 1 : 0));
    return address;
  }

  readFlags(address: number, rows: number): boolean[] {
    return Array.from(new Uint8Array(this.#memory.buffer, address, rows), (byte) => {
      if (byte > 1) throw new Error(`a boolean is ${byte}`);
      return byte === 1;
    });
  }

  readU32(address: number, count: number): number[] {
    return [...new Uint32Array(this.#memory.buffer, address, count)];
  }

  read(kind: Kind, address: number, rows: number): KernelCell[] {
    return Array.from({ length: rows }, (_, i) => this.#get(kind, address + i * WIDTH[kind]));
  }

  get view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  #get(kind: Kind, at: number): KernelCell {
    const view = this.view;
    switch (kind) {
      case 'I8':
        return BigInt(view.getInt8(at));
      case 'I16':
        return BigInt(view.getInt16(at, true));
      case 'I32':
        return BigInt(view.getInt32(at, true));
      case 'I64':
        return view.getBigInt64(at, true);
      case 'F32':
        return view.getFloat32(at, true);
      case 'F64':
        return view.getFloat64(at, true);
      case 'I128':
        return (view.getBigInt64(at + 8, true) << 64n) + view.getBigUint64(at, true);
      case 'Timestamp':
        return [view.getBigInt64(at, true), view.getInt32(at + 8, true)];
      case 'Bytes': {
        const text = new Uint8Array(view.buffer, view.getUint32(at, true), view.getUint32(at + 4, true));
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(text);
      }
    }
  }

  #put(kind: Kind, at: number, cell: KernelCell): void {
    const view = this.view;
    switch (kind) {
      case 'I8':
        return view.setInt8(at, Number(cell));
      case 'I16':
        return view.setInt16(at, Number(cell), true);
      case 'I32':
        return view.setInt32(at, Number(cell), true);
      case 'I64':
        return view.setBigInt64(at, cell as bigint, true);
      case 'F32':
        return view.setFloat32(at, Number(cell), true);
      case 'F64':
        return view.setFloat64(at, Number(cell), true);
      case 'I128':
        view.setBigUint64(at, BigInt.asUintN(64, cell as bigint), true);
        return view.setBigInt64(at + 8, (cell as bigint) >> 64n, true);
      case 'Timestamp': {
        const [ms, nanos] = cell as readonly [bigint, number];
        view.setBigInt64(at, ms, true);
        return view.setBigInt64(at + 8, BigInt(nanos), true);
      }
      case 'Bytes': {
        const text = new TextEncoder().encode(cell as string);
        const address = this.bytes(text.length);
        new Uint8Array(this.#memory.buffer, address).set(text);
        this.view.setUint32(at, address, true);
        return this.view.setUint32(at + 4, text.length, true);
      }
    }
  }
}

const MAX_ROWS = 70;
const SMALL = fc.bigInt({ min: -3n, max: 3n });

/** Values of a kind: small ones, which meet often, all others, and the extremes. */
export function anyCell(kind: Kind): fc.Arbitrary<KernelCell> {
  switch (kind) {
    case 'F32':
      return fc.oneof(fc.constantFrom(0, -0, 1, NaN, Infinity), fc.float());
    case 'F64':
      return fc.oneof(fc.constantFrom(0, -0, 1, NaN, Infinity, 1e300), fc.double());
    case 'Timestamp':
      return fc.tuple(fc.oneof(SMALL, fc.bigInt(-(2n ** 50n), 2n ** 50n)), fc.nat(999_999));
    case 'Bytes':
      return anyText;
    case 'I128':
      return anyDecimal(38);
    default: {
      const half = 1n << BigInt(BITS[kind]! - 1);
      return fc.oneof(SMALL, fc.bigInt(-half, half - 1n), fc.constantFrom(-half, half - 1n));
    }
  }
}

/** Unscaled decimals of up to `precision` digits, of every length. */
export function anyDecimal(precision: number): fc.Arbitrary<bigint> {
  return fc
    .tuple(fc.integer({ min: 0, max: precision }), fc.bigInt(0n, 10n ** 38n), fc.boolean())
    .map(([digits, value, isNegative]) => (value % 10n ** BigInt(digits)) * (isNegative ? -1n : 1n));
}

/** Texts that meet often, long ones that cross vectors, and characters of every length. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', '/'), maxLength: 4 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', '/'), maxLength: 80 }),
  fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '/', ' '), maxLength: 40 }),
);

export function anyRows<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(of, { maxLength: MAX_ROWS, size: 'max' });
}

/** Two columns of the same number of rows, either of which may be a constant. */
export function twoColumns<A, B>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
): fc.Arbitrary<{ rows: [A, B][]; isConstant: [boolean, boolean] }> {
  return fc
    .record({
      rows: fc.array(fc.tuple(a, b), { minLength: 1, maxLength: MAX_ROWS, size: 'max' }),
      isConstant: fc.tuple(fc.boolean(), fc.boolean()),
    })
    .map(({ rows, isConstant }) => ({
      isConstant,
      rows: rows.map(([x, y]): [A, B] => [isConstant[0] ? rows[0]![0] : x, isConstant[1] ? rows[0]![1] : y]),
    }));
}
