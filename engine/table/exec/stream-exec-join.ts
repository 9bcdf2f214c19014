import { TwoInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalJoin } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, confinedTo } from './exec-node.ts';
import { joinedRows } from './joined-rows.ts';

/** A regular join: both sides are kept (S-38, S-39). */
export class StreamExecJoin extends StreamExecNode<PhysicalJoin> {
  protected override translate(context: ExecContext): Transformation {
    const { leftKeys, leftUniqueKey, rightUniqueKey } = this.node;
    const { stateTtlMs } = context.options;
    return new TwoInputTransformation(
      this.input(context, 0),
      this.input(context, 1),
      this.describe(
        {
          kind: 'Join',
          ...joinedRows(this.node),
          outputType: this.outputType,
          leftUniqueKey,
          rightUniqueKey,
          leftStateTtlMs: stateTtlMs,
          rightStateTtlMs: stateTtlMs,
        },
        { parallelism: confinedTo(leftKeys) },
      ),
    );
  }
}
