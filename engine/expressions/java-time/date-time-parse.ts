import type { TimestampValue } from '../../data/value.ts';
import { DAYS, MONTHS, type TextStyle } from './calendar-names.ts';
import type { Field, NumberElement, OffsetElement, PatternElement } from './date-time-pattern.ts';
import { fieldText } from './date-time-print.ts';
import { resolveFields } from './date-time-resolve.ts';
import { zoneLength } from './zone-names.ts';

/** Reading texts as Java's DateTimeFormatter does: strictly by the pattern, "smart" about what the fields then mean. */

/** Undefined for a text that does not fit, from its beginning to its end, or is no time. */
export function parseDateTime(elements: readonly PatternElement[], text: string): TimestampValue | undefined {
  const reader = new FieldReader(text);
  return reader.readAll(elements, 0) === text.length ? resolveFields(reader.fields) : undefined;
}

const NAMES: Readonly<Partial<Record<Field, readonly number[]>>> = {
  MonthOfYear: MONTHS.map((_, i) => i + 1),
  DayOfWeek: DAYS.map((_, i) => i + 1),
  Era: [0, 1],
  QuarterOfYear: [1, 2, 3, 4],
  AmPmOfDay: [0, 1],
};

/** Positions are those of the text; -1 is a text that does not fit. */
class FieldReader {
  readonly #text: string;
  fields = new Map<Field, number>();

  constructor(text: string) {
    this.#text = text;
  }

  readAll(elements: readonly PatternElement[], start: number): number {
    let at = start;
    for (const element of elements) {
      at = this.#read(element, at, this.#text.length);
      if (at < 0) return -1;
    }
    return at;
  }

  /** @param end where the text ends for this element */
  #read(element: PatternElement, at: number, end: number): number {
    const text = this.#text;
    switch (element.kind) {
      case 'literal':
        return at + element.text.length <= end && text.startsWith(element.text, at)
          ? at + element.text.length
          : -1;
      case 'number':
        return this.#number(element, at, end);
      case 'fraction':
        return this.#fraction(element.maxWidth, at, end);
      case 'text':
        return this.#name(element.field, element.style, at, end);
      case 'optional': {
        const before = new Map(this.fields);
        const after = this.readAll(element.elements, at);
        if (after >= 0) return after;
        this.fields = before;
        return at;
      }
      case 'pad': {
        const stop = at + element.width;
        if (at >= end || stop > end) return -1;
        let first = at;
        while (first < stop && text[first] === ' ') first++;
        return this.#read(element.element, first, stop) === stop ? stop : -1;
      }
      case 'offset':
        return this.#offset(element, at, end);
      case 'localized-offset':
        return this.#localizedOffset(element.isFull, at, end);
      case 'zone':
        if (element.form === 'generic')
          throw new RangeError('Generic names of zones in a text to read are not supported.');
        return this.#zone(element.form === 'name', at, end);
      case 'day-period':
        throw new RangeError('Parts of the day in a text to read are not supported.');
    }
  }

  /** A field that is there twice has to have one value. */
  #set(field: Field, value: number, at: number): number {
    const known = this.fields.get(field);
    if (known !== undefined && known !== value) return -1;
    this.fields.set(field, value);
    return at;
  }

  #digit(at: number, end: number): number {
    const digit = at < end ? this.#text.charCodeAt(at) - 48 : -1;
    return digit <= 9 ? digit : -1;
  }

  #number(element: NumberElement, start: number, end: number): number {
    const { minWidth, maxWidth, sign, subsequentWidth } = element;
    let at = start;
    if (at >= end) return -1;
    const first = this.#text[at];
    const isNegative = first === '-';
    const isPositive = first === '+';
    if (isNegative || isPositive) {
      if (sign === 'not-negative' || (isPositive && sign === 'normal')) return -1;
      at++;
    }
    if (at + minWidth > end) return -1;
    const count = (width: number): number => {
      let digits = 0;
      while (digits < width && this.#digit(at + digits, end) >= 0) digits++;
      return digits;
    };
    let digits = count(maxWidth + Math.max(subsequentWidth, 0));
    if (digits < minWidth) return -1;
    // What follows takes its digits from the end.
    if (subsequentWidth > 0) digits = Math.max(minWidth, digits - subsequentWidth);
    let value = Number(this.#text.slice(at, at + digits));
    if (isNegative && value === 0) return -1;
    if (sign === 'exceeds-pad' && !isNegative && isPositive !== digits > minWidth) return -1;
    if (isNegative) value = -value;
    if (element.isReduced && digits === 2) value += 2000;
    return this.#set(element.field, value, at + digits);
  }

  #fraction(width: number, at: number, end: number): number {
    for (let i = 0; i < width; i++) if (this.#digit(at + i, end) < 0) return -1;
    const digits = this.#text.slice(at, at + width);
    return this.#set('NanoOfSecond', Number(digits.padEnd(9, '0')), at + width);
  }

  /** The longest name; one letter stands for the last value that has it. */
  #name(field: Field, style: TextStyle, at: number, end: number): number {
    let best = '';
    let found = -1;
    for (const value of NAMES[field]!) {
      const name = fieldText(field, value, style);
      if (name.length < best.length || at + name.length > end || !this.#text.startsWith(name, at)) continue;
      best = name;
      found = value;
    }
    return found < 0 ? -1 : this.#set(field, found, at + best.length);
  }

  #offset({ hasColon, minutes, seconds, zero }: OffsetElement, at: number, end: number): number {
    if (at + zero.length <= end && this.#text.startsWith(zero, at))
      return this.#set('OffsetSeconds', 0, at + zero.length);
    const sign = this.#text[at];
    if (at >= end || (sign !== '+' && sign !== '-')) return -1;
    let position = at + 1;
    const part = (withColon: boolean): number => {
      let next = position;
      if (withColon && this.#text[next++] !== ':') return -1;
      const value = 10 * this.#digit(next, end) + this.#digit(next + 1, end);
      if (this.#digit(next, end) < 0 || this.#digit(next + 1, end) < 0 || value > 59) return -1;
      position = next + 2;
      return value;
    };
    const hour = part(false);
    if (hour < 0 || hour > 23) return -1;
    const minute = part(hasColon);
    if (minute < 0 && minutes === 'always') return -1;
    const second = seconds === 'never' || minute < 0 ? 0 : Math.max(0, part(hasColon));
    const total = hour * 3600 + Math.max(0, minute) * 60 + second;
    return this.#set('OffsetSeconds', sign === '-' ? -total : total, position);
  }

  /** Which zone it is matters not: the time is read as that of its clock. */
  #zone(hasNames: boolean, at: number, end: number): number {
    const length = zoneLength(this.#text.slice(at, end), hasNames);
    return length > 0 ? at + length : -1;
  }

  /** `GMT`, `GMT+8`, `GMT+08:00`. */
  #localizedOffset(isFull: boolean, at: number, end: number): number {
    const pattern = isFull
      ? /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?|(?![+-]))/
      : /^GMT(?:([+-])(\d\d?)(?::(\d\d)(?::(\d\d))?)?|(?![+-]))/;
    const match = pattern.exec(this.#text.slice(at, end));
    if (!match) return -1;
    const [hour, minute, second] = match.slice(2).map((part) => Number(part ?? 0));
    const total = hour! * 3600 + minute! * 60 + second!;
    return this.#set('OffsetSeconds', match[1] === '-' ? -total : total, at + match[0].length);
  }
}
