import { daysFromCivil } from '../../data/temporal-text.ts';
import type { TimestampValue } from '../../data/value.ts';
import { instantOf } from '../time-zone.ts';
import { parseDateTimePattern, type NumberElement, type PatternElement } from './date-time-pattern.ts';
import { printDateTime } from './date-time-print.ts';
import { CUTOVER_DAYS } from './hybrid-calendar.ts';
import { parseSimplePattern, type SimpleStep } from './simple-date-pattern.ts';
import { printSimpleDate } from './simple-date-print.ts';

/** A way to write times: by steps of the kernel `formatTimestamp`, and by `write` where that gives up. */
export interface TimeFormat {
  readonly steps: readonly number[];
  /** Bytes of a text at most. */
  readonly size: number;
  /** Milliseconds of the finest field; 0 if it is finer than a millisecond. */
  readonly granuleMs: number;
  /** The first day that the kernel writes, counted from 1970-01-01. */
  readonly firstDay: number;
  readonly write: (value: TimestampValue) => string;
}

/** Numbers of the kernel for fields, by the letters that stand for them in both kinds of patterns. */
const KINDS: Readonly<Record<string, number>> = {
  y: 1,
  M: 2,
  d: 3,
  H: 4,
  m: 5,
  s: 6,
  S: 7,
  D: 8,
  Q: 9,
  k: 10,
  K: 11,
  h: 12,
};
const LETTERS: Readonly<Partial<Record<NumberElement['field'], string>>> = {
  YearOfEra: 'y',
  Year: 'y',
  MonthOfYear: 'M',
  DayOfMonth: 'd',
  HourOfDay: 'H',
  MinuteOfHour: 'm',
  SecondOfMinute: 's',
  NanoOfSecond: 'S',
  DayOfYear: 'D',
  QuarterOfYear: 'Q',
  ClockHourOfDay: 'k',
  HourOfAmPm: 'K',
  ClockHourOfAmPm: 'h',
};

/** Of a pattern of DateTimeFormatter; undefined if the kernel does not write it. */
export function kernelDateTimeFormat(pattern: string): TimeFormat | undefined {
  const elements = parseDateTimePattern(pattern);
  const fields = elements.map((element): KernelField | undefined => kernelField(element));
  const hasEra = elements.some((element) => 'field' in element && element.field === 'YearOfEra');
  return compile(fields, hasEra ? daysFromCivil(1, 1, 1) : daysFromCivil(0, 1, 1), (value) =>
    printDateTime(elements, value),
  );
}

/**
 * Of a pattern of SimpleDateFormat, for local times of a zone; undefined if the kernel does not write it. Before 1900 such a zone has
 * another offset than SQL has.
 */
export function kernelSimpleFormat(pattern: string, zone: string): TimeFormat | undefined {
  const steps = parseSimplePattern(pattern);
  const fields = steps.map((step): KernelField | undefined => kernelStep(step));
  const firstDay = zone === 'UTC' ? CUTOVER_DAYS : daysFromCivil(1900, 1, 2);
  return compile(fields, firstDay, ({ epochMs }) => printSimpleDate(steps, instantOf(epochMs, zone), zone));
}

type KernelField = { readonly text: string } | { readonly letter: string; readonly width: number };

function kernelField(element: PatternElement): KernelField | undefined {
  if (element.kind === 'literal') return element;
  const letter = 'field' in element ? LETTERS[element.field] : undefined;
  if (letter === undefined || (element.kind !== 'number' && element.kind !== 'fraction')) return undefined;
  // The kernel's nanoseconds are a fraction, with as many digits as there are letters.
  if ((letter === 'S') !== (element.kind === 'fraction')) return undefined;
  return { letter, width: element.minWidth };
}

function kernelStep(step: SimpleStep): KernelField | undefined {
  if ('text' in step) return step;
  const { letter, count } = step;
  // Milliseconds are a number here, which a fraction of three digits is, too.
  if ((letter === 'S' && count !== 3) || (letter === 'M' && count > 2)) return undefined;
  return letter in KINDS ? { letter, width: count } : undefined;
}

function compile(
  fields: readonly (KernelField | undefined)[],
  firstDay: number,
  write: TimeFormat['write'],
): TimeFormat | undefined {
  const steps: number[] = [];
  let size = 0;
  let granuleMs = 86_400_000;
  for (const field of fields) {
    if (!field) return undefined;
    if ('text' in field) {
      const bytes = new TextEncoder().encode(field.text);
      for (const byte of bytes) steps.push(byte << 16);
      size += bytes.length;
      continue;
    }
    const { letter, width } = field;
    if (width > 255) return undefined;
    steps.push(KINDS[letter]! | (width << 8));
    size += Math.max(width, 4);
    granuleMs = Math.min(granuleMs, granuleOf(letter, width));
  }
  return { steps, size, granuleMs, firstDay, write };
}

function granuleOf(letter: string, width: number): number {
  if ('HkKh'.includes(letter)) return 3_600_000;
  if (letter === 'm') return 60_000;
  if (letter === 's') return 1000;
  if (letter === 'S') return width > 3 ? 0 : 1;
  return 86_400_000;
}
