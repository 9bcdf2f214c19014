import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import { BatchDecoder, encodeBatch } from '../../engine/data/batch-codec.ts';
import { InputGate } from '../../engine/network/input-gate.ts';
import { LocalInputChannel } from '../../engine/network/input-channel.ts';
import {
  DEFAULT_NETWORK_OPTIONS,
  LOCAL_BUFFER_BYTES,
  type NetworkOptions,
} from '../../engine/network/network-options.ts';
import { PeerConnection } from '../../engine/network/peer-connection.ts';
import { PortTransport } from '../../engine/network/port-transport.ts';
import { RecordWriter } from '../../engine/network/record-writer.ts';
import type { FloatingBuffers } from '../../engine/network/remote-input-channel.ts';
import { ResultPartition } from '../../engine/network/result-partition.ts';
import { RingTransport } from '../../engine/network/ring-transport.ts';
import { allocateRing } from '../../engine/network/shared-ring.ts';
import { ElementKind, type InputElement } from '../../engine/network/stream-element.ts';
import { createPartitioner } from '../../engine/network/stream-partitioner.ts';
import { SubpartitionRegistry } from '../../engine/network/subpartition-registry.ts';
import type { PartitionerSpec } from '../../engine/graph/job-graph.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { MAX_WATERMARK } from '../../engine/time/watermark.ts';
import { linesOf, rowOf, type RowLike } from './rows.ts';
import type { TestEnvironment } from './test-environment.ts';

/** What is between two tasks: the same worker, messages, or a shared ring. */
export type Medium = 'local' | 'port' | 'ring';

/** Two workers on one thread, with a connection between them over a medium. */
export class TestPeers {
  readonly medium: Medium;
  /** Where senders of the first worker, and senders of the other, are found. */
  readonly registries = [new SubpartitionRegistry(), new SubpartitionRegistry()] as const;
  readonly connections: readonly PeerConnection[];

  constructor({ wasm }: TestEnvironment, medium: Medium, ringBytes?: number) {
    this.medium = medium;
    if (medium === 'local') {
      this.connections = [];
      return;
    }
    const { port1, port2 } = new MessageChannel();
    const ring = allocateRing(ringBytes);
    const transports =
      medium === 'port'
        ? [new PortTransport(port1, wasm), new PortTransport(port2, wasm)]
        : [new RingTransport(port1, ring, 0, wasm), new RingTransport(port2, ring, 1, wasm)];
    this.connections = transports.map(
      (transport, index) => new PeerConnection(transport, this.registries[index]!),
    );
  }

  /** A turn of both workers, then of the event loop, so that messages arrive. */
  async turn(): Promise<void> {
    for (const { transport } of this.connections) {
      transport.poll();
      transport.flush();
    }
    if (this.medium !== 'local') await new Promise((resolve) => setImmediate(resolve));
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}

/** One sender and the gates of its receivers, a channel each. */
export class TestEdge {
  readonly writer: RecordWriter;
  readonly partition: ResultPartition;
  readonly gates: readonly InputGate[];
  readonly #environment: TestEnvironment;
  readonly #rowType: RowType;
  readonly #builder: BatchBuilder;

  constructor(
    environment: TestEnvironment,
    peers: TestPeers,
    setup: {
      readonly rowType: RowType;
      readonly partitioner: PartitionerSpec;
      readonly channels: number;
      readonly options?: Partial<NetworkOptions>;
      readonly bufferBytes?: number;
      readonly seed?: number;
    },
  ) {
    const { wasm, pool } = environment;
    const { rowType, channels } = setup;
    const options = { ...DEFAULT_NETWORK_OPTIONS, ...setup.options };
    const bufferBytes =
      setup.bufferBytes ?? peers.connections[0]?.transport.bufferBytes ?? LOCAL_BUFFER_BYTES;
    this.#environment = environment;
    this.#rowType = rowType;
    this.#builder = new BatchBuilder(wasm, pool, rowType);
    const medium = { bufferBytes, isLocal: peers.medium === 'local' };
    this.partition = new ResultPartition(pool, options, new Array<typeof medium>(channels).fill(medium));
    const partitioner = createPartitioner(setup.partitioner, {
      wasm,
      pool,
      channels,
      maxParallelism: 128,
      seed: setup.seed ?? 1,
    });
    this.writer = new RecordWriter(wasm, pool, rowType, this.partition, partitioner);
    const [sending] = peers.registries;
    const reading = peers.connections[1];
    this.gates = this.partition.subpartitions.map((subpartition, channel) => {
      const id = `channel ${channel}`;
      const gate = new InputGate(wasm);
      const decoder = new BatchDecoder(wasm, pool, rowType);
      const floating: FloatingBuffers = { free: options.floatingBuffersPerGate, onReturned: () => {} };
      if (reading) {
        gate.addChannel(reading.open(id, 0, decoder, gate, pool, options, floating));
      } else {
        const local = new LocalInputChannel(0, decoder, gate);
        sending.find(id, (found) => local.connect(found));
        gate.addChannel(local);
      }
      sending.register(id, subpartition);
      return gate;
    });
  }

  send(rows: readonly RowLike[]): void {
    for (const row of rows) {
      const { values, kind } = rowOf(row, this.#rowType);
      this.#builder.append(values, kind);
    }
    this.writer.emit(this.#builder.build());
  }

  sendWatermark(timestamp: number): void {
    this.writer.broadcastEvent({ kind: ElementKind.WATERMARK, timestamp });
  }

  sendBarrier(checkpointId: number): void {
    const options = { stop: false, drain: false, full: false };
    this.writer.broadcastEvent({
      kind: ElementKind.BARRIER,
      barrier: { checkpointId, timestamp: 1, options },
    });
  }

  /** What a receiver can read now, as lines; at most `limit` elements. */
  receive(receiver: number, limit = Infinity): string[] {
    const gate = this.gates[receiver]!;
    const lines: string[] = [];
    for (let count = 0; count < limit; count++) {
      const element = gate.poll();
      if (!element) break;
      lines.push(...this.linesOf(element));
    }
    return lines;
  }

  linesOf(element: InputElement): string[] {
    const { wasm, pool } = this.#environment;
    switch (element.kind) {
      case ElementKind.BATCH:
        return linesOf(encodeBatch(element.batch!, wasm, pool, this.#rowType), this.#rowType);
      case ElementKind.WATERMARK:
        return [`watermark ${element.timestamp === MAX_WATERMARK ? 'end' : element.timestamp}`];
      case ElementKind.WATERMARK_STATUS:
        return [element.isIdle ? 'idle' : 'active'];
      case ElementKind.BARRIER:
        return [`barrier ${element.barrier!.checkpointId}`];
      case ElementKind.END_OF_DATA:
        return ['end of data'];
      case ElementKind.END_OF_PARTITION:
        return ['end of partition'];
    }
  }

  release(): void {
    this.writer.release();
    this.partition.release();
    for (const gate of this.gates) gate.release();
    this.#builder.release();
  }
}
