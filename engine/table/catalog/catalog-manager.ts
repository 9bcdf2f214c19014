/**
 * All catalogs of a session: which is current, what a path means, and the temporary objects, which hide permanent
 * ones of the same name without touching them.
 */

import { ValidationException } from '../../types/errors.ts';
import type { Span } from '../parser/ast.ts';
import type { ObjectPath } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid } from '../validate/validation-error.ts';
import type { CatalogModel } from './catalog-model.ts';
import { InMemoryCatalog } from './in-memory-catalog.ts';
import type { Database } from './in-memory-catalog.ts';
import { plainName } from './object-identifier.ts';
import type { ObjectIdentifier } from './object-identifier.ts';
import type { CatalogObject } from './table-definition.ts';
import { UserFunctions } from './user-functions.ts';

export interface FoundObject {
  readonly identifier: ObjectIdentifier;
  readonly object: CatalogObject;
  readonly isTemporary: boolean;
}

/** Where unqualified names are looked for. */
export interface CurrentPath {
  readonly catalog: string;
  readonly database: string;
}

export class CatalogManager {
  readonly catalogs = new Map<string, InMemoryCatalog>();
  readonly functions: UserFunctions;
  readonly #temporary = new Map<
    string,
    { readonly identifier: ObjectIdentifier; readonly object: CatalogObject }
  >();
  readonly #temporaryModels = new Map<string, CatalogModel>();
  #current: CurrentPath;

  constructor(catalog = 'default_catalog', database = 'default_database') {
    this.catalogs.set(catalog, new InMemoryCatalog(catalog, database));
    this.#current = { catalog, database };
    this.functions = new UserFunctions(this);
  }

  get current(): CurrentPath {
    return this.#current;
  }

  useCatalog(name: string): void {
    const catalog = this.catalogs.get(name);
    if (!catalog) throw new ValidationException(`A catalog with name [${name}] does not exist.`);
    this.#current = { catalog: name, database: catalog.defaultDatabase };
  }

  /** `USE db` and `USE catalog.db`. */
  useDatabase(path: readonly string[]): void {
    const [catalog, name] = path.length > 1 ? path : [this.#current.catalog, ...path];
    if (catalog === undefined || name === undefined || path.length > 2) {
      throw new ValidationException('use database identifier format error: write [catalog.]database');
    }
    if (!this.catalog(catalog).databases.has(name)) {
      throw new ValidationException(
        `A database with name [${name}] does not exist in the catalog: [${catalog}].`,
        this.#suggest(name, this.catalog(catalog).databases.keys()),
      );
    }
    this.#current = { catalog, database: name };
  }

  /** Throws ValidationException if there is none of that name. */
  catalog(name: string): InMemoryCatalog {
    const catalog = this.catalogs.get(name);
    if (catalog) return catalog;
    throw new ValidationException(
      `Catalog ${name} does not exist`,
      this.#suggest(name, this.catalogs.keys()),
    );
  }

  /** Throws ValidationException if there is none of that name. */
  database(catalog: string, name: string): Database {
    const database = this.catalog(catalog).databases.get(name);
    if (database) return database;
    throw new ValidationException(
      `Database ${name} does not exist in Catalog ${catalog}.`,
      this.#suggest(name, this.catalog(catalog).databases.keys()),
    );
  }

  /** The full name that a path of one to three parts means. `at`: what is current for the text the path stands in. */
  qualify(path: readonly string[], at: CurrentPath = this.#current): ObjectIdentifier {
    const [first, second, third] = path;
    if (first === undefined || path.length > 3) {
      throw new ValidationException(
        `'${path.join('.')}' is no object path: write [[catalog.]database.]object`,
      );
    }
    if (second === undefined) return { catalog: at.catalog, database: at.database, name: first };
    if (third === undefined) return { catalog: at.catalog, database: first, name: second };
    return { catalog: first, database: second, name: third };
  }

  /** A table or view; a temporary one first. */
  find(identifier: ObjectIdentifier): FoundObject | undefined {
    const temporary = this.#temporary.get(plainName(identifier));
    if (temporary) return { identifier, object: temporary.object, isTemporary: true };
    const object = this.findPermanent(identifier);
    return object && { identifier, object, isTemporary: false };
  }

  findPermanent({ catalog, database, name }: ObjectIdentifier): CatalogObject | undefined {
    return this.catalogs.get(catalog)?.databases.get(database)?.objects.get(name);
  }

  findTemporary(identifier: ObjectIdentifier): CatalogObject | undefined {
    return this.#temporary.get(plainName(identifier))?.object;
  }

  /** What a table name in a query means. Throws "Object 'x' not found" with its place in `source` and the nearest names. */
  resolve(path: ObjectPath, source: string, at: CurrentPath = this.#current): FoundObject {
    const names = path.parts.map((part) => part.name);
    const found = names.length <= 3 ? this.find(this.qualify(names, at)) : undefined;
    return found ?? this.#notFound(path, names, source, at);
  }

  /** Adds an object whose name the caller has found free. */
  add(identifier: ObjectIdentifier, object: CatalogObject, isTemporary: boolean): void {
    if (isTemporary) {
      this.#temporary.set(plainName(identifier), { identifier, object });
      return;
    }
    this.database(identifier.catalog, identifier.database).objects.set(identifier.name, object);
  }

  /** Puts another object in the place of one that exists. */
  replace(identifier: ObjectIdentifier, object: CatalogObject, isTemporary: boolean): void {
    this.add(identifier, object, isTemporary);
  }

  remove(identifier: ObjectIdentifier, isTemporary: boolean): void {
    if (isTemporary) this.#temporary.delete(plainName(identifier));
    else
      this.catalogs
        .get(identifier.catalog)
        ?.databases.get(identifier.database)
        ?.objects.delete(identifier.name);
  }

  /** Names of tables and views (or of one kind), temporary ones among them, sorted. */
  list(catalog: string, database: string, kind?: CatalogObject['kind']): string[] {
    const names = new Map<string, CatalogObject>(this.database(catalog, database).objects);
    for (const { identifier, object } of this.#temporary.values()) {
      if (identifier.catalog === catalog && identifier.database === database)
        names.set(identifier.name, object);
    }
    return [...names]
      .filter(([, object]) => kind === undefined || object.kind === kind)
      .map(([name]) => name)
      .sort();
  }

  /** A model; a temporary one first. */
  findModel(
    identifier: ObjectIdentifier,
  ): { readonly model: CatalogModel; readonly isTemporary: boolean } | undefined {
    const temporary = this.#temporaryModels.get(plainName(identifier));
    if (temporary) return { model: temporary, isTemporary: true };
    const model = this.#models(identifier)?.get(identifier.name);
    return model && { model, isTemporary: false };
  }

  /** Whether a model of that name is there, among the temporary or the permanent ones. */
  hasModel(identifier: ObjectIdentifier, isTemporary: boolean): boolean {
    if (isTemporary) return this.#temporaryModels.has(plainName(identifier));
    return this.#models(identifier)?.has(identifier.name) ?? false;
  }

  /** Adds a model or puts another in its place. Throws ValidationException if there is no such database. */
  putModel(identifier: ObjectIdentifier, model: CatalogModel, isTemporary: boolean): void {
    const { catalog, database, name } = identifier;
    if (isTemporary) this.#temporaryModels.set(plainName(identifier), model);
    else this.database(catalog, database).models.set(name, model);
  }

  removeModel(identifier: ObjectIdentifier, isTemporary: boolean): void {
    if (isTemporary) this.#temporaryModels.delete(plainName(identifier));
    else this.#models(identifier)?.delete(identifier.name);
  }

  #models({ catalog, database }: ObjectIdentifier): Map<string, CatalogModel> | undefined {
    return this.catalogs.get(catalog)?.databases.get(database)?.models;
  }

  #notFound(path: ObjectPath, names: readonly string[], source: string, at: CurrentPath): never {
    const name = names.at(-1) ?? '';
    const { catalog, database } = this.qualify(names.slice(-3), at);
    const known = this.catalogs.get(catalog)?.databases.has(database) ? this.list(catalog, database) : [];
    const within = names.length > 1 ? ` within '${names.slice(0, -1).join('.')}'` : '';
    const place: { readonly span: Span } = path.parts.at(-1) ?? path;
    throw invalid(source, place, `Object '${name}' not found${within}`, nearestNames(name, known));
  }

  #suggest(name: string, known: Iterable<string>) {
    const suggestions = nearestNames(name, known);
    return suggestions.length > 0 ? { suggestions } : {};
  }
}
