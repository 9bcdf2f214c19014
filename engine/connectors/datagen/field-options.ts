import { parseDuration } from '../../types/duration.ts';
import { ValidationException } from '../../types/errors.ts';
import type { Options } from '../connector-descriptor.ts';

/**
 * The options `fields.<path>.<name>` of a table. Which ones there are depends on the type and kind of each column, so the planner of a
 * column asks for those that it knows, and what nobody has asked for in the end is refused.
 */
export class FieldOptions {
  readonly #options: Options;
  readonly #asked = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** An option that may not belong to the column: looking does not make it known. */
  peek(path: string, name: string): string | undefined {
    return this.#options[fieldKey(path, name)];
  }

  text(path: string, name: string): string | undefined {
    const key = fieldKey(path, name);
    this.#asked.add(key);
    return this.#options[key];
  }

  /** What `parse` makes of the text; undefined means that it cannot be read. */
  parsed<T>(
    path: string,
    name: string,
    fallback: T,
    parse: (text: string) => T | undefined,
    expected: string,
  ): T {
    const text = this.text(path, name);
    if (text === undefined) return fallback;
    const value = parse(text.trim());
    if (value === undefined) throw unreadable(fieldKey(path, name), text, expected);
    return value;
  }

  boolean(path: string, name: string): boolean {
    const parse = (text: string) =>
      /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
    return this.parsed(path, name, false, parse, 'true or false');
  }

  durationMs(path: string, name: string): number {
    return this.parsed(path, name, 0, parseDuration, "a duration such as '10 s'");
  }

  nullRate(path: string): number {
    const parse = (text: string) => {
      const rate = text === '' ? NaN : Number(text);
      return rate >= 0 && rate <= 1 ? rate : undefined;
    };
    return this.parsed(path, 'null-rate', 0, parse, 'a number from 0 to 1');
  }

  /** @param fallback where no length is given, which is below `2^31` */
  length(path: string, fallback: number): number {
    const parse = (text: string) => {
      const length = /^\+?\d+$/.test(text) ? Number(text) : NaN;
      return length <= 2147483647 ? length : undefined;
    };
    return this.parsed(path, 'length', fallback, parse, 'a whole number from 0 to 2147483647');
  }

  /** Throws a ValidationException if an option belongs to no column, or not to one of its type and kind. */
  refuseOthers(): void {
    const unknown = Object.keys(this.#options).filter(
      (key) => key.startsWith('fields.') && !this.#asked.has(key),
    );
    if (unknown.length === 0) return;
    throw new ValidationException(
      `Unsupported options found for 'datagen'.\n\nUnsupported options:\n\n${unknown.sort().join('\n')}\n\n` +
        `Supported options:\n\n${[...this.#asked].sort().join('\n')}`,
    );
  }
}

export function fieldKey(path: string, name: string): string {
  return `fields.${path}.${name}`;
}

function unreadable(key: string, text: string, expected: string): ValidationException {
  return new ValidationException(
    `Could not parse value '${text}' for key '${key}': ${expected} is expected.`,
  );
}
