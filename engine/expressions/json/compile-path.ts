import { JsonPath } from './json-path.ts';
import { tryParseJson } from './parse-json.ts';
import { compileFilter } from './path-filter.ts';
import { pathFunction, type PathArgument } from './path-function.ts';
import { InvalidPath, PathReader, unescapePath } from './path-reader.ts';
import type { PathToken } from './path-token.ts';

/** Compiles the text of a path, without its mode. Throws InvalidPath. */
export function compilePath(text: string): JsonPath {
  // A blank in front of the root makes it a name, and names hold no blanks.
  const isRooted = text.startsWith('$') || text.startsWith('@');
  const path = (isRooted ? text : `$.${text}`).replace(/ +$/, '');
  if (path.endsWith('.')) throw new InvalidPath("Path must not end with a '.' or '..'");
  const tokens = new PathCompiler(path).tokens();
  return new JsonPath(inverted(tokens), path.startsWith('$'));
}

class PathCompiler {
  readonly #reader: PathReader;
  readonly #tokens: PathToken[] = [];

  constructor(path: string) {
    this.#reader = new PathReader(path, 1);
  }

  tokens(): PathToken[] {
    const reader = this.#reader;
    if (reader.isAtEnd) return [];
    if (reader.current !== '.' && reader.current !== '[') throw this.#illegal();
    do this.#next();
    while (!reader.isTail);
    return this.#tokens;
  }

  #next(): void {
    const reader = this.#reader;
    if (reader.current === '.') {
      const isScan = reader.text.startsWith('..', reader.at);
      if (isScan) this.#tokens.push({ kind: 'scan' });
      reader.at += isScan ? 2 : 1;
      if (reader.current === '.' || reader.isAtEnd) throw this.#illegal();
    }
    if (reader.current === '[') return this.#bracket();
    if (reader.current === '*') {
      reader.at++;
      this.#tokens.push({ kind: 'wildcard' });
    } else this.#nameOrFunction();
  }

  #bracket(): void {
    const reader = this.#reader;
    const start = reader.nextSignificant(reader.at);
    const first = reader.text[start] ?? '';
    if (first === "'" || first === '"') return this.#quotedNames(start, first);
    if (/[-:\d]/.test(first)) return this.#positions();
    if (first === '*') return this.#closed(start, { kind: 'wildcard' });
    const open = reader.nextSignificant(start);
    if (first !== '?' || reader.text[open] !== '(') throw this.#illegal();
    const close = reader.closing(open, '(', ')', true);
    this.#closed(close, { kind: 'filter', filter: compileFilter(reader.text.slice(open + 1, close)) });
  }

  /** `['a', 'b']`, all in the same kind of quotes. */
  #quotedNames(start: number, quote: string): void {
    const reader = this.#reader;
    const names: string[] = [];
    for (let at = start; ;) {
      if (reader.text[at] !== quote) throw this.#illegal();
      const end = reader.closingQuote(at);
      names.push(unescapePath(reader.text.slice(at + 1, end)));
      const next = reader.nextSignificant(end);
      if (reader.text[next] !== ',') return this.#closed(end, { kind: 'members', names });
      at = reader.nextSignificant(next);
    }
  }

  /** `[0]`, `[0, -1]`, `[1:3]`. */
  #positions(): void {
    const reader = this.#reader;
    const end = reader.text.indexOf(']', reader.at);
    const inside = reader.text.slice(reader.at + 1, end < 0 ? undefined : end).trim();
    if (end < 0 || !/^[-,:\d ]*$/.test(inside)) throw this.#illegal();
    reader.at = end + 1;
    if (!inside.includes(':')) {
      this.#tokens.push({
        kind: 'items',
        indexes: inside.split(/\s*,\s*/).map((index) => this.#integer(index)),
      });
      return;
    }
    const [from = '', to = ''] = inside.split(':');
    if (from + to === '') throw this.#illegal();
    const bound = (digits: string) => (digits === '' ? undefined : this.#integer(digits));
    this.#tokens.push({ kind: 'slice', from: bound(from), to: bound(to) });
  }

  #integer(text: string): number {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || (value | 0) !== value) throw new InvalidPath(`'${text}' is no index`);
    return value;
  }

  /** A name without quotes ends before `.`, `[` and `(`; it may hold anything else but blanks. */
  #nameOrFunction(): void {
    const reader = this.#reader;
    const start = reader.at;
    while (!reader.isAtEnd && !'.[('.includes(reader.current)) {
      if (reader.current === ' ')
        throw new InvalidPath("Use bracket notation ['my name'] for names with blanks");
      reader.at++;
    }
    const name = reader.text.slice(start, reader.at);
    if (reader.current !== '(') {
      this.#tokens.push({ kind: 'members', names: [name] });
      return;
    }
    const close = reader.closing(reader.at, '(', ')', false);
    const inside = reader.text.slice(reader.at + 1, close);
    reader.at = close + 1;
    this.#tokens.push({ kind: 'function', run: pathFunction(name, functionArguments(inside)) });
  }

  /** A step that ends with `]` behind `last`. */
  #closed(last: number, token: PathToken): void {
    const end = this.#reader.nextSignificant(last);
    if (this.#reader.text[end] !== ']') throw this.#illegal();
    this.#reader.at = end + 1;
    this.#tokens.push(token);
  }

  #illegal(): InvalidPath {
    return new InvalidPath(`Illegal character at position ${this.#reader.at} of the path`);
  }
}

/** Paths and JSON literals, separated by commas; anything else is no argument. */
function functionArguments(text: string): PathArgument[] {
  const result: PathArgument[] = [];
  for (const piece of splitArguments(text)) {
    if (/^[$@]/.test(piece)) {
      result.push({ path: compilePath(piece) });
      continue;
    }
    const value = /^[-{\d"]/.test(piece) ? tryParseJson(piece) : undefined;
    if (value === undefined && piece !== '')
      throw new InvalidPath(`'${piece}' is no argument of a path function`);
    if (value !== undefined) result.push({ value });
  }
  return result;
}

function splitArguments(text: string): string[] {
  const reader = new PathReader(text);
  const pieces: string[] = [];
  const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!; // within bounds
    const closer = closers[character];
    if (character === '"' || character === "'") at = reader.closingQuote(at);
    else if (closer !== undefined) at = reader.closing(at, character, closer, false);
    else if (character === ',') {
      pieces.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start).trim()];
}

/** `$..x.length()` counts what `$..x` finds in all, not each by itself: it is `$.length($..x)`. */
function inverted(tokens: readonly PathToken[]): readonly PathToken[] {
  const last = tokens.at(-1);
  const at = tokens.findIndex(({ kind }) => kind === 'function');
  if (tokens[0]?.kind !== 'scan' || last?.kind !== 'function' || at < 0) return tokens;
  const inner = new JsonPath(tokens.slice(0, at), true);
  const [first] = tokens.slice(at);
  if (first?.kind !== 'function') return tokens;
  return [{ kind: 'function', run: first.run.over([{ path: inner }]) }, ...tokens.slice(at + 1)];
}
