/** Users' functions of a session: temporary system functions, temporary ones, those of catalogs. Names are not case-sensitive. */

import { ValidationException } from '../../types/errors.ts';
import { findFunction } from '../functions/functions.ts';
import type { CatalogManager } from './catalog-manager.ts';
import { plainName, quotedName } from './object-identifier.ts';
import type { ObjectIdentifier } from './object-identifier.ts';
import type { UserFunction } from './user-function.ts';

/** What is known of a function's code, or why nothing is. */
export type FunctionDescription = Pick<UserFunction, 'signature' | 'problem'>;

export class UserFunctions {
  readonly #catalogs: CatalogManager;
  readonly #system = new Map<string, UserFunction>();
  readonly #temporary = new Map<string, UserFunction>();
  readonly #descriptions = new Map<string, FunctionDescription>();

  constructor(catalogs: CatalogManager) {
    this.#catalogs = catalogs;
  }

  /** By the order of Flink: temporary system, temporary, catalog. (Built-in functions come behind the first.) */
  find(path: readonly string[]): UserFunction | undefined {
    const [name] = path;
    if (name === undefined || path.length > 3) return undefined;
    const found = this.#registered(name, path);
    return found && { ...found, ...this.#descriptions.get(found.className) };
  }

  /**
   * The whole path of a function of a catalog, with its name as it was written, by which a text names it whatever is current; undefined for
   * all others.
   */
  fullPath(path: readonly string[]): readonly string[] | undefined {
    const [name = ''] = path;
    const found = this.find(path);
    if (!found?.database || (path.length === 1 && findFunction(name))) return undefined;
    return [found.database.catalog, found.database.database, path.at(-1) ?? ''];
  }

  registerSystem(name: string, definition: Omit<UserFunction, 'name'>, ignoreIfExists: boolean): void {
    const key = name.toLowerCase();
    if (this.#system.has(key)) {
      if (ignoreIfExists) return;
      throw new ValidationException(
        `Could not register temporary system function '${key}'. A function with that name exists already.`,
      );
    }
    this.#system.set(key, { ...definition, name: key });
  }

  register(path: readonly string[], definition: Omit<UserFunction, 'name'>, ignoreIfExists: boolean): void {
    const identifier = this.#identify(path);
    const { catalog, database, name } = identifier;
    const entry = { ...definition, name, database: { catalog, database } };
    const key = plainName(identifier);
    // A temporary function needs no database to be in.
    const permanent = definition.isTemporary
      ? undefined
      : this.#catalogs.database(catalog, database).functions;
    if (permanent ? permanent.has(name) : this.#temporary.has(key)) {
      if (ignoreIfExists) return;
      throw new ValidationException(
        definition.isTemporary
          ? `Could not register temporary catalog function. A function '${key}' does already exist.`
          : `Function ${database}.${name} already exists in Catalog ${catalog}.`,
      );
    }
    if (permanent) permanent.set(name, entry);
    else this.#temporary.set(key, entry);
  }

  dropSystem(name: string, ifExists: boolean): void {
    if (this.#system.delete(name.toLowerCase()) || ifExists) return;
    throw new ValidationException(
      `Could not drop temporary system function. A function named '${name}' doesn't exist.`,
    );
  }

  drop(path: readonly string[], isTemporary: boolean, ifExists: boolean): void {
    const identifier = this.#identify(path);
    const { catalog, database, name } = identifier;
    if (isTemporary) {
      if (this.#temporary.delete(plainName(identifier)) || ifExists) return;
      throw new ValidationException(`Temporary catalog function ${quotedName(identifier)} doesn't exist`);
    }
    if (this.#temporary.has(plainName(identifier))) {
      throw new ValidationException(
        `Temporary catalog function '${plainName(identifier)}' exists. Drop it first before removing the permanent function.`,
      );
    }
    if (this.#catalogs.catalog(catalog).databases.get(database)?.functions.delete(name) || ifExists) return;
    throw new ValidationException(`Function ${database}.${name} does not exist in Catalog ${catalog}.`);
  }

  /** Names that SHOW USER FUNCTIONS lists for a database, sorted. */
  list(catalog: string, database: string): string[] {
    const permanent = this.#catalogs.database(catalog, database).functions.keys();
    const temporary = [...this.#temporary.values()]
      .filter((each) => each.database?.catalog === catalog && each.database.database === database)
      .map((each) => each.name);
    return [...new Set([...this.#system.keys(), ...temporary, ...permanent])].sort();
  }

  /** Says what a module says of the function it exports, by `UserFunction.className`; asked for by every later `find`. */
  describe(className: string, description: FunctionDescription): void {
    this.#descriptions.set(className, description);
  }

  isDescribed(className: string): boolean {
    return this.#descriptions.has(className);
  }

  /** All that are registered, for a job's list of functions. */
  all(): UserFunction[] {
    const permanent = [...this.#catalogs.catalogs.values()].flatMap((catalog) =>
      [...catalog.databases.values()].flatMap((database) => [...database.functions.values()]),
    );
    return [...this.#system.values(), ...this.#temporary.values(), ...permanent];
  }

  #registered(name: string, path: readonly string[]): UserFunction | undefined {
    const system = path.length === 1 ? this.#system.get(name.toLowerCase()) : undefined;
    if (system) return system;
    const identifier = this.#identify(path);
    return this.#temporary.get(plainName(identifier)) ?? this.#permanent(identifier);
  }

  #identify(path: readonly string[]): ObjectIdentifier {
    const identifier = this.#catalogs.qualify(path);
    return { ...identifier, name: identifier.name.toLowerCase() };
  }

  #permanent({ catalog, database, name }: ObjectIdentifier): UserFunction | undefined {
    return this.#catalogs.catalogs.get(catalog)?.databases.get(database)?.functions.get(name);
  }
}
