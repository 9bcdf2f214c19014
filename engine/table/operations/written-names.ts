/** Names for a syntax tree that nobody wrote; `span`: the text that they stand for. */

import type { ColumnPath, Expression, Identifier, Span, TableAlias } from '../parser/ast.ts';

export function aliasOf(name: string, span: Span): TableAlias {
  return { kind: 'TableAlias', span, name: { kind: 'Identifier', span, name }, columns: [] };
}

export function pathOf(parts: readonly string[], span: Span): ColumnPath {
  return { kind: 'ColumnPath', span, parts: identifiers(parts, span) };
}

export function identifiers(names: readonly string[], span: Span): Identifier[] {
  return names.map((name) => ({ kind: 'Identifier', span, name }));
}

/** Whether ORDER BY names a column of the SELECT list, by its place or alias. */
export function isAlias(expression: Expression, aliases: ReadonlySet<string>): boolean {
  if (expression.kind === 'NumberLiteral') return true;
  const [only, second] = expression.kind === 'ColumnPath' ? expression.parts : [];
  return only !== undefined && second === undefined && aliases.has(only.name);
}
