import { compilePath } from './compile-path.ts';
import { jsonEquals } from './json-text.ts';
import { compareDecimals } from './json-number.ts';
import type { Evaluation, JsonPath } from './json-path.ts';
import { isArray, isObject, JsonNumber, type JsonValue } from './json-value.ts';
import { parseJson } from './parse-json.ts';
import { InvalidPath, PathNotFound, PathReader, unescapePath } from './path-reader.ts';
import { PathPattern } from './path-pattern.ts';

/** Whether an item stays. */
export type PathFilter = (item: JsonValue, evaluation: Evaluation) => boolean;

/**
 * Compiles what stands in `[?(...)]`, with Jayway's operators: `==`, `<`, `=~`, `in`, `contains`, ... joined by `&&`,
 * `||` and `!`; a path alone asks whether it leads anywhere. A comparison that cannot be made is false.
 */
export function compileFilter(text: string): PathFilter {
  const filter = new FilterCompiler(text).whole();
  return (item, evaluation) => {
    try {
      return filter(item, evaluation);
    } catch (error) {
      if (error instanceof InvalidPath) return false;
      throw error;
    }
  };
}

/** An operand's value: undefined where its path leads nowhere. */
type Operand = JsonValue | PathPattern | undefined;
type OperandOf = (item: JsonValue, evaluation: Evaluation) => Operand;
type Relation = (left: Operand, right: Operand) => boolean;

class FilterCompiler {
  readonly #reader: PathReader;

  constructor(text: string) {
    this.#reader = new PathReader(text);
  }

  whole(): PathFilter {
    const filter = this.#or();
    if (!this.#reader.skipBlanks().isAtEnd)
      throw new InvalidPath(`Expected end of filter at position ${this.#reader.at}`);
    return filter;
  }

  #or(): PathFilter {
    const filters = [this.#and()];
    while (this.#reader.accept('||')) filters.push(this.#and());
    return (item, evaluation) => filters.some((filter) => filter(item, evaluation));
  }

  #and(): PathFilter {
    const filters = [this.#operand()];
    while (this.#reader.accept('&&')) filters.push(this.#operand());
    return (item, evaluation) => filters.every((filter) => filter(item, evaluation));
  }

  #operand(): PathFilter {
    const reader = this.#reader;
    if (reader.accept('!')) {
      const filter = /[$@]/.test(reader.skipBlanks().current) ? this.#exists(this.#path()) : this.#operand();
      return (item, evaluation) => !filter(item, evaluation);
    }
    if (!reader.accept('(')) return this.#comparison();
    const filter = this.#or();
    if (!reader.accept(')')) throw new InvalidPath(`Expected ) at position ${reader.at}`);
    return filter;
  }

  #comparison(): PathFilter {
    const isPath = /[$@]/.test(this.#reader.skipBlanks().current);
    const path = isPath ? this.#path() : undefined;
    const left = path ? valueOf(path) : this.#literal();
    const relation = this.#relation();
    if (!relation) {
      if (path) return this.#exists(path);
      throw new InvalidPath(`Expected an operator at position ${this.#reader.at}`);
    }
    const right = /[$@]/.test(this.#reader.skipBlanks().current) ? valueOf(this.#path()) : this.#literal();
    return (item, evaluation) => relation(left(item, evaluation), right(item, evaluation));
  }

  #exists(path: JsonPath): PathFilter {
    return (item, evaluation) => {
      try {
        path.read(path.isFromRoot ? evaluation.root : item, {
          root: evaluation.root,
          isLax: false,
          requiresMembers: true,
        });
        return true;
      } catch (error) {
        if (error instanceof PathNotFound) return false;
        throw error;
      }
    };
  }

  /** Up to an operator, a blank, or a parenthesis that is not the path's own. */
  #path(): JsonPath {
    const reader = this.#reader;
    const start = reader.at;
    for (
      reader.at++;
      !reader.isAtEnd &&
      !/[<>=~!\s)]/.test(reader.current) &&
      !/^(&&|\|\|)/.test(reader.text.slice(reader.at, reader.at + 2));
      reader.at++
    ) {
      if (reader.current === '[') reader.at = reader.closing(reader.at, '[', ']', false);
      else if (reader.current === '(') reader.at = reader.closing(reader.at, '(', ')', false);
    }
    return compilePath(reader.text.slice(start, reader.at));
  }

  #relation(): Relation | undefined {
    const reader = this.#reader.skipBlanks();
    const rest = reader.text.slice(reader.at);
    const [word = ''] = /^(?:[<>=~!]+|[A-Za-z]+)/.exec(rest) ?? [];
    const relation = RELATIONS[word.toUpperCase()];
    if (relation) reader.at += word.length;
    else if (word !== '') throw new InvalidPath(`Filter operator ${word} is not supported!`);
    return relation;
  }

  #literal(): OperandOf {
    const value = this.#literalValue();
    return () => value;
  }

  #literalValue(): Operand {
    const reader = this.#reader;
    const start = reader.at;
    const take = (end: number): string => {
      reader.at = end;
      return reader.text.slice(start, end);
    };
    switch (reader.current) {
      case "'":
      case '"':
        return unescapePath(take(reader.closingQuote(start) + 1).slice(1, -1));
      case '[':
        return parseLiteral(take(reader.closing(start, '[', ']', false) + 1));
      case '{':
        return parseLiteral(take(reader.closing(start, '{', '}', false) + 1));
      case '/': {
        const end = reader.closingQuote(start);
        const pattern = reader.text.slice(start + 1, end);
        reader.at = end + 1;
        while (/[dixmsuU]/.test(reader.current)) reader.at++;
        return new PathPattern(pattern, reader.text.slice(end + 1, reader.at));
      }
      default: {
        const [word = ''] = /^[-+.\w]*/.exec(reader.text.slice(start)) ?? [];
        return parseLiteral(take(start + word.length));
      }
    }
  }
}

function parseLiteral(text: string): JsonValue {
  try {
    return parseJson(text.replaceAll("'", '"'));
  } catch {
    throw new InvalidPath(`'${text}' is no value`);
  }
}

/** In lax mode a member that is not there is null. */
function valueOf(path: JsonPath): OperandOf {
  return (item, evaluation) => {
    try {
      const value = path.read(path.isFromRoot ? evaluation.root : item, evaluation);
      return value === undefined ? null : value;
    } catch (error) {
      if (error instanceof PathNotFound) return undefined;
      throw error;
    }
  };
}

const RELATIONS: Readonly<Record<string, Relation>> = {
  '==': equals,
  '===': (left, right) => kindOf(left) === kindOf(right) && equals(left, right),
  '!=': (left, right) => !equals(left, right),
  '!==': (left, right) => !(kindOf(left) === kindOf(right) && equals(left, right)),
  '<': (left, right) => order(left, right, (sign) => sign < 0),
  '<=': (left, right) => order(left, right, (sign) => sign <= 0),
  '>': (left, right) => order(left, right, (sign) => sign > 0),
  '>=': (left, right) => order(left, right, (sign) => sign >= 0),
  '=~': matches,
  IN: (left, right) => has(right, left),
  NIN: (left, right) => isList(right) && !has(right, left),
  CONTAINS: (left, right) =>
    typeof left === 'string' && typeof right === 'string' ? left.includes(right) : has(left, right),
  ALL: (left, right) => isList(left) && isList(right) && right.every((item) => has(left, item)),
  SUBSETOF: (left, right) => isList(left) && isList(right) && left.every((item) => has(right, item)),
  ANYOF: (left, right) => isList(left) && isList(right) && left.some((item) => has(right, item)),
  NONEOF: (left, right) => isList(left) && isList(right) && !left.some((item) => has(right, item)),
  SIZE: (left, right) => {
    if (!(right instanceof JsonNumber) || !(typeof left === 'string' || isList(left))) return false;
    return left.length === Math.trunc(Number(right.text));
  },
  EMPTY: (left, right) => {
    if (typeof right !== 'boolean') return false;
    if (typeof left === 'string' || isList(left)) return (left.length === 0) === right;
    return isObject(left as JsonValue) && ((left as ReadonlyMap<string, JsonValue>).size === 0) === right;
  },
};

function isList(value: Operand): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function has(list: Operand, wanted: Operand): boolean {
  return isList(list) && list.some((item) => equals(wanted, item));
}

function kindOf(value: Operand): string {
  if (value instanceof JsonNumber) return 'number';
  if (value === null || value === undefined) return String(value);
  return typeof value;
}

/** A text equals a number that it spells. */
function equals(left: Operand, right: Operand): boolean {
  if (left === undefined || right === undefined) return false;
  if (left instanceof PathPattern || right instanceof PathPattern) return false;
  if (left instanceof JsonNumber) {
    if (typeof right === 'string') return NUMBER.test(right) && compareDecimals(left.text, right) === 0;
    return right instanceof JsonNumber && compareDecimals(left.text, right.text) === 0;
  }
  if (typeof left === 'string' && right instanceof JsonNumber) return left === right.text;
  if (isArray(left) && isArray(right)) {
    return left.length === right.length && left.every((item, i) => equals(item, right[i]));
  }
  return jsonEquals(left, right);
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

function order(left: Operand, right: Operand, fits: (sign: number) => boolean): boolean {
  if (left instanceof JsonNumber && right instanceof JsonNumber)
    return fits(compareDecimals(left.text, right.text));
  if (typeof left === 'string' && typeof right === 'string')
    return fits(left < right ? -1 : left > right ? 1 : 0);
  return false;
}

/** A pattern on one side, matched as a whole; of a list any item. */
function matches(left: Operand, right: Operand): boolean {
  const pattern = left instanceof PathPattern ? left : right;
  const subject = left instanceof PathPattern ? right : left;
  if (!(pattern instanceof PathPattern) || subject instanceof PathPattern) return false;
  return (isList(subject) ? subject : [subject]).some((item) => pattern.matches(patternInput(item)));
}

function patternInput(value: JsonValue | undefined): string {
  if (value instanceof JsonNumber) return value.text;
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}
