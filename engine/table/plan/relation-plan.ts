import type { RowField } from '../../types/logical-type.ts';
import type { Identifier, TableAlias } from '../parser/ast.ts';
import type { Relation } from '../validate/scope.ts';
import { invalid } from '../validate/validation-error.ts';
import { logicalProject } from './builders.ts';
import type { LogicalNode } from './rel-node.ts';
import { inputOf, rowTypeOf } from './rex.ts';

/** A piece of FROM: its plan, and by which names its columns go. */
export interface RelationPlan {
  readonly node: LogicalNode;
  readonly relations: readonly Relation[];
}

/** A query: its plan, and its columns with the names that the query gives them, which need not be unique. */
export interface QueryPlan {
  readonly node: LogicalNode;
  readonly fields: readonly RowField[];
}

/** One relation over a whole plan. */
export function relationOf(
  { node, fields }: QueryPlan,
  path: readonly string[],
  alias: TableAlias | undefined,
  source: string,
): RelationPlan {
  if (!alias) return { node, relations: [{ path, fields, firstInput: 0 }] };
  const renamed = renamedColumns({ node, fields }, alias.columns, alias, source);
  return {
    node: renamed.node,
    relations: [{ path: [alias.name.name], fields: renamed.fields, firstInput: 0 }],
  };
}

/** The plan with other names for all its columns; none: as they are. */
export function renamedColumns(
  plan: QueryPlan,
  columns: readonly Identifier[],
  at: Identifier | TableAlias,
  source: string,
): QueryPlan {
  if (columns.length === 0) return plan;
  const { node, fields } = plan;
  if (columns.length !== fields.length) {
    const table = `(${fields.map((field) => `'${field.name}'`).join(', ')})`;
    throw invalid(
      source,
      at,
      `List of column aliases must have same degree as table; table has ${fields.length} columns ${table}, whereas alias list has ${columns.length} columns`,
    );
  }
  const names = columns.map((column) => column.name);
  const renamed = fields.map((field, i): RowField => ({ ...field, name: names[i] as string }));
  // Rows of constants take the names themselves.
  if (node.kind === 'LogicalValues')
    return { node: { ...node, rowType: rowTypeOf(renamed) }, fields: renamed };
  if (node.kind === 'LogicalProject') {
    return { node: logicalProject(node.inputs[0], node.projects, names), fields: renamed };
  }
  const projects = fields.map((_, i) => inputOf(node.rowType, i));
  return { node: logicalProject(node, projects, names), fields: renamed };
}

/** Relations side by side, as in a join whose row has the columns of both. */
export function sideBySide(
  left: readonly Relation[],
  right: readonly Relation[],
  fields: readonly RowField[],
  leftWidth: number,
): Relation[] {
  // Types come from the joined row: an outer join makes columns nullable.
  const retyped = (relation: Relation, by: number): Relation => ({
    ...relation,
    firstInput: relation.firstInput + by,
    fields: relation.fields.map((field, i) => ({
      ...field,
      type: fields[relation.firstInput + by + i]?.type ?? field.type,
    })),
  });
  return [
    ...left.map((relation) => retyped(relation, 0)),
    ...right.map((relation) => retyped(relation, leftWidth)),
  ];
}
