/** LOAD, UNLOAD and USE MODULES, SHOW [FULL] MODULES. */

import { quoteName, quoteText } from '../../types/type-text.ts';
import type { LoadModule, Show, UnloadModule, UseModules } from '../parser/ast.ts';
import type { Span } from '../parser/ast.ts';
import { invalid } from '../validate/validation-error.ts';
import { BOOLEAN, listOf, OK, STRING, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';

export function loadModule(
  { name, properties }: LoadModule,
  source: string,
  session: Session,
): OperationResult {
  const options = properties.map(({ key, value }) => `${quoteText(key.value)} = ${quoteText(value.value)}`);
  const head = `LOAD MODULE ${quoteName(name.name)}${options.length > 0 ? ` WITH (${options.join(', ')})` : ''}`;
  const type = properties.find(({ key }) => key.value === 'type');
  if (type) {
    const reason = `Option 'type' = ${quoteText(type.value.value)} is not supported since module name is used to find module`;
    throw invalid(source, type, `Could not execute ${head}. ${reason}`);
  }
  return attempt(head, name, source, () => session.modules.load(name.name));
}

export function unloadModule({ name }: UnloadModule, source: string, session: Session): OperationResult {
  return attempt(`UNLOAD MODULE ${name.name}`, name, source, () => session.modules.unload(name.name));
}

export function useModules(statement: UseModules, source: string, session: Session): OperationResult {
  const names = statement.modules.map(({ name }) => name);
  return attempt(`USE MODULES: [${names.join(', ')}]`, statement, source, () => session.modules.use(names));
}

export function showModules({ subject }: Show, { modules }: Session): OperationResult {
  if (subject === 'MODULES') return listOf('module name', modules.used);
  return tableOf(
    [
      { name: 'module name', type: STRING },
      { name: 'used', type: BOOLEAN },
    ],
    modules.loaded.map((name) => [name, modules.used.includes(name)]),
  );
}

function attempt(
  what: string,
  at: { readonly span: Span },
  source: string,
  action: () => void,
): OperationResult {
  try {
    action();
  } catch (error) {
    throw error instanceof Error
      ? invalid(source, at, `Could not execute ${what}. ${error.message}`, ['core'])
      : error;
  }
  return OK;
}
