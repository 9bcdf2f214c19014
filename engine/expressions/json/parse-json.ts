import { JsonNumber, type JsonValue } from './json-value.ts';
import { decimalText } from './json-number.ts';

/** Depth of arrays and objects, and digits of a number, beyond which a document counts as broken: Jackson's limits. */
const DEPTH_MAX = 1000;
const NUMBER_MAX = 1000;

/** The text is no JSON. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

export interface ParseOptions {
  /** Repeated names within an object are an error; otherwise the last one counts. */
  readonly refusesRepeats?: boolean;
  /** How numbers are kept; as Java prints a BigDecimal if not said. */
  readonly number?: (text: string, isInteger: boolean) => JsonNumber;
}

/** Parses one document by the rules of RFC 8259, blanks around it allowed. Throws a JsonSyntaxError that says where. */
export function parseJson(text: string, options: ParseOptions = {}): JsonValue {
  return new JsonParser(text, options).document();
}

/** The same for documents that may be broken: undefined. */
export function tryParseJson(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

class JsonParser {
  readonly #text: string;
  readonly #refusesRepeats: boolean;
  readonly #number: NonNullable<ParseOptions['number']>;
  #at = 0;
  #depth = 0;

  constructor(text: string, { refusesRepeats = false, number = javaNumber }: ParseOptions) {
    this.#text = text;
    this.#refusesRepeats = refusesRepeats;
    this.#number = number;
  }

  document(): JsonValue {
    this.#skipBlanks();
    if (this.#at === this.#text.length) throw new JsonSyntaxError('No content to map due to end-of-input');
    const value = this.#value();
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#unexpected('after the end of the document');
    return value;
  }

  #value(): JsonValue {
    const text = this.#text;
    switch (text[this.#at]) {
      case '"':
        return this.#string();
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#numeral();
    }
  }

  #nested(parse: () => JsonValue): JsonValue {
    if (++this.#depth > DEPTH_MAX) {
      throw new JsonSyntaxError(
        `Document nesting depth (${this.#depth}) exceeds the maximum allowed (${DEPTH_MAX})`,
      );
    }
    this.#at++;
    const value = parse();
    this.#depth--;
    return value;
  }

  #object(): JsonValue {
    const members = new Map<string, JsonValue>();
    this.#skipBlanks();
    if (this.#accept('}')) return members;
    do {
      this.#skipBlanks();
      if (this.#text[this.#at] !== '"')
        throw this.#unexpected('within an object: a name in quotes is missing');
      const name = this.#string();
      if (this.#refusesRepeats && members.has(name)) {
        throw new JsonSyntaxError(`Duplicate field "${name}" at character ${this.#at}`);
      }
      this.#skipBlanks();
      if (!this.#accept(':')) throw this.#unexpected('between a name and its value: a colon is missing');
      this.#skipBlanks();
      members.set(name, this.#value());
      this.#skipBlanks();
    } while (this.#accept(','));
    if (!this.#accept('}')) throw this.#unexpected('within an object');
    return members;
  }

  #array(): JsonValue {
    const items: JsonValue[] = [];
    this.#skipBlanks();
    if (this.#accept(']')) return items;
    do {
      this.#skipBlanks();
      items.push(this.#value());
      this.#skipBlanks();
    } while (this.#accept(','));
    if (!this.#accept(']')) throw this.#unexpected('within an array');
    return items;
  }

  #string(): string {
    const plain = this.#plainString();
    if (plain !== undefined) return plain;
    STRING.lastIndex = this.#at;
    const match = STRING.exec(this.#text);
    if (!match)
      throw new JsonSyntaxError(`A text that begins at character ${this.#at} is not closed or not valid`);
    this.#at = STRING.lastIndex;
    const inside = match[0].slice(1, -1);
    if (!inside.includes('\\')) return inside;
    // Half a pair is a question mark in Java's UTF-8.
    return inside.replace(ESCAPE, unescaped).replace(/\p{Surrogate}/gu, '?');
  }

  /** A text without escapes, which most are; undefined, and nothing read, for any other. */
  #plainString(): string | undefined {
    const text = this.#text;
    const start = this.#at + 1;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === 0x5c || code < 0x20) return undefined;
    }
    return undefined;
  }

  #numeral(): JsonNumber {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (!match) throw this.#unexpected('where a value was expected');
    const [text] = match;
    if (text.length > NUMBER_MAX)
      throw new JsonSyntaxError(
        `Number value length (${text.length}) exceeds the maximum allowed (${NUMBER_MAX})`,
      );
    this.#at += text.length;
    const next = this.#text.charCodeAt(this.#at);
    if (isWordCharacter(next)) throw this.#unexpected('behind a number');
    return this.#number(text, match[1] === undefined && match[2] === undefined);
  }

  #word<T extends JsonValue>(word: string, value: T): T {
    const isWhole = !isWordCharacter(this.#text.charCodeAt(this.#at + word.length));
    if (!this.#text.startsWith(word, this.#at) || !isWhole)
      throw this.#unexpected('where a value was expected');
    this.#at += word.length;
    return value;
  }

  #accept(symbol: string): boolean {
    if (this.#text[this.#at] !== symbol) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    for (; ; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  #unexpected(where: string): JsonSyntaxError {
    const found = this.#text[this.#at];
    if (found === undefined) return new JsonSyntaxError(`Unexpected end-of-input ${where}`);
    return new JsonSyntaxError(`Unexpected character ('${found}') ${where}, at character ${this.#at}`);
  }
}

// Texts have no control characters but in escapes.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const ESCAPE = /\\(u[0-9a-fA-F]{4}|.)/g;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;

const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescaped(_: string, escape: string): string {
  if (escape.length > 1) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return ESCAPED[escape] ?? escape;
}

function javaNumber(text: string, isInteger: boolean): JsonNumber {
  if (isInteger) return new JsonNumber(text === '-0' ? '0' : text, true);
  return new JsonNumber(decimalText(text), false);
}

function isWordCharacter(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2e
  );
}
