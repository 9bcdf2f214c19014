import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { logicalAggregate, logicalFilter, logicalJoin, logicalProject, mapPlan } from '../plan/builders.ts';
import type {
  LogicalNode,
  LogicalReplicateRows,
  LogicalSetOperation,
  NamedAggregateCall,
} from '../plan/rel-node.ts';
import { coerced } from './coerce-union-inputs.ts';
import {
  BOOLEAN,
  BOOLEAN_NOT_NULL,
  TRUE,
  conjoin,
  fieldNames,
  inputOf,
  isDeterministic,
  nullLiteral,
  rexCall,
  rexInput,
  rowTypeOf,
  uniqueNames,
} from '../plan/rex.ts';

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };
const MARKER: LogicalType = { root: 'BOOLEAN', nullable: true };

/**
 * INTERSECT is a semi-join and EXCEPT an anti-join on all columns, NULLs being equal, and DISTINCT above. With ALL, rows of both sides are
 * counted in one aggregation, and each is given as often as is right: the smaller count, or what the left side has more.
 */
export function rewriteSetOperations(plan: LogicalNode): LogicalNode {
  return mapPlan(mapPlan(plan, filteredBelow), (node) => {
    if (!isRewritten(node)) return node;
    const typed = ofOneType(node);
    if (!node.all) return joined(typed);
    return node.kind === 'LogicalIntersect' ? intersectAll(typed) : exceptAll(typed);
  });
}

function isRewritten(node: LogicalNode): node is LogicalSetOperation {
  return node.kind === 'LogicalIntersect' || node.kind === 'LogicalMinus';
}

function ofOneType(node: LogicalSetOperation): LogicalSetOperation {
  const types = node.rowType.fields.map(({ type }) => type);
  const [left, right] = node.inputs;
  return { ...node, inputs: [coerced(left, types), coerced(right, types)] };
}

/** What is asked of the rows that both sides have is asked of each side: equal rows pass, or fail, together. */
function filteredBelow(node: LogicalNode): LogicalNode {
  if (node.kind !== 'LogicalFilter' || !isDeterministic(node.condition)) return node;
  const [operation] = node.inputs;
  if (!isRewritten(operation)) return node;
  const typed = ofOneType(operation);
  const [left, right] = typed.inputs;
  const filtered = (input: LogicalNode): LogicalNode => filteredBelow(logicalFilter(input, node.condition));
  return { ...typed, inputs: [filtered(left), filtered(right)] };
}

/** How many operations will give rows as often as counts say: Flink makes a correlation for each. */
export function countReplications(node: LogicalNode): number {
  const own = (node.kind === 'LogicalIntersect' || node.kind === 'LogicalMinus') && node.all ? 1 : 0;
  return node.inputs.reduce((sum, input) => sum + countReplications(input), own);
}

function joined(node: LogicalSetOperation): LogicalNode {
  const [left, right] = node.inputs;
  const width = left.rowType.fields.length;
  const equal = left.rowType.fields.map((field, i) => {
    const other = right.rowType.fields[i] as RowField;
    const operands = [rexInput(i, field.type), rexInput(width + i, other.type)];
    if (!field.type.nullable && !other.type.nullable) return rexCall('=', operands, BOOLEAN_NOT_NULL);
    // Flink's builder of joins knows the long form as a whole condition alone.
    return width === 1
      ? rexCall('IS NOT DISTINCT FROM', operands, BOOLEAN_NOT_NULL)
      : equalOrBothNull(operands);
  });
  const joinType = node.kind === 'LogicalIntersect' ? 'SEMI' : 'ANTI';
  const join = logicalJoin(left, right, joinType, conjoin(equal));
  return logicalAggregate(
    join,
    left.rowType.fields.map((_, i) => i),
    [],
  );
}

function equalOrBothNull(operands: readonly RexNode[]): RexNode {
  const tests = operands.map((operand) => rexCall('IS NULL', [operand], BOOLEAN_NOT_NULL));
  return rexCall('OR', [rexCall('=', operands, BOOLEAN), conjoin(tests)], BOOLEAN);
}

function exceptAll(node: LogicalSetOperation): LogicalNode {
  const [left, right] = node.inputs;
  const width = node.rowType.fields.length;
  const one = (value: string): RexNode => ({ kind: 'literal', value, type: BIGINT });
  const union = unionOf(node, [
    marked(left, [one('1')], ['vcol_marker']),
    marked(right, [one('-1')], ['vcol_marker']),
  ]);
  const sum: NamedAggregateCall = {
    name: 'sum_vcol_marker',
    function: 'SUM',
    arguments: [width],
    argumentTypes: [BIGINT],
    distinct: false,
    filter: -1,
    type: BIGINT,
  };
  const summed = logicalAggregate(union, [...Array(width).keys()], [sum]);
  const count = rexInput(width, BIGINT);
  const zero: RexNode = { kind: 'literal', value: '0', type: BIGINT };
  const kept = logicalFilter(summed, rexCall('>', [count, zero], BOOLEAN_NOT_NULL));
  return replicated(node, kept, count, 'sum_vcol_marker');
}

function intersectAll(node: LogicalSetOperation): LogicalNode {
  const [left, right] = node.inputs;
  const width = node.rowType.fields.length;
  const names = ['vcol_left_marker', 'vcol_right_marker'];
  const [set, absent] = [{ ...TRUE, type: MARKER }, nullLiteral(MARKER)];
  const union = unionOf(node, [marked(left, [set, absent], names), marked(right, [absent, set], names)]);
  const counts = ['vcol_left_cnt', 'vcol_right_cnt'].map((name, i): NamedAggregateCall => ({
    name,
    function: 'COUNT',
    arguments: [width + i],
    argumentTypes: [MARKER],
    distinct: false,
    filter: -1,
    type: BIGINT,
  }));
  const counted = logicalAggregate(union, [...Array(width).keys()], counts);
  const [a, b] = [rexInput(width, BIGINT), rexInput(width + 1, BIGINT)];
  const one: RexNode = { kind: 'literal', value: '1', type: BIGINT };
  const both = [a, b].map((each) => rexCall('>=', [each, one], BOOLEAN_NOT_NULL));
  const kept = logicalFilter(counted, conjoin(both));
  const smaller = rexCall('IF', [rexCall('>', [a, b], BOOLEAN_NOT_NULL), b, a], BIGINT);
  return replicated(node, kept, smaller, '$f0');
}

function unionOf({ rowType }: LogicalSetOperation, inputs: readonly LogicalNode[]): LogicalNode {
  const markers = inputs[0]?.rowType.fields.slice(rowType.fields.length) ?? [];
  return { kind: 'LogicalUnion', inputs, all: true, rowType: rowTypeOf([...rowType.fields, ...markers]) };
}

function marked(input: LogicalNode, markers: readonly RexNode[], names: readonly string[]): LogicalNode {
  const columns = input.rowType.fields.map((_, i) => inputOf(input.rowType, i));
  return logicalProject(input, [...columns, ...markers], [...fieldNames(input.rowType), ...names]);
}

function replicated(
  { rowType }: LogicalSetOperation,
  input: LogicalNode,
  count: RexNode,
  name: string,
): LogicalNode {
  const width = rowType.fields.length;
  const columns = rowType.fields.map((_, i) => inputOf(input.rowType, i));
  const counted = logicalProject(input, [count, ...columns], [name, ...fieldNames(rowType)]);
  const fields = [...counted.rowType.fields, ...counted.rowType.fields.slice(1)];
  const names = uniqueNames(fields.map((field) => field.name));
  const rows: LogicalReplicateRows = {
    kind: 'LogicalReplicateRows',
    inputs: [counted],
    rowType: rowTypeOf(fields.map((field, i) => ({ ...field, name: names[i] as string }))),
  };
  return logicalProject(
    rows,
    rowType.fields.map((_, i) => inputOf(rows.rowType, width + 1 + i)),
    fieldNames(rowType),
  );
}
