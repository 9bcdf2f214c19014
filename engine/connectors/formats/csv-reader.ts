import type { CsvDialect } from './csv-options.ts';
import { FormatError, shown } from './format-error.ts';

const NEWLINE = 10;
const RETURN = 13;
const BLANK = 32;
const COMMENT = 35;

const ESCAPES: Readonly<Record<string, string>> = { '0': '\0', n: '\n', r: '\r', t: '\t' };

/**
 * Cuts a CSV text into records and fields, as Jackson's reader does (S-62, S-92).
 *
 * A field is quoted if its first character is the quote; in any other a quote is text. A record ends with a line feed, a carriage return or
 * both, unless they are quoted. With comments allowed, empty lines and blanks at the begin of a line are passed over, too.
 */
export class CsvReader {
  /** Fields of the last record; the same array for each. */
  readonly fields: string[] = [];
  /** Whether the last call found a record, and not only comments up to the end. */
  hasRecord = false;
  /** Lines passed so far. */
  line = 0;
  /** After an error of `record`: where the next line begins. */
  next = 0;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #escape: number;
  readonly #allowComments: boolean;
  // The record that is being read.
  #text = '';
  #at = 0;
  #isEnd = false;
  #newlines = 0;

  constructor({ fieldDelimiter, quote, escape, allowComments }: CsvDialect) {
    this.#delimiter = fieldDelimiter.charCodeAt(0);
    this.#quote = quote?.charCodeAt(0) ?? NaN;
    this.#escape = escape?.charCodeAt(0) ?? NaN;
    this.#allowComments = allowComments;
  }

  /**
   * Reads the record at `from` into `fields`; gives the position behind it, or -1 if the text ends before the record is sure to.
   *
   * @throws FormatError; `next` then stands behind the line that is broken
   */
  record(text: string, from: number, isEnd: boolean): number {
    this.#text = text;
    this.#at = from;
    this.#isEnd = isEnd;
    this.#newlines = 0;
    this.next = from; // not that of an error in an earlier piece of the text
    this.fields.length = 0;
    this.hasRecord = false;
    if (this.#allowComments && !this.#skipComments()) return this.#done(isEnd);
    this.hasRecord = true;
    for (let goesOn: boolean | undefined = true; goesOn;) {
      const isQuoted = this.#at < text.length && text.charCodeAt(this.#at) === this.#quote;
      goesOn = isQuoted ? this.#quotedField() : this.#plainField();
      if (goesOn === undefined) return this.#done(false);
    }
    return this.#done(true);
  }

  #done(isWhole: boolean): number {
    if (!isWhole) return -1;
    this.line += this.#newlines;
    return this.#at;
  }

  /** Whether something else follows; otherwise the text has ended. */
  #skipComments(): boolean {
    const text = this.#text;
    for (; this.#at < text.length; this.#at++) {
      const unit = text.charCodeAt(this.#at);
      if (unit === COMMENT) {
        const end = text.indexOf('\n', this.#at);
        this.#at = end < 0 ? text.length : end;
        if (end < 0) return false;
        this.#newlines++;
      } else if (unit === NEWLINE) this.#newlines++;
      else if (unit !== BLANK && unit !== RETURN) return true;
    }
    return false;
  }

  /** Whether another field follows; undefined if the text ends before the field is sure to. */
  #plainField(): boolean | undefined {
    const text = this.#text;
    let value = '';
    let start = this.#at;
    let at = start;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === this.#delimiter || unit === NEWLINE || unit === RETURN) break;
      if (unit !== this.#escape) continue;
      if (at + 1 >= text.length)
        return this.#isEnd ? this.#fail('the text ends within an escape', at) : undefined;
      value += text.slice(start, at) + unescape(text[at + 1]!); // checked
      start = at + 2;
      at++;
    }
    this.fields.push(value + text.slice(start, at));
    return this.#after(at);
  }

  #quotedField(): boolean | undefined {
    const text = this.#text;
    let value = '';
    let start = this.#at + 1;
    for (let at = start; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === NEWLINE) this.#newlines++;
      if (unit !== this.#quote && unit !== this.#escape) continue;
      const isLast = at + 1 >= text.length;
      if (isLast && !this.#isEnd) return undefined;
      if (unit === this.#quote && text.charCodeAt(at + 1) !== this.#quote) {
        this.fields.push(value + text.slice(start, at));
        return this.#after(this.#skipBlanks(at + 1));
      }
      if (isLast) break;
      const next = text[at + 1]!; // not the last
      value += text.slice(start, at) + (unit === this.#quote ? next : unescape(next));
      start = at + 2;
      at++;
    }
    return this.#isEnd ? this.#fail('a quote is never closed', text.length) : undefined;
  }

  #skipBlanks(at: number): number {
    for (; at < this.#text.length; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit === this.#delimiter || unit > BLANK || unit === NEWLINE || unit === RETURN) return at;
    }
    return at;
  }

  /** Passes what stands behind a field: a delimiter or the end of the record. */
  #after(at: number): boolean | undefined {
    const text = this.#text;
    if (at >= text.length) {
      if (!this.#isEnd) return undefined;
      this.#at = at;
      this.#newlines++;
      return false;
    }
    const unit = text.charCodeAt(at);
    if (unit === this.#delimiter) {
      this.#at = at + 1;
      return true;
    }
    if (unit !== NEWLINE && unit !== RETURN) {
      return this.#fail(
        `a delimiter or the end of the line was expected behind the quote, found ${shown(text[at]!)}`,
        at,
      );
    }
    if (unit === RETURN && at + 1 >= text.length && !this.#isEnd) return undefined;
    this.#newlines++;
    this.#at = unit === RETURN && text.charCodeAt(at + 1) === NEWLINE ? at + 2 : at + 1;
    return false;
  }

  /** Once the end of the broken line is there; until then undefined. */
  #fail(what: string, at: number): undefined {
    const end = this.#text.indexOf('\n', at);
    if (end < 0 && !this.#isEnd) return undefined;
    this.next = end < 0 ? this.#text.length : end + 1;
    this.line += this.#newlines + 1;
    throw new FormatError(what);
  }
}

function unescape(letter: string): string {
  return ESCAPES[letter] ?? letter;
}
