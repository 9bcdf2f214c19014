import type { RexCall } from '../../expressions/rex-node.ts';
import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalAsyncCalc } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';
import { lowerExpression } from './lower-expression.ts';

/** Calls of functions whose results come later. */
export class StreamExecAsyncCalc extends StreamExecNode<PhysicalAsyncCalc> {
  protected override translate(context: ExecContext): Transformation {
    const input = this.input(context);
    const calls = this.node.calls.map((call): RexCall => ({
      ...call,
      operands: call.operands.map(lowerExpression),
    }));
    return new OneInputTransformation(
      input,
      this.describe(
        { kind: 'AsyncCalc', calls, inputType: this.inputType, outputType: this.outputType },
        { parallelism: parallelismOf(input) },
      ),
    );
  }
}
