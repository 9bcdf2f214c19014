import { javaRegExp } from '../java-regexp.ts';
import { InvalidPath } from './path-reader.ts';

/** A pattern of a path's filter, `/.../i`, which has to match a text as a whole. */
export class JavaPattern {
  readonly #expression: RegExp;

  constructor(pattern: string, flags: string) {
    const prefix = flags === '' ? '' : `(?${flags})`;
    const compiled = javaRegExp(`${prefix}(?:${pattern})\\z`, 'y');
    if (!compiled) throw new InvalidPath(`/${pattern}/ is no pattern`);
    this.#expression = compiled.expression;
  }

  matches(text: string): boolean {
    this.#expression.lastIndex = 0;
    return this.#expression.test(text);
  }
}
