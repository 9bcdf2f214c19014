import type { AggregateCall } from '../../operators/aggregate-call.ts';
import type { NamedAggregateCall } from '../plan/rel-node.ts';

/** A call as operators take it: without its name, which is the output column's. COUNT(*) has the argument -1. */
export function operatorCall({ name: _name, ...call }: NamedAggregateCall): AggregateCall {
  const isCountStar = call.function === 'COUNT' && call.arguments.length === 0;
  return isCountStar ? { ...call, arguments: [-1] } : call;
}
