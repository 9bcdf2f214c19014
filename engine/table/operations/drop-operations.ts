/** DROP of every kind of object. */

import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type { Drop } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid } from '../validate/validation-error.ts';
import { dropCatalog } from './catalog-operations.ts';
import { identify } from './create-operations.ts';
import { dropDatabase } from './database-operations.ts';
import { dropMaterializedTable } from './materialized-table-operations.ts';
import { dropModel } from './model-operations.ts';
import { OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';

export function drop(statement: Drop, source: string, session: Session): OperationResult {
  switch (statement.object) {
    case 'TABLE':
    case 'VIEW':
      return dropObject(statement, source, session);
    case 'FUNCTION': {
      const path = statement.name.parts.map((part) => part.name);
      const { functions } = session.catalogs;
      if (statement.system) functions.dropSystem(path.at(-1) ?? '', statement.ifExists);
      else functions.drop(path, statement.temporary, statement.ifExists);
      return OK;
    }
    case 'DATABASE':
      return dropDatabase(statement, source, session);
    case 'CATALOG':
      return dropCatalog(statement, source, session);
    case 'MODEL':
      return dropModel(statement, source, session);
    case 'MATERIALIZED TABLE':
      return dropMaterializedTable(statement, source, session);
  }
}

function dropObject(statement: Drop, source: string, session: Session): OperationResult {
  const { catalogs } = session;
  const { temporary, ifExists } = statement;
  const identifier = identify(statement.name, session);
  const kind = statement.object === 'VIEW' ? 'view' : 'table';
  const hidden = catalogs.findTemporary(identifier);
  const object = temporary ? hidden : catalogs.findPermanent(identifier);
  if (!temporary && hidden?.kind === kind) {
    const title = kind === 'view' ? 'view' : 'table';
    throw invalid(
      source,
      statement.name,
      `Temporary ${title} with identifier '${quotedName(identifier)}' exists. Drop it first before removing the permanent ${title}.`,
    );
  }
  // A materialized table has a DROP of its own, which stops its job.
  const isMaterialized = object?.kind === 'table' && object.materialized !== undefined;
  if (object?.kind === kind && !isMaterialized) {
    catalogs.remove(identifier, temporary);
    return OK;
  }
  if (ifExists) return OK;
  const what = temporary ? 'Temporary table or view' : kind === 'view' ? 'View' : 'Table';
  const message = `${what} with identifier '${plainName(identifier)}' does not exist.`;
  throw invalid(
    source,
    statement.name,
    message,
    nearestNames(identifier.name, namesLike(identifier, kind, session)),
  );
}

function namesLike(
  { catalog, database }: ObjectIdentifier,
  kind: 'table' | 'view',
  session: Session,
): string[] {
  const isKnown = session.catalogs.catalogs.get(catalog)?.databases.has(database);
  return isKnown ? session.catalogs.list(catalog, database, kind) : [];
}
