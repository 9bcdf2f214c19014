import type { Wasm } from '../memory/kernels.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import type { InputChannel, InputChannelListener } from './input-channel.ts';
import { ELEMENT_HEADER_BYTES, ElementKind, readBarrier, type InputElement } from './stream-element.ts';

/**
 * Where a task reads: the channels of all edges that end in one input. Channels with data take turns, a buffer each, in
 * the order in which their data came; within a channel the order is the sender's.
 */
export class InputGate implements InputChannelListener {
  /** Called when there is something to poll that was not there before. */
  onAvailable: () => void = () => {};
  /** Called when data was lost, so that the task must not go on. */
  onError: (error: unknown) => void = () => {};
  readonly #views: MemoryViews;
  readonly #channels: InputChannel[] = [];
  readonly #ready: InputChannel[] = [];
  readonly #element: InputElement = {
    kind: ElementKind.END_OF_PARTITION,
    channel: 0,
    batch: undefined,
    timestamp: 0,
    isIdle: false,
    barrier: undefined,
  };
  #current: InputChannel | undefined;
  recordsIn = 0;

  constructor(wasm: Wasm) {
    this.#views = new MemoryViews(wasm);
  }

  get channels(): readonly InputChannel[] {
    return this.#channels;
  }

  /** Channels are added before the first `poll`, each with the number of those before it as its index. */
  addChannel(channel: InputChannel): void {
    if (channel.index !== this.#channels.length) throw new Error(`channel ${channel.index} out of turn`);
    this.#channels.push(channel);
  }

  /** Whether the buffer being read has been read to its end, so that another channel may have its turn. */
  get isBetweenBuffers(): boolean {
    const channel = this.#current;
    return channel === undefined || channel.position === channel.buffer?.size;
  }

  /** The next element, or undefined if there is none that is not blocked. What the last `poll` gave is void. */
  poll(): InputElement | undefined {
    for (;;) {
      const channel = this.#current ?? this.#nextChannel();
      if (!channel) return undefined;
      const { buffer } = channel;
      if (buffer && channel.position === buffer.size) {
        channel.recycleBuffer();
        this.#rest(channel);
      } else if (channel.isBlocked || (!buffer && !channel.nextBuffer())) {
        this.#rest(channel);
      } else {
        this.#current = channel;
        return this.#read(channel);
      }
    }
  }

  channelHasData(channel: InputChannel): void {
    if (channel.isQueued || channel.isBlocked || channel === this.#current) return;
    channel.isQueued = true;
    this.#ready.push(channel);
    if (this.#ready.length === 1) this.onAvailable();
  }

  channelFailed(error: unknown): void {
    this.onError(error);
  }

  /** Reads no more of a channel until `unblockAll`. */
  block(channel: number): void {
    this.#channel(channel).isBlocked = true;
  }

  unblockAll(): void {
    for (const channel of this.#channels) {
      if (!channel.isBlocked) continue;
      channel.isBlocked = false;
      if (channel.hasData) this.channelHasData(channel);
    }
  }

  release(): void {
    this.onAvailable = () => {};
    this.onError = () => {};
    this.#current = undefined;
    for (const channel of this.#channels) channel.release();
  }

  #nextChannel(): InputChannel | undefined {
    const channel = this.#ready.shift();
    if (channel) channel.isQueued = false;
    return channel;
  }

  /** Another channel's turn. */
  #rest(channel: InputChannel): void {
    this.#current = undefined;
    if (!channel.isBlocked && channel.hasData) this.channelHasData(channel);
  }

  #read(channel: InputChannel): InputElement {
    const { data } = this.#views;
    const element = this.#element;
    const address = channel.buffer!.address + channel.position; // `poll` saw to the buffer
    element.kind = data.getUint32(address, true) as ElementKind;
    element.channel = channel.index;
    channel.position += data.getUint32(address + 4, true);
    element.batch = undefined;
    switch (element.kind) {
      case ElementKind.BATCH:
        element.batch = channel.decoder.decode(address + ELEMENT_HEADER_BYTES);
        this.recordsIn += element.batch.rowCount;
        break;
      case ElementKind.WATERMARK:
        element.timestamp = data.getFloat64(address + 8, true);
        break;
      case ElementKind.WATERMARK_STATUS:
        element.isIdle = data.getFloat64(address + 8, true) !== 0;
        break;
      case ElementKind.BARRIER:
        element.barrier = readBarrier(data, address);
        break;
      case ElementKind.END_OF_PARTITION:
        channel.hasEnded = true;
        break;
      case ElementKind.END_OF_DATA:
        break;
      default:
        throw new Error(
          `a network buffer of channel ${channel.index} is damaged: element ${String(element.kind)}`,
        );
    }
    return element;
  }

  #channel(index: number): InputChannel {
    const channel = this.#channels[index];
    if (!channel) throw new RangeError(`no channel ${index} of ${this.#channels.length}`);
    return channel;
  }
}
