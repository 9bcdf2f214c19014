import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalGroupAggregate } from '../plan/physical-node.ts';
import { isInsertOnly } from '../rules/infer-changelog-mode.ts';
import { retractingCalls } from '../rules/monotonicity.ts';
import { checkUserFunctions, operatorCall } from './aggregate-calls.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, confinedTo } from './exec-node.ts';
import { checkKeys } from './state-types.ts';

/** GROUP BY without windows; without aggregates: DISTINCT. */
export class StreamExecGroupAggregate extends StreamExecNode<PhysicalGroupAggregate> {
  protected override translate(context: ExecContext): Transformation {
    const { group, calls, inputs, changelogMode } = this.node;
    checkKeys(this.inputType, group);
    checkUserFunctions(calls, { retracts: !isInsertOnly(inputs[0]), merges: false });
    const isRetracting = retractingCalls(inputs[0], group);
    const { stateTtlMs, miniBatchSize, miniBatchLatencyMs } = context.options;
    return new OneInputTransformation(
      this.input(context),
      this.describe(
        {
          kind: 'GroupAggregate',
          keys: group,
          aggregates: calls.map((call) => ({
            ...operatorCall(call),
            ...(!isInsertOnly(inputs[0]) && !isRetracting(call) && { keepsBest: true }),
          })),
          inputType: this.inputType,
          outputType: this.outputType,
          inputRetracts: !isInsertOnly(inputs[0]),
          generateUpdateBefore: changelogMode?.updateBefore ?? true,
          stateTtlMs,
          miniBatchSize,
          miniBatchLatencyMs,
        },
        { parallelism: confinedTo(group) },
      ),
    );
  }
}
