/** ALTER FUNCTION and DESCRIBE FUNCTION. */

import { quotedName } from '../catalog/object-identifier.ts';
import type { UserFunction } from '../catalog/user-function.ts';
import { describedSignatures } from '../functions/described-signatures.ts';
import { findFunction, functionNames } from '../functions/functions.ts';
import type { Form, FunctionDefinition } from '../functions/function-definition.ts';
import type { AlterFunction, Describe, ObjectPath } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { signatureText } from '../validate/user-call.ts';
import { invalid } from '../validate/validation-error.ts';
import { checkFunctionClass, identify } from './create-operations.ts';
import { INFO_COLUMNS, OK, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';

export function alterFunction(statement: AlterFunction, source: string, session: Session): OperationResult {
  const { name, temporary, system, ifExists, className, language = 'JAVA' } = statement;
  if (temporary) {
    const what = system ? 'system' : 'catalog';
    throw invalid(source, name, `Alter temporary ${what} function is not supported`);
  }
  const { catalog, database, name: written } = identify(name, session);
  const key = written.toLowerCase();
  const functions = session.catalogs.catalogs.get(catalog)?.databases.get(database)?.functions;
  if (!functions?.has(key)) {
    if (ifExists) return OK;
    const message = `Function ${database}.${key} does not exist in Catalog ${catalog}.`;
    throw invalid(source, name, message, nearestNames(key, functions?.keys() ?? []));
  }
  checkFunctionClass(statement, source);
  // What was known of the old code says nothing of the new.
  functions.set(key, {
    name: key,
    className: className.value,
    language,
    isTemporary: false,
    database: { catalog, database },
  });
  return OK;
}

export function describeFunction(
  { extended }: Describe,
  name: ObjectPath,
  source: string,
  session: Session,
): OperationResult {
  const path = name.parts.map((part) => part.name);
  const user = session.catalogs.functions.find(path);
  // A temporary system function hides a built-in one, others stand behind it.
  const definition =
    path.length === 1 && (user === undefined || user.database) ? findFunction(path[0] ?? '') : undefined;
  // TUMBLE and its like are syntax to Flink, not functions of its catalog.
  const builtIn = definition?.group === 'window' ? undefined : definition;
  if (builtIn) return tableOf(INFO_COLUMNS, builtInRows(builtIn, path[0] ?? '', extended));
  if (user) return tableOf(INFO_COLUMNS, userRows(user, extended));
  const shown = path.length === 1 ? `\`${path[0] ?? ''}\`` : quotedName(identify(name, session));
  const message = `Function with the identifier '${shown}' doesn't exist.`;
  throw invalid(source, name, message, nearestNames(path.at(-1) ?? '', functionNames()));
}

type Row = readonly [name: string, value: string];

function builtInRows(definition: FunctionDefinition, written: string, isExtended: boolean): Row[] {
  const head: Row[] = [
    ['is system function', 'true'],
    ['is temporary', 'false'],
  ];
  if (!isExtended) return head;
  const kind = { scalar: 'SCALAR', aggregate: 'AGGREGATE', over: 'AGGREGATE', table: 'PROCESS_TABLE' }[
    definition.kind
  ];
  const operands =
    describedSignatures(definition.name) ?? definition.forms?.map((form) => `(${familiesText(form)})`) ?? [];
  const signature = operands.map((each) => `${written}${each}`).join('\n');
  const isTimeAttribute = TIME_ATTRIBUTES.has(definition.name);
  return [
    ...head,
    ...kindRows(
      definition.name === 'PROCTIME' ? 'OTHER' : kind,
      isTimeAttribute || definition.determinism !== 'volatile',
    ),
    ['signature', signature || (definition.usage ?? `${written}(*)`)],
  ];
}

// What they give is known to the runtime alone, and no call of them is computed, so that Flink counts them as deterministic.
const TIME_ATTRIBUTES: ReadonlySet<string> = new Set(['PROCTIME', 'SOURCE_WATERMARK']);

// What Flink calls the families of types.
const FLINK_FAMILIES: Readonly<Record<string, string>> = {
  CHARACTER: 'CHARACTER_STRING',
  INTEGER: 'INTEGER_NUMERIC',
  BINARY: 'BINARY_STRING',
  DATETIME_INTERVAL: 'INTERVAL',
  CHARACTER_LITERAL: 'CHARACTER_STRING',
};

function familiesText({ families, isVariadic }: Form): string {
  const texts = families.map((family) => `<${FLINK_FAMILIES[family] ?? family}>`);
  const last = texts.pop();
  return last === undefined ? '' : [...texts, isVariadic ? `${last}...` : last].join(', ');
}

function kindRows(kind: string, isDeterministic: boolean): Row[] {
  return [
    ['kind', kind],
    ['requirements', '[]'],
    ['is deterministic', String(isDeterministic)],
    ['supports constant folding', 'true'],
  ];
}

const USER_KINDS = {
  scalar: 'SCALAR',
  'async-scalar': 'ASYNC_SCALAR',
  aggregate: 'AGGREGATE',
  table: 'TABLE',
} as const;

/** Where the code of a function of a catalog is. */
function codeRows({ className, language }: UserFunction): Row[] {
  return [
    ['class name', className],
    ['function language', language],
    ['resource uris', '[]'],
  ];
}

function userRows(user: UserFunction, isExtended: boolean): Row[] {
  const head: Row[] = [
    ['is system function', String(user.database === undefined)],
    ['is temporary', String(user.isTemporary)],
    ...(user.database ? codeRows(user) : []),
  ];
  const { signature } = user;
  if (!isExtended || !signature) return head;
  return [
    ...head,
    ...kindRows(USER_KINDS[signature.kind], signature.isDeterministic),
    ['signature', signatureText(user, signature)],
  ];
}
