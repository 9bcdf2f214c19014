import { isArray, isObject, type JsonObject, type JsonValue } from './json-value.ts';
import { InvalidPath, PathNotFound } from './path-reader.ts';
import { isDefinite, type PathToken } from './path-token.ts';

/** How an evaluation takes what is missing. */
export interface Evaluation {
  /** The document: what `$` is within filters and functions. */
  readonly root: JsonValue;
  /** Lax mode: a step that fails leads nowhere. Else it throws PathNotFound, unless a step before it may lead to many places. */
  readonly isLax: boolean;
  /** Every member that is named has to be there: `[?(@.a)]`. */
  readonly requiresMembers?: boolean;
}

/**
 * A compiled JSON path with the rules of Jayway's JsonPath, which Flink's functions go by. What a path that may lead to
 * many places finds is an array, empty if it finds none.
 */
export class JsonPath {
  readonly tokens: readonly PathToken[];
  /** Whether it leads to one place at most. */
  readonly isDefinite: boolean;
  /** Whether it begins with `$`, not `@`. */
  readonly isFromRoot: boolean;
  /** For each step: whether all before it are definite. */
  readonly #isReachedDefinitely: readonly boolean[];

  constructor(tokens: readonly PathToken[], isFromRoot: boolean) {
    this.tokens = tokens;
    this.isFromRoot = isFromRoot;
    const areDefinite = tokens.map((token, i) => isDefinite(token, i === tokens.length - 1));
    this.isDefinite = !areDefinite.includes(false);
    this.#isReachedDefinitely = tokens.map((_, i) => !areDefinite.slice(0, i).includes(false));
  }

  /** What is found: undefined if nothing is, in lax mode. */
  read(start: JsonValue, evaluation: Evaluation): JsonValue | undefined {
    const found: JsonValue[] = [];
    this.#step(0, start, evaluation, found);
    if (!this.isDefinite) return found;
    if (found.length === 0 && !evaluation.isLax) throw new PathNotFound('No results for path');
    return found.at(-1);
  }

  /** Steps that lead to one place in every document, by names and indexes from the front; undefined for other paths. */
  get plainSteps(): readonly (string | number)[] | undefined {
    const steps = this.tokens.map((token) => {
      if (token.kind === 'members' && token.names.length === 1) return token.names[0];
      if (token.kind === 'items' && token.indexes.length === 1) return token.indexes[0];
      return undefined;
    });
    return steps.every((step): step is string | number => typeof step === 'string' || (step ?? -1) >= 0)
      ? steps
      : undefined;
  }

  /** Applies step `index` and all behind it. */
  #step(index: number, value: JsonValue, evaluation: Evaluation, found: JsonValue[]): void {
    const token = this.tokens[index];
    if (!token) {
      found.push(value);
      return;
    }
    const next = (inner: JsonValue): void => this.#step(index + 1, inner, evaluation, found);
    switch (token.kind) {
      case 'members':
        return this.#members(index, token.names, value, evaluation, found);
      case 'items':
        if (!isArray(value)) return this.#fail('an array', index, evaluation);
        for (const position of token.indexes) this.#item(value, position, next);
        return;
      case 'slice':
        if (!isArray(value)) return this.#fail('an array', index, evaluation);
        return this.#slice(value, token.from, token.to, next);
      case 'wildcard':
        return this.#wildcard(value, evaluation, next);
      case 'scan':
        return this.#scan(index, value, evaluation, found);
      case 'filter':
        if (isObject(value)) {
          if (token.filter(value, evaluation)) next(value);
        } else if (isArray(value)) {
          for (const item of value) if (token.filter(item, evaluation)) next(item);
        } else if (this.#isReachedDefinitely[index]) {
          throw new InvalidPath('A filter can not be applied to primitives');
        }
        return;
      case 'function':
        return next(token.run(value, evaluation));
    }
  }

  #members(
    index: number,
    names: readonly string[],
    value: JsonValue,
    evaluation: Evaluation,
    found: JsonValue[],
  ): void {
    if (!isObject(value)) return this.#fail('an object', index, evaluation);
    const isLast = index === this.tokens.length - 1;
    if (names.length > 1 && isLast) {
      found.push(picked(value, names, evaluation.requiresMembers ?? false));
      return;
    }
    for (const name of names) {
      const member = value.get(name);
      if (member !== undefined) this.#step(index + 1, member, evaluation, found);
      else if (evaluation.requiresMembers || (!isLast && names.length === 1)) {
        this.#fail(`a member '${name}'`, index, evaluation);
      }
    }
  }

  #item(array: readonly JsonValue[], position: number, next: (item: JsonValue) => void): void {
    const item = array[position < 0 ? array.length + position : position];
    if (item !== undefined) next(item);
  }

  /** Negative places count from the end, each by itself: `[-3:2]` goes on over the beginning. */
  #slice(
    array: readonly JsonValue[],
    from: number | undefined,
    to: number | undefined,
    next: (item: JsonValue) => void,
  ): void {
    const { length } = array;
    let first = from ?? 0;
    let end = Math.min(to ?? length, length);
    if (to === undefined) first = Math.max(0, first < 0 ? length + first : first);
    if (from === undefined && end < 0) end += length;
    for (let i = first; i < end; i++) this.#item(array, i, next);
  }

  #wildcard(value: JsonValue, evaluation: Evaluation, next: (item: JsonValue) => void): void {
    if (isObject(value)) for (const member of value.values()) next(member);
    else if (isArray(value)) {
      for (const item of value) {
        try {
          next(item);
        } catch (error) {
          if (!(error instanceof PathNotFound) || evaluation.requiresMembers) throw error;
        }
      }
    }
  }

  /** Step `index + 1` at every object and array below, itself first, where it has something to say. */
  #scan(index: number, value: JsonValue, evaluation: Evaluation, found: JsonValue[]): void {
    if (!isObject(value) && !isArray(value)) return;
    if (this.#concerns(index + 1, value, evaluation)) this.#step(index + 1, value, evaluation, found);
    for (const inner of isObject(value) ? value.values() : value) this.#scan(index, inner, evaluation, found);
  }

  #concerns(index: number, value: JsonValue, evaluation: Evaluation): boolean {
    const token = this.tokens[index];
    switch (token?.kind) {
      case 'members':
        return (
          isObject(value) &&
          (!isDefinite(token, index === this.tokens.length - 1) ||
            token.names.every((name) => value.has(name)))
        );
      case 'items':
      case 'slice':
        return isArray(value);
      case 'wildcard':
        return true;
      case 'filter':
        return token.filter(value, evaluation);
      default:
        return false;
    }
  }

  /** A step finds something else than it needs: a path that leads to one place fails, but in lax mode. */
  #fail(what: string, index: number, { isLax, requiresMembers }: Evaluation): void {
    if (isLax || (!this.#isReachedDefinitely[index] && !requiresMembers)) return;
    throw new PathNotFound(`Expected to find ${what}`);
  }
}

function picked(object: JsonObject, names: readonly string[], requiresMembers: boolean): JsonObject {
  const result = new Map<string, JsonValue>();
  for (const name of names) {
    const member = object.get(name);
    if (member !== undefined) result.set(name, member);
    else if (requiresMembers) throw new PathNotFound(`Missing member '${name}'`);
  }
  return result;
}
