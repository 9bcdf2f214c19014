/** Modules of a session. There is one, `core`, with all built-in functions; it can be unloaded, loaded again, and used or not. */

import { ValidationException } from '../../types/errors.ts';

const KNOWN: readonly string[] = ['core'];

export class ModuleManager {
  /** Loaded ones, whether they are used. */
  readonly #loaded = new Set<string>(KNOWN);
  #used: readonly string[] = KNOWN;

  /** In the order in which names are looked for. */
  get used(): readonly string[] {
    return this.#used;
  }

  /** Used ones first. */
  get loaded(): readonly string[] {
    return [...this.#used, ...[...this.#loaded].filter((name) => !this.#used.includes(name))];
  }

  load(name: string): void {
    if (this.#loaded.has(name)) throw new ValidationException(`A module with name '${name}' already exists`);
    if (!KNOWN.includes(name)) {
      throw new ValidationException(
        `Unable to create module '${name}': a module of that name is not supported.\n\nAvailable factory identifiers are:\n\n${KNOWN.join('\n')}`,
        { suggestions: KNOWN },
      );
    }
    this.#loaded.add(name);
    this.#used = [...this.#used, name];
  }

  unload(name: string): void {
    if (!this.#loaded.delete(name)) throw new ValidationException(`No module with name '${name}' exists`);
    this.#used = this.#used.filter((each) => each !== name);
  }

  use(names: readonly string[]): void {
    const repeated = names.find((name, i) => names.indexOf(name) !== i);
    if (repeated !== undefined) throw new ValidationException(`Module '${repeated}' appears more than once`);
    const unknown = names.find((name) => !this.#loaded.has(name));
    if (unknown !== undefined) throw new ValidationException(`No module with name '${unknown}' exists`);
    this.#used = names;
  }
}
