import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalLocalWindowAggregate } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode } from './exec-node.ts';

/** The first phase of a window aggregation. It has no operator of its own: rows pass to the global phase as they are. */
export class StreamExecLocalWindowAggregate extends StreamExecNode<PhysicalLocalWindowAggregate> {
  protected override translate(context: ExecContext): Transformation {
    return this.input(context);
  }
}
