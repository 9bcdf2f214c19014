/** ALTER TABLE ... ADD and DROP PARTITION, SHOW PARTITIONS: what the catalog was told of a table's partitions. */

import { ValidationException } from '../../types/errors.ts';
import { plainName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type { CatalogPartition, CatalogTable } from '../catalog/table-definition.ts';
import type { AddPartitions, DropPartitions, PartitionSpec, Show } from '../parser/ast.ts';
import { literalOf } from '../validate/literals.ts';
import { invalid } from '../validate/validation-error.ts';
import { identify } from './create-operations.ts';
import { listOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';
import { propertiesOf } from './table-definitions.ts';

type Spec = CatalogPartition['spec'];

/** A table's partitions as ALTER TABLE leaves them. */
export function changedPartitions(
  identifier: ObjectIdentifier,
  table: Pick<CatalogTable, 'definition' | 'partitions'>,
  action: AddPartitions | DropPartitions,
  source: string,
): readonly CatalogPartition[] {
  let partitions = table.partitions ?? [];
  for (const written of action.partitions) {
    const spec = specOf(written, source);
    const refuse = (reason: string): ValidationException => {
      const word = action.kind === 'AddPartitions' ? 'ADD' : 'DROP';
      const head = `Could not execute ALTER TABLE ${plainName(identifier)} ${word} PARTITION (${specText(spec)})`;
      return invalid(source, written, `${head}\n${reason}`);
    };
    const at = partitions.findIndex((each) => specText(each.spec) === specText(spec));
    if (action.kind === 'DropPartitions') {
      if (at < 0 && !action.ifExists) throw refuse(missing(identifier, spec));
      partitions = partitions.filter((_, i) => i !== at);
      continue;
    }
    checkSpec(identifier, table, spec, refuse);
    if (at >= 0) {
      if (action.ifNotExists) continue;
      throw refuse(`${described(identifier, spec)} already exists.`);
    }
    partitions = [...partitions, { spec, options: propertiesOf(written.properties) }];
  }
  return partitions;
}

export function showPartitions(statement: Show, source: string, session: Session): OperationResult {
  const path = statement.name as NonNullable<Show['name']>; // the grammar asks for it
  const identifier = identify(path, session);
  const object = session.catalogs.findPermanent(identifier);
  const refuse = (reason: string): ValidationException =>
    invalid(source, path, `Could not execute SHOW PARTITIONS ${plainName(identifier)}\n${reason}`);
  const { catalog, database, name } = identifier;
  if (!object) throw refuse(`Table (or view) ${database}.${name} does not exist in Catalog ${catalog}.`);
  if (object.kind === 'view' || object.definition.partitionKeys.length === 0)
    throw refuse(notPartitioned(identifier));
  const wanted = Object.entries(statement.partition ? specOf(statement.partition, source) : {});
  const shown = (object.partitions ?? []).filter(({ spec }) =>
    wanted.every(([key, value]) => spec[key] === value),
  );
  // In the order in which they were written.
  const names = shown.map(({ spec }) => Object.entries(spec).map(([key, value]) => `${key}=${value}`));
  return listOf(
    'partition name',
    names.map((parts) => parts.join('/')),
  );
}

function specOf({ entries }: PartitionSpec, source: string): Spec {
  return Object.fromEntries(
    entries.map((entry) => {
      if (!entry.value) throw invalid(source, entry, `Partition column '${entry.column.name}' needs a value`);
      const { value } = literalOf(entry.value, source);
      if (value === null) throw invalid(source, entry.value, 'not a literal: NULL');
      return [entry.column.name, String(value)];
    }),
  );
}

function checkSpec(
  identifier: ObjectIdentifier,
  { definition }: Pick<CatalogTable, 'definition'>,
  spec: Spec,
  refuse: (reason: string) => ValidationException,
): void {
  const keys = definition.partitionKeys;
  if (keys.length === 0) throw refuse(notPartitioned(identifier));
  const given = Object.keys(spec);
  if (given.length === keys.length && keys.every((key) => given.includes(key))) return;
  const { catalog, database, name } = identifier;
  throw refuse(
    `PartitionSpec CatalogPartitionSpec{{${specText(spec)}}} does not match partition keys [${keys.join(', ')}] of table ${database}.${name} in catalog ${catalog}.`,
  );
}

function notPartitioned({ catalog, database, name }: ObjectIdentifier): string {
  return `Table ${database}.${name} in catalog ${catalog} is not partitioned.`;
}

function missing(identifier: ObjectIdentifier, spec: Spec): string {
  return `${described(identifier, spec)} does not exist.`;
}

function described({ catalog, database, name }: ObjectIdentifier, spec: Spec): string {
  return `Partition CatalogPartitionSpec{{${specText(spec)}}} of table ${database}.${name} in catalog ${catalog}`;
}

function specText(spec: Spec): string {
  return Object.keys(spec)
    .sort()
    .map((key) => `${key}=${spec[key] ?? ''}`)
    .join(', ');
}
