/** Processing time, in milliseconds since the epoch. Real, manual (tests, labs) or scaled. */
export interface Clock {
  now(): number;
  /** Calls back once `now() >= timestamp`; returns a function that cancels. */
  schedule(timestamp: number, callback: () => void): () => void;
}
