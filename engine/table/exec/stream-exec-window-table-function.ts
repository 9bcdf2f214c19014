import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalWindowTableFunction } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';

/** A window function that no aggregation took in: every row once for each of its windows. */
export class StreamExecWindowTableFunction extends StreamExecNode<PhysicalWindowTableFunction> {
  protected override translate(context: ExecContext): Transformation {
    const { window } = this.node;
    const input = this.input(context);
    return new OneInputTransformation(
      input,
      this.describe(
        { kind: 'WindowTableFunction', window, inputType: this.inputType, outputType: this.outputType },
        { parallelism: parallelismOf(input) },
      ),
    );
  }
}
