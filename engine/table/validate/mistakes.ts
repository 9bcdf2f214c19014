import { NotSupportedException, ValidationException } from '../../types/errors.ts';

/**
 * The mistakes of one statement, so that all of them are told at once.
 *
 * What fails is left out, and what stands beside it is checked all the same. What is built on it is not: no mistake is told that is only the
 * consequence of another.
 */
export class Mistakes {
  readonly #found: ValidationException[] = [];

  /** What `check` gives, or undefined after a mistake, which is kept. */
  attempt<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!isCollected(error)) throw error;
      this.#found.push(error);
      return undefined;
    }
  }

  /** How many checks have failed so far. */
  get count(): number {
    return this.#found.length;
  }

  /**
   * Throws the first mistake, with all others in it, if there is any; what is not supported only where nothing is wrong.
   *
   * @param rank what Flink finds in another order than it was found in here has a number: lower ones come first
   */
  throwAny(rank: (error: ValidationException) => number = () => 0): void {
    const found = this.#found.flatMap((error) => [error, ...error.others]);
    const all = found.sort((a, b) => rank(a) - rank(b));
    const wrong = all.filter((error) => !(error instanceof NotSupportedException));
    const [first, ...others] = wrong.length > 0 ? wrong : all;
    if (!first) return;
    const told = new Set([placed(first)]);
    first.others = others.filter((error) => !told.has(placed(error)) && told.add(placed(error)));
    throw first;
  }
}

/** Converts every item, and throws the mistakes of all of them together. */
export function convertEach<A, B>(items: readonly A[], convert: (item: A, index: number) => B): B[] {
  const mistakes = new Mistakes();
  const converted = items.map((item, index) => mistakes.attempt(() => convert(item, index)));
  mistakes.throwAny();
  return converted as B[]; // none is missing
}

// Exceptions of kinds of their own ask something of whoever plans.
function isCollected(error: unknown): error is ValidationException {
  return (
    error instanceof ValidationException &&
    (error.constructor === ValidationException || error instanceof NotSupportedException)
  );
}

/** What is read twice is wrong twice at the same place. */
function placed({ position, message }: ValidationException): string {
  return `${position?.start} ${message}`;
}
