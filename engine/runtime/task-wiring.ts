import { BatchDecoder } from '../data/batch-codec.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { LocalInputChannel } from '../network/input-channel.ts';
import { InputGate } from '../network/input-gate.ts';
import { LOCAL_BUFFER_BYTES, type NetworkOptions } from '../network/network-options.ts';
import type { PeerConnection } from '../network/peer-connection.ts';
import { RecordWriter } from '../network/record-writer.ts';
import { RemoteInputChannel, type FloatingBuffers } from '../network/remote-input-channel.ts';
import { ResultPartition } from '../network/result-partition.ts';
import { createPartitioner } from '../network/stream-partitioner.ts';
import type { SubpartitionRegistry } from '../network/subpartition-registry.ts';
import type { TaskDeploymentDescriptor } from './gateways.ts';
import type { ChainEdge } from './operator-chain.ts';

/** The network of a TaskManager. */
export interface TaskNetwork {
  readonly taskManagerId: string;
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
  readonly registry: SubpartitionRegistry;
  readonly options: NetworkOptions;
  /** The connection to another TaskManager. Throws if there is none. */
  readonly connection: (peer: string) => PeerConnection;
}

/** A task's ends of its channels. */
export interface TaskWiring {
  readonly gates: readonly InputGate[];
  readonly edges: readonly ChainEdge[];
  /** Ids of the channels that begin or end here. */
  readonly channelIds: readonly string[];
}

/** Makes the gates and partitions that a descriptor asks for, and connects them: whoever comes second of two ends finds the first. */
export function wireTask(descriptor: TaskDeploymentDescriptor, network: TaskNetwork): TaskWiring {
  return {
    gates: wireGates(descriptor, network),
    edges: descriptor.outputs.map((output) => wireEdge(descriptor, output, network)),
    channelIds: [...descriptor.inputs, ...descriptor.outputs].flatMap(({ channels }) =>
      channels.map(({ id }) => id),
    ),
  };
}

/** Takes the task's ends out of the registry: both of its own, and what it still waited for. */
export function unwireTask({ channelIds }: TaskWiring, registry: SubpartitionRegistry): void {
  for (const id of channelIds) {
    registry.unregister(id);
    registry.forget(id);
  }
}

function wireEdge(
  { subtask }: TaskDeploymentDescriptor,
  { edge, maxParallelism, channels }: TaskDeploymentDescriptor['outputs'][number],
  { taskManagerId, wasm, pool, registry, options, connection }: TaskNetwork,
): ChainEdge {
  const partition = new ResultPartition(
    pool,
    options,
    channels.map(({ peer }) =>
      peer === taskManagerId
        ? { bufferBytes: LOCAL_BUFFER_BYTES, isLocal: true }
        : { bufferBytes: connection(peer).transport.bufferBytes, isLocal: false },
    ),
  );
  const partitioner = createPartitioner(edge.partitioner, {
    wasm,
    pool,
    channels: channels.length,
    maxParallelism,
    seed: seedOf(`${edge.id}/${subtask}`),
  });
  channels.forEach(({ id }, index) => registry.register(id, partition.subpartitions[index]!)); // one for each
  return {
    sourceOperator: edge.sourceOperator,
    writer: new RecordWriter(wasm, pool, edge.rowType, partition, partitioner),
  };
}

function wireGates({ inputs }: TaskDeploymentDescriptor, network: TaskNetwork): InputGate[] {
  const { taskManagerId, wasm, pool, registry, options } = network;
  const gates: { readonly gate: InputGate; readonly floating: FloatingBuffers }[] = [];
  for (const { edge, channels } of inputs) {
    while (gates.length <= edge.gate) gates.push(newGate(wasm, options));
    const { gate, floating } = gates[edge.gate]!; // just made
    const decoder = new BatchDecoder(wasm, pool, edge.rowType);
    for (const { id, peer } of channels) {
      const index = gate.channels.length;
      if (peer === taskManagerId) {
        const channel = new LocalInputChannel(index, decoder, gate);
        gate.addChannel(channel);
        registry.find(id, (subpartition) => channel.connect(subpartition));
      } else {
        gate.addChannel(network.connection(peer).open(id, index, decoder, gate, pool, options, floating));
      }
    }
  }
  return gates.map(({ gate }) => gate);
}

function newGate(wasm: Wasm, options: NetworkOptions): { gate: InputGate; floating: FloatingBuffers } {
  const gate = new InputGate(wasm);
  const floating: FloatingBuffers = {
    free: options.floatingBuffersPerGate,
    onReturned: () => {
      for (const channel of gate.channels) {
        if (channel instanceof RemoteInputChannel) channel.assignCredit();
      }
    },
  };
  return { gate, floating };
}

/** The same for the same edge and subtask in every run (FNV-1a). */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
