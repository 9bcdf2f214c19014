import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalLimit } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode } from './exec-node.ts';

/** LIMIT without an order, in one subtask. */
export class ExecLimit extends StreamExecNode<PhysicalLimit> {
  protected override translate(context: ExecContext): Transformation {
    const { offset, fetch } = this.node;
    return new OneInputTransformation(
      this.input(context),
      this.describe({ kind: 'Limit', offset, fetch }, { parallelism: 1 }),
    );
  }
}
