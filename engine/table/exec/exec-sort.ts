import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalSort } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode } from './exec-node.ts';

/** ORDER BY, in one subtask. */
export class ExecSort extends StreamExecNode<PhysicalSort> {
  protected override translate(context: ExecContext): Transformation {
    const { keys, offset, fetch, isTemporal, isGrouping } = this.node;
    const rowType = this.outputType;
    return new OneInputTransformation(
      this.input(context),
      this.describe(
        isTemporal
          ? { kind: 'TemporalSort', keys, rowType }
          : {
              kind: 'Sort',
              keys,
              offset,
              ...(fetch !== undefined && { fetch }),
              rowType,
              ...(isGrouping && { isOptional: true }),
            },
        { parallelism: 1 },
      ),
    );
  }
}
