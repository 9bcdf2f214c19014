import { TwoInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalBatchJoin } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, confinedTo } from './exec-node.ts';
import { joinedRows } from './joined-rows.ts';

/** A join of bounded inputs. */
export class BatchExecHashJoin extends StreamExecNode<PhysicalBatchJoin> {
  protected override translate(context: ExecContext): Transformation {
    return new TwoInputTransformation(
      this.input(context, 0),
      this.input(context, 1),
      this.describe(
        { kind: 'HashJoin', ...joinedRows(this.node), outputType: this.outputType },
        { parallelism: confinedTo(this.node.leftKeys) },
      ),
    );
  }
}
