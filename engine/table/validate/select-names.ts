/** The names of columns that a query does not name itself. */

import type { Expression } from '../parser/ast.ts';

/** `a.b.c` is `c`, `CURRENT_DATE` itself; all else, `(r).f` too, is `EXPR$0`, `EXPR$1`, ... by its place, `*` written out. */
export function selectName(expression: Expression, index: number): string {
  switch (expression.kind) {
    case 'ColumnPath':
      return expression.parts.at(-1)?.name ?? `EXPR$${index}`;
    case 'FunctionCall':
      if (expression.bare) return expression.name.parts[0]?.name ?? `EXPR$${index}`;
      return `EXPR$${index}`;
    default:
      return `EXPR$${index}`;
  }
}
