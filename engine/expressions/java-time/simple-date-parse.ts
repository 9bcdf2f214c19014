import { DAYS, eraName, MONTHS, styled } from './calendar-names.ts';
import type { SimpleField, SimpleStep } from './simple-date-pattern.ts';
import { LenientCalendar, type CalendarField } from './lenient-calendar.ts';
import { namedZone } from './zone-names.ts';

/** What a text says: a local time, and the offset of its zone in milliseconds if it names one. */
export interface SimpleTime {
  readonly localMs: number;
  readonly offsetMs: number | undefined;
}

/**
 * Reads the beginning of a text as Java's SimpleDateFormat does: numbers of any length where no other number follows, blanks before them,
 * values past their end run over; what follows is left alone. Undefined if the text does not fit.
 *
 * @param now milliseconds since 1970: years of two digits are within 80 years before it and 20 after it
 */
export function parseSimpleDate(
  steps: readonly SimpleStep[],
  text: string,
  now: number,
): SimpleTime | undefined {
  const calendar = new LenientCalendar();
  let at = 0;
  let offsetMs: number | undefined;
  for (const [index, step] of steps.entries()) {
    if ('text' in step) {
      if (!text.startsWith(step.text, at)) return undefined;
      at += step.text.length;
      continue;
    }
    if ('zZX'.includes(step.letter)) {
      const zone = readZone(step, text, skipBlanks(text, at));
      if (!zone) return undefined;
      ({ at, offsetMs } = zone);
      continue;
    }
    const next = steps[index + 1];
    const isAdjacent = next !== undefined && !('text' in next) && isNumeric(next);
    at = readField(step, text, at, isAdjacent, calendar, now);
    if (at < 0) return undefined;
  }
  return { localMs: calendar.milliseconds(), offsetMs };
}

const FIELDS: Readonly<Record<string, CalendarField>> = {
  G: 'ERA',
  y: 'YEAR',
  Y: 'WEEK_YEAR',
  M: 'MONTH',
  L: 'MONTH',
  d: 'DAY_OF_MONTH',
  H: 'HOUR_OF_DAY',
  k: 'HOUR_OF_DAY',
  m: 'MINUTE',
  s: 'SECOND',
  S: 'MILLISECOND',
  E: 'DAY_OF_WEEK',
  u: 'DAY_OF_WEEK',
  D: 'DAY_OF_YEAR',
  F: 'DAY_OF_WEEK_IN_MONTH',
  w: 'WEEK_OF_YEAR',
  W: 'WEEK_OF_MONTH',
  a: 'AM_PM',
  h: 'HOUR',
  K: 'HOUR',
};

/** Numbers share their digits with those right behind them. */
function isNumeric({ letter, count }: SimpleField): boolean {
  return 'ML'.includes(letter) ? count < 3 : 'yYdHkmsSDFwWhKu'.includes(letter);
}

/** Names in both lengths, by the values of the calendar. */
const NAMES: Readonly<Record<string, readonly (readonly [name: string, value: number])[]>> = {
  G: [0, 1].flatMap((era) =>
    (['full', 'short'] as const).map((style) => [eraName(era, style), era] as const),
  ),
  a: [
    ['AM', 0],
    ['PM', 1],
  ],
  M: named(MONTHS, (index) => index),
  L: named(MONTHS, (index) => index),
  E: named(DAYS, (index) => ((index + 1) % 7) + 1),
};

function named(
  names: readonly string[],
  valueOf: (index: number) => number,
): readonly (readonly [string, number])[] {
  return names.flatMap((name, i) => [
    [name, valueOf(i)] as const,
    [styled(name, 'short'), valueOf(i)] as const,
  ]);
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

/** The position behind the field; -1 if there is none. */
function readField(
  step: SimpleField,
  text: string,
  start: number,
  isAdjacent: boolean,
  calendar: LenientCalendar,
  now: number,
): number {
  const { letter, count } = step;
  const first = skipBlanks(text, start);
  if (first >= text.length) return -1;
  const field = FIELDS[letter]!;
  if (!isNumeric(step)) {
    // Names stand where the field begins: blanks before them are none of theirs.
    let best: readonly [name: string, value: number] | undefined;
    for (const entry of NAMES[letter]!) {
      const [name] = entry;
      if (name.length <= (best?.[0].length ?? 0)) continue;
      if (text.slice(start, start + name.length).toLowerCase() === name.toLowerCase()) best = entry;
    }
    if (!best) return -1;
    calendar.set(field, best[1]);
    return start + best[0].length;
  }
  if (isAdjacent && start + count > text.length) return -1;
  const match = /^-?\d+/.exec(text.slice(first, isAdjacent ? start + count : undefined));
  if (!match) return -1;
  let value = toInt(match[0]);
  if (letter === 'M' || letter === 'L') value--;
  else if (letter === 'u' && value > 0 && value < 8) value = (value % 7) + 1;
  else if (letter === 'k' && value === 24) value = 0;
  else if (letter === 'h' && value === 12) value = 0;
  else if ('yY'.includes(letter) && count <= 2 && /^\d\d$/.test(match[0])) value = fullYear(value, now);
  calendar.set(field, value);
  return first + match[0].length;
}

/** Java's narrowing of a long, or of a double where a long does not do. */
function toInt(digits: string): number {
  if (digits.length < 10) return Number(digits);
  const value = BigInt(digits);
  if (BigInt.asIntN(64, value) === value) return Number(BigInt.asIntN(32, value));
  return value < 0n ? -2_147_483_648 : 2_147_483_647;
}

function fullYear(value: number, now: number): number {
  const first = new Date(now).getUTCFullYear() - 80;
  return Math.floor(first / 100) * 100 + value + (value < first % 100 ? 100 : 0);
}

function readZone(
  { letter, count }: SimpleField,
  text: string,
  start: number,
): { readonly at: number; readonly offsetMs: number } | undefined {
  const rest = text.slice(start);
  const offset = (match: RegExpExecArray | null): { at: number; offsetMs: number } | undefined => {
    if (!match) return undefined;
    const [whole, sign, hour, minute = '0'] = match;
    if (Number(hour) > 23 || Number(minute) > 59) return undefined;
    const ms = (Number(hour) * 60 + Number(minute)) * 60_000;
    return { at: start + whole.length, offsetMs: sign === '-' ? -ms : ms };
  };
  if (letter === 'X') {
    if (rest.startsWith('Z')) return { at: start + 1, offsetMs: 0 };
    const pattern = [/^([+-])(\d\d)/, /^([+-])(\d\d)(\d\d)/, /^([+-])(\d\d):(\d\d)/][count - 1]!;
    return offset(pattern.exec(rest));
  }
  if (/^[+-]/.test(rest)) return offset(/^([+-])(\d\d)(\d\d)/.exec(rest));
  if (/^gmt/i.test(rest)) {
    if (!/^...[+-]/.test(rest)) return { at: start + 3, offsetMs: 0 };
    return offset(/^...([+-])(\d\d?):(\d\d)/.exec(rest));
  }
  const zone = namedZone(rest);
  return zone && { at: start + zone.length, offsetMs: zone.offsetMs };
}
