import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { RowType } from '../../types/logical-type.ts';
import type {
  PhysicalGlobalWindowAggregate,
  PhysicalNode,
  PhysicalWindowAggregate,
} from '../plan/physical-node.ts';
import { isInsertOnly } from '../rules/infer-changelog-mode.ts';
import { checkUserFunctions, operatorCall } from './aggregate-calls.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, confinedTo } from './exec-node.ts';
import { checkKeys } from './state-types.ts';

/** GROUP BY over a window function. */
export class StreamExecWindowAggregate<
  N extends PhysicalWindowAggregate | PhysicalGlobalWindowAggregate = PhysicalWindowAggregate,
> extends StreamExecNode<N> {
  protected override translate(context: ExecContext): Transformation {
    return this.aggregate(this.input(context), this.node.inputs[0], this.inputType);
  }

  /** The operator over `input`, which is partitioned by the keys already. */
  protected aggregate(input: Transformation, source: PhysicalNode, inputType: RowType): Transformation {
    const { window, group, calls, properties } = this.node;
    checkKeys(inputType, group);
    checkUserFunctions(calls, { retracts: !isInsertOnly(source), merges: window.function !== 'TUMBLE' });
    return new OneInputTransformation(
      input,
      this.describe(
        {
          kind: 'WindowAggregate',
          window,
          keys: group,
          aggregates: calls.map(operatorCall),
          windowProperties: properties.map(({ kind }) => kind),
          inputRetracts: !isInsertOnly(source),
          inputType,
          outputType: this.outputType,
        },
        { parallelism: confinedTo(group) },
      ),
    );
  }
}
