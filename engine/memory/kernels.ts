import type { instantiate as glue } from '../../wasm/build/millrace.js'; // declarations only: addresses and counts need no glue

/** The wasm module's exports; counts and addresses that may pass 2^31 come back signed, hence `>>> 0`. */
export type Kernels = Awaited<ReturnType<typeof glue>>;

/** One instance of the kernels and its memory: what a TaskManager has. */
export interface Wasm {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  /** First free byte: below lie the module's constants. */
  readonly base: number;
}

/** Takes bytes, a compiled module or a URL: every host has at least one of them. */
export async function loadWasm(
  source: BufferSource | WebAssembly.Module | string | URL,
  memory = new WebAssembly.Memory({ initial: 256, maximum: 65536 }),
): Promise<Wasm> {
  return instantiate(await compileWasm(source), memory);
}

export async function compileWasm(
  source: BufferSource | WebAssembly.Module | string | URL,
): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) return WebAssembly.compileStreaming(fetch(source));
  return WebAssembly.compile(source);
}

async function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Wasm> {
  return wasmOf(await WebAssembly.instantiate(module, importsOf(memory)), memory);
}

/** Like `loadWasm`, but at once: where nobody can wait. */
export function loadWasmNow(source: BufferSource | WebAssembly.Module): Wasm {
  const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536 });
  return wasmOf(new WebAssembly.Instance(module, importsOf(memory)), memory);
}

function importsOf(memory: WebAssembly.Memory): WebAssembly.Imports {
  // Only the debug build calls abort: an assert failed.
  const abort = (message: number, file: number, line: number, column: number): never => {
    throw new Error(`${utf16(memory, message)} in ${utf16(memory, file)}:${line}:${column}`);
  };
  return { env: { memory, abort } };
}

function wasmOf({ exports }: WebAssembly.Instance, memory: WebAssembly.Memory): Wasm {
  const kernels = exports as unknown as Kernels;
  return { kernels, memory, base: ((kernels.heapBase() >>> 0) + 15) & ~15 };
}

/** An AssemblyScript string: UTF-16, its length in bytes in the word before it. */
function utf16(memory: WebAssembly.Memory, address: number): string {
  const length = new DataView(memory.buffer).getUint32(address - 4, true);
  return String.fromCharCode(...new Uint16Array(memory.buffer, address, length >>> 1));
}
