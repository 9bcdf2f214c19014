import type { RexNode } from '../../expressions/rex-node.ts';
import type { RowField, RowType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { mapShared } from './map-shared.ts';
import type {
  JoinType,
  LogicalCorrelate,
  LogicalFilter,
  LogicalJoin,
  LogicalNode,
  LogicalProject,
  NamedAggregateCall,
  LogicalAggregate,
} from './rel-node.ts';
import { fieldNames, fieldOf, isTrue, rowTypeOf, uniqueNames } from './rex.ts';

/** Nodes of the logical plan with their row types worked out. */

export function logicalProject(
  input: LogicalNode,
  projects: readonly RexNode[],
  names: readonly string[],
): LogicalProject {
  const unique = uniqueNames(names);
  const fields = projects.map((node, i): RowField => ({ name: unique[i] as string, type: node.type }));
  return { kind: 'LogicalProject', inputs: [input], projects, rowType: rowTypeOf(fields) };
}

/**
 * Calcite's RelBuilder.projectNamed: of all columns as they are none is made, but projections and rows of constants take the names themselves.
 */
export function projectNamed(
  input: LogicalNode,
  projects: readonly RexNode[],
  names: readonly string[],
): LogicalNode {
  const { fields } = input.rowType;
  const isIdentity =
    projects.length === fields.length &&
    projects.every((node, i) => node.kind === 'input' && node.index === i);
  if (!isIdentity) return logicalProject(input, projects, names);
  if (input.kind === 'LogicalProject') return logicalProject(input.inputs[0], input.projects, names);
  if (input.kind !== 'LogicalValues') return input;
  return { ...input, rowType: rowTypeOf(fields.map(({ type }, i) => ({ type, name: names[i] as string }))) };
}

/** The input itself where the condition is TRUE. */
export function logicalFilter(input: LogicalNode, condition: RexNode): LogicalNode {
  if (isTrue(condition)) return input;
  const filter: LogicalFilter = { kind: 'LogicalFilter', inputs: [input], condition, rowType: input.rowType };
  return filter;
}

export function logicalAggregate(
  input: LogicalNode,
  group: readonly number[],
  calls: readonly NamedAggregateCall[],
  groupSets?: readonly (readonly number[])[],
): LogicalAggregate {
  const isPartial = (index: number): boolean => groupSets?.some((set) => !set.includes(index)) ?? false;
  const keys = group.map((index): RowField => {
    const field = fieldOf(input.rowType, index);
    return isPartial(index) ? { ...field, type: withNullability(field.type, true) } : field;
  });
  const names = aggregateNames(
    keys.map((key) => key.name),
    calls,
  );
  const types = [...keys.map((key) => key.type), ...calls.map((call) => call.type)];
  const fields = types.map((type, i): RowField => ({ name: names[i] as string, type }));
  const rowType = rowTypeOf(fields);
  return {
    kind: 'LogicalAggregate',
    inputs: [input],
    group,
    ...(groupSets && { groupSets }),
    calls,
    rowType,
  };
}

/** Columns of an aggregation: a result of a name that is taken is `n_0`, the next one `n_1`. */
export function aggregateNames(keys: readonly string[], calls: readonly NamedAggregateCall[]): string[] {
  const names = uniqueNames(keys);
  for (const { name } of calls) {
    let own = name;
    for (let i = 0; names.includes(own); i++) own = `${name}_${i}`;
    names.push(own);
  }
  return names;
}

export function logicalJoin(
  left: LogicalNode,
  right: LogicalNode,
  joinType: JoinType,
  condition: RexNode,
): LogicalJoin {
  const rowType = joinRowType(left.rowType, right.rowType, joinType);
  return { kind: 'LogicalJoin', inputs: [left, right], joinType, condition, rowType };
}

export function logicalCorrelate(
  left: LogicalNode,
  right: LogicalNode,
  joinType: LogicalCorrelate['joinType'],
): LogicalCorrelate {
  const rowType = joinRowType(left.rowType, right.rowType, joinType);
  return { kind: 'LogicalCorrelate', inputs: [left, right], joinType, rowType };
}

/** Left columns, then right ones under names of their own; the side that an outer join pads is nullable. */
export function joinRowType(left: RowType, right: RowType, joinType: JoinType): RowType {
  if (joinType === 'SEMI' || joinType === 'ANTI') return left;
  const padsLeft = joinType === 'RIGHT' || joinType === 'FULL';
  const padsRight = joinType === 'LEFT' || joinType === 'FULL';
  const names = uniqueNames([...fieldNames(left), ...fieldNames(right)]);
  const typed = ({ type }: RowField, isPadded: boolean): RowField['type'] =>
    isPadded ? withNullability(type, true) : type;
  const types = [
    ...left.fields.map((field) => typed(field, padsLeft)),
    ...right.fields.map((field) => typed(field, padsRight)),
  ];
  return rowTypeOf(types.map((type, i) => ({ name: names[i] as string, type })));
}

/** The same node over other inputs of the same types. */
export function withInputs<N extends { readonly inputs: readonly unknown[] }>(
  node: N,
  inputs: N['inputs'],
): N {
  const isSame = inputs.every((input, i) => input === node.inputs[i]);
  return isSame ? node : { ...node, inputs };
}

/** Rebuilds a plan from its leaves up. */
export function mapPlan(node: LogicalNode, rewrite: (node: LogicalNode) => LogicalNode): LogicalNode {
  const inputs = mapShared<LogicalNode>(node.inputs, (input) => mapPlan(input, rewrite));
  return rewrite(inputs === node.inputs ? node : ({ ...node, inputs } as LogicalNode));
}
