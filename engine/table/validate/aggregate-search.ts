/** Whether an expression aggregates, told from its syntax: what makes a SELECT without GROUP BY a grouped one. The same of OVER, and of names. */

import { findFunction } from '../functions/functions.ts';
import type { Expression, FunctionCall } from '../parser/ast.ts';
import type { ConverterEnvironment } from './converter-environment.ts';

/** Sub-queries aggregate for themselves, and a call with OVER is none. */
export function containsAggregate(expression: Expression, environment: ConverterEnvironment): boolean {
  return search(expression, (node) => node.kind === 'FunctionCall' && isAggregate(node, environment));
}

/** Whether there is a call with OVER, outside of sub-queries. */
export function containsWindow(expression: Expression): boolean {
  return search(expression, (node) => node.kind === 'FunctionCall' && node.over !== undefined);
}

/** Whether a name of one part that is among `names` stands in it, outside of sub-queries. */
export function mentions(expression: Expression, names: ReadonlySet<string | undefined>): boolean {
  return search(
    expression,
    (node) => node.kind === 'ColumnPath' && node.parts.length === 1 && names.has(node.parts[0]?.name),
  );
}

function search(value: unknown, isFound: (node: Expression) => boolean): boolean {
  if (Array.isArray(value)) return value.some((item) => search(item, isFound));
  if (typeof value !== 'object' || value === null) return false;
  if ('kind' in value && (value.kind === 'Query' || isFound(value as Expression)))
    return value.kind !== 'Query';
  for (const part in value) if (search(value[part as keyof typeof value], isFound)) return true;
  return false;
}

function isAggregate({ name, over }: FunctionCall, environment: ConverterEnvironment): boolean {
  if (over !== undefined) return false;
  const path = name.parts.map((part) => part.name);
  const [first] = path;
  const definition = path.length === 1 && first !== undefined ? findFunction(first) : undefined;
  if (definition) return definition.kind === 'aggregate';
  return environment.findUserFunction?.(path)?.signature?.kind === 'aggregate';
}
