import { aggregateNames, mapPlan } from '../plan/builders.ts';
import type { LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import { rowTypeOf } from '../plan/rex.ts';

/** Results of aggregates that the query gives no name (`agg#0` in the syntax tree) are `$f1`, by their place. */
export function nameResults(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate' || !node.calls.some(({ name }) => isUnnamed(name))) return node;
    const { group } = node;
    const calls = node.calls.map((call, i) =>
      isUnnamed(call.name) ? { ...call, name: `$f${group.length + i}` } : call,
    );
    const keys = node.rowType.fields.slice(0, group.length).map((field) => field.name);
    const names = aggregateNames(keys, calls);
    const fields = node.rowType.fields.map((field, i) => ({ ...field, name: names[i] as string }));
    return { ...node, calls, rowType: rowTypeOf(fields) };
  });
}

/** Whether a name was made for an aggregate that the query gives none. */
export function isUnnamed(name: string): boolean {
  return name.startsWith('agg#');
}

/** Whether the name of a result is the one by its place, which another place makes another one. */
export function isPlaceName(name: string): boolean {
  return /^\$f\d+$/.test(name);
}

/** The calls of an aggregation whose first result is the column `first`, those without a name named by their place. */
export function namedByPlace(calls: readonly NamedAggregateCall[], first: number): NamedAggregateCall[] {
  return calls.map((call, i) => (isPlaceName(call.name) ? { ...call, name: `$f${first + i}` } : call));
}
