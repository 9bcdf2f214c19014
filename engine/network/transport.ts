import type { NetworkBuffer } from './network-buffer.ts';

/** Who gets what arrives from another worker. Called between tasks, never from within a task. */
export interface TransportHandler {
  /** The other side reads our subpartition `id` as its channel `channel`, and may take `credit` buffers. */
  requested(channel: number, id: string, credit: number): void;
  credited(channel: number, credit: number): void;
  /** The other side reads no more of its channel. */
  cancelled(channel: number): void;
  /** A buffer of `bytes` bytes comes for our channel: where to copy it, or undefined to drop it. */
  receiving(channel: number, bytes: number): NetworkBuffer | undefined;
  /** It is copied. */
  received(channel: number, buffer: NetworkBuffer, backlog: number): void;
  /** `canSend` is true again. */
  writable(): void;
}

/**
 * Carries buffers and credit between two workers, in order, for all channels that their tasks have with each other. A channel is known by the
 * number that its reader gave it.
 */
export interface Transport {
  /** Buffer size that suits it. */
  readonly bufferBytes: number;
  handler: TransportHandler;
  /** Something has arrived while the worker was not in a turn: it should take one, to go on and to `flush`. */
  onWake: () => void;
  /** Whether a buffer can be sent without being kept here. */
  readonly canSend: boolean;
  /** Copies `bytes` bytes out of linear memory. */
  sendBuffer(channel: number, backlog: number, address: number, bytes: number): void;
  sendRequest(channel: number, id: string, credit: number): void;
  /** May wait for `flush`. */
  sendCredit(channel: number, credit: number): void;
  sendCancel(channel: number): void;
  /** Handles what has arrived, where that does not come as an event. */
  poll(): void;
  /** Sends what was kept to be sent together. */
  flush(): void;
  /** The worker has nothing to do: what arrives from now on wakes it. False if something has arrived already. */
  prepareToSleep(): boolean;
  close(): void;
}
