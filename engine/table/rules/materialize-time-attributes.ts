import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField, RowType } from '../../types/logical-type.ts';
import { isTimeAttribute, withoutAttribute } from '../../types/type-families.ts';
import { joinRowType, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, fieldOf, inputOf, rexCall, rexCast, rowTypeOf } from '../plan/rex.ts';
import { refuseTimeJoin } from './refuse-time-join.ts';

/**
 * Time attributes become plain timestamps where the semantics of time end (S-12, S-13): as operands of functions, in
 * aggregations, before regular joins. A rowtime is cast to its own type, processing time is read.
 *
 * In batch mode every join is a regular one. Window functions and plain references keep the attribute; a query's result keeps rowtimes, but not processing time.
 */
export function materializeTimeAttributes(plan: LogicalNode, isBatch = false): LogicalNode {
  return withoutProctime(mapPlan(plan, (node) => materialize(node, isBatch)));
}

function materialize(node: LogicalNode, isBatch: boolean): LogicalNode {
  switch (node.kind) {
    case 'LogicalProject': {
      const { rowType } = node.inputs[0];
      const projects = node.projects.map((project) => materializedOperands(project, rowType));
      const fields = projects.map((project, i): RowField => ({
        ...fieldOf(node.rowType, i),
        type: project.type,
      }));
      return { ...node, projects, rowType: rowTypeOf(fields) };
    }
    case 'LogicalFilter': {
      const { rowType } = node.inputs[0];
      return { ...node, condition: materializedOperands(node.condition, rowType), rowType };
    }
    case 'LogicalAggregate': {
      const used = [...node.group, ...node.calls.flatMap((call) => call.arguments)];
      const input = withPlainColumns(node.inputs[0], (column) => used.includes(column));
      const calls = node.calls.map((call) => ({
        ...call,
        argumentTypes: call.argumentTypes.map(withoutAttribute),
      }));
      return { ...node, inputs: [input], calls, rowType: plainRow(node.rowType) };
    }
    case 'LogicalJoin': {
      if (!isBatch) refuseTimeJoin(node);
      const [left, right] = node.inputs.map((input) => withPlainColumns(input, () => true));
      if (!left || !right) return node;
      const rowType = joinRowType(left.rowType, right.rowType, node.joinType);
      return { ...node, inputs: [left, right], condition: withPlainInputs(node.condition), rowType };
    }
    case 'LogicalCorrelate': {
      const [left, right] = node.inputs;
      return { ...node, rowType: joinRowType(left.rowType, right.rowType, node.joinType) };
    }
    case 'LogicalTableFunctionScan':
      return { ...node, rowType: withoutLost(node.rowType, node.inputs[0].rowType) };
    case 'LogicalWindowAggregate': {
      const fields = node.rowType.fields.map((field, i) =>
        i < node.group.length ? plainField(field) : field,
      );
      return { ...node, rowType: rowTypeOf(fields) };
    }
    default:
      return node;
  }
}

function materializedOperands(node: RexNode, input: RowType): RexNode {
  if (node.kind === 'input') {
    const isLost = !isTimeAttribute(fieldOf(input, node.index).type);
    return isLost ? { ...node, type: withoutAttribute(node.type) } : node;
  }
  if (node.kind === 'field') return { ...node, node: materializedOperands(node.node, input) };
  if (node.kind !== 'call') return node;
  const operands = node.operands.map((operand) => materialized(materializedOperands(operand, input)));
  return { ...node, operands };
}

/** What is no time attribute in the input, whose columns come first, is none here either. */
function withoutLost(rowType: RowType, input: RowType): RowType {
  const fields = rowType.fields.map((field, i) => {
    const inner = input.fields[i];
    return inner && !isTimeAttribute(inner.type) ? plainField(field) : field;
  });
  return rowTypeOf(fields);
}

function materialized(node: RexNode): RexNode {
  const { type } = node;
  if (!isTimeAttribute(type) || !('attribute' in type)) return node;
  const plain = withoutAttribute(type);
  return type.attribute === 'PROCTIME'
    ? rexCall('PROCTIME_MATERIALIZE', [node], plain)
    : rexCast(node, plain);
}

/** The input with a projection that makes plain the attributes among the columns that are asked for. */
function withPlainColumns(input: LogicalNode, isWanted: (column: number) => boolean): LogicalNode {
  const { fields } = input.rowType;
  if (!fields.some((field, i) => isWanted(i) && isTimeAttribute(field.type))) return input;
  const inner =
    input.kind === 'LogicalProject' ? input.projects : fields.map((_, i) => inputOf(input.rowType, i));
  const projects = inner.map((node, i) => (isWanted(i) ? materialized(node) : node));
  return logicalProject(
    input.kind === 'LogicalProject' ? input.inputs[0] : input,
    projects,
    fieldNames(input.rowType),
  );
}

function withPlainInputs(node: RexNode): RexNode {
  if (node.kind === 'input') return { ...node, type: withoutAttribute(node.type) };
  if (node.kind === 'call') return { ...node, operands: node.operands.map(withPlainInputs) };
  return node.kind === 'field' ? { ...node, node: withPlainInputs(node.node) } : node;
}

function plainRow(rowType: RowType): RowType {
  return rowTypeOf(rowType.fields.map(plainField));
}

function plainField(field: RowField): RowField {
  return { ...field, type: withoutAttribute<LogicalType>(field.type) };
}

function withoutProctime(plan: LogicalNode): LogicalNode {
  if (plan.kind !== 'LogicalSink') return plan;
  const [input] = plan.inputs;
  const isProctime = (column: number): boolean => {
    const { type } = fieldOf(input.rowType, column);
    return 'attribute' in type && type.attribute === 'PROCTIME';
  };
  return { ...plan, inputs: [withPlainColumns(input, isProctime)] };
}
