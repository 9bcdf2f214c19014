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
    | 'listed'
  >
>;

type Define = (
  name: string,
  summary: string,
  forms: string | readonly string[],
  result: ResultType,
  options?: Options,
) => FunctionDefinition;

/**
 * Entries of one group and kind: `define('string', 'scalar')('LOWER', 'In lower case.', 'CHARACTER', sameAs(0))`. Words are listed by their names in the Table API,
 * but for those of OVER. */
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
    listed: kind !== 'over' && isWord(syntax) ? [tableApiName(name)] : [],
    ...options,
  });
}

/** The same of functions that Flink has in its own catalog of functions: they are listed by their own names. */
export function defineBridging(group: FunctionGroup, kind: FunctionKind = 'scalar'): Define {
  const plain = define(group, kind);
  return (name, ...rest) => ({ ...plain(name, ...rest), listed: [name], isBridging: true });
}

function isWord(syntax: FunctionSyntax): boolean {
  return syntax === 'function' || syntax === 'bare' || syntax === 'special';
}

/** `CHAR_LENGTH` is `charLength` there. */
function tableApiName(name: string): string {
  return name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Entries of functions that parse and are known, and have no signature yet: name, summary and how they are listed, if they are. */
export function known(
  group: FunctionGroup,
  kind: FunctionKind,
  entries: readonly (readonly [name: string, summary: string, ...listed: string[]])[],
): FunctionDefinition[] {
  return entries.map(([name, summary, ...listed]) => ({
    name,
    kind,
    syntax: 'function',
    group,
    summary,
    listed,
    determinism: 'pure',
  }));
}

/** Entries of syntax that has code of its own in the validator: name, usage, summary and how they are listed, if they are. */
export function special(
  group: FunctionGroup,
  entries: readonly (readonly [name: string, usage: string, summary: string, ...listed: string[]])[],
): FunctionDefinition[] {
  return entries.map(([name, usage, summary, ...listed]) => ({
    name,
    kind: 'scalar',
    syntax: 'special',
    group,
    usage,
    summary,
    listed,
    determinism: 'pure',
  }));
}
