/** Characters kept for a listener who comes late. */
const KEPT_CHARACTERS = 1 << 20;

type PrintListener = (lines: string, isError: boolean) => unknown;

/** The way of print sinks' lines to the client. What is printed before anybody listens is kept, up to a bound. */
export class PrintRouter {
  readonly #listeners = new Set<PrintListener>();
  readonly #kept: { readonly lines: string; readonly isError: boolean }[] = [];
  #keptCharacters = 0;

  /** Resolves once all listeners have taken the lines. */
  async print(lines: string, isError: boolean): Promise<void> {
    if (this.#listeners.size === 0) return this.#keep(lines, isError);
    await Promise.all([...this.#listeners].map((listener) => this.#tell(listener, lines, isError)));
  }

  attach(listener: PrintListener): void {
    this.#listeners.add(listener);
    for (const { lines, isError } of this.#kept.splice(0)) void this.#tell(listener, lines, isError);
    this.#keptCharacters = 0;
  }

  async #tell(listener: PrintListener, lines: string, isError: boolean): Promise<void> {
    try {
      await listener(lines, isError);
    } catch {
      this.#listeners.delete(listener); // it has gone away
    }
  }

  #keep(lines: string, isError: boolean): void {
    this.#kept.push({ lines, isError });
    this.#keptCharacters += lines.length;
    while (this.#keptCharacters > KEPT_CHARACTERS && this.#kept.length > 1) {
      this.#keptCharacters -= this.#kept.shift()?.lines.length ?? 0;
    }
  }
}
