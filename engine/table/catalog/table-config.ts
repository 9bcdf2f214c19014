// Asking for it takes longer than planning a query's filter.
let systemZone: string | undefined;

/** The options of a session: what SET has said, over the defaults. */

import { parseDuration } from '../../types/duration.ts';
import { ValidationException } from '../../types/errors.ts';
import { parseMemorySize } from '../../types/memory-size.ts';
import { CONFIG_OPTIONS } from './config-options.ts';
import type { ConfigOption } from './config-option.ts';

const OPTIONS = new Map(CONFIG_OPTIONS.map((option) => [option.key, option]));

export class TableConfig {
  readonly #values = new Map<string, string>();

  constructor(values: Readonly<Record<string, string>> = {}) {
    for (const [key, value] of Object.entries(values)) this.set(key, value);
  }

  /** Keys nobody knows are kept, as in Flink; a bad value of a known one is a ValidationException. */
  set(key: string, value: string): void {
    const option = OPTIONS.get(key);
    const expected = option && expectedValue(option, value);
    if (expected !== undefined) {
      throw new ValidationException(
        `Could not parse value '${value}' for key '${key}': ${expected} is expected.`,
      );
    }
    this.#values.set(key, value);
  }

  reset(key?: string): void {
    if (key === undefined) this.#values.clear();
    else this.#values.delete(key);
  }

  /** What was set, else the default, else undefined. */
  get(key: string): string | undefined {
    return this.#values.get(key) ?? OPTIONS.get(key)?.default;
  }

  isSet(key: string): boolean {
    return this.#values.has(key);
  }

  boolean(key: string): boolean {
    return this.get(key)?.trim().toLowerCase() === 'true';
  }

  /** A number; undefined if there is neither value nor default. */
  number(key: string): number | undefined {
    const text = this.get(key);
    return text === undefined ? undefined : Number(text);
  }

  /** Milliseconds; undefined if there is neither value nor default. */
  durationMs(key: string): number | undefined {
    const text = this.get(key);
    return text === undefined ? undefined : parseDuration(text);
  }

  /** In the spelling of the option's list, whatever the case it was set in. */
  enumeration(key: string): string | undefined {
    const text = this.get(key);
    return (
      OPTIONS.get(key)?.values?.find((value) => value.toLowerCase() === text?.trim().toLowerCase()) ?? text
    );
  }

  get isStreaming(): boolean {
    return this.enumeration('execution.runtime-mode') !== 'BATCH';
  }

  /** `table.local-time-zone`, with the zone of the machine where it says `default`. */
  get timeZone(): string {
    const zone = this.get('table.local-time-zone');
    return zone === undefined || zone === 'default'
      ? (systemZone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone)
      : zone;
  }

  /** What was set, by key in order: what SET lists and a job is submitted with. */
  entries(): [key: string, value: string][] {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  toConfiguration(): Record<string, string> {
    return Object.fromEntries(this.entries());
  }
}

/** What an option's value should be, if it is not. */
function expectedValue({ type, values }: ConfigOption, value: string): string | undefined {
  const text = value.trim();
  switch (type) {
    case 'string':
      return undefined;
    case 'boolean':
      return /^(true|false)$/i.test(text) ? undefined : 'true or false';
    case 'int':
      return /^[-+]?\d+$/.test(text) && Math.abs(Number(text)) <= 2147483647 ? undefined : 'a whole number';
    case 'long':
      return /^[-+]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
        ? undefined
        : 'a whole number';
    case 'double':
      return text !== '' && !Number.isNaN(Number(text)) ? undefined : 'a number';
    case 'duration':
      return parseDuration(text) === undefined ? "a duration such as '10 s'" : undefined;
    case 'memory':
      return parseMemorySize(text) === undefined ? "a size such as '128 mb'" : undefined;
    case 'enum':
      return values?.some((each) => each.toLowerCase() === text.toLowerCase())
        ? undefined
        : `one of ${values?.join(', ')}`;
    case 'timezone':
      return isTimeZone(text)
        ? undefined
        : "'default', a zone such as 'Europe/Berlin', or an offset such as 'GMT+08:00'";
  }
}

function isTimeZone(text: string): boolean {
  if (text === 'default' || /^(?:GMT|UTC)[+-]\d{1,2}(?::\d{2})?$/.test(text)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
