import type { BatchDecoder } from '../data/batch-codec.ts';
import type { NetworkBuffer } from './network-buffer.ts';
import type { ResultSubpartition, SubpartitionReader } from './result-subpartition.ts';

/** What a channel tells its gate. */
export interface InputChannelListener {
  /** There is something to read that was not there before. */
  channelHasData(channel: InputChannel): void;
  /** What came cannot be taken: memory is used up. */
  channelFailed(error: unknown): void;
}

/** One channel of an input gate: where the gate is in its buffers, and where the next one comes from. */
export abstract class InputChannel {
  readonly index: number;
  readonly decoder: BatchDecoder;
  /** Blocked channels keep what they have: a checkpoint is aligned. */
  isBlocked = false;
  /** Nothing comes any more. */
  hasEnded = false;
  /** Whether the gate has it in its queue. */
  isQueued = false;
  /** The buffer being read, and how far. */
  buffer: NetworkBuffer | undefined;
  position = 0;

  constructor(index: number, decoder: BatchDecoder) {
    this.index = index;
    this.decoder = decoder;
  }

  abstract get hasBuffers(): boolean;

  /** Whether there is anything to read, blocked or not. */
  get hasData(): boolean {
    return this.buffer !== undefined || this.hasBuffers;
  }

  /** Makes the next buffer the one being read; false if there is none. */
  nextBuffer(): boolean {
    this.buffer = this.takeBuffer();
    this.position = 0;
    return this.buffer !== undefined;
  }

  /** Gives the buffer being read back; its batches must not be read any more. */
  recycleBuffer(): void {
    this.buffer?.recycle();
    this.buffer = undefined;
  }

  /** Drops everything and asks for no more. */
  release(): void {
    this.recycleBuffer();
  }

  protected abstract takeBuffer(): NetworkBuffer | undefined;
}

/** The sender is a task of the same worker: its buffers are read as they are. */
export class LocalInputChannel extends InputChannel implements SubpartitionReader {
  readonly #listener: InputChannelListener;
  #subpartition: ResultSubpartition | undefined;

  constructor(index: number, decoder: BatchDecoder, listener: InputChannelListener) {
    super(index, decoder);
    this.#listener = listener;
  }

  get hasBuffers(): boolean {
    return this.#subpartition !== undefined && this.#subpartition.backlog > 0;
  }

  /** The sender's end, once it is there. */
  connect(subpartition: ResultSubpartition): void {
    this.#subpartition = subpartition;
    subpartition.attach(this);
  }

  notifyDataAvailable(): void {
    this.#listener.channelHasData(this);
  }

  override release(): void {
    super.release();
    this.#subpartition = undefined;
  }

  protected override takeBuffer(): NetworkBuffer | undefined {
    return this.#subpartition?.take();
  }
}
