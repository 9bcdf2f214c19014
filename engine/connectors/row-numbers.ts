import type { TaskInfo } from '../operators/stream-operator.ts';
import type { Json } from '../state/paged-state.ts';

/** `next`, `next + stride`, ... below `end`. */
interface Progression {
  next: number;
  readonly stride: number;
  readonly end: number;
  /** Handed over from an old subtask; otherwise the numbers up to the end of the source that this subtask was dealt. */
  readonly isPiece: boolean;
}

/** The end of a source that has none. */
export const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/**
 * The numbers of the rows that one subtask of a generating source still has to make, in ascending order.
 *
 * A fresh subtask i of p has i, i + p, ... Numbers are handed out lowest first, whatever the parallelism was before, so rows come in
 * the order of their numbers and a watermark never makes a row of the same subtask late.
 *
 * At another parallelism the numbers from the furthest subtask's on are dealt out anew, and what the others had
 * left before it is handed over as finite pieces. Nothing is lost and nothing comes twice.
 */
export class RowNumbers {
  readonly #task: TaskInfo;
  readonly #end: number;
  /** Not exhausted, lowest `next` first. */
  readonly #progressions: Progression[];
  readonly #start: number;

  /** @param end number of rows in all subtasks together, or `UNBOUNDED` */
  constructor(task: TaskInfo, end: number, restored: readonly Json[] = []) {
    this.#task = task;
    this.#end = end;
    const states = restored.filter(isState);
    const { progressions, start } = states.length === 0 ? fresh(task, 0, end) : restore(task, end, states);
    this.#start = start;
    this.#progressions = progressions
      .filter(({ next, end: last }) => next < last)
      .sort((a, b) => a.next - b.next);
  }

  /** Where the furthest of all subtasks was when this one started. The same in every subtask. */
  get start(): number {
    return this.#start;
  }

  get isDone(): boolean {
    return this.#progressions.length === 0;
  }

  /** The lowest number left. */
  get next(): number {
    return this.#progressions[0]?.next ?? this.#end;
  }

  /** Distance between the next numbers, `evenRows` of them. */
  get stride(): number {
    return this.#progressions[0]?.stride ?? 1;
  }

  /** How many numbers come `stride` apart before others mix in. */
  get evenRows(): number {
    const [lead, other] = this.#progressions;
    if (!lead || !other) return Infinity;
    return Math.ceil((Math.min(other.next, lead.end) - lead.next) / lead.stride);
  }

  /** Takes the next numbers below `limit` that are `stride` apart, `max` at most; gives their count. */
  takeEven(max: number, limit: number): number {
    const [lead, other] = this.#progressions;
    if (!lead) return 0;
    const below = Math.min(limit, lead.end, other?.next ?? UNBOUNDED);
    const count = Math.max(0, Math.min(max, Math.ceil((below - lead.next) / lead.stride)));
    lead.next += count * lead.stride;
    this.#tidy();
    return count;
  }

  /** Writes the next numbers below `limit`, as many as fit; gives their count. */
  take(target: Float64Array, limit: number): number {
    let count = 0;
    while (count < target.length) {
      const [lead, other] = this.#progressions;
      if (!lead || lead.next >= limit) break;
      const below = Math.min(limit, lead.end, other?.next ?? UNBOUNDED);
      while (count < target.length && lead.next < below) {
        target[count++] = lead.next;
        lead.next += lead.stride;
      }
      this.#tidy();
    }
    return count;
  }

  snapshot(): Json {
    const { subtask, parallelism } = this.#task;
    return {
      subtask,
      parallelism,
      numbers: this.#progressions.map(({ next, stride, end, isPiece }) => [next, stride, end, isPiece]),
    };
  }

  /** Only the first one moves between two calls. */
  #tidy(): void {
    const list = this.#progressions;
    const [lead] = list;
    if (lead && lead.next >= lead.end) list.shift();
    else if (lead) {
      for (let i = 1; i < list.length && list[i]!.next < lead.next; i++) {
        list[i - 1] = list[i]!;
        list[i] = lead;
      }
    }
  }
}

interface State {
  readonly subtask: number;
  readonly parallelism: number;
  readonly numbers: readonly (readonly [next: number, stride: number, end: number, isPiece: boolean])[];
}

function isState(json: Json): json is Json & State {
  return typeof json === 'object' && json !== null && 'numbers' in json;
}

interface Share {
  readonly progressions: Progression[];
  readonly start: number;
}

function fresh({ subtask, parallelism }: TaskInfo, from: number, end: number): Share {
  return {
    progressions: [{ next: from + subtask, stride: parallelism, end, isPiece: false }],
    start: from,
  };
}

function restore(task: TaskInfo, end: number, states: readonly State[]): Share {
  const parallelism = states[0]?.parallelism ?? task.parallelism;
  const all = states.flatMap(progressionsOf);
  const dealt = all.filter(({ isPiece }) => !isPiece);
  // A subtask that is missing here, or has none of its own left, had come to the end.
  const start = dealt.length < parallelism ? end : Math.max(...dealt.map(({ next }) => next));
  if (parallelism === task.parallelism) {
    const own = states.find(({ subtask }) => subtask === task.subtask);
    return { progressions: own ? progressionsOf(own) : [], start };
  }
  const pieces = all
    .map((progression) => ({ ...progression, end: Math.min(progression.end, start), isPiece: true }))
    .filter(({ next, end: last }) => next < last)
    .sort((a, b) => a.next - b.next)
    .filter((_, index) => index % task.parallelism === task.subtask);
  return { progressions: [...pieces, ...fresh(task, start, end).progressions], start };
}

function progressionsOf({ numbers }: State): Progression[] {
  return numbers.map(([next, stride, end, isPiece]) => ({ next, stride, end, isPiece }));
}
