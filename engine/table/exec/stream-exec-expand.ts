import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { ExpandColumn } from '../../operators/operator-spec.ts';
import type { PhysicalExpand } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';

/** The copies of rows that GROUPING SETS are counted in. */
export class StreamExecExpand extends StreamExecNode<PhysicalExpand> {
  protected override translate(context: ExecContext): Transformation {
    const { projects, rowType } = this.node;
    const input = this.input(context);
    return new OneInputTransformation(
      input,
      this.describe(
        {
          kind: 'Expand',
          copies: projects.length,
          columns: rowType.fields.map((_, column) => this.#column(column)),
          inputType: this.inputType,
          outputType: this.outputType,
        },
        { parallelism: parallelismOf(input) },
      ),
    );
  }

  #column(column: number): ExpandColumn {
    const cells = this.node.projects.map((project) => project[column]);
    const source = cells.find((cell) => cell?.kind === 'input');
    if (source?.kind === 'input') {
      return {
        input: source.index,
        nullIn: cells.flatMap((cell, copy) => (cell?.kind === 'literal' ? [copy] : [])),
      };
    }
    if (cells.every((cell) => cell?.kind === 'literal' && cell.value === null)) return { isNull: true };
    return { numbers: cells.map((cell) => (cell?.kind === 'literal' ? Number(cell.value) : 0)) };
  }
}
