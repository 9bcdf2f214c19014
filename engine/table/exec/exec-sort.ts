import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalSort } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode } from './exec-node.ts';

/** ORDER BY of a bounded input, in one subtask. */
export class ExecSort extends StreamExecNode<PhysicalSort> {
  protected override translate(context: ExecContext): Transformation {
    const { keys, offset, fetch } = this.node;
    return new OneInputTransformation(
      this.input(context),
      this.describe(
        { kind: 'Sort', keys, offset, ...(fetch !== undefined && { fetch }), rowType: this.outputType },
        { parallelism: 1 },
      ),
    );
  }
}
