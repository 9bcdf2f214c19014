import type { TableEnvironment } from '../../engine/api/table-environment.ts';

/** What a run of a script took: on the wall clock, and of all processors together. */
export interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** A place where scripts are run and timed. */
export interface Runner {
  readonly name: string;
  /** @param prepare registers what the script needs; where scripts run on a page, it cannot */
  run(script: string, prepare?: (environment: TableEnvironment) => Promise<void>): Promise<Sample>;
  close(): Promise<void>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Milliseconds, in words. */
export function medianAndSpread(valuesMs: readonly number[]): string {
  const whole = (value: number): string => value.toFixed(0);
  return `median ${whole(median(valuesMs))} ms (${whole(Math.min(...valuesMs))} to ${whole(Math.max(...valuesMs))})`;
}
