import { javaPattern, type JavaPattern } from '../regexp/java-pattern.ts';
import { InvalidPath } from './path-reader.ts';

/** A pattern of a path's filter, `/.../i`, which has to match a text as a whole. */
export class PathPattern {
  readonly #pattern: JavaPattern;

  constructor(pattern: string, flags: string) {
    const prefix = flags === '' ? '' : `(?${flags})`;
    const compiled = javaPattern(`${prefix}(?:${pattern})\\z`);
    if (!compiled) throw new InvalidPath(`/${pattern}/ is no pattern`);
    this.#pattern = compiled;
  }

  matches(text: string): boolean {
    return this.#pattern.matchesStart(text);
  }
}
