import type { RexNode } from '../../expressions/rex-node.ts';
import type { RowField } from '../../types/logical-type.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { findFunction } from '../functions/functions.ts';
import type { Identifier, Query, TableAlias } from '../parser/ast.ts';
import { checkCall } from '../validate/function-call.ts';
import type { Relation } from '../validate/scope.ts';
import { invalid } from '../validate/validation-error.ts';
import { logicalProject } from './builders.ts';
import type { LogicalNode } from './rel-node.ts';
import { fieldNames, inputOf, rexCall, rowTypeOf } from './rex.ts';

/** A piece of FROM: its plan, and by which names its columns go. */
export interface RelationPlan {
  readonly node: LogicalNode;
  readonly relations: readonly PlannedRelation[];
}

/** `merged`: a relation of one column, the first value that is not NULL of these input columns (USING, NATURAL). */
export interface PlannedRelation extends Relation {
  readonly merged?: readonly number[];
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
  const renamed = namedColumns({ node, fields }, alias.columns, alias, source);
  return {
    node: renamed.node,
    relations: [{ path: [alias.name.name], fields: renamed.fields, firstInput: 0 }],
  };
}

/** Other names by which a query calls the columns of a plan, which keeps its own; none: as they are. */
export function namedColumns(
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
  return { node, fields: renamed };
}

/** The plan with other names for all its columns. */
export function renamedColumns(
  plan: QueryPlan,
  columns: readonly Identifier[],
  at: Identifier | TableAlias,
  source: string,
): QueryPlan {
  const { node, fields } = namedColumns(plan, columns, at, source);
  const names = fields.map(({ name }) => name);
  if (node.kind === 'LogicalProject')
    return { node: logicalProject(node.inputs[0], node.projects, names), fields };
  if (fieldNames(node.rowType).join('\0') === names.join('\0')) return { node, fields };
  const projects = fields.map((_, i) => inputOf(node.rowType, i));
  return { node: logicalProject(node, projects, names), fields };
}

/** VALUES of one column under an alias without columns: the column goes by the alias. */
export function namedAfterTable(plan: QueryPlan, query: Query, alias: TableAlias | undefined): QueryPlan {
  const isPlain = query.orderBy.length === 0 && !query.limit && !query.offset && query.with.length === 0;
  if (query.body.kind !== 'Values' || !isPlain || !alias || alias.columns.length > 0) return plan;
  const [field, ...others] = plan.fields;
  if (!field || others.length > 0) return plan;
  return { ...plan, fields: [{ ...field, name: alias.name.name }] };
}

/** Relations side by side, as in a join whose row has the columns of both. */
export function sideBySide(
  left: readonly PlannedRelation[],
  right: readonly PlannedRelation[],
  fields: readonly RowField[],
  leftWidth: number,
): PlannedRelation[] {
  // Types come from the joined row: an outer join makes columns nullable.
  const retyped = (relation: PlannedRelation, by: number): PlannedRelation => {
    const [field] = relation.fields;
    if (relation.merged && field) {
      const merged = relation.merged.map((index) => index + by);
      return { ...relation, ...mergedColumn(field.name, merged, fields) };
    }
    return {
      ...relation,
      firstInput: relation.firstInput + by,
      fields: relation.fields.map((each, i) => ({
        ...each,
        type: fields[relation.firstInput + by + i]?.type ?? each.type,
      })),
    };
  };
  return [
    ...left.map((relation) => retyped(relation, 0)),
    ...right.map((relation) => retyped(relation, leftWidth)),
  ];
}

/** The one column that USING makes of several: `COALESCE(COALESCE(a.k, b.k), c.k)`. `fields` are those of the joined row. */
export function mergedColumn(
  name: string,
  columns: readonly number[],
  fields: readonly RowField[],
): PlannedRelation {
  const inputs = columns.map((index) => inputOf(rowTypeOf(fields), index) as RexNode);
  const node = inputs.reduce((merged, input) => coalesce(merged, input));
  // Below zero it is no other column's place.
  const firstInput = -1 - (columns[0] ?? 0);
  return { path: [], fields: [{ name, type: node.type }], firstInput, merged: columns, expressions: [node] };
}

/** Behind a join without USING the bare name of a merged column is ambiguous, as in Calcite, which looks for it in the last join. */
export function ofStarAlone(relation: PlannedRelation): PlannedRelation {
  return relation.merged ? { ...relation, isOfStarAlone: true } : relation;
}

function coalesce(left: RexNode, right: RexNode): RexNode {
  const definition = findFunction('COALESCE') as FunctionDefinition;
  const site = { operands: [left, right], isKeyed: false, hasFilter: false };
  const place = { source: '', call: { span: { start: 0, end: 0 } }, operands: [] };
  const { operands, type } = checkCall(definition, site, place);
  return rexCall('COALESCE', operands, type);
}
