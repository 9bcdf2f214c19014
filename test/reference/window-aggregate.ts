import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import { isTimestamp } from '../../engine/data/value.ts';
import type { WindowAggregateSpec, WindowSpec } from '../../engine/operators/operator-spec.ts';
import { resultOf, textOf } from './group-aggregate.ts';

type Row = readonly Value[];
interface Window {
  readonly start: number;
  readonly end: number;
}

/** Windows as plainly as can be: every window keeps its rows until it fires. Times are those of the column (no time zone). */
export class WindowAggregateReference {
  readonly #spec: WindowAggregateSpec;
  readonly #windows = new Map<string, { readonly window: Window; readonly rows: Row[] }>();
  #watermark = -Infinity;
  late = 0;
  nulls = 0;

  constructor(spec: WindowAggregateSpec) {
    this.#spec = spec;
  }

  process({ kind, values }: ChangelogRow): void {
    const time = values[this.#spec.window.timeColumn] ?? null;
    if (!isTimestamp(time)) {
      this.nulls++;
      return;
    }
    const open = windowsOf(this.#spec.window, time.epochMs).filter(({ end }) => end - 1 > this.#watermark);
    if (open.length === 0) this.late++;
    for (const window of open) {
      const name = `${window.start} ${window.end}`;
      const rows = this.#windows.get(name)?.rows ?? [];
      if (kind === 0 || kind === 2) rows.push(values);
      else
        rows.splice(
          rows.findIndex((row) => textOf(row) === textOf(values)),
          1,
        );
      this.#windows.set(name, { window, rows });
    }
  }

  /** Rows of the windows that fire, window by window; within one in order of their texts. */
  watermark(timestamp: number): ChangelogRow[] {
    this.#watermark = Math.max(this.#watermark, timestamp);
    const fired = [...this.#windows.entries()].filter(([, { window }]) => window.end - 1 <= this.#watermark);
    fired.sort(([, a], [, b]) => a.window.end - b.window.end);
    return fired.flatMap(([name, { window, rows }]) => {
      this.#windows.delete(name);
      return this.#results(window, rows);
    });
  }

  #results({ start, end }: Window, rows: readonly Row[]): ChangelogRow[] {
    const { keys, aggregates, windowProperties } = this.#spec;
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      const name = textOf(keys.map((key) => row[key] ?? null));
      groups.set(name, [...(groups.get(name) ?? []), row]);
    }
    const times = { start, end, time: end - 1 };
    const properties = windowProperties.map((property) => ({ epochMs: times[property], nanoOfMs: 0 }));
    return [...groups.values()].map((members) => ({
      kind: 0,
      values: [
        ...keys.map((key) => members[0]?.[key] ?? null),
        ...resultOf(aggregates, members),
        ...properties,
      ],
    }));
  }
}

/** The windows of a time, in the order that a window function gives them (S-17). */
export function windowsOf({ function: kind, sizeMs, slideMs, offsetMs }: WindowSpec, time: number): Window[] {
  const floor = (length: number) => Math.floor((time - offsetMs) / length) * length + offsetMs;
  const windows: Window[] = [];
  if (kind === 'TUMBLE') windows.push({ start: floor(sizeMs), end: floor(sizeMs) + sizeMs });
  else if (kind === 'HOP') {
    for (let start = floor(slideMs); start > time - sizeMs; start -= slideMs) {
      windows.push({ start, end: start + sizeMs });
    }
  } else {
    const start = floor(sizeMs);
    for (let end = start + slideMs; end <= start + sizeMs; end += slideMs) {
      if (end > time) windows.push({ start, end });
    }
  }
  return windows;
}
