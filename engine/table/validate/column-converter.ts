/** Names in expressions: columns, fields of rows, and `*`. */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { RowField, RowType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { calciteTypeText } from '../../types/type-text.ts';
import type { ColumnPath, FieldAccess, Identifier, ObjectPath, Span, Star } from '../parser/ast.ts';
import type { Clause, ConversionContext } from './conversion-context.ts';
import type { ExpressionConverter } from './expression-converter.ts';
import type { Relation } from './scope.ts';
import { invalid, notSupported, spanOver } from './validation-error.ts';

/** A column of `*`: its name and the node that reads it. */
export interface ExpandedColumn {
  readonly name: string;
  readonly node: RexNode;
}

const MERGED_IN: ReadonlySet<Clause> = new Set<Clause>([
  'SELECT',
  'GROUP BY',
  'ORDER BY',
  'PARTITION BY',
  'FILTER',
]);

export class ColumnConverter {
  readonly #context: ConversionContext;
  readonly #expressions: ExpressionConverter;

  constructor(context: ConversionContext, expressions: ExpressionConverter) {
    this.#context = context;
    this.#expressions = expressions;
  }

  convert(path: ColumnPath): RexNode {
    const { scope, source, grouping } = this.#context;
    const constant = this.#constant(path);
    if (constant) return constant;
    const column = scope.resolve(path.parts, source);
    const field = column.relation.fields[column.field] as RowField;
    if (grouping) throw this.#invalid(path, `Expression '${pathText(path.parts)}' is not being grouped`);
    if (column.level > 0) {
      const outer = this.#context.outerColumn?.(column, field.type);
      if (!outer) {
        throw notSupported(
          source,
          path,
          `A column of an outer query ('${pathText(path.parts)}') in this place`,
        );
      }
      return this.#fields(column.inner.reduce(fieldOf, outer), path, column.consumed);
    }
    // What USING merges has a bare name in the list of SELECT and in GROUP BY alone.
    if (column.relation.expressions && !MERGED_IN.has(this.#context.clause)) {
      throw this.#invalid(path, `Column '${pathText(path.parts)}' is ambiguous`);
    }
    const node = column.inner.reduce(fieldOf, columnOf(column.relation, column.field));
    return this.#fields(node, path, column.consumed);
  }

  /** `(r).f`, `a[1].f`. */
  fieldAccess(access: FieldAccess): RexNode {
    const operand = this.#expressions.convert(access.operand);
    if (operand.type.root !== 'ROW') {
      throw this.#invalid(access, `A field is taken of a ROW, not of ${calciteTypeText(operand.type)}`);
    }
    const exact = indexOfField(operand.type, access.field.name);
    // Behind an expression, unlike in a path, the case of a name does not matter.
    const wanted = access.field.name.toUpperCase();
    const index =
      exact < 0 ? operand.type.fields.findIndex((each) => each.name.toUpperCase() === wanted) : exact;
    if (index < 0) {
      throw this.#invalid(
        access.field,
        `Cannot find field '${access.field.name}' in ${calciteTypeText(operand.type)}`,
      );
    }
    return fieldOf(operand, index);
  }

  /** `*` and `t.*`, `t.row.*`, in order. */
  expandStar(star: Star): ExpandedColumn[] {
    const { scope } = this.#context;
    const { qualifier } = star;
    if (qualifier.length === 0) {
      if (scope.relations.length === 0) throw this.#invalid(star, 'SELECT * requires a FROM clause');
      return scope.relations.flatMap((relation) => this.#expandRelation(relation, star));
    }
    const path = qualifier.map((part) => part.name);
    const relation = scope.findRelation(path);
    if (relation) return this.#expandRelation({ ...relation, hidden: new Set() }, star);
    const whole: ColumnPath = { kind: 'ColumnPath', parts: qualifier, span: spanOfParts(qualifier) };
    if (!this.#isColumn(qualifier)) throw this.#invalid(whole, `Unknown identifier '${path.join('.')}'`);
    const row = this.#expressions.convert(whole);
    if (row.type.root !== 'ROW') {
      throw this.#invalid(whole, "Not a record type. The '*' operator requires a record");
    }
    return row.type.fields.map((field, i) => ({ name: field.name, node: fieldOf(row, i) }));
  }

  // PI is called without parentheses and is no word of the grammar; a column of that name comes first.
  #constant(path: ColumnPath): RexNode | undefined {
    const [name] = path.parts;
    if (path.parts.length > 1 || name?.name.toUpperCase() !== 'PI' || this.#isColumn(path.parts))
      return undefined;
    const call: ObjectPath = { kind: 'ObjectPath', parts: path.parts, span: path.span };
    return this.#expressions.convert({
      kind: 'FunctionCall',
      name: call,
      args: [],
      orderBy: [],
      span: path.span,
    });
  }

  // The parts behind a column are fields of ROWs.
  #fields(node: RexNode, path: ColumnPath, consumed: number): RexNode {
    let result = node;
    for (const part of path.parts.slice(consumed)) {
      const index = result.type.root === 'ROW' ? indexOfField(result.type, part.name) : -1;
      if (index < 0) throw this.#noField(path, consumed, part);
      result = fieldOf(result, index);
    }
    return result;
  }

  #noField(path: ColumnPath, consumed: number, part: Identifier) {
    const { relation } = this.#context.scope.resolve(path.parts, this.#context.source);
    const rest = path.parts.slice(consumed - 1);
    return this.#invalid(
      spanOver(rest[0] ?? part, rest.at(-1) ?? part),
      `Column '${pathText(rest)}' not found in table '${relation.path.at(-1) ?? ''}'`,
    );
  }

  #isColumn(parts: readonly Identifier[]): boolean {
    try {
      this.#context.scope.resolve(parts, this.#context.source);
      return true;
    } catch {
      return false;
    }
  }

  #expandRelation(relation: Relation, star: Star): ExpandedColumn[] {
    const names = new Set<string>();
    return relation.fields.flatMap((field, i) => {
      if (relation.hidden?.has(i)) return [];
      if (names.has(field.name)) throw this.#invalid(star, `Column '${field.name}' is ambiguous`);
      names.add(field.name);
      return [{ name: field.name, node: this.#starColumn(relation, field, i, star) }];
    });
  }

  // Of a grouped query each column has to be a key, and is looked up as if it had been written out.
  #starColumn(relation: Relation, field: RowField, index: number, star: Star): RexNode {
    if (!this.#context.grouping) return columnOf(relation, index);
    const names = [...relation.path.slice(-1), field.name];
    const parts = names.map((name): Identifier => ({ kind: 'Identifier', name, span: star.span }));
    return this.#expressions.convert({ kind: 'ColumnPath', parts, span: star.span });
  }

  #invalid(at: { readonly span: Span }, message: string) {
    return invalid(this.#context.source, at, message);
  }
}

/** The node that reads a column of a relation. */
export function columnOf(relation: Relation, index: number): RexNode {
  const { type } = relation.fields[index] as RowField;
  return relation.expressions?.[index] ?? { kind: 'input', index: relation.firstInput + index, type };
}

/** Field `index` of a ROW; NULL where the ROW is. */
export function fieldOf(node: RexNode, index: number): RexNode {
  const field = (node.type as RowType).fields[index] as RowField;
  return {
    kind: 'field',
    node,
    index,
    type: withNullability(field.type, field.type.nullable || node.type.nullable),
  };
}

/** Position of a field, -1 if there is none of that name. */
export function indexOfField(type: RowType, name: string): number {
  return type.fields.findIndex((field) => field.name === name);
}

function pathText(parts: readonly Identifier[]): string {
  return parts.map((part) => part.name).join('.');
}

function spanOfParts(parts: readonly Identifier[]): Span {
  return { start: parts[0]?.span.start ?? 0, end: parts.at(-1)?.span.end ?? 0 };
}
