/** Columns of an aggregation's input that its calls read. */

import type { NamedAggregateCall } from './rel-node.ts';

/** Arguments, then the keys of ORDER BY, then FILTER's column. */
export function columnsOfCall({ arguments: operands, order = [], filter }: NamedAggregateCall): number[] {
  return [...operands, ...order.map(({ column }) => column), ...(filter < 0 ? [] : [filter])];
}

/** The call over an input whose columns have moved; `to` gives the new position. */
export function movedCall(call: NamedAggregateCall, to: (column: number) => number): NamedAggregateCall {
  return {
    ...call,
    arguments: call.arguments.map(to),
    ...(call.order && { order: call.order.map((key) => ({ ...key, column: to(key.column) })) }),
    filter: call.filter < 0 ? -1 : to(call.filter),
  };
}
