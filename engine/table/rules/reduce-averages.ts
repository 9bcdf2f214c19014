import type { RexNode } from '../../expressions/rex-node.ts';
import { isInteger, withNullability } from '../../types/type-families.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import { BOOLEAN_NOT_NULL, fieldNames, inputOf, nullLiteral, rexCall, rexCast } from '../plan/rex.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';

/**
 * AVG, SUM and COUNT of one integer column are computed from one sum and one count. As in Flink, the average then comes from the sum as
 * it wraps (S-55), which is why this is no optimization that could be left out.
 */
export function reduceAverages(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalAggregate' ? (reduced(node) ?? node) : node));
}

function reduced(node: LogicalAggregate): LogicalNode | undefined {
  const average = node.calls.find((call) => call.function === 'AVG' && isReducible(call, node.calls));
  if (!average) return undefined;
  const isFamily = (call: NamedAggregateCall): boolean =>
    isSameInput(call, average) && FAMILY.has(call.function);
  const width = node.group.length;
  const count = node.calls.find((call) => isFamily(call) && call.function === 'COUNT') as NamedAggregateCall;
  const sum = node.calls.find((call) => isFamily(call) && call.function === 'SUM') as NamedAggregateCall;
  const calls: NamedAggregateCall[] = [];
  const places = new Map<NamedAggregateCall, number>();
  const add = (call: NamedAggregateCall): number => calls.push({ ...call, name: call.name }) - 1;
  for (const call of node.calls) {
    if (!isFamily(call)) places.set(call, add(call));
    else if (!places.has(sum)) {
      places.set(
        sum,
        add({
          ...sum,
          function: 'SUM0',
          name: `$f${width + calls.length}`,
          type: withNullability(sum.type, false),
        }),
      );
      places.set(count, add({ ...count, name: `$f${width + calls.length}` }));
    }
  }
  const aggregate = logicalAggregate(node.inputs[0], node.group, calls);
  const result = (call: NamedAggregateCall): RexNode =>
    inputOf(aggregate.rowType, width + (places.get(call) as number));
  const total = (): RexNode => {
    const zero: RexNode = { kind: 'literal', value: 0, type: { root: 'INTEGER', nullable: false } };
    const isNone = rexCall('=', [result(count), zero], BOOLEAN_NOT_NULL);
    return rexCall('CASE', [isNone, nullLiteral(sum.type), result(sum)], withNullability(sum.type, true));
  };
  const projects = node.calls.map((call): RexNode => {
    if (!isFamily(call) || call.function === 'COUNT') return result(isFamily(call) ? count : call);
    if (call.function === 'SUM') return total();
    const quotient = rexCall('/', [widened(total()), result(count)], { root: 'BIGINT', nullable: true });
    return typesEqualSansNullability(quotient.type, call.type) ? quotient : rexCast(quotient, call.type);
  });
  const keys = node.group.map((_, i) => inputOf(aggregate.rowType, i));
  return logicalProject(aggregate, [...keys, ...projects], fieldNames(node.rowType));
}

// The count is a BIGINT, and so both are.
function widened(sum: RexNode): RexNode {
  if (sum.type.root === 'BIGINT') return sum;
  return {
    kind: 'call',
    operator: 'CAST',
    operands: [sum],
    type: { root: 'BIGINT', nullable: true },
    implicit: true,
  };
}

const FAMILY = new Set(['AVG', 'SUM', 'COUNT']);

function isReducible(average: NamedAggregateCall, calls: readonly NamedAggregateCall[]): boolean {
  const [type] = average.argumentTypes;
  const has = (name: string): boolean =>
    calls.some((call) => call.function === name && isSameInput(call, average));
  return type !== undefined && isInteger(type) && has('SUM') && has('COUNT');
}

function isSameInput(call: NamedAggregateCall, other: NamedAggregateCall): boolean {
  return (
    call.arguments.join() === other.arguments.join() &&
    call.filter === other.filter &&
    call.distinct === other.distinct
  );
}
