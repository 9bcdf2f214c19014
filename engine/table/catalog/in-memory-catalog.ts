/** A catalog in memory (`generic_in_memory`): databases with tables, views and functions. */

import type { CatalogObject } from './table-definition.ts';
import type { UserFunction } from './user-function.ts';

export interface Database {
  readonly comment: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly objects: Map<string, CatalogObject>;
  readonly functions: Map<string, UserFunction>;
}

export class InMemoryCatalog {
  readonly name: string;
  readonly comment: string | undefined;
  /** As in CREATE CATALOG ... WITH. */
  readonly properties: Readonly<Record<string, string>>;
  readonly defaultDatabase: string;
  readonly databases = new Map<string, Database>();

  constructor(
    name: string,
    defaultDatabase: string,
    properties: Readonly<Record<string, string>>,
    comment?: string,
  ) {
    this.name = name;
    this.defaultDatabase = defaultDatabase;
    this.properties = properties;
    this.comment = comment;
    this.createDatabase(defaultDatabase, {});
  }

  /** Replaces nothing: the caller has looked that the name is free. */
  createDatabase(name: string, properties: Readonly<Record<string, string>>, comment?: string): void {
    this.databases.set(name, { comment, properties, objects: new Map(), functions: new Map() });
  }

  /** Changes what ALTER DATABASE may change. */
  alterDatabase(name: string, properties: Readonly<Record<string, string>>): void {
    const database = this.databases.get(name);
    if (database) this.databases.set(name, { ...database, properties });
  }
}
