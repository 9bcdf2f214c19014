import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { withNullability } from '../../types/type-families.ts';
import { arithmetic, arithmeticCasts } from '../functions/numeric-results.ts';
import { logicalAggregate, logicalJoin, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalJoin, LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  conjoin,
  fieldNames,
  fieldOf,
  inputOf,
  isTrue,
  moveInputs,
  rexCall,
  rexCast,
  sameRex,
  usedInputs,
} from '../plan/rex.ts';
import { coerce } from '../validate/coercion.ts';
import { joinKeys } from './join-keys.ts';
import { isPlaceName } from './name-results.ts';
import { BIGINT, callsOnce, count } from './subquery-aggregates.ts';
import { areColumnsUnique } from './unique-keys.ts';

/**
 * The sides of a join are aggregated before they are joined, and what they give is multiplied (Flink's FlinkAggregateJoinTransposeRule).
 *
 * Of the plans that Flink compares by cost this is the cheaper one where every row meets every row, and where rows of constants are joined by
 * what they are grouped by. It is for streams alone: there a side without rows gives no row, and so nothing is joined with it. A side of which
 * nothing is asked stays as it is: Flink takes it for one row, though it may have none.
 */
export function pushAggregatesIntoJoins(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalAggregate' ? (pushed(node) ?? node) : node));
}

const SPLITTABLE: ReadonlySet<string> = new Set(['COUNT', 'SUM', 'SUM0', 'MIN', 'MAX']);

/** One side of the join, aggregated by the keys below; its columns are these keys, then the results. */
interface Side {
  readonly node: LogicalNode;
  /** Where the part of each call that this side knows is; undefined: nowhere. */
  readonly totals: readonly (number | undefined)[];
  /** No two of its rows agree in the keys: there is nothing to aggregate. */
  readonly isUnique: boolean;
}

/** Undefined: it stays above. */
function pushed(node: LogicalAggregate): LogicalNode | undefined {
  const aggregate = pastProjection(node);
  const join = aggregate?.inputs[0];
  if (!aggregate || join?.kind !== 'LogicalJoin' || !isPushable(aggregate, join)) return undefined;
  const [oldLeft, oldRight] = join.inputs;
  const width = oldLeft.rowType.fields.length;
  const keys = [...new Set([...aggregate.group, ...usedInputs([join.condition])])].sort((a, b) => a - b);
  const ofLeft = keys.filter((key) => key < width);
  const left = sideOf(aggregate, oldLeft, ofLeft, 0);
  const right = sideOf(aggregate, oldRight, keys.slice(ofLeft.length), width);
  if (!left || !right || (left.isUnique && right.isUnique)) return undefined;

  const newWidth = left.node.rowType.fields.length;
  const place = (key: number): number => {
    const at = keys.indexOf(key);
    return key < width ? at : newWidth + at - ofLeft.length;
  };
  const joined = logicalJoin(left.node, right.node, 'INNER', moveInputs(join.condition, place));
  const columns: RexNode[] = joined.rowType.fields.map((_, i) => inputOf(joined.rowType, i));
  const results = aggregate.calls.map((call, i) => {
    const totals = [left.totals[i], moved(right.totals[i], newWidth)].filter((each) => each !== undefined);
    const total = product(totals.map((column) => columns[column] as RexNode));
    const whole = call.function === 'SUM' ? ofType(total, call.type) : total;
    const known = columns.findIndex((each) => sameRex(each, whole));
    return known >= 0 ? known : columns.push(whole) - 1;
  });
  const names = fieldNames(joined.rowType);
  const given = [...aggregate.group.map(place), ...results];
  return logicalProject(
    joined,
    given.map((column, i) => ofType(columns[column] as RexNode, fieldOf(aggregate.rowType, i).type)),
    given.map((column) => names[column] ?? `$f${column}`),
  );
}

function moved(column: number | undefined, by: number): number | undefined {
  return column === undefined ? undefined : column + by;
}

/** The aggregation straight above what a projection of columns below it reads. */
function pastProjection(node: LogicalAggregate): LogicalAggregate | undefined {
  const [input] = node.inputs;
  if (input.kind !== 'LogicalProject') return node;
  const at = (column: number): number => {
    const project = input.projects[column];
    return project?.kind === 'input' ? project.index : -1;
  };
  const group = node.group.map(at);
  const calls = node.calls.map((call) => ({ ...call, arguments: call.arguments.map(at) }));
  if ([...group, ...calls.flatMap((call) => call.arguments)].includes(-1)) return undefined;
  if (new Set(group).size < group.length) return undefined;
  return { ...node, inputs: [input.inputs[0]], group, calls };
}

function isPushable(
  { groupSets, partialFinalType, group, calls }: LogicalAggregate,
  join: LogicalJoin,
): boolean {
  const isSplittable = calls.every(
    (call) => SPLITTABLE.has(call.function) && !call.distinct && call.filter < 0 && !call.order,
  );
  if (groupSets || partialFinalType || !isSplittable || join.joinType !== 'INNER' || join.hints) return false;
  if (isTrue(join.condition)) return true;
  if (!join.inputs.every(isOfConstants)) return false;
  const width = join.inputs[0].rowType.fields.length;
  const { leftKeys, rightKeys, residual } = joinKeys(join.condition, width);
  const isKnown = (key: number): boolean => group.includes(key);
  return !residual && leftKeys.every((key, i) => isKnown(key) || isKnown((rightKeys[i] as number) + width));
}

/** Rows of constants, whatever is computed of them. */
function isOfConstants(node: LogicalNode): boolean {
  if (node.kind === 'LogicalValues') return true;
  return (node.kind === 'LogicalProject' || node.kind === 'LogicalFilter') && isOfConstants(node.inputs[0]);
}

/** The side of a join whose columns begin at `first`; undefined where nothing is asked of it. */
function sideOf(
  aggregate: LogicalAggregate,
  input: LogicalNode,
  keys: readonly number[],
  first: number,
): Side | undefined {
  const group = keys.map((key) => key - first);
  const end = first + input.rowType.fields.length;
  const isOwn = ({ arguments: read }: NamedAggregateCall): boolean =>
    read.every((column) => column >= first && column < end);
  const own = (call: NamedAggregateCall): NamedAggregateCall => ({
    ...call,
    arguments: call.arguments.map((column) => column - first),
  });
  if (areColumnsUnique(input, group)) {
    const projects: RexNode[] = group.map((key) => inputOf(input.rowType, key));
    const totals = aggregate.calls.map((call) => {
      if (call.arguments.length === 0 || !isOwn(call)) return undefined;
      const value = ofType(ofOneRow(own(call), input), call.type);
      const known = projects.findIndex((each) => sameRex(each, value));
      return known >= 0 ? known : projects.push(value) - 1;
    });
    if (projects.length === 0) return undefined;
    const names = projects.map((each, i) =>
      each.kind === 'input' ? fieldOf(input.rowType, each.index).name : `$f${i}`,
    );
    return { node: logicalProject(input, projects, names), totals, isUnique: true };
  }
  const split = aggregate.calls.map((call) =>
    isOwn(call) ? own(call) : call.function === 'MIN' || call.function === 'MAX' ? undefined : count('', []),
  );
  const calls = split.filter((call) => call !== undefined);
  if (group.length + calls.length === 0) return undefined;
  const { once, places } = callsOnce(calls);
  const named = once.map((call, i) =>
    call.name === '' || isPlaceName(call.name) ? { ...call, name: `$f${group.length + i}` } : call,
  );
  const node = { ...logicalAggregate(input, group, named), keepsInput: true as const };
  let next = 0;
  const totals = split.map((call) => (call ? group.length + (places[next++] as number) : undefined));
  return { node: pushed(node) ?? node, totals, isUnique: false };
}

/** What a call gives for a single row. */
function ofOneRow(
  { function: name, arguments: read, type }: NamedAggregateCall,
  input: LogicalNode,
): RexNode {
  const columns = read.map((column) => inputOf(input.rowType, column));
  if (name !== 'COUNT') return columns[0] as RexNode;
  const number = (value: number): RexNode => ({ kind: 'literal', value, type });
  const set = columns
    .filter((column) => column.type.nullable)
    .map((column) => rexCall('IS NOT NULL', [column], BOOLEAN_NOT_NULL));
  return set.length === 0 ? number(1) : rexCall('CASE', [conjoin(set), number(1), number(0)], BIGINT);
}

function product(factors: readonly RexNode[]): RexNode {
  const [first, second] = factors;
  if (!first || !second) return first as RexNode;
  const site = { operands: [first, second], isKeyed: false, hasFilter: false };
  const casts = arithmeticCasts(site);
  const operands = site.operands.map((each, i) => coerce(each, casts[i] ?? each.type, 'implicit'));
  return rexCall('*', operands, arithmetic('*')(site));
}

function ofType(node: RexNode, type: LogicalType): RexNode {
  return typesEqualSansNullability(node.type, type)
    ? node
    : rexCast(node, withNullability(type, node.type.nullable));
}
