/** CREATE, ALTER, DROP, DESCRIBE and SHOW of models. They are kept and shown; no function of this build calls one. */

import { ValidationException } from '../../types/errors.ts';
import { quoteName, typeText } from '../../types/type-text.ts';
import { withNullability } from '../../types/type-families.ts';
import type { CatalogModel } from '../catalog/catalog-model.ts';
import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import { showCreateModel } from '../catalog/show-create.ts';
import type { PhysicalColumn } from '../catalog/table-definition.ts';
import type { AlterModel, CreateModel, Drop, ObjectPath } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { typeOfAst } from '../validate/type-of-ast.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { identify } from './create-operations.ts';
import { BOOLEAN, listOf, OK, STRING, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';
import { propertiesOf } from './table-definitions.ts';

export function createModel(statement: CreateModel, source: string, session: Session): OperationResult {
  const { name, temporary, ifNotExists, properties, comment, query } = statement;
  if (query) throw notSupported(source, query, 'CREATE MODEL ... AS SELECT');
  if (properties.length === 0) throw invalid(source, name, 'Model property list can not be empty.');
  const [inputs, outputs] = [columnsOf('input', statement, source), columnsOf('output', statement, source)];
  for (const [some, none] of [['input', 'output'] as const, ['output', 'input'] as const]) {
    if (statement[some].length === 0 || statement[none].length > 0) continue;
    const word = none === 'input' ? 'Input' : 'Output';
    throw invalid(source, name, `${word} column list can not be empty with non-empty ${some} column list.`);
  }
  const identifier = identify(name, session);
  if (session.catalogs.hasModel(identifier, temporary)) {
    if (ifNotExists) return OK;
    const { catalog, database, name: model } = identifier;
    throw invalid(
      source,
      name,
      temporary
        ? `Temporary model '${plainName(identifier)}' already exists`
        : `Could not execute CreateModel in path ${quotedName(identifier)}\nModel ${database}.${model} already exists in Catalog ${catalog}.`,
    );
  }
  const model: CatalogModel = {
    inputs,
    outputs,
    options: propertiesOf(properties),
    ...(comment && { comment: comment.value }),
  };
  session.catalogs.putModel(identifier, model, temporary);
  return OK;
}

function columnsOf(side: 'input' | 'output', statement: CreateModel, source: string): PhysicalColumn[] {
  const names = new Set<string>();
  return statement[side].map((column) => {
    const { name } = column.name;
    if (column.kind !== 'PhysicalColumn') {
      throw invalid(source, column, `Column ${quoteName(name)} can only be a physical column.`);
    }
    if (names.has(name)) throw invalid(source, column.name, `Duplicate ${side} column name: '${name}'.`);
    names.add(name);
    const physical = { kind: 'physical', name, type: typeOfAst(column.type, source) } as const;
    return column.comment ? { ...physical, comment: column.comment.value } : physical;
  });
}

export function alterModel(statement: AlterModel, source: string, session: Session): OperationResult {
  const { name, action, ifExists } = statement;
  const { catalogs } = session;
  const identifier = identify(name, session);
  const found = catalogs.findModel(identifier);
  if (!found && !ifExists)
    throw invalid(source, name, `Model ${quotedName(identifier)} doesn't exist.`, near(identifier, session));
  if (action.kind === 'SetProperties' && action.properties.length === 0)
    throw invalid(source, action, 'ALTER MODEL SET does not support empty option.');
  if (action.kind === 'ResetProperties' && action.keys.length === 0)
    throw invalid(source, action, 'ALTER MODEL RESET does not support empty key.');
  if (!found) return OK;
  const { model, isTemporary } = found;
  if (isTemporary) throw invalid(source, name, `Model ${quotedName(identifier)} is a temporary model.`);
  switch (action.kind) {
    case 'RenameTo':
      return renameModel(identifier, model, action.name, source, session);
    case 'SetProperties':
      catalogs.putModel(
        identifier,
        { ...model, options: { ...model.options, ...propertiesOf(action.properties) } },
        false,
      );
      return OK;
    case 'ResetProperties': {
      const keys = action.keys.map((key) => key.value);
      const kept = Object.entries(model.options).filter(([key]) => !keys.includes(key));
      catalogs.putModel(identifier, { ...model, options: Object.fromEntries(kept) }, false);
      return OK;
    }
  }
}

function renameModel(
  from: ObjectIdentifier,
  model: CatalogModel,
  path: ObjectPath,
  source: string,
  { catalogs, ...session }: Session,
): OperationResult {
  const written = identify(path, { ...session, catalogs });
  if (path.parts.length === 3 && written.catalog !== from.catalog) {
    throw invalid(
      source,
      path,
      `The catalog name of the new model name '${plainName(written)}' must be the same as the old model name '${plainName(from)}'.`,
    );
  }
  // It stays in its database, as a table does.
  const to = { ...from, name: written.name };
  if (catalogs.hasModel(to, false)) {
    throw invalid(
      source,
      path,
      `Could not execute ALTER MODEL ${plainName(from)} RENAME TO ${plainName(to)}\nModel ${to.database}.${to.name} already exists in Catalog ${to.catalog}.`,
    );
  }
  catalogs.putModel(to, model, false);
  catalogs.removeModel(from, false);
  return OK;
}

export function dropModel(
  { name, temporary, ifExists }: Drop,
  source: string,
  session: Session,
): OperationResult {
  const identifier = identify(name, session);
  if (session.catalogs.hasModel(identifier, temporary)) {
    session.catalogs.removeModel(identifier, temporary);
    return OK;
  }
  if (ifExists) return OK;
  throw invalid(
    source,
    name,
    `${temporary ? 'Temporary model' : 'Model'} with identifier '${plainName(identifier)}' does not exist.`,
    near(identifier, session),
  );
}

/** Names of a database's permanent models, sorted. */
export function modelNames(catalog: string, database: string, session: Session): string[] {
  const found = session.catalogs.catalog(catalog).databases.get(database);
  if (!found) throw new ValidationException(`Database ${database} does not exist in Catalog ${catalog}.`);
  return [...found.models.keys()].sort();
}

export function showCreateModelText(name: ObjectPath, source: string, session: Session): OperationResult {
  const identifier = identify(name, session);
  const found = session.catalogs.findModel(identifier);
  if (found) return listOf('result', [showCreateModel(identifier, found.model, found.isTemporary)]);
  const message = `Could not execute SHOW CREATE MODEL. Model with identifier ${quotedName(identifier)} does not exist.`;
  throw invalid(source, name, message, near(identifier, session));
}

export function describeModel(name: ObjectPath, source: string, session: Session): OperationResult {
  const identifier = identify(name, session);
  const found = session.catalogs.findModel(identifier);
  if (!found) {
    const message = `Model with the identifier '${plainName(identifier)}' doesn't exist.`;
    throw invalid(source, name, message, near(identifier, session));
  }
  const { inputs, outputs } = found.model;
  const hasComments = [...inputs, ...outputs].some((column) => column.comment !== undefined);
  const row = (column: PhysicalColumn, isInput: boolean) => {
    const cells = [
      column.name,
      typeText(withNullability(column.type, true)),
      column.type.nullable,
      isInput,
    ] as const;
    return hasComments ? [...cells, column.comment ?? null] : cells;
  };
  return tableOf(
    [
      { name: 'name', type: STRING },
      { name: 'type', type: STRING },
      { name: 'null', type: BOOLEAN },
      { name: 'is input', type: BOOLEAN },
      ...(hasComments ? [{ name: 'comment', type: STRING }] : []),
    ],
    [...inputs.map((column) => row(column, true)), ...outputs.map((column) => row(column, false))],
  );
}

function near({ catalog, database, name }: ObjectIdentifier, session: Session): string[] {
  const models = session.catalogs.catalogs.get(catalog)?.databases.get(database)?.models;
  return nearestNames(name, models?.keys() ?? []);
}
