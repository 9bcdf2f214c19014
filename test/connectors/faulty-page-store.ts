import type { PageStore } from '../../engine/state/page-store.ts';

/** What everything throws once the process is dead. */
export class Killed extends Error {}

/**
 * A PageStore that dies at its n-th call, right before or right after what the call does; every later call fails. The store behind it lives on, as a
 * disk does.
 */
export class FaultyPageStore implements PageStore {
  readonly #inner: PageStore;
  readonly #killAt: number;
  readonly #isDone: boolean;
  calls = 0;

  constructor(inner: PageStore, killAt = Infinity, isDone = false) {
    this.#inner = inner;
    this.#killAt = killAt;
    this.#isDone = isDone;
  }

  get isDead(): boolean {
    return this.calls >= this.#killAt;
  }

  put(...args: Parameters<PageStore['put']>): Promise<void> {
    return this.#call(() => this.#inner.put(...args));
  }

  putAll(...args: Parameters<PageStore['putAll']>): Promise<void> {
    return this.#call(() => this.#inner.putAll(...args));
  }

  get(name: string): ReturnType<PageStore['get']> {
    return this.#call(() => this.#inner.get(name));
  }

  remove(names: readonly string[]): Promise<void> {
    return this.#call(() => this.#inner.remove(names));
  }

  list(prefix: string): Promise<string[]> {
    return this.#call(() => this.#inner.list(prefix));
  }

  exclusively<T>(lock: string, body: () => Promise<T>): Promise<T> {
    return this.#inner.exclusively(lock, body);
  }

  close(): void {}

  async #call<T>(action: () => Promise<T>): Promise<T> {
    if (this.isDead) throw new Killed('dead');
    this.calls++;
    if (!this.isDead) return action();
    if (this.#isDone) await action();
    throw new Killed('killed');
  }
}
