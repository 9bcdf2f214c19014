/** The full name of a catalog object. */

import { quoteName } from '../../types/type-text.ts';

export interface ObjectIdentifier {
  readonly catalog: string;
  readonly database: string;
  readonly name: string;
}

/** `default_catalog.default_database.t`, as most messages have it. */
export function plainName({ catalog, database, name }: ObjectIdentifier): string {
  return `${catalog}.${database}.${name}`;
}

/** `` `default_catalog`.`default_database`.`t` ``, as SHOW CREATE TABLE and some messages have it. */
export function quotedName({ catalog, database, name }: ObjectIdentifier): string {
  return [catalog, database, name].map(quoteName).join('.');
}
