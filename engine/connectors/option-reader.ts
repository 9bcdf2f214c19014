import { parseDuration } from '../types/duration.ts';
import { ValidationException } from '../types/errors.ts';
import { parseMemorySize } from '../types/memory-size.ts';
import type { OptionDescriptor, Options } from './connector-descriptor.ts';

/**
 * Reads a table's options by their descriptions: older spellings and defaults included. What cannot be read is a
 * ValidationException with Flink's words.
 */
export class OptionReader {
  readonly #options: Options;
  readonly #descriptors: ReadonlyMap<string, OptionDescriptor>;

  constructor(options: Options, descriptors: readonly OptionDescriptor[]) {
    this.#options = options;
    this.#descriptors = new Map(descriptors.map((descriptor) => [descriptor.key, descriptor]));
  }

  /** The text as the table has it, without default. Keys with a column's name in them are asked here. */
  given(key: string): string | undefined {
    const { fallbackKeys = [] } = this.#descriptors.get(key) ?? {};
    return [key, ...fallbackKeys].map((name) => this.#options[name]).find((text) => text !== undefined);
  }

  text(key: string): string | undefined {
    return this.given(key) ?? this.#descriptors.get(key)?.default;
  }

  requiredText(key: string): string {
    const text = this.text(key);
    if (text !== undefined) return text;
    throw new ValidationException(
      `One or more required options are missing.\n\nMissing required options are:\n\n${key}`,
    );
  }

  boolean(key: string): boolean {
    return readBoolean(key, this.requiredText(key));
  }

  /** One of the values of the description, in its spelling, whatever the case. */
  enumeration(key: string): string | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const values = this.#descriptors.get(key)?.values ?? [];
    const value = values.find((one) => one.toLowerCase() === text.toLowerCase());
    if (value !== undefined) return value;
    throw invalidOption(key, text, `one of ${values.join(', ')}`);
  }

  integer(key: string): number {
    return readInteger(key, this.requiredText(key));
  }

  optionalInteger(key: string): number | undefined {
    const text = this.text(key);
    return text === undefined ? undefined : readInteger(key, text);
  }

  durationMs(key: string): number {
    return readDuration(key, this.requiredText(key));
  }

  bytes(key: string): number {
    const text = this.requiredText(key);
    const bytes = parseMemorySize(text);
    if (bytes === undefined) throw invalidOption(key, text, "a size such as '128 mb'");
    return bytes;
  }
}

export function readBoolean(key: string, text: string): boolean {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  throw invalidOption(key, text, 'true or false');
}

/** A whole number that doubles hold exactly. */
export function readInteger(key: string, text: string): number {
  const number = Number(text);
  if (!/^\s*[-+]?\d+\s*$/.test(text) || !Number.isSafeInteger(number))
    throw invalidOption(key, text, 'a whole number');
  return number;
}

export function readNumber(key: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw invalidOption(key, text, 'a number');
  return number;
}

export function readDuration(key: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw invalidOption(key, text, "a duration such as '10 s'");
  return ms;
}

export function invalidOption(key: string, text: string, expected: string): ValidationException {
  return new ValidationException(`Invalid value '${text}' for option '${key}': ${expected} is expected.`);
}

/** For an option of Flink's that has no effect here that a user could rely on. */
export function notSupportedOption(key: string, value: string): ValidationException {
  return new ValidationException(`The option '${key}' = '${value}' is not supported.`);
}
