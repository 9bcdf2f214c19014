import { TableException } from '../../types/errors.ts';
import type { AggregateCall } from '../../operators/aggregate-call.ts';
import type { NamedAggregateCall } from '../plan/rel-node.ts';

/** A call as operators take it: without its name, which is the output column's. COUNT(*) has the argument -1. */
export function operatorCall({ name: _name, order: _order, ...call }: NamedAggregateCall): AggregateCall {
  const isCountStar = call.function === 'COUNT' && call.arguments.length === 0;
  return isCountStar ? { ...call, arguments: [-1] } : call;
}

/** Refuses users' aggregate functions that lack what an operator asks of them. */
export function checkUserFunctions(
  calls: readonly NamedAggregateCall[],
  needs: { readonly retracts: boolean; readonly merges: boolean },
): void {
  for (const { function: name, distinct, userFunction } of calls) {
    if (!userFunction) continue;
    if (needs.retracts && !userFunction.canRetract)
      throw new TableException(
        `The aggregate function ${name} needs a function 'retract': its input has updates.`,
      );
    if (needs.merges && distinct)
      throw new TableException(
        `DISTINCT in the function ${name} is not supported in windows of HOP and CUMULATE.`,
      );
    if (needs.merges && !userFunction.canMerge)
      throw new TableException(
        `The aggregate function ${name} needs a function 'merge': windows of HOP and CUMULATE are put together of slices.`,
      );
  }
}
