/** A catalog in memory: databases with tables, views, functions and models. What keeps one on disk is `CatalogStore`'s business. */

import type { CatalogModel } from './catalog-model.ts';
import type { CatalogObject } from './table-definition.ts';
import type { UserFunction } from './user-function.ts';

export interface Database {
  readonly comment: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly objects: Map<string, CatalogObject>;
  readonly functions: Map<string, UserFunction>;
  readonly models: Map<string, CatalogModel>;
}

/** What CREATE CATALOG and ALTER CATALOG say. */
export interface CatalogDescriptor {
  /** As in CREATE CATALOG ... WITH. */
  readonly properties: Readonly<Record<string, string>>;
  readonly comment?: string | undefined;
}

export class InMemoryCatalog {
  readonly name: string;
  readonly databases = new Map<string, Database>();
  #defaultDatabase: string;
  #descriptor: CatalogDescriptor | undefined;

  /** Without a descriptor it is the session's own catalog, of which SHOW CREATE CATALOG knows nothing. */
  constructor(name: string, defaultDatabase: string, descriptor?: CatalogDescriptor) {
    this.name = name;
    this.#defaultDatabase = defaultDatabase;
    this.#descriptor = descriptor;
    this.createDatabase(defaultDatabase, {});
  }

  get defaultDatabase(): string {
    return this.#defaultDatabase;
  }

  get descriptor(): CatalogDescriptor | undefined {
    return this.#descriptor;
  }

  /** What ALTER CATALOG does. Tables stay; a default database that nobody has used goes with its name. */
  alter(descriptor: CatalogDescriptor, defaultDatabase: string): void {
    this.#descriptor = descriptor;
    if (defaultDatabase === this.#defaultDatabase) return;
    const before = this.databases.get(this.#defaultDatabase);
    if (before && isEmpty(before)) this.databases.delete(this.#defaultDatabase);
    this.#defaultDatabase = defaultDatabase;
    if (!this.databases.has(defaultDatabase)) this.createDatabase(defaultDatabase, {});
  }

  /** Replaces nothing: the caller has looked that the name is free. */
  createDatabase(name: string, properties: Readonly<Record<string, string>>, comment?: string): void {
    this.databases.set(name, {
      comment,
      properties,
      objects: new Map(),
      functions: new Map(),
      models: new Map(),
    });
  }

  /** Changes what ALTER DATABASE may change. */
  alterDatabase(name: string, properties: Readonly<Record<string, string>>): void {
    const database = this.databases.get(name);
    if (database) this.databases.set(name, { ...database, properties });
  }
}

/** Whether DROP DATABASE ... RESTRICT may drop it. */
export function isEmpty({ objects, functions, models }: Database): boolean {
  return objects.size === 0 && functions.size === 0 && models.size === 0;
}
