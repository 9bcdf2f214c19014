/** An expression that outlives its statement: text and tree, with spans that count in its own text. */

import type { Expression, Query } from '../parser/ast.ts';

export interface WrittenExpression {
  readonly sql: string;
  readonly tree: Expression;
  /** Shown as the parser left it, with names of functions unresolved: ALTER TABLE keeps it so. */
  readonly isUnresolved?: boolean;
}

export interface WrittenQuery {
  readonly sql: string;
  readonly tree: Query;
}

/** Cuts a tree and its text out of `source`. */
export function written<T extends Expression | Query>(
  tree: T,
  source: string,
): { readonly sql: string; readonly tree: T } {
  const { start, end } = tree.span;
  return { sql: source.slice(start, end), tree: moved(tree, start) as T };
}

function moved(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((item) => moved(item, by));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy)
    copy[key] = key === 'span' ? movedSpan(copy[key] as Span, by) : moved(copy[key], by);
  return copy;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function movedSpan({ start, end }: Span, by: number): Span {
  return { start: start - by, end: end - by };
}
