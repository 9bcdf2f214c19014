import { civilFromDays, daysFromCivil } from '../data/temporal-text.ts';
import type { TimestampValue } from '../data/value.ts';

/**
 * Patterns of java.time (`yyyy-MM-dd HH:mm:ss.SSS`, text in quotes). Fields that are numbers are compiled to steps of the kernel
 * `formatTimestamp`; names of months and days are written here.
 */
export interface PatternField {
  readonly letter: string;
  readonly width: number;
}
export type PatternStep = PatternField | { readonly text: string };

/**
 * Throws a RangeError for letters that are no field.
 *
 * @param hasOptions brackets enclose what may be missing in a text to read, as in java.time's patterns; everything is written
 */
export function parsePattern(pattern: string, hasOptions = false): PatternStep[] {
  const steps: PatternStep[] = [];
  const literal = (text: string): void => {
    const last = steps.at(-1);
    if (last && 'text' in last) steps[steps.length - 1] = { text: last.text + text };
    else steps.push({ text });
  };
  for (const [piece, letters, quoted] of pattern.matchAll(/([A-Za-z])\1*|'((?:[^']|'')*)'|[^]/g)) {
    if (letters !== undefined) {
      if (!FIELDS.includes(letters))
        throw new RangeError(`Pattern letter ${letters} in '${pattern}' is not supported.`);
      steps.push({ letter: letters, width: piece.length });
    } else if (quoted !== undefined) literal(quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    else if (!hasOptions || (piece !== '[' && piece !== ']')) literal(piece);
  }
  return steps;
}

const FIELDS = 'yuMLdHkKhmsSDQqEecaXZwWYGAnN';
/** Letters that stand for a field in Java; here some of them are not supported. */
const JAVA_FIELDS = 'GuyDMLdgQqYwWEecFaBhKkHmsSAnNVvzOXxZp';

/** Fields that can be written, and not be read. */
const WRITTEN_FIELDS = 'wWYGAnNecq';

/** The first letter of a pattern that is a field in Java and not here; undefined if there is none, or Java does not take the pattern. */
export function unsupportedLetter(pattern: string, isRead: boolean): string | undefined {
  if (!isJavaPattern(pattern)) return undefined;
  const plain = pattern.replace(/'(?:[^']|'')*'/g, '');
  return [...plain].find(
    (each) =>
      JAVA_FIELDS.includes(each) && (!FIELDS.includes(each) || (isRead && WRITTEN_FIELDS.includes(each))),
  );
}

/** Whether Java takes a pattern at all. */
export function isJavaPattern(pattern: string): boolean {
  const plain = pattern.replace(/'(?:[^']|'')*'/g, '');
  return (
    !plain.includes("'") &&
    [...plain].every((each) => !/[A-Za-z{}#]/.test(each) || JAVA_FIELDS.includes(each))
  );
}

const KINDS: Readonly<Record<string, number>> = {
  y: 1,
  u: 1,
  M: 2,
  L: 2,
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

export interface CompiledPattern {
  /** Steps of the kernel. */
  readonly steps: readonly number[];
  /** Bytes of a text at most. */
  readonly size: number;
  /** Milliseconds of the finest field; 0 if it is finer than a millisecond. */
  readonly granuleMs: number;
}

/** Undefined where only `formatWith` can write the pattern: names, or characters beyond ASCII. */
export function compilePattern(steps: readonly PatternStep[]): CompiledPattern | undefined {
  const compiled: number[] = [];
  let size = 0;
  let granuleMs = 86_400_000;
  for (const step of steps) {
    if ('text' in step) {
      for (const byte of new TextEncoder().encode(step.text)) compiled.push(byte << 16);
      size += 3 * step.text.length;
      continue;
    }
    const { letter, width } = step;
    const kind = KINDS[letter];
    if (kind === undefined || ('MLQ'.includes(letter) && width > 2)) return undefined;
    compiled.push(kind | (width << 8));
    size += Math.max(width, 4);
    granuleMs = Math.min(granuleMs, granuleOf(letter, width));
  }
  return { steps: compiled, size, granuleMs };
}

function granuleOf(letter: string, width: number): number {
  if ('HkKh'.includes(letter)) return 3_600_000;
  if (letter === 'm') return 60_000;
  if (letter === 's') return 1000;
  if (letter === 'S') return width > 3 ? 0 : 1;
  return 86_400_000;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** A time written by any pattern. */
export function formatWith(steps: readonly PatternStep[], value: TimestampValue): string {
  const days = Math.floor(value.epochMs / 86_400_000);
  const ms = value.epochMs - days * 86_400_000;
  const { year, month, day } = civilFromDays(days);
  const hour = Math.floor(ms / 3_600_000);
  const nanos = (ms % 1000) * 1_000_000 + value.nanoOfMs;
  const field = ({ letter, width }: PatternField): string => {
    const number = (of: number): string => String(of).padStart(width, '0');
    switch (letter) {
      case 'y':
      case 'u':
        return yearText(letter === 'y' && year <= 0 ? 1 - year : year, width);
      case 'M':
      case 'L':
        return width < 3 ? number(month) : named(MONTHS[month - 1]!, width);
      case 'Q':
      case 'q': {
        const quarter = Math.ceil(month / 3);
        if (width < 3) return number(quarter);
        return width === 3 ? `Q${quarter}` : `${['1st', '2nd', '3rd', '4th'][quarter - 1]!} quarter`;
      }
      case 'G':
        return width === 4
          ? year > 0
            ? 'Anno Domini'
            : 'Before Christ'
          : (year > 0 ? 'AD' : 'BC').slice(0, width === 5 ? 1 : 2);
      case 'Y':
      case 'w': {
        const [weekYear, week] = weekOfYear(days, year);
        return letter === 'w' ? number(week) : yearText(weekYear, width);
      }
      case 'W':
        return number(Math.floor((day - 1 + weekday(days - day + 1)) / 7) + 1);
      case 'e':
      case 'c':
        return width < 3 ? number(weekday(days) + 1) : named(DAYS[weekday(days)]!, width);
      case 'A':
        return number(ms);
      case 'n':
        return number(nanos);
      case 'N':
        return String(BigInt(ms) * 1_000_000n + BigInt(value.nanoOfMs)).padStart(width, '0');
      case 'X':
      case 'Z':
        throw new RangeError('Unsupported field: OffsetSeconds');
      case 'd':
        return number(day);
      case 'D':
        return number(days - daysFromCivil(year, 1, 1) + 1);
      case 'E':
        return named(DAYS[weekday(days)]!, Math.max(3, width));
      case 'a':
        return hour < 12 ? 'AM' : 'PM';
      case 'H':
        return number(hour);
      case 'k':
        return number(hour || 24);
      case 'K':
        return number(hour % 12);
      case 'h':
        return number(hour % 12 || 12);
      case 'm':
        return number(Math.floor(ms / 60_000) % 60);
      case 's':
        return number(Math.floor(ms / 1000) % 60);
      default:
        return String(nanos).padStart(9, '0').slice(0, width).padEnd(width, '0');
    }
  };
  return steps.map((step) => ('text' in step ? step.text : field(step))).join('');
}

/** In three letters, whole, or by the first letter. */
function named(name: string, width: number): string {
  return width === 4 ? name : name.slice(0, width === 5 ? 1 : 3);
}

/** Weeks of the United States: they begin on Sundays, and the first is that of 1 January. */
function weekOfYear(days: number, year: number): readonly [year: number, week: number] {
  const start = (of: number): number => {
    const first = daysFromCivil(of, 1, 1);
    return first - weekday(first);
  };
  if (days >= start(year + 1)) return [year + 1, 1];
  return [year, Math.floor((days - start(year)) / 7) + 1];
}

/** 0 for Sunday; the epoch was a Thursday. */
function weekday(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

function yearText(year: number, width: number): string {
  if (width === 2) return String(Math.abs(year) % 100).padStart(2, '0');
  const digits = String(Math.abs(year)).padStart(width, '0');
  if (year < 0) return `-${digits}`;
  return width >= 4 && digits.length > width ? `+${digits}` : digits;
}

/** Reads a text by a pattern, all of it; undefined if it does not fit. A day past the end of its month is the last one, as Java's "smart" reading has it. */
export function parseWith(steps: readonly PatternStep[], text: string): TimestampValue | undefined {
  const fields = new Map<string, number>();
  let at = 0;
  for (const [index, step] of steps.entries()) {
    if ('text' in step) {
      if (!text.startsWith(step.text, at)) return undefined;
      at += step.text.length;
      continue;
    }
    const next = steps[index + 1];
    const isAdjacent = next !== undefined && !('text' in next);
    const match = fieldPattern(step, isAdjacent).exec(text.slice(at));
    if (!match) return undefined;
    // An offset says of which zone the time is, and a TIMESTAMP has none.
    if (step.letter !== 'X' && step.letter !== 'Z') fields.set(step.letter, fieldValue(step, match[0]));
    at += match[0].length;
  }
  return at === text.length ? assemble(fields) : undefined;
}

function fieldPattern({ letter, width }: PatternField, isAdjacent: boolean): RegExp {
  if (letter === 'a') return /^[AP]M/;
  if (letter === 'X') return width < 3 ? /^(?:Z|[+-]\d\d(?:\d\d)?)/ : /^(?:Z|[+-]\d\d:\d\d)/;
  if (letter === 'Z') return /^[+-]\d{4}/;
  if (WRITTEN_FIELDS.includes(letter))
    throw new RangeError(`Pattern letter ${letter} in a text to read is not supported.`);
  if (letter === 'S') return new RegExp(`^\\d{${width}}`);
  if ('ML'.includes(letter) && width > 2)
    return new RegExp(`^(${MONTHS.map((name) => (width === 3 ? name.slice(0, 3) : name)).join('|')})`);
  if (letter === 'E')
    return new RegExp(`^(${DAYS.map((name) => (width === 4 ? name : name.slice(0, 3))).join('|')})`);
  if (letter === 'D' && width < 3) return new RegExp(`^\\d{${width},${isAdjacent ? width : 3}}`);
  if (letter === 'y' || letter === 'u')
    return width === 2 || isAdjacent ? new RegExp(`^\\d{${width}}`) : /^\d{4,9}/;
  if (width === 1 && !isAdjacent) return /^\d{1,2}/;
  return new RegExp(`^\\d{${width}}`);
}

function fieldValue({ letter, width }: PatternField, text: string): number {
  if ('ML'.includes(letter) && width > 2)
    return MONTHS.findIndex((name) => name.startsWith(text.slice(0, 3))) + 1;
  if (letter === 'a') return text === 'PM' ? 12 : 0;
  if (letter === 'E') return DAYS.findIndex((name) => name.startsWith(text.slice(0, 3)));
  if (letter === 'S') return Number(text.padEnd(9, '0').slice(0, 9));
  const value = Number(text);
  return (letter === 'y' || letter === 'u') && width === 2 ? 2000 + value : value;
}

function assemble(fields: ReadonlyMap<string, number>): TimestampValue | undefined {
  const field = (letters: string, otherwise: number): number => {
    for (const letter of letters) if (fields.has(letter)) return fields.get(letter)!;
    return otherwise;
  };
  const year = field('yu', 1970);
  const hasYear = fields.has('y') || fields.has('u');
  const hasMonth = fields.has('M') || fields.has('L');
  const ofYear = hasYear ? fields.get('D') : undefined;
  const dated = ofYear === undefined ? undefined : civilFromDays(daysFromCivil(year, 1, 1) + ofYear - 1);
  if (dated?.year !== (dated && year)) return undefined;
  const month = field('ML', dated?.month ?? 1);
  const day = field('d', dated?.day ?? 1);
  const half = field('hK', -1);
  const hour = half >= 0 ? (half % 12) + field('a', 0) : field('H', field('k', 0) % 24);
  const [minute, second] = [field('m', 0), field('s', 0)];
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second > 0)) return undefined;
  const last =
    daysFromCivil(month === 12 ? year + 1 : year, (month % 12) + 1, 1) - daysFromCivil(year, month, 1);
  const days = daysFromCivil(year, month, Math.min(day, last));
  // What else a text says of its date has to agree.
  if (ofYear !== undefined && ofYear !== days - daysFromCivil(year, 1, 1) + 1) return undefined;
  const isDate = hasYear && (ofYear !== undefined || (hasMonth && fields.has('d')));
  if (isDate && field('E', weekday(days)) !== weekday(days)) return undefined;
  const nanos = field('S', 0);
  const ms = hour * 3_600_000 + minute * 60_000 + second * 1000 + Math.floor(nanos / 1_000_000);
  return { epochMs: days * 86_400_000 + ms, nanoOfMs: nanos % 1_000_000 };
}

/**
 * Reads the beginning of a text as Java's SimpleDateFormat does: numbers of any length where no other number follows, blanks before them,
 * values past their end run over; what follows is left alone. `offsetMs` is set by a zone in the text.
 */
export function parseLeniently(
  steps: readonly PatternStep[],
  text: string,
): { readonly ms: number; readonly offsetMs: number | undefined } | undefined {
  const fields = new Map<string, number>();
  let at = 0;
  let offsetMs: number | undefined;
  for (const [index, step] of steps.entries()) {
    if ('text' in step) {
      if (!text.startsWith(step.text, at)) return undefined;
      at += step.text.length;
      continue;
    }
    const next = steps[index + 1];
    const isAdjacent = next !== undefined && !('text' in next);
    const match = lenientField(step, isAdjacent).exec(text.slice(at));
    if (!match) return undefined;
    at += match[0].length;
    if (step.letter === 'X' || step.letter === 'Z') offsetMs = zoneOffset(match[0].trim());
    else if (step.letter === 'S') fields.set('S', Number(match[0]));
    else fields.set(step.letter, fieldValue(step, match[0].trim()));
  }
  const field = (letters: string, otherwise: number): number => {
    for (const letter of letters) if (fields.has(letter)) return fields.get(letter)!;
    return otherwise;
  };
  const month = field('ML', 1) - 1;
  const year = field('yu', 1970) + Math.floor(month / 12);
  const isOfYear = fields.has('D') && !['M', 'L', 'd'].some((letter) => fields.has(letter));
  const days = daysFromCivil(year, (((month % 12) + 12) % 12) + 1, 1) + field(isOfYear ? 'D' : 'd', 1) - 1;
  const half = field('hK', -1);
  const hour = half >= 0 ? (half % 12) + field('a', 0) : field('H', field('k', 0) % 24);
  // A fraction is a count of milliseconds here.
  const clock = hour * 3_600_000 + field('m', 0) * 60_000 + field('s', 0) * 1000 + field('S', 0);
  return { ms: days * 86_400_000 + clock, offsetMs };
}

function lenientField(step: PatternField, isAdjacent: boolean): RegExp {
  const { letter, width } = step;
  if (letter === 'X' || letter === 'Z') return /^\s*(?:Z|[+-]\d\d(?::?\d\d)?)/;
  if (letter === 'S') return /^\s*\d+/;
  if (letter === 'E') return new RegExp(`^(${[...DAYS, ...DAYS.map((name) => name.slice(0, 3))].join('|')})`);
  if (letter === 'a' || ('ML'.includes(letter) && width > 2)) return fieldPattern(step, isAdjacent);
  return isAdjacent ? new RegExp(`^\\s*\\d{1,${width}}`) : /^\s*\d+/;
}

function zoneOffset(text: string): number {
  if (text === 'Z') return 0;
  const minutes =
    Number(text.slice(1, 3)) * 60 + Number(text.slice(-2).padStart(2, '0')) * (text.length > 3 ? 1 : 0);
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}
