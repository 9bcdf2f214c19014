/**
 * Where catalogs of type `persistent` are kept: SQL texts by path, one an object.
 *
 *   shop/catalog.sql                  CREATE CATALOG
 *   shop/default/database.sql         CREATE DATABASE
 *   shop/default/tables/orders.sql    CREATE TABLE, then its partitions
 *   shop/default/views/large.sql      USE CATALOG, USE, CREATE VIEW
 *   shop/default/functions/f.sql, shop/default/models/m.sql
 *
 * Names are percent-encoded, so a path is a path anywhere. `stored-texts.ts` has what stands in them.
 */
export interface CatalogStorage {
  /** All texts by path. */
  readAll(): Promise<ReadonlyMap<string, string>>;
  /** Writes texts; undefined removes one. All of it is on disk when the promise resolves. */
  write(changes: ReadonlyMap<string, string | undefined>): Promise<void>;
}
