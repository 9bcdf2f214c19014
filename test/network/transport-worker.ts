import { parentPort, workerData } from 'node:worker_threads';
import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import { BatchDecoder } from '../../engine/data/batch-codec.ts';
import { loadWasm } from '../../engine/memory/kernels.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import { InputGate } from '../../engine/network/input-gate.ts';
import { DEFAULT_NETWORK_OPTIONS } from '../../engine/network/network-options.ts';
import { PeerConnection } from '../../engine/network/peer-connection.ts';
import { PortTransport } from '../../engine/network/port-transport.ts';
import { RecordWriter } from '../../engine/network/record-writer.ts';
import { ResultPartition } from '../../engine/network/result-partition.ts';
import { RingTransport } from '../../engine/network/ring-transport.ts';
import { ElementKind } from '../../engine/network/stream-element.ts';
import { createPartitioner } from '../../engine/network/stream-partitioner.ts';
import { SubpartitionRegistry } from '../../engine/network/subpartition-registry.ts';
import type { RowType } from '../../engine/types/logical-type.ts';

/** What the test tells both threads. */
export interface TransportWorkerData {
  readonly wasm: WebAssembly.Module;
  readonly port: MessagePort;
  readonly ring: SharedArrayBuffer | null;
  readonly direction: 0 | 1;
  readonly batches: number;
  readonly rowsPerBatch: number;
}

// One of two threads that exchange rows: the first sends 0, 1, 2, ... in order, the other sums what comes and looks at the order.
const { wasm: module, port, ring, direction, batches, rowsPerBatch } = workerData as TransportWorkerData;
const rowType: RowType = {
  root: 'ROW',
  nullable: false,
  fields: [{ name: 'n', type: { root: 'DOUBLE', nullable: false } }],
};
const wasm = await loadWasm(module);
const pool = new MemorySegmentPool(wasm);
const registry = new SubpartitionRegistry();
const transport = ring ? new RingTransport(port, ring, direction, wasm) : new PortTransport(port, wasm);
const connection = new PeerConnection(transport, registry);

let isScheduled = false;
/** A turn of the event loop later: polls, works, flushes, and sleeps only if nothing has come meanwhile. */
function schedule(work: () => void): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    transport.poll();
    work();
    transport.flush();
    if (!transport.prepareToSleep()) schedule(work);
  });
}

if (direction === 0) send();
else receive();

function send(): void {
  const partition = new ResultPartition(pool, DEFAULT_NETWORK_OPTIONS, [
    { bufferBytes: transport.bufferBytes, isLocal: false },
  ]);
  const partitioner = createPartitioner(
    { kind: 'forward' },
    { wasm, pool, channels: 1, maxParallelism: 128, seed: 0 },
  );
  const writer = new RecordWriter(wasm, pool, rowType, partition, partitioner);
  const builder = new BatchBuilder(wasm, pool, rowType);
  let next = 0;
  let isDone = false;
  const work = (): void => {
    while (partition.isAvailable && next < batches * rowsPerBatch) {
      for (let row = 0; row < rowsPerBatch; row++) builder.append([next++]);
      writer.emit(builder.build());
    }
    if (next < batches * rowsPerBatch || isDone) return;
    isDone = true;
    writer.broadcastEvent({ kind: ElementKind.END_OF_PARTITION });
    writer.flush();
  };
  partition.onAvailable = () => schedule(work);
  transport.onWake = () => schedule(work);
  registry.register('channel', partition.subpartitions[0]!);
  schedule(work);
}

function receive(): void {
  const gate = new InputGate(wasm);
  const decoder = new BatchDecoder(wasm, pool, rowType);
  const floating = { free: 8, onReturned: () => {} };
  gate.addChannel(connection.open('channel', 0, decoder, gate, pool, DEFAULT_NETWORK_OPTIONS, floating));
  let expected = 0;
  const work = (): void => {
    for (let element = gate.poll(); element; element = gate.poll()) {
      if (element.kind === ElementKind.END_OF_PARTITION) {
        parentPort!.postMessage({ rows: expected, usedBytes: pool.usedBytes });
        continue;
      }
      const { rowCount, columns } = element.batch!;
      const values = new Float64Array(wasm.memory.buffer, columns[0]!.values, rowCount);
      for (const value of values) {
        if (value !== expected) throw new Error(`row ${value} came where ${expected} belongs`);
        expected++;
      }
    }
  };
  gate.onAvailable = () => schedule(work);
  transport.onWake = () => schedule(work);
  schedule(work);
}
