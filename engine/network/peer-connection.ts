import type { BatchDecoder } from '../data/batch-codec.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { InputChannelListener } from './input-channel.ts';
import type { NetworkBuffer } from './network-buffer.ts';
import type { NetworkOptions } from './network-options.ts';
import { RemoteInputChannel, type FloatingBuffers } from './remote-input-channel.ts';
import type { ResultSubpartition, SubpartitionReader } from './result-subpartition.ts';
import type { SubpartitionRegistry } from './subpartition-registry.ts';
import type { Transport, TransportHandler } from './transport.ts';

/**
 * All channels between this worker and another, both ways, over one transport.
 *
 * A reader opens a channel by a request with its number and first credit; the sender answers with buffers while it has credit, and the
 * reader grants more as it goes. A slow channel therefore stops its own sender and holds up no other.
 */
export class PeerConnection implements TransportHandler {
  readonly transport: Transport;
  readonly #registry: SubpartitionRegistry;
  readonly #readers = new Map<number, RemoteInputChannel>();
  readonly #senders = new Map<number, SubpartitionSender>();
  /** Ids that were requested of us, by the reader's channel. */
  readonly #requests = new Map<number, string>();
  #nextChannel = 0;

  constructor(transport: Transport, registry: SubpartitionRegistry) {
    this.transport = transport;
    this.#registry = registry;
    transport.handler = this;
  }

  /** Opens a channel that reads subpartition `id` of the other worker. */
  open(
    id: string,
    index: number,
    decoder: BatchDecoder,
    listener: InputChannelListener,
    pool: MemorySegmentPool,
    options: NetworkOptions,
    floating: FloatingBuffers,
  ): RemoteInputChannel {
    const channel = this.#nextChannel++;
    const reader = new RemoteInputChannel(index, decoder, listener, {
      pool,
      exclusive: options.buffersPerChannel,
      floating,
      grant: (credit) => this.transport.sendCredit(channel, credit),
      cancel: () => {
        this.#readers.delete(channel);
        this.transport.sendCancel(channel);
      },
    });
    this.#readers.set(channel, reader);
    this.transport.sendRequest(channel, id, options.buffersPerChannel);
    return reader;
  }

  requested(channel: number, id: string, credit: number): void {
    const sender = new SubpartitionSender(channel, credit, this.transport);
    this.#senders.set(channel, sender);
    this.#requests.set(channel, id);
    this.#registry.find(id, (subpartition) => sender.attach(subpartition));
  }

  credited(channel: number, credit: number): void {
    this.#senders.get(channel)?.addCredit(credit);
  }

  cancelled(channel: number): void {
    this.#registry.forget(this.#requests.get(channel) ?? '');
    this.#requests.delete(channel);
    this.#senders.get(channel)?.cancel();
    this.#senders.delete(channel);
  }

  receiving(channel: number, bytes: number): NetworkBuffer | undefined {
    return this.#readers.get(channel)?.receive(bytes);
  }

  received(channel: number, buffer: NetworkBuffer, backlog: number): void {
    const reader = this.#readers.get(channel);
    if (reader) reader.arrived(buffer, backlog);
    else buffer.recycle();
  }

  writable(): void {
    for (const sender of this.#senders.values()) sender.notifyDataAvailable();
  }

  close(): void {
    this.transport.close();
  }
}

/** Sends the buffers of one subpartition while there is credit. */
class SubpartitionSender implements SubpartitionReader {
  readonly #channel: number;
  readonly #transport: Transport;
  #credit: number;
  #subpartition: ResultSubpartition | undefined;

  constructor(channel: number, credit: number, transport: Transport) {
    this.#channel = channel;
    this.#credit = credit;
    this.#transport = transport;
  }

  attach(subpartition: ResultSubpartition): void {
    this.#subpartition = subpartition;
    subpartition.attach(this);
  }

  addCredit(credit: number): void {
    this.#credit += credit;
    this.notifyDataAvailable();
  }

  cancel(): void {
    this.#subpartition = undefined;
  }

  notifyDataAvailable(): void {
    const subpartition = this.#subpartition;
    while (subpartition && this.#credit > 0 && this.#transport.canSend) {
      const buffer = subpartition.take();
      if (!buffer) break;
      this.#credit--;
      this.#transport.sendBuffer(this.#channel, subpartition.backlog, buffer.address, buffer.size);
      buffer.recycle();
    }
  }
}
