import { PartitionTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalExchange } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode } from './exec-node.ts';

/** Brings rows of one key, or all rows, to one subtask. */
export class StreamExecExchange extends StreamExecNode<PhysicalExchange> {
  protected override translate(context: ExecContext): Transformation {
    const { distribution } = this.node;
    const partitioner =
      distribution.kind === 'hash'
        ? ({ kind: 'hash', keys: distribution.keys } as const)
        : ({ kind: 'global' } as const);
    return new PartitionTransformation(this.input(context), partitioner);
  }
}
