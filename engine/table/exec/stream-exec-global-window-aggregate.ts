import { PartitionTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalGlobalWindowAggregate } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecLocalWindowAggregate } from './stream-exec-local-window-aggregate.ts';
import { StreamExecWindowAggregate } from './stream-exec-window-aggregate.ts';

/** The second phase of a window aggregation, which does the work of both: it partitions the local phase's input and folds it at once. */
export class StreamExecGlobalWindowAggregate extends StreamExecWindowAggregate<PhysicalGlobalWindowAggregate> {
  protected override translate(context: ExecContext): Transformation {
    const local = this.inputs[0]?.inputs[0];
    if (!(local instanceof StreamExecLocalWindowAggregate))
      throw new TypeError('a global aggregation without a local one');
    const { group } = this.node;
    const partitioner =
      group.length === 0 ? ({ kind: 'global' } as const) : ({ kind: 'hash', keys: group } as const);
    const [source] = local.node.inputs;
    const input = new PartitionTransformation(local.translateToPlan(context), partitioner);
    return this.aggregate(input, source, source.rowType);
  }
}
