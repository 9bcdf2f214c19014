import { SourceTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalValues } from '../plan/physical-node.ts';
import { StreamExecNode } from './exec-node.ts';

/** Rows of literals, from one subtask. */
export class StreamExecValues extends StreamExecNode<PhysicalValues> {
  protected override translate(): Transformation {
    const { rows, rowType } = this.node;
    const name = 'Source: Values';
    return new SourceTransformation(
      this.describe({ kind: 'ValuesSource', rows, rowType }, { name, parallelism: 1 }),
    );
  }
}
