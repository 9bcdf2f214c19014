/**
 * Catalogs as the texts that `CatalogStorage` keeps: SQL, and where SQL cannot say all of it a last line of notes.
 *
 *   CREATE VIEW shop.main.large AS ...;
 *   -- {"columns":...}
 */

import { MillraceError } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import { quoteName, quoteText } from '../../types/type-text.ts';
import type { Database, InMemoryCatalog } from '../catalog/in-memory-catalog.ts';
import { quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import {
  createCatalogText,
  createDatabaseText,
  showCreateModel,
  storedTable,
} from '../catalog/show-create.ts';
import type { CatalogTable, CatalogView } from '../catalog/table-definition.ts';
import { PERSISTENT } from './catalog-operations.ts';

export interface StoredNotes {
  /** The columns that a view had when it was made, whatever has become of its tables. */
  readonly columns?: RowType;
  /** Computed columns that ALTER TABLE has made: functions in them are shown by the names that they were called by. */
  readonly unresolved?: readonly string[];
}

export function textsOf(catalogs: readonly InMemoryCatalog[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const catalog of catalogs) {
    const { name, descriptor } = catalog;
    if (!descriptor) continue;
    const path = pathPart(name);
    texts.set(`${path}/catalog.sql`, `${createCatalogText(name, descriptor).trimEnd()};\n`);
    if (descriptor.properties['type'] !== PERSISTENT) continue;
    for (const [database, content] of catalog.databases) {
      const folder = `${path}/${pathPart(database)}`;
      for (const [file, text] of databaseTexts(name, database, content)) texts.set(`${folder}/${file}`, text);
    }
  }
  return texts;
}

/** The notes of a text; what somebody has made of them by hand counts for nothing where it cannot be read. */
export function notesOf(text: string): StoredNotes {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('-- {')) return {};
  try {
    return JSON.parse(line.slice('-- '.length)) as StoredNotes;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function withNotes(text: string, notes: StoredNotes): string {
  return Object.keys(notes).length === 0 ? text : `${text}-- ${JSON.stringify(notes)}\n`;
}

/** A name as a part of a path, and never one that leads elsewhere. */
function pathPart(name: string): string {
  return encodeURIComponent(name).replace(/^\./, '%2E').replaceAll('*', '%2A');
}

function databaseTexts(catalog: string, database: string, content: Database): [file: string, text: string][] {
  const path = `${quoteName(catalog)}.${quoteName(database)}`;
  const { properties, comment, objects, functions, models } = content;
  const of = (name: string): ObjectIdentifier => ({ catalog, database, name });
  const file = (folder: string, name: string): string => `${folder}/${pathPart(name)}.sql`;
  return [
    ['database.sql', `${createDatabaseText(path, properties, comment).trimEnd()};\n`],
    ...[...objects].map(([name, object]): [string, string] =>
      object.kind === 'view'
        ? [file('views', name), viewText(of(name), object)]
        : [file('tables', name), tableText(of(name), object)],
    ),
    ...[...functions].map(([name, { className, language }]): [string, string] => [
      file('functions', name),
      `CREATE FUNCTION ${quotedName(of(name))} AS ${quoteText(className)} LANGUAGE ${language};\n`,
    ]),
    ...[...models].map(([name, model]): [string, string] => [
      file('models', name),
      `${showCreateModel(of(name), model, false).trimEnd()};\n`,
    ]),
  ];
}

function tableText(identifier: ObjectIdentifier, { definition, partitions = [] }: CatalogTable): string {
  const create = `${storedTable(identifier, definition).trimEnd()};\n`;
  const pairs = (values: Readonly<Record<string, string>>, key: (text: string) => string): string =>
    Object.entries(values)
      .map(([name, value]) => `${key(name)} = ${quoteText(value)}`)
      .join(', ');
  const added = partitions.map(({ spec, options }) => {
    const rest = Object.keys(options).length > 0 ? ` WITH (${pairs(options, quoteText)})` : '';
    return `ALTER TABLE ${quotedName(identifier)} ADD PARTITION (${pairs(spec, quoteName)})${rest};\n`;
  });
  const unresolved = definition.columns.flatMap((column) =>
    column.kind === 'computed' && column.expression.isUnresolved ? [column.name] : [],
  );
  return withNotes(create + added.join(''), unresolved.length > 0 ? { unresolved } : {});
}

function viewText(identifier: ObjectIdentifier, view: CatalogView): string {
  const { names } = view;
  const columns = names ? ` (${names.map(quoteName).join(', ')})` : '';
  const comment = view.comment === undefined ? '' : ` COMMENT ${quoteText(view.comment)}`;
  const context = `USE CATALOG ${quoteName(view.currentCatalog)};\nUSE ${quoteName(view.currentDatabase)};\n`;
  const create = `CREATE VIEW ${quotedName(identifier)}${columns}${comment} AS\n${view.query.sql};\n`;
  return withNotes(context + create, columnNotes(view));
}

/** Nothing of a view whose text says nothing of its columns, and whose tables have gone. */
function columnNotes(view: CatalogView): StoredNotes {
  try {
    return { columns: view.rowType };
  } catch (error) {
    if (error instanceof MillraceError) return {};
    throw error;
  }
}
