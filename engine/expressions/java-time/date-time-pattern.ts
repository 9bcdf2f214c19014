import type { TextStyle } from './calendar-names.ts';

/**
 * Patterns of Java's DateTimeFormatter (`yyyy-MM-dd HH:mm:ss.SSS`) as elements that write a time and read one. The letters, how often they
 * may stand, and what that means are those of its documentation; numbers that stand side by side share their digits as its builder says.
 */

export type Field =
  | 'Era'
  | 'YearOfEra'
  | 'Year'
  | 'WeekBasedYear'
  | 'QuarterOfYear'
  | 'MonthOfYear'
  | 'WeekOfWeekBasedYear'
  | 'WeekOfMonth'
  | 'DayOfYear'
  | 'DayOfMonth'
  | 'AlignedDayOfWeekInMonth'
  | 'ModifiedJulianDay'
  | 'DayOfWeek'
  | 'LocalizedDayOfWeek'
  | 'AmPmOfDay'
  | 'HourOfDay'
  | 'ClockHourOfDay'
  | 'HourOfAmPm'
  | 'ClockHourOfAmPm'
  | 'MinuteOfHour'
  | 'SecondOfMinute'
  | 'NanoOfSecond'
  | 'MilliOfDay'
  | 'NanoOfDay'
  | 'OffsetSeconds';

export interface NumberElement {
  readonly kind: 'number' | 'fraction';
  readonly field: Field;
  readonly minWidth: number;
  readonly maxWidth: number;
  readonly sign: 'normal' | 'not-negative' | 'exceeds-pad';
  /** Two digits of the years 2000 to 2099. */
  readonly isReduced: boolean;
  /** Digits that numbers right behind this one take; -1 where the width is fixed. */
  subsequentWidth: number;
}

export interface TextElement {
  readonly kind: 'text';
  readonly field: Field;
  readonly style: TextStyle;
}

export interface OffsetElement {
  readonly kind: 'offset';
  readonly hasColon: boolean;
  readonly minutes: 'always' | 'if-any';
  readonly seconds: 'never' | 'if-any';
  /** What stands for no offset. */
  readonly zero: string;
}

export interface OptionalElement {
  readonly kind: 'optional';
  readonly elements: readonly PatternElement[];
}

export interface PadElement {
  readonly kind: 'pad';
  readonly width: number;
  readonly element: PatternElement;
}

export type PatternElement =
  | NumberElement
  | TextElement
  | OffsetElement
  | OptionalElement
  | PadElement
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'localized-offset'; readonly isFull: boolean }
  /** `generic` names say no more than where a clock hangs: Pacific Time. */
  | { readonly kind: 'zone'; readonly form: 'name' | 'id' | 'generic' }
  | { readonly kind: 'day-period'; readonly style: TextStyle };

const FIELDS: Readonly<Record<string, Field>> = {
  G: 'Era',
  y: 'YearOfEra',
  u: 'Year',
  Q: 'QuarterOfYear',
  q: 'QuarterOfYear',
  M: 'MonthOfYear',
  L: 'MonthOfYear',
  D: 'DayOfYear',
  d: 'DayOfMonth',
  F: 'AlignedDayOfWeekInMonth',
  E: 'DayOfWeek',
  c: 'DayOfWeek',
  e: 'DayOfWeek',
  a: 'AmPmOfDay',
  H: 'HourOfDay',
  k: 'ClockHourOfDay',
  K: 'HourOfAmPm',
  h: 'ClockHourOfAmPm',
  m: 'MinuteOfHour',
  s: 'SecondOfMinute',
  S: 'NanoOfSecond',
  A: 'MilliOfDay',
  n: 'NanoOfSecond',
  N: 'NanoOfDay',
  g: 'ModifiedJulianDay',
};

/** Elements of one section, which know where numbers stand side by side. */
class Section {
  readonly elements: PatternElement[] = [];
  #active: NumberElement | undefined;
  #padWidth = 0;

  padNext(width: number): void {
    this.#padWidth = width;
    this.#active = undefined;
  }

  /** Numbers share digits with those before them. */
  number(element: NumberElement): void {
    const active = this.#active;
    if (active && element.minWidth === element.maxWidth && element.sign === 'not-negative') {
      active.subsequentWidth += element.maxWidth;
      this.add({ ...element, subsequentWidth: -1 });
      this.#active = active;
      return;
    }
    if (active) active.subsequentWidth = -1;
    this.add(element);
    this.#active = element;
  }

  isEmpty(): boolean {
    return this.elements.length === 0;
  }

  add(element: PatternElement): void {
    this.elements.push(this.#padWidth > 0 ? { kind: 'pad', width: this.#padWidth, element } : element);
    this.#padWidth = 0;
    this.#active = undefined;
  }
}

/** Throws a RangeError for what is no pattern, in Java's words. */
export function parseDateTimePattern(pattern: string): readonly PatternElement[] {
  const sections: Section[] = [new Section()];
  const end = (): void => {
    const inner = sections.pop()!;
    if (!inner.isEmpty()) sections.at(-1)!.add({ kind: 'optional', elements: inner.elements });
  };
  for (let at = 0; at < pattern.length;) {
    const section = sections.at(-1)!;
    const character = String.fromCodePoint(pattern.codePointAt(at)!);
    if (/[A-Za-z]/.test(character)) {
      let count = runLength(pattern, at);
      at += count;
      let letter = character;
      if (letter === 'p') {
        letter = pattern[at] ?? '';
        if (!/[A-Za-z]/.test(letter))
          throw new RangeError(`Pad letter 'p' must be followed by valid pad pattern: ${pattern}`);
        section.padNext(count);
        count = runLength(pattern, at);
        at += count;
      }
      addLetters(section, letter, count);
      continue;
    }
    at += character.length;
    if (character === "'") {
      const start = at;
      for (; at < pattern.length; at++) {
        if (pattern[at] !== "'") continue;
        if (pattern[at + 1] !== "'") break;
        at++;
      }
      if (at >= pattern.length)
        throw new RangeError(`Pattern ends with an incomplete string literal: ${pattern}`);
      const text = pattern.slice(start, at++).replaceAll("''", "'");
      section.add({ kind: 'literal', text: text === '' ? "'" : text });
    } else if (character === '[') sections.push(new Section());
    else if (character === ']') {
      if (sections.length === 1) throw new RangeError('Pattern invalid as it contains ] without previous [');
      end();
    } else if ('{}#'.includes(character))
      throw new RangeError(`Pattern includes reserved character: '${character}'`);
    else section.add({ kind: 'literal', text: character });
  }
  while (sections.length > 1) end();
  return sections[0]!.elements;
}

function runLength(pattern: string, start: number): number {
  let at = start + 1;
  while (pattern[at] === pattern[start]) at++;
  return at - start;
}

function tooMany(letter: string): never {
  throw new RangeError(`Too many pattern letters: ${letter}`);
}

function numberOf(
  field: Field,
  minWidth: number,
  maxWidth: number,
  sign: NumberElement['sign'] = 'not-negative',
  isReduced = false,
): NumberElement {
  return { kind: 'number', field, minWidth, maxWidth, sign, isReduced, subsequentWidth: 0 };
}

/** A number of as many digits as there are letters, or of any number of digits for one letter. */
function plainNumber(field: Field, count: number): NumberElement {
  return count === 1 ? numberOf(field, 1, 19, 'normal') : numberOf(field, count, count);
}

function yearOf(field: Field, count: number): NumberElement {
  if (count === 2) return numberOf(field, 2, 2, 'not-negative', true);
  return numberOf(field, count, 19, count < 4 ? 'normal' : 'exceeds-pad');
}

function addLetters(section: Section, letter: string, count: number): void {
  const field = FIELDS[letter];
  const text = (style: TextStyle): void => section.add({ kind: 'text', field: field!, style });
  switch (letter) {
    case 'u':
    case 'y':
      return section.number(yearOf(field!, count));
    case 'Y':
      return section.number(yearOf('WeekBasedYear', count));
    case 'c':
      if (count === 2) throw new RangeError('Invalid pattern "cc"');
      if (count === 1) return section.number(numberOf('LocalizedDayOfWeek', 1, 1));
      return text(styleOf(letter, count, 3));
    case 'e':
      if (count < 3) return section.number(numberOf('LocalizedDayOfWeek', count, count));
      return text(styleOf(letter, count, 3));
    case 'E':
      return text(styleOf(letter, count, 1));
    case 'L':
    case 'q':
    case 'M':
    case 'Q':
      if (count < 3) return section.number(plainNumber(field!, count));
      return text(styleOf(letter, count, 3));
    case 'a':
      return count === 1 ? text('short') : tooMany(letter);
    case 'G':
      return text(styleOf(letter, count, 1));
    case 'S':
      if (count > 9) throw new RangeError(`Minimum width must be from 0 to 9 inclusive but was ${count}`);
      return section.number({ ...numberOf('NanoOfSecond', count, count), kind: 'fraction' });
    case 'F':
      return count === 1 ? section.number(plainNumber(field!, 1)) : tooMany(letter);
    case 'd':
    case 'h':
    case 'H':
    case 'k':
    case 'K':
    case 'm':
    case 's':
      return count < 3 ? section.number(plainNumber(field!, count)) : tooMany(letter);
    case 'D':
      if (count === 1) return section.number(plainNumber(field!, 1));
      return count < 4 ? section.number(numberOf(field!, count, 3)) : tooMany(letter);
    case 'g':
      return section.number(numberOf(field!, count, 19, 'normal'));
    case 'A':
    case 'n':
    case 'N':
      return section.number(numberOf(field!, count, 19));
    case 'W':
      return count === 1 ? section.number(numberOf('WeekOfMonth', 1, 2)) : tooMany(letter);
    case 'w':
      return count < 3 ? section.number(numberOf('WeekOfWeekBasedYear', count, 2)) : tooMany(letter);
    case 'B':
      if (![1, 4, 5].includes(count)) throw new RangeError(`Wrong number of pattern letters: ${letter}`);
      return section.add({ kind: 'day-period', style: styleOf(letter, Math.max(count, 3), 3) });
    default:
      return addZone(section, letter, count);
  }
}

function styleOf(letter: string, count: number, least: number): TextStyle {
  if (count < least || count > 5) tooMany(letter);
  return count === 4 ? 'full' : count === 5 ? 'narrow' : 'short';
}

function addZone(section: Section, letter: string, count: number): void {
  const offset = (width: number, zero: string): void =>
    section.add({
      kind: 'offset',
      hasColon: width === 3 || width === 5,
      minutes: width === 1 ? 'if-any' : 'always',
      seconds: width < 4 ? 'never' : 'if-any',
      zero,
    });
  switch (letter) {
    case 'z':
      return count > 4 ? tooMany(letter) : section.add({ kind: 'zone', form: 'name' });
    case 'V':
      if (count !== 2) throw new RangeError('Pattern letter count must be 2: V');
      return section.add({ kind: 'zone', form: 'id' });
    case 'v':
      if (count !== 1 && count !== 4) throw new RangeError(`Wrong number of pattern letters: ${letter}`);
      return section.add({ kind: 'zone', form: 'generic' });
    case 'Z':
      if (count < 4) return offset(2, '+0000');
      if (count === 4) return section.add({ kind: 'localized-offset', isFull: true });
      return count === 5 ? offset(5, 'Z') : tooMany(letter);
    case 'O':
      if (count !== 1 && count !== 4) throw new RangeError('Pattern letter count must be 1 or 4: O');
      return section.add({ kind: 'localized-offset', isFull: count === 4 });
    case 'X':
      return count > 5 ? tooMany(letter) : offset(count, 'Z');
    case 'x':
      if (count > 5) tooMany(letter);
      return offset(count, count === 1 ? '+00' : count % 2 === 0 ? '+0000' : '+00:00');
    default:
      throw new RangeError(`Unknown pattern letter: ${letter}`);
  }
}
