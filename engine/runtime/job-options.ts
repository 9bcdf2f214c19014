import { parseDuration } from '../types/duration.ts';
import { TableException } from '../types/errors.ts';

/** Options under Flink's keys, as text. */
export type Configuration = Readonly<Record<string, string>>;

/** Milliseconds. Throws a TableException that names key and value if the value is no duration. */
export function durationOption(configuration: Configuration, key: string, defaultMs: number): number {
  const text = configuration[key];
  if (text === undefined) return defaultMs;
  const ms = parseDuration(text);
  if (ms === undefined) throw invalid(key, text, "a duration such as '10 s' or '1 min'");
  return ms;
}

export function integerOption(
  configuration: Configuration,
  key: string,
  defaultValue: number,
  least = 0,
): number {
  const text = configuration[key];
  if (text === undefined) return defaultValue;
  const value = Number(text);
  if (!/^\s*\d+\s*$/.test(text) || value < least) throw invalid(key, text, `an integer of at least ${least}`);
  return value;
}

export function numberOption(configuration: Configuration, key: string, defaultValue: number): number {
  const text = configuration[key];
  if (text === undefined) return defaultValue;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw invalid(key, text, 'a number');
  return value;
}

function invalid(key: string, text: string, expected: string): TableException {
  return new TableException(`Invalid value '${text}' for option '${key}': ${expected} is expected.`);
}
