import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { logicalAggregate, logicalProject } from '../plan/builders.ts';
import type { LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import { fieldOf, inputOf, rexInput } from '../plan/rex.ts';
import { uniqueKeys } from './unique-keys.ts';

/** Aggregations that the values of sub-queries are made of: counts, extremes, the one row. Names are Calcite's. */

export const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };

/** How many rows there are, and how many of them without NULL: counted once where that is the same. */
export function withCounts(plan: LogicalNode): LogicalNode {
  const columns = plan.rowType.fields.flatMap(({ type }, i) => (type.nullable ? [i] : []));
  const [all, set] = [count('c', []), count('ck', columns, plan)];
  if (set.arguments.length > 0) return logicalAggregate(plan, [], [all, set]);
  const counted = logicalAggregate(plan, [], [all]);
  return logicalProject(counted, [rexInput(0, BIGINT), rexInput(0, BIGINT)], ['c', 'ck']);
}

/** Calls that are the same once, and which of these each call is. */
export function callsOnce(calls: readonly NamedAggregateCall[]): {
  readonly once: readonly NamedAggregateCall[];
  readonly places: readonly number[];
} {
  const same = (a: NamedAggregateCall, b: NamedAggregateCall): boolean =>
    a.function === b.function &&
    a.written === b.written &&
    a.distinct === b.distinct &&
    a.arguments.join() === b.arguments.join();
  const once = calls.filter((call, i) => calls.findIndex((each) => same(each, call)) === i);
  return { once, places: calls.map((call) => once.findIndex((each) => same(each, call))) };
}

/** An aggregation without keys whose calls that are the same are made once. */
export function countedOnce(plan: LogicalNode, calls: readonly NamedAggregateCall[]): LogicalNode {
  const { once, places } = callsOnce(calls);
  const aggregate = logicalAggregate(plan, [], once);
  if (once.length === calls.length) return aggregate;
  return logicalProject(
    aggregate,
    places.map((place) => inputOf(aggregate.rowType, place)),
    calls.map((call) => call.name),
  );
}

export function extremeOf(plan: LogicalNode, function_: 'MIN' | 'MAX'): NamedAggregateCall {
  const { type } = fieldOf(plan.rowType, 0);
  return {
    name: 'm',
    function: function_,
    arguments: [0],
    argumentTypes: [type],
    distinct: false,
    filter: -1,
    type: withNullability(type, true),
  };
}

/** The plan with one row at most: as it is, or by an aggregation that fails for more. Of a projection Flink does not know it. */
export function atMostOne(plan: LogicalNode): LogicalNode {
  if (plan.kind !== 'LogicalProject' && uniqueKeys(plan).some((key) => key.length === 0)) return plan;
  if (plan.kind === 'LogicalSort' && plan.fetch === 1) return plan;
  return logicalAggregate(plan, [], [singleValue(plan, 0)]);
}

export function singleValue(plan: LogicalNode, column: number): NamedAggregateCall {
  const { type } = fieldOf(plan.rowType, column);
  return {
    name: `$f${column}`,
    function: 'SINGLE_VALUE',
    arguments: [column],
    argumentTypes: [type],
    distinct: false,
    filter: -1,
    type: withNullability(type, true),
  };
}

/** How many values there are. */
export function countDistinct(name: string, column: number, plan: LogicalNode): NamedAggregateCall {
  const { type } = fieldOf(plan.rowType, column);
  return {
    name,
    function: 'COUNT',
    arguments: [column],
    argumentTypes: [type],
    distinct: true,
    filter: -1,
    type: BIGINT,
  };
}

export function count(name: string, columns: readonly number[], plan?: LogicalNode): NamedAggregateCall {
  const types = columns.map((column) => fieldOf((plan as LogicalNode).rowType, column).type);
  const isOfRows = types.every((type) => !type.nullable);
  return {
    name,
    function: 'COUNT',
    arguments: isOfRows ? [] : columns,
    argumentTypes: isOfRows ? [] : types,
    distinct: false,
    filter: -1,
    type: BIGINT,
  };
}
