import { fixedOffset, zoneOffsetMs } from '../data/zone-offset.ts';
import type { Program } from './program.ts';

const DAY = 86_400_000;
const STEP = 30 * DAY;
const SECOND = 1000;
/** What is looked up around a single instant. */
const YEARS = 5 * 365 * DAY;
/** No zone has changed before, and SQL has no times behind; offsets beyond are those of the nearest instant within. */
const EARLIEST = Date.UTC(1800, 0);
const LATEST = Date.UTC(10_000, 0);
/** From here on all zones change by rules alone, which name months and days of the week: years of one calendar are alike. */
const FIRST_REGULAR_YEAR = 2100;

/** From `ms` on the zone is `offset` milliseconds ahead of UTC. */
interface Span {
  readonly ms: number;
  readonly offset: number;
}

/**
 * The offsets of a time zone as tables for `shiftBySpans`, found out for the years that are asked for.
 *
 * Local times in a gap move on by it, and those that are there twice are the earlier ones, as in Java: a local time takes the offset before
 * a transition until both offsets have passed it.
 */
export class ZoneOffsets {
  readonly #offsetAt: (ms: number) => number;
  #from = 0;
  #to = 0;
  #spans: Span[] = [];
  /** By calendar: seven first days of the week, two lengths. */
  readonly #regular: (readonly Span[] | undefined)[] = [];

  constructor(zone: string) {
    const fixed = fixedOffset(zone);
    this.#offsetAt = fixed === undefined ? (ms) => zoneOffsetMs(ms, zone) : () => fixed;
  }

  /** Milliseconds ahead of UTC at an instant. */
  at(instant: number): number {
    if (instant > LATEST) return this.#offsetAt(instant);
    const ms = clamp(instant);
    if (this.#spans.length === 0 || ms < this.#from || ms > this.#to)
      this.#cover(clamp(ms - YEARS), clamp(ms + YEARS));
    let low = 0;
    for (let high = this.#spans.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (this.#spans[middle]!.ms <= ms) low = middle;
      else high = middle;
    }
    return this.#spans[low]!.offset;
  }

  /** Spans of instants (or of local times) that cover everything from `first` to `last`. */
  spans(first: number, last: number, isLocal: boolean): readonly Span[] {
    this.#cover(clamp(first - 2 * STEP), clamp(last + 2 * STEP));
    if (!isLocal) return this.#spans;
    return this.#spans.map((span, i): Span => {
      const before = this.#spans[i - 1]?.offset ?? span.offset;
      return { ms: span.ms + Math.max(before, span.offset), offset: span.offset };
    });
  }

  #cover(first: number, last: number): void {
    if (this.#spans.length > 0 && first >= this.#from && last <= this.#to) return;
    this.#from = this.#spans.length === 0 ? first : Math.min(first, this.#from);
    this.#to = this.#spans.length === 0 ? last : Math.max(last, this.#to);
    this.#spans = this.#find(this.#from, this.#to);
  }

  #find(from: number, to: number): Span[] {
    let offset = this.#offsetAt(from);
    const spans: Span[] = [{ ms: Number.MIN_SAFE_INTEGER, offset }];
    const regular = Date.UTC(FIRST_REGULAR_YEAR, 0);
    for (const span of this.#transitions(from, Math.min(to, regular))) {
      spans.push(span);
      offset = span.offset;
    }
    if (to <= regular) return spans;
    for (let year = Math.max(FIRST_REGULAR_YEAR, new Date(from).getUTCFullYear()); ; year++) {
      const start = Date.UTC(year, 0);
      if (start >= to) return spans;
      for (const { ms, offset } of this.#regularYear(year)) {
        if (start + ms >= from && start + ms < to) spans.push({ ms: start + ms, offset });
      }
    }
  }

  *#transitions(from: number, to: number): IterableIterator<Span> {
    let offset = this.#offsetAt(from);
    for (let ms = from; ms < to; ms += STEP) {
      const end = Math.min(ms + STEP, to);
      const next = this.#offsetAt(end);
      if (next === offset) continue;
      yield { ms: this.#transition(ms, end, offset), offset: next };
      offset = next;
    }
  }

  /** Transitions of a year, counted from its beginning. They follow from its first day of the week and its length. */
  #regularYear(year: number): readonly Span[] {
    const start = Date.UTC(year, 0);
    const end = Date.UTC(year + 1, 0);
    const calendar = 2 * new Date(start).getUTCDay() + ((end - start) / DAY - 365);
    let spans = this.#regular[calendar];
    if (!spans) {
      spans = [...this.#transitions(start, end)].map(({ ms, offset }) => ({ ms: ms - start, offset }));
      this.#regular[calendar] = spans;
    }
    return spans;
  }

  /** The second at which `offset` ceases to hold. */
  #transition(from: number, to: number, offset: number): number {
    let low = Math.floor(from / SECOND);
    let high = Math.ceil(to / SECOND);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#offsetAt(middle * SECOND) === offset) low = middle;
      else high = middle;
    }
    return high * SECOND;
  }
}

function clamp(ms: number): number {
  return Math.max(EARLIEST, Math.min(LATEST, ms));
}

const tables = new Map<string, ZoneOffsets>();

/** What a zone is ahead of UTC, kept for all instants that have been asked for. @throws RangeError for an id that there is not */
function offsetsOf(zone: string): ZoneOffsets {
  let table = tables.get(zone);
  if (!table) tables.set(zone, (table = new ZoneOffsets(zone)));
  return table;
}

/** Milliseconds that a zone is ahead of UTC at an instant. @throws RangeError for an id that there is not */
export function offsetAt(instant: number, zone: string): number {
  return offsetsOf(zone).at(instant);
}

/** The instant of a local time, of two the first unless `isLast`; in a gap the clock moves on by it. */
export function instantOf(local: number, zone: string, isLast = false): number {
  const offsets = offsetsOf(zone);
  const before = local - offsets.at(local - DAY);
  const after = local - offsets.at(local + DAY);
  const isBefore = offsets.at(before) === local - before;
  const isAfter = offsets.at(after) === local - after;
  if (isBefore && isAfter) return isLast ? Math.max(before, after) : Math.min(before, after);
  return isAfter ? after : before;
}

/** Writes spans as the kernel reads them; its memory grows with them and is the program's. */
export class SpanTable {
  readonly #program: Program;
  #written: readonly Span[] = [];
  #address = 0;
  #capacity = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  write(spans: readonly Span[]): number {
    if (spans.length > this.#capacity) {
      this.#capacity = Math.max(64, 2 * spans.length);
      this.#address = this.#program.slot(this.#capacity * 16);
      this.#written = [];
    }
    if (this.#written !== spans) {
      const view = new DataView(this.#program.wasm.memory.buffer);
      spans.forEach(({ ms, offset }, i) => {
        view.setBigInt64(this.#address + 16 * i, BigInt(ms), true);
        view.setBigInt64(this.#address + 16 * i + 8, BigInt(offset), true);
      });
      this.#written = spans;
    }
    return this.#address;
  }
}
