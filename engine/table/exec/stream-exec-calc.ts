import type { RexNode } from '../../expressions/rex-node.ts';
import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalCalc } from '../plan/physical-node.ts';
import { nullLiteral } from '../plan/rex.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';
import { lowerExpression } from './lower-expression.ts';

/** Filter and projection. A computed column that nobody reads is not computed: its inputs may be absent. */
export class StreamExecCalc extends StreamExecNode<PhysicalCalc> {
  protected override translate(context: ExecContext): Transformation {
    const { projects, condition } = this.node;
    const projection = projects.map((project, column) =>
      isPath(project) || context.isRead(this.node, column)
        ? lowerExpression(project)
        : nullLiteral(project.type),
    );
    const input = this.input(context);
    return new OneInputTransformation(
      input,
      this.describe(
        {
          kind: 'Calc',
          ...(condition && { condition: lowerExpression(condition) }),
          projection,
          inputType: this.inputType,
          outputType: this.outputType,
        },
        { parallelism: parallelismOf(input) },
      ),
    );
  }
}

function isPath(node: RexNode): boolean {
  return node.kind === 'input' || (node.kind === 'field' && isPath(node.node));
}
