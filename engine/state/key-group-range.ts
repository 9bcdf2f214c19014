/**
 * Key groups `start` to `end`, both inclusive, of one subtask: the unit in which keyed state moves when the parallelism changes (S-70).
 * Source of the formulas: Flink's KeyGroupRangeAssignment.
 */
export interface KeyGroupRange {
  readonly start: number;
  readonly end: number;
}

export function keyGroupRangeOf(maxParallelism: number, parallelism: number, subtask: number): KeyGroupRange {
  return {
    start: Math.floor((subtask * maxParallelism + parallelism - 1) / parallelism),
    end: Math.floor(((subtask + 1) * maxParallelism - 1) / parallelism),
  };
}

export function subtaskOfKeyGroup(maxParallelism: number, parallelism: number, keyGroup: number): number {
  return Math.floor((keyGroup * parallelism) / maxParallelism);
}

/** 128, or more where the parallelism needs it; at most 32768. */
export function defaultMaxParallelism(parallelism: number): number {
  const wanted = parallelism + Math.floor(parallelism / 2);
  const power = 2 ** Math.ceil(Math.log2(Math.max(1, wanted)));
  return Math.min(Math.max(power, 128), 32768);
}
