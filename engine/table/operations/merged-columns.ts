/** The columns that a FROM clause shows: those that USING and NATURAL merge come first, once. */

import type { Expression, ExpressionItem, FromItem, Identifier, Span } from '../parser/ast.ts';

/** A column by its name, and the columns of tables that it stands for; the first one's name is its own. */
interface ShownColumn {
  readonly name: string;
  readonly of: readonly [ExpressionItem, ...ExpressionItem[]];
}

/** A relation of FROM: the names of its columns, and how each is written out. */
interface Table {
  readonly columns: readonly string[];
  readonly items: readonly ExpressionItem[];
}

/** `tables`: the relations of `from`, in the order in which they stand there. */
export function shownColumns(from: FromItem, tables: Iterator<Table, undefined>): ExpressionItem[] {
  return layoutOf(from, tables).map(({ name, of: [first, ...others] }) => {
    if (others.length === 0) return first;
    const { span } = first;
    const expression = others.reduce<Expression>(
      (merged, other) => coalesce(merged, other.expression, span),
      first.expression,
    );
    return { kind: 'ExpressionItem', span, expression, alias: identifier(name, span) };
  });
}

function layoutOf(from: FromItem, tables: Iterator<Table, undefined>): ShownColumn[] {
  if (from.kind !== 'Join') {
    const { value } = tables.next();
    if (!value) throw new RangeError('a relation without its columns');
    const { columns, items } = value;
    return items.map((item, i) => ({ name: columns[i] ?? '', of: [item] }));
  }
  const left = layoutOf(from.left, tables);
  const right = layoutOf(from.right, tables);
  const using = from.condition?.kind === 'Using' ? from.condition.columns.map(({ name }) => name) : [];
  const shared = from.natural ? left.map(({ name }) => name) : using;
  const merged = shared.flatMap((name): ShownColumn[] => {
    const [first, second] = [left, right].map((side) => side.find((column) => column.name === name));
    return first && second ? [{ name, of: [...first.of, ...second.of] }] : [];
  });
  const taken = new Set(merged.flatMap(({ of }) => of));
  return [...merged, ...[...left, ...right].filter(({ of: [first] }) => !taken.has(first))];
}

function coalesce(left: Expression, right: Expression, span: Span): Expression {
  const name = { kind: 'ObjectPath', span, parts: [identifier('COALESCE', span)] } as const;
  return { kind: 'FunctionCall', span, name, args: [left, right], orderBy: [] };
}

function identifier(name: string, span: Span): Identifier {
  return { kind: 'Identifier', span, name };
}
