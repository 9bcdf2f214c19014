/** When two expressions are the same however they are written: what GROUP BY keys are found again by. */

import type { ColumnPath, Expression } from '../parser/ast.ts';
import type { Scope } from './scope.ts';

/**
 * A text that is equal for two expressions of one query that mean the same columns and calls: `i`, `t.i` and
 * `` `t`.`i` `` are one, and so are `lower(x)` and `LOWER(x)`. A name that means nothing stands for itself.
 */
export function expressionDigest(expression: Expression, scope: Scope): string {
  return JSON.stringify(expression, function (this: unknown, key: string, value: unknown) {
    if (key === 'span') return undefined;
    if (isNode(value) && value.kind === 'ColumnPath')
      return columnDigest(value as unknown as ColumnPath, scope);
    if (key === 'name' && isNode(this) && this.kind === 'FunctionCall' && isNode(value))
      return functionName(value);
    return value;
  });
}

function isNode(value: unknown): value is { readonly kind: string; readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function columnDigest(path: ColumnPath, scope: Scope): string {
  const names = path.parts.map((part) => part.name);
  const column = find(path, scope);
  if (!column) return names.join('.');
  const { level, index, inner, relation, field } = column;
  let type = relation.fields[field]?.type;
  const within = inner.map((i) => {
    const each = type?.root === 'ROW' ? type.fields[i] : undefined;
    type = each?.type;
    return each?.name ?? '';
  });
  return [`$${level}`, index, ...within, ...names.slice(column.consumed)].join('.');
}

// Digests are made of expressions that may not be valid: the error is for who converts them.
function find(path: ColumnPath, scope: Scope) {
  try {
    return scope.resolve(path.parts, '');
  } catch {
    return undefined;
  }
}

function functionName(path: { readonly [key: string]: unknown }): string {
  const parts = path['parts'] as readonly { readonly name: string }[];
  return parts.map((part) => part.name.toLowerCase()).join('.');
}
