/** Numbers of network buffers, in Flink `taskmanager.network.memory.*`. */
export interface NetworkOptions {
  /** `buffers-per-channel`: what a channel always has credit for. */
  readonly buffersPerChannel: number;
  /** `floating-buffers-per-gate`: more for channels whose sender has a backlog. */
  readonly floatingBuffersPerGate: number;
  /** `max-buffers-per-channel`: a subpartition with as many waiting stops its task. */
  readonly maxBuffersPerChannel: number;
}

export const DEFAULT_NETWORK_OPTIONS: NetworkOptions = {
  buffersPerChannel: 2,
  floatingBuffersPerGate: 8,
  maxBuffersPerChannel: 10,
};

/** Within a worker: small enough that a buffer is read while it is in the cache. */
export const LOCAL_BUFFER_BYTES = 128 * 1024;
/** A piece of the shared ring. */
export const RING_BUFFER_BYTES = 128 * 1024;
/** What one message with a transferred buffer carries: below it the price of a message shows. */
export const PORT_BUFFER_BYTES = 512 * 1024;
