import { quoteJson } from '../../expressions/json/json-text.ts';
import { doubleText } from '../../data/java-number-text.ts';
import { shown } from './format-error.ts';
import { strippedDecimal } from './decimals.ts';

/** The text is no JSON. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** What a value begins with. */
export type JsonKind = 'object' | 'array' | 'string' | 'integer' | 'fraction' | 'true' | 'false' | 'null';

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Walks over one JSON text, value by value. Numbers stay text, so BIGINT and DECIMAL lose nothing.
 *
 * The caller asks `kind`, then reads or skips exactly one value. Control characters may stand unescaped in strings, as Flink has it.
 */
export class JsonReader {
  #text = '';
  #at = 0;
  #end = 0;

  /** Starts on the characters `from` to `end` of a text. */
  reset(text: string, from: number, end: number): void {
    this.#text = text;
    this.#at = from;
    this.#end = end;
  }

  /** Where the next value or sign stands; `seek` goes back to it. */
  get position(): number {
    return this.#at;
  }

  seek(position: number): void {
    this.#at = position;
  }

  /** Of the value that comes next. */
  kind(): JsonKind {
    switch (this.#peek()) {
      case 123:
        return 'object';
      case 91:
        return 'array';
      case 34:
        return 'string';
      case 116:
        return this.#expectWord('true');
      case 102:
        return this.#expectWord('false');
      case 110:
        return this.#expectWord('null');
      default: {
        const match = this.#matchNumber();
        return match[1] === undefined && match[2] === undefined ? 'integer' : 'fraction';
      }
    }
  }

  /** The text of a scalar: a string without its quotes and escapes, anything else as it is written. */
  scalar(): string {
    if (this.#peek() === 34) return this.#string();
    const from = this.#at;
    this.skip();
    return this.#text.slice(from, this.#at);
  }

  /** Moves into an object or array. */
  enter(): void {
    this.#peek();
    this.#at++;
  }

  /** Within an object: the name of the next field, or undefined at its end, which is passed. */
  nextField(isFirst: boolean): string | undefined {
    if (!this.#nextItem(isFirst, 125)) return undefined;
    if (this.#peek() !== 34) this.#fail('a field name was expected');
    const name = this.#string();
    if (this.#peek() !== 58) this.#fail("':' was expected");
    this.#at++;
    return name;
  }

  /** Within an array: whether there is an element; its end is passed. */
  nextElement(isFirst: boolean): boolean {
    return this.#nextItem(isFirst, 93);
  }

  /** Passes one value, whatever it is. */
  skip(): void {
    switch (this.kind()) {
      case 'object':
        this.enter();
        for (let isFirst = true; this.nextField(isFirst) !== undefined; isFirst = false) this.skip();
        break;
      case 'array':
        this.enter();
        for (let isFirst = true; this.nextElement(isFirst); isFirst = false) this.skip();
        break;
      case 'string':
        this.#string();
        break;
      case 'true':
      case 'null':
        this.#at += 4;
        break;
      case 'false':
        this.#at += 5;
        break;
      default:
        this.#at += this.#matchNumber()[0].length;
    }
  }

  /** One value written again without blanks, numbers as Jackson's tree holds them: doubles, or stripped decimals. */
  compact(isDecimal: boolean): string {
    switch (this.kind()) {
      case 'object': {
        const fields: string[] = [];
        this.enter();
        for (let isFirst = true; ; isFirst = false) {
          const name = this.nextField(isFirst);
          if (name === undefined) return `{${fields.join(',')}}`;
          fields.push(`${quoteJson(name)}:${this.compact(isDecimal)}`);
        }
      }
      case 'array': {
        const items: string[] = [];
        this.enter();
        for (let isFirst = true; this.nextElement(isFirst); isFirst = false)
          items.push(this.compact(isDecimal));
        return `[${items.join(',')}]`;
      }
      case 'string':
        return quoteJson(this.#string());
      case 'fraction': {
        const text = this.scalar();
        return isDecimal ? strippedFraction(text) : doubleText(Number(text));
      }
      case 'integer': {
        const text = this.scalar();
        return text === '-0' ? '0' : text;
      }
      default:
        return this.scalar();
    }
  }

  /** Whether only blanks are left. */
  isAtEnd(): boolean {
    this.#skipBlanks();
    return this.#at >= this.#end;
  }

  #nextItem(isFirst: boolean, close: number): boolean {
    const unit = this.#peek();
    if (unit === close) {
      this.#at++;
      return false;
    }
    if (isFirst) return true;
    if (unit !== 44) this.#fail(`',' or '${String.fromCharCode(close)}' was expected`);
    this.#at++;
    if (this.#peek() === close) this.#fail('a value was expected');
    return true;
  }

  #skipBlanks(): void {
    for (; this.#at < this.#end; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 32 && unit !== 9 && unit !== 10 && unit !== 13) return;
    }
  }

  /** The next character that is no blank; NaN at the end. */
  #peek(): number {
    this.#skipBlanks();
    return this.#at < this.#end ? this.#text.charCodeAt(this.#at) : NaN;
  }

  #expectWord<W extends 'true' | 'false' | 'null'>(word: W): W {
    if (!this.#text.startsWith(word, this.#at) || this.#at + word.length > this.#end)
      this.#fail('a value was expected');
    return word;
  }

  #matchNumber(): RegExpExecArray {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (!match || NUMBER.lastIndex > this.#end) this.#fail('a value was expected');
    const after = NUMBER.lastIndex < this.#end ? this.#text[NUMBER.lastIndex]! : ' ';
    if (!/[\s,\]}]/.test(after)) this.#fail('the number does not end');
    return match;
  }

  #string(): string {
    const from = this.#at + 1;
    for (let at = from; at < this.#end; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit === 34) {
        this.#at = at + 1;
        return this.#text.slice(from, at);
      }
      if (unit === 92) return this.#escapedString(from, at);
    }
    return this.#fail('the string does not end');
  }

  #escapedString(from: number, firstEscape: number): string {
    let result = '';
    let start = from;
    for (let at = firstEscape; at < this.#end; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit === 34) {
        this.#at = at + 1;
        return result + this.#text.slice(start, at);
      }
      if (unit !== 92) continue;
      result += this.#text.slice(start, at);
      const letter = this.#text[++at] ?? '';
      if (letter === 'u') {
        const code = this.#text.slice(at + 1, at + 5);
        if (!/^[0-9a-fA-F]{4}$/.test(code)) this.#fail('four hexadecimal digits were expected');
        result += String.fromCharCode(Number.parseInt(code, 16));
        at += 4;
      } else result += ESCAPED[letter] ?? this.#fail(`\\${letter} means nothing`);
      start = at + 1;
    }
    return this.#fail('the string does not end');
  }

  #fail(what: string): never {
    const found = this.#at < this.#end ? shown(this.#text.slice(this.#at, this.#end)) : 'the end';
    throw new JsonSyntaxError(`${what}, found ${found}`);
  }
}

/** `1.50` is 1.5, `1e3` is 1E+3. */
function strippedFraction(text: string): string {
  const [mantissa = '', exponent = '0'] = text.split(/[eE]/);
  const power = Number(exponent);
  if (Math.abs(power) > 400) return text; // longer than anybody reads
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  const point = whole.length + power;
  const plain =
    point <= 0
      ? `0.${'0'.repeat(-point)}${digits}`
      : point >= digits.length
        ? digits.padEnd(point, '0')
        : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return strippedDecimal((text.startsWith('-') ? '-' : '') + plain);
}
