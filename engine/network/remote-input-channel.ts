import type { BatchDecoder } from '../data/batch-codec.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { InputChannel, type InputChannelListener } from './input-channel.ts';
import { NetworkBuffer, type BufferOwner } from './network-buffer.ts';

/** Buffers of a gate that belong to no channel: each may be lent to whichever channel has a backlog. */
export interface FloatingBuffers {
  free: number;
  /** Called when one came back: others may want it. */
  onReturned: () => void;
}

/** Grants credit to the sender of a channel. */
export type GrantCredit = (credit: number) => void;

/**
 * The sender is a task of another worker: its buffers are copied into runs of our own pool as they arrive.
 *
 * Credit is the permission to send one buffer. A channel has as many buffers as it gave credit for and has not yet given back;
 * `exclusive` of them are its own, more are floating buffers of the gate, asked for by the sender's backlog. The first
 * credit goes with the request that opens the channel.
 */
export class RemoteInputChannel extends InputChannel implements BufferOwner {
  readonly #listener: InputChannelListener;
  readonly #pool: MemorySegmentPool;
  readonly #exclusive: number;
  readonly #floating: FloatingBuffers;
  readonly #grant: GrantCredit;
  readonly #cancel: () => void;
  readonly #arrived: NetworkBuffer[] = [];
  /** Credit that the sender has not used. */
  #granted: number;
  /** Buffers that arrived and are not recycled. */
  #held = 0;
  #lent = 0;
  #backlog = 0;
  #isReleased = false;

  /** @param cancel tells the sender that nobody reads any more */
  constructor(
    index: number,
    decoder: BatchDecoder,
    listener: InputChannelListener,
    setup: {
      readonly pool: MemorySegmentPool;
      readonly exclusive: number;
      readonly floating: FloatingBuffers;
      readonly grant: GrantCredit;
      readonly cancel: () => void;
    },
  ) {
    super(index, decoder);
    this.#listener = listener;
    this.#pool = setup.pool;
    this.#exclusive = setup.exclusive;
    this.#floating = setup.floating;
    this.#grant = setup.grant;
    this.#cancel = setup.cancel;
    this.#granted = setup.exclusive;
  }

  get hasBuffers(): boolean {
    return this.#arrived.length > 0;
  }

  /**
   * Room for a buffer of `bytes` bytes that arrives now: the connection copies into it, then calls `arrived`. Undefined if there
   * is none: the buffer is lost, and the task has failed.
   */
  receive(bytes: number): NetworkBuffer | undefined {
    try {
      return new NetworkBuffer(this.#pool.allocate(bytes), bytes, this);
    } catch (error) {
      this.#listener.channelFailed(error);
      return undefined;
    }
  }

  /** A whole buffer has been copied. `backlog`: how many more the sender has. */
  arrived(buffer: NetworkBuffer, backlog: number): void {
    this.#granted--;
    this.#held++;
    this.#backlog = backlog;
    if (this.#isReleased) return buffer.recycle();
    this.#arrived.push(buffer);
    this.assignCredit();
    this.#listener.channelHasData(this);
  }

  recycle(buffer: NetworkBuffer): void {
    this.#pool.release(buffer.address, buffer.capacity);
    this.#held--;
    if (this.#isReleased) return;
    const isReturned = this.#lent > Math.max(0, this.#granted + this.#held - this.#exclusive);
    if (isReturned) {
      this.#lent--;
      this.#floating.free++;
    }
    this.assignCredit();
    if (isReturned) this.#floating.onReturned();
  }

  /** Grants what the channel may have: its own buffers, and floating ones while its sender has more waiting. */
  assignCredit(): void {
    let credit = 0;
    while (this.#granted < this.#backlog + this.#exclusive) {
      if (this.#granted + this.#held >= this.#exclusive + this.#lent) {
        if (this.#floating.free === 0) break;
        this.#floating.free--;
        this.#lent++;
      }
      this.#granted++;
      credit++;
    }
    if (credit > 0 && !this.hasEnded) this.#grant(credit);
  }

  override release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    super.release();
    for (const buffer of this.#arrived.splice(0)) buffer.recycle();
    this.#cancel();
  }

  protected override takeBuffer(): NetworkBuffer | undefined {
    return this.#arrived.shift();
  }
}
