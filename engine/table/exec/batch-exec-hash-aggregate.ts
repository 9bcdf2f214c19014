import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { AggregateCall } from '../../operators/aggregate-call.ts';
import type { PhysicalBatchAggregate } from '../plan/physical-node.ts';
import { operatorCall } from './aggregate-calls.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, confinedTo } from './exec-node.ts';
import { checkKeys } from './state-types.ts';

/** GROUP BY of a bounded input; without aggregates: DISTINCT. */
export class BatchExecHashAggregate extends StreamExecNode<PhysicalBatchAggregate> {
  protected override translate(context: ExecContext): Transformation {
    const { group, calls } = this.node;
    checkKeys(this.inputType, group);
    return new OneInputTransformation(
      this.input(context),
      this.describe(
        {
          kind: 'HashAggregate',
          keys: group,
          aggregates: calls.map((call) =>
            group.length > 0 ? operatorCall(call) : ofNothing(operatorCall(call)),
          ),
          inputType: this.inputType,
          outputType: this.outputType,
        },
        { parallelism: confinedTo(group) },
      ),
    );
  }
}

/** Without keys there may be no row at all, and a sum of NOT NULL values is NULL nevertheless. */
function ofNothing(call: AggregateCall): AggregateCall {
  return { ...call, argumentTypes: call.argumentTypes.map((type) => ({ ...type, nullable: true })) };
}
