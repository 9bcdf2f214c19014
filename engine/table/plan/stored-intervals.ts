import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { sameUnits } from '../../types/type-equality.ts';
import { castTo } from '../validate/coercion.ts';
import { logicalProject } from './builders.ts';
import type { QueryPlan } from './relation-plan.ts';
import { fieldNames, inputOf, isLiteral } from './rex.ts';

/**
 * A view's plan with the types that its schema has: a schema knows two kinds of intervals, DAY TO SECOND and YEAR TO MONTH, and what a query
 * gave other units is cast to them.
 */
export function withStoredIntervals(plan: QueryPlan): QueryPlan {
  const types = plan.fields.map(({ type }) => stored(type));
  if (plan.fields.every(({ type }, i) => sameUnits(type, types[i] as LogicalType))) return plan;
  const { node } = plan;
  const columns =
    node.kind === 'LogicalProject'
      ? node.projects
      : node.rowType.fields.map((_, i) => inputOf(node.rowType, i));
  const projects = columns.map((column, i) => inType(column, types[i] as LogicalType));
  const input = node.kind === 'LogicalProject' ? node.inputs[0] : node;
  return {
    node: logicalProject(input, projects, fieldNames(node.rowType)),
    fields: plan.fields.map((field, i): RowField => ({ ...field, type: types[i] as LogicalType })),
  };
}

function inType(column: RexNode, type: LogicalType): RexNode {
  if (sameUnits(column.type, type)) return column;
  return isLiteral(column) ? { ...column, type } : castTo(column, type, 'visible');
}

function stored(type: LogicalType): LogicalType {
  switch (type.root) {
    case 'INTERVAL_DAY_TIME':
      return { ...type, units: 'DAY TO SECOND' };
    case 'INTERVAL_YEAR_MONTH':
      return { ...type, units: 'YEAR TO MONTH' };
    case 'ARRAY':
    case 'MULTISET':
      return { ...type, element: stored(type.element) };
    case 'MAP':
      return { ...type, key: stored(type.key), value: stored(type.value) };
    case 'ROW':
      return { ...type, fields: type.fields.map((field) => ({ ...field, type: stored(field.type) })) };
    default:
      return type;
  }
}
