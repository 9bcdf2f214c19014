/** Flink's units of time and their names, in milliseconds. `ms` is meant where no unit stands. */
const UNITS: readonly (readonly [ms: number, ...labels: string[]])[] = [
  [86_400_000, 'd', 'day', 'days'],
  [3_600_000, 'h', 'hour', 'hours'],
  [60_000, 'm', 'min', 'minute', 'minutes'],
  [1000, 's', 'sec', 'secs', 'second', 'seconds'],
  [1, 'ms', 'milli', 'millis', 'millisecond', 'milliseconds', ''],
  [1e-3, 'µs', 'micro', 'micros', 'microsecond', 'microseconds'],
  [1e-6, 'ns', 'nano', 'nanos', 'nanosecond', 'nanoseconds'],
];

const MS_BY_LABEL = new Map(UNITS.flatMap(([ms, ...labels]) => labels.map((label) => [label, ms] as const)));

/** Milliseconds of a duration as Flink's options have it: `10 s`, `1min`, `500`. Undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const [, count, label] = /^\s*(\d+)\s*([a-zµ]*)\s*$/i.exec(text) ?? [];
  const unitMs = MS_BY_LABEL.get(label?.toLowerCase() ?? '?');
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}
