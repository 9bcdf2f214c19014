import { UnionTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalUnion } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode } from './exec-node.ts';

/** UNION ALL: no operator, several edges into the next one. */
export class StreamExecUnion extends StreamExecNode<PhysicalUnion> {
  protected override translate(context: ExecContext): Transformation {
    return new UnionTransformation(
      this.inputs.map((input) => input.translateToPlan(context)),
      this.outputType,
    );
  }
}
