import type { Clock } from './clock.ts';

/** Longest delay that setTimeout takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The time of the machine. */
export class RealClock implements Clock {
  now(): number {
    return Date.now();
  }

  schedule(timestamp: number, callback: () => void): () => void {
    return scheduleAt(() => timestamp - Date.now(), callback);
  }
}

/**
 * Calls back once `remainingMs()` is no longer positive. Asks again after each delay: a timer may fire early, and one far away
 * is longer than setTimeout can wait.
 *
 * @returns a function that cancels
 */
export function scheduleAt(remainingMs: () => number, callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (): void => {
    timer = setTimeout(
      () => (remainingMs() <= 0 ? callback() : arm()),
      Math.min(Math.max(0, Math.ceil(remainingMs())), MAX_DELAY_MS),
    );
  };
  arm();
  return () => clearTimeout(timer);
}
