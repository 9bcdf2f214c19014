/** Short ways to write the entries of the function tables. */

import type {
  FunctionDefinition,
  FunctionGroup,
  FunctionKind,
  FunctionSyntax,
  ResultType,
} from './function-definition.ts';
import { form } from './operand-families.ts';

type Options = Partial<
  Pick<
    FunctionDefinition,
    | 'syntax'
    | 'casts'
    | 'check'
    | 'refuses'
    | 'operator'
    | 'expand'
    | 'rewrite'
    | 'acceptsNull'
    | 'determinism'
  >
>;

type Define = (
  name: string,
  summary: string,
  forms: string | readonly string[],
  result: ResultType,
  options?: Options,
) => FunctionDefinition;

/** Entries of one group and kind: `define('string', 'scalar')('LOWER', 'In lower case.', 'CHARACTER', sameAs(0))`. */
export function define(
  group: FunctionGroup,
  kind: FunctionKind = 'scalar',
  syntax: FunctionSyntax = 'function',
): Define {
  return (name, summary, forms, result, options = {}) => ({
    name,
    kind,
    syntax,
    group,
    summary,
    forms: (typeof forms === 'string' ? [forms] : forms).map(form),
    result,
    determinism: 'pure',
    ...options,
  });
}

/** Entries of functions that parse and are known, and have no signature yet: name and summary. */
export function known(
  group: FunctionGroup,
  kind: FunctionKind,
  entries: readonly (readonly [name: string, summary: string])[],
): FunctionDefinition[] {
  return entries.map(([name, summary]) => ({
    name,
    kind,
    syntax: 'function',
    group,
    summary,
    determinism: 'pure',
  }));
}

/** Entries of syntax that has code of its own in the validator: name, usage, summary. */
export function special(
  group: FunctionGroup,
  entries: readonly (readonly [name: string, usage: string, summary: string])[],
): FunctionDefinition[] {
  return entries.map(([name, usage, summary]) => ({
    name,
    kind: 'scalar',
    syntax: 'special',
    group,
    usage,
    summary,
    determinism: 'pure',
  }));
}
