import bytes from '#wasm?bytes';
import { loadWasm, type Wasm } from '../../engine/memory/kernels.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';

/** The kernels (the debug build, whose asserts speak) and a pool: what stands for a TaskManager's memory in a test. */
export interface TestEnvironment {
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
}

export async function testEnvironment(limitBytes?: number): Promise<TestEnvironment> {
  const wasm = await loadWasm(bytes);
  return { wasm, pool: new MemorySegmentPool(wasm, limitBytes) };
}
