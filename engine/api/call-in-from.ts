/** Where a statement calls a function in FROM: in a condition of a join, or as an argument of a table function. */

import type { Span } from '../table/parser/ast.ts';

const PLACES: ReadonlySet<unknown> = new Set(['On', 'TableFunctionRef', 'UnnestRef']);

/** The first such call of `name`; undefined if there is none, as where a view has it. */
export function callInFrom(node: unknown, name: string, isInside = false): Span | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const inside = isInside || ('kind' in node && PLACES.has(node.kind));
  if (inside && isCallOf(node, name)) return node.span;
  for (const child of Object.values(node) as unknown[]) {
    const found = callInFrom(child, name, inside);
    if (found) return found;
  }
  return undefined;
}

function isCallOf(node: object, name: string): node is { readonly span: Span } {
  if (!('kind' in node) || node.kind !== 'FunctionCall' || !('span' in node)) return false;
  const { parts } = (
    node as unknown as { readonly name: { readonly parts: readonly { readonly name: string }[] } }
  ).name;
  return parts.at(-1)?.name.toLowerCase() === name.toLowerCase();
}
