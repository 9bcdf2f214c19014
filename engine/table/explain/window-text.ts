import type { WindowSpec } from '../../operators/operator-spec.ts';

/** Windows as plans print them: `HOP(time_col=[ts], size=[10 s], slide=[2 s])`. `time` says where the row's time is found. */
export function windowText(window: WindowSpec, time: string): string {
  const { sizeMs, slideMs, offsetMs } = window;
  const parts = [time];
  if (window.function === 'CUMULATE')
    parts.push(`max_size=[${duration(sizeMs)}]`, `step=[${duration(slideMs)}]`);
  else parts.push(`size=[${duration(sizeMs)}]`);
  if (window.function === 'HOP') parts.push(`slide=[${duration(slideMs)}]`);
  if (offsetMs !== 0) parts.push(`offset=[${duration(offsetMs)}]`);
  return `${window.function}(${parts.join(', ')})`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** In the largest unit that leaves no rest: `90 s`, `1 min`. */
export function duration(ms: number): string {
  for (const [unit, size] of UNITS) if (ms !== 0 && ms % size === 0) return `${ms / size} ${unit}`;
  return `${ms} ms`;
}
