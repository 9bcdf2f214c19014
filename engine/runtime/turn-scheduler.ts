/** Something that has work to do in pieces: a task. */
export interface Runnable {
  /** Works until `deadline` (of `TurnClock.now`) at most. True if there is more to do at once. */
  runSlice(deadline: number): boolean;
}

/** What has to be looked at between slices: connections to other workers. */
export interface TurnHook {
  poll(): void;
  flush(): void;
  /** Nothing is left to do; false if something has come in the meantime. */
  prepareToSleep(): boolean;
}

/** Time and the event loop, so that a test can have its own. */
export interface TurnClock {
  /** Milliseconds, from any origin. */
  now(): number;
  /** Calls back after whatever else the event loop has to do. */
  yieldTurn(callback: () => void): void;
  /** Which of `count` ready tasks is next, from 0; the one that waits longest if this is left out. */
  pick?(count: number): number;
}

const TURN_MS = 8;
const SLICE_MS = 2;

/**
 * Shares a worker's thread among its tasks: each in turn gets a slice, and after some 8 ms the event loop gets a turn, so that RPC, timers
 * and storage go on. Idle tasks cost nothing; they are woken.
 */
export class TurnScheduler {
  readonly #clock: TurnClock;
  readonly #ready = new Set<Runnable>();
  readonly #hooks = new Set<TurnHook>();
  #isScheduled = false;
  #isInTurn = false;

  constructor(clock: TurnClock) {
    this.#clock = clock;
  }

  get clock(): TurnClock {
    return this.#clock;
  }

  /** The task will run, soon. */
  wake(task: Runnable): void {
    this.#ready.add(task);
    if (!this.#isInTurn) this.requestTurn();
  }

  /** The task has nothing to do any more. */
  remove(task: Runnable): void {
    this.#ready.delete(task);
  }

  addHook(hook: TurnHook): void {
    this.#hooks.add(hook);
    this.requestTurn();
  }

  removeHook(hook: TurnHook): void {
    this.#hooks.delete(hook);
  }

  /** A turn will come even if no task is ready: hooks are polled, flushed and made ready to sleep. */
  requestTurn(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.yieldTurn(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    this.#isInTurn = true;
    const end = this.#clock.now() + TURN_MS;
    try {
      for (let now = end - TURN_MS; now < end; now = this.#clock.now()) {
        for (const hook of this.#hooks) hook.poll();
        const task = this.#nextTask();
        if (task) {
          this.#ready.delete(task);
          if (task.runSlice(Math.min(now + SLICE_MS, end))) this.#ready.add(task);
        }
        for (const hook of this.#hooks) hook.flush();
        if (this.#ready.size === 0) break;
      }
    } finally {
      this.#isInTurn = false;
      if (this.#ready.size > 0) this.requestTurn();
      else for (const hook of this.#hooks) if (!hook.prepareToSleep()) this.requestTurn();
    }
  }

  #nextTask(): Runnable | undefined {
    let skipped = this.#ready.size > 1 ? (this.#clock.pick?.(this.#ready.size) ?? 0) : 0;
    for (const task of this.#ready) if (skipped-- === 0) return task;
    return undefined;
  }
}

/** The real thing: a message to oneself in browsers, where timers of background pages are slowed down; `setImmediate` in Node. */
export function realTurnClock(): TurnClock {
  const now = (): number => performance.now();
  if (typeof setImmediate === 'function') {
    return { now, yieldTurn: (callback) => void setImmediate(callback) };
  }
  const { port1, port2 } = new MessageChannel();
  const callbacks: (() => void)[] = [];
  port1.onmessage = () => callbacks.shift()?.();
  return {
    now,
    yieldTurn: (callback) => {
      callbacks.push(callback);
      port2.postMessage(0);
    },
  };
}
