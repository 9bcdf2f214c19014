/**
 * A new table with its schema, and its expressions as Flink keeps them: functions of users by their whole paths, casts that nobody wrote
 * written down. So an expression means the same whatever becomes current later.
 */

import { writtenText } from '../catalog/expression-text.ts';
import { resolveSchema } from '../catalog/schema-resolver.ts';
import type { CatalogTable, TableDefinition } from '../catalog/table-definition.ts';
import type { WrittenExpression } from '../catalog/written-expression.ts';
import type { UserFunctions } from '../catalog/user-functions.ts';
import type { Expression, FunctionCall } from '../parser/ast.ts';
import { parseExpression } from '../parser/parser.ts';
import { ImplicitCasts } from './implicit-casts.ts';
import { mapTree } from './map-tree.ts';
import type { Session } from './session.ts';
import type { TableDefinitions } from './table-definitions.ts';
import { identifiers } from './written-names.ts';

/** `definitions` has made what is new in `definition`; what comes from another table stays as that has it. */
export function resolvedTable(
  definition: TableDefinition,
  definitions: TableDefinitions,
  { environment, catalogs }: Session,
): CatalogTable {
  const casts = new ImplicitCasts();
  const noting = { ...environment, noteCast: casts.note };
  const schema = resolveSchema(definition, noting, definitions.origin);
  const isNew = (expression: WrittenExpression): boolean => definitions.origin.offsets.has(expression);
  const kept = withExpressions(definition, (each) =>
    isNew(each) ? inFull(each, casts, catalogs.functions) : each,
  );
  if (kept === definition) return { kind: 'table', definition, schema };
  return { kind: 'table', definition: kept, schema: resolveSchema(kept, environment) };
}

function inFull(
  expression: WrittenExpression,
  casts: ImplicitCasts,
  functions: UserFunctions,
): WrittenExpression {
  const tree = withFullNames(casts.within(expression.tree), functions);
  if (tree === expression.tree) return expression;
  const sql = writtenText({ ...expression, tree });
  return { sql, tree: parseExpression(sql) };
}

/** The same tree with functions of catalogs by their whole paths. */
function withFullNames(tree: Expression, functions: UserFunctions): Expression {
  return mapTree(tree, (node) => {
    if (!('kind' in node) || node.kind !== 'FunctionCall') return node;
    const { name } = node as FunctionCall;
    const path = functions.fullPath(name.parts.map((part) => part.name));
    return path ? { ...node, name: { ...name, parts: identifiers(path, name.span) } } : node;
  });
}

/** The definition itself where no expression has become another. */
function withExpressions(
  definition: TableDefinition,
  change: (expression: WrittenExpression) => WrittenExpression,
): TableDefinition {
  let hasChanged = false;
  const changed = (before: WrittenExpression): WrittenExpression => {
    const after = change(before);
    hasChanged ||= after !== before;
    return after;
  };
  const columns = definition.columns.map((column) =>
    column.kind === 'computed' ? { ...column, expression: changed(column.expression) } : column,
  );
  const { watermark } = definition;
  const result = {
    ...definition,
    columns,
    ...(watermark && { watermark: { ...watermark, expression: changed(watermark.expression) } }),
  };
  return hasChanged ? result : definition;
}
