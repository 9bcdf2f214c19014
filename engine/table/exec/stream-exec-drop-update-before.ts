import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalDropUpdateBefore } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';

/** Behind a source that sends `-U` though nobody wants it (S-46). */
export class StreamExecDropUpdateBefore extends StreamExecNode<PhysicalDropUpdateBefore> {
  protected override translate(context: ExecContext): Transformation {
    const input = this.input(context);
    return new OneInputTransformation(
      input,
      this.describe({ kind: 'DropUpdateBefore' }, { parallelism: parallelismOf(input) }),
    );
  }
}
