import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalReplicateRows } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';

/** Every row as often as its first column says (INTERSECT ALL, EXCEPT ALL). */
export class ExecReplicateRows extends StreamExecNode<PhysicalReplicateRows> {
  protected override translate(context: ExecContext): Transformation {
    const input = this.input(context);
    return new OneInputTransformation(
      input,
      this.describe(
        { kind: 'ReplicateRows', inputType: this.inputType },
        { parallelism: parallelismOf(input) },
      ),
    );
  }
}
