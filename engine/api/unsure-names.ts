import { type ErrorData } from '../types/errors.ts';

/** Words that start a statement which names nothing new. */
const READS =
  /^\s*(?:SELECT|WITH|VALUES|INSERT|EXPLAIN|EXECUTE|DESCRIBE|DESC|SHOW|DROP|USE|ALTER|SET|RESET)\b/i;

/**
 * The names that statements with mistakes would have defined: whoever uses one of them is not to be told that it is unknown.
 *
 * Such a statement need not be readable, so its name is taken from its text: the last word before the first parenthesis, AS, LIKE or WITH.
 */
export class UnsureNames {
  readonly #names = new Set<string>();

  /** `text` is that of a statement with a mistake, or of several. */
  add(text: string): void {
    for (const statement of text.split(';')) {
      if (READS.test(statement)) continue;
      const head = /^.*?(?=\(|\b(?:AS|LIKE|WITH)\b|$)/is.exec(statement)?.[0] ?? '';
      const name = lastName(head);
      if (name !== undefined) this.#names.add(name);
    }
  }

  /** Whether an error says of one of these names that there is none. */
  explains({ message, found }: ErrorData): boolean {
    if (this.#names.size === 0 || found === undefined) return false;
    const name = lastName(found);
    return name !== undefined && this.#names.has(name) && /not found|not exist|No match found/.test(message);
  }
}

/** The last identifier of a text, without quotes, in lower case. */
function lastName(text: string): string | undefined {
  return /(?:`([^`]+)`|([\w$]+))\s*$/
    .exec(text)
    ?.slice(1)
    .find((name) => name !== undefined)
    ?.toLowerCase();
}
