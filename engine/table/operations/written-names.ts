/** Names for a syntax tree that nobody wrote; `span`: the text that they stand for. */

import type { ColumnPath, Identifier, Span, TableAlias } from '../parser/ast.ts';

export function aliasOf(name: string, span: Span): TableAlias {
  return { kind: 'TableAlias', span, name: { kind: 'Identifier', span, name }, columns: [] };
}

export function pathOf(parts: readonly string[], span: Span): ColumnPath {
  return { kind: 'ColumnPath', span, parts: identifiers(parts, span) };
}

export function identifiers(names: readonly string[], span: Span): Identifier[] {
  return names.map((name) => ({ kind: 'Identifier', span, name }));
}
