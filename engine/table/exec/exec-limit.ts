import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import { TableException } from '../../types/errors.ts';
import type { PhysicalLimit } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode } from './exec-node.ts';

/** LIMIT without an order, in one subtask. A stream has no OFFSET without it. */
export class ExecLimit extends StreamExecNode<PhysicalLimit> {
  protected override translate(context: ExecContext): Transformation {
    const { offset, fetch } = this.node;
    if (fetch === Number.MAX_SAFE_INTEGER && context.options.isStreaming)
      throw new TableException('FETCH is missed, which on streaming table is not supported currently.');
    return new OneInputTransformation(
      this.input(context),
      this.describe({ kind: 'Limit', offset, fetch }, { parallelism: 1 }),
    );
  }
}
