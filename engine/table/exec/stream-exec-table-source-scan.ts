import { leafTypes } from '../../data/column.ts';
import { OneInputTransformation, SourceTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import { qualifiedName } from '../plan/planned-table.ts';
import type { PhysicalTableSourceScan } from '../plan/physical-node.ts';
import { fieldOf, inputOf } from '../plan/rex.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode } from './exec-node.ts';

/** Reads a table. The source always has all stored columns in its row, so a projection that was pushed into the scan is a Calc behind it. */
export class StreamExecTableSourceScan extends StreamExecNode<PhysicalTableSourceScan> {
  protected override translate(context: ExecContext): Transformation {
    const { table, project } = this.node;
    const { storedType, connector, options, metadata, partitionKeys } = table;
    const required = this.#requiredOfTable(context.requiredLeaves(this.node));
    const description = this.describe(
      {
        kind: 'TableSource',
        table: qualifiedName(table),
        connector,
        options,
        rowType: storedType,
        metadata,
        required,
        ...(partitionKeys.length > 0 && { partitionKeys }),
      },
      { name: `Source: ${table.name}`, parallelism: table.parallelism },
    );
    const source = new SourceTransformation({ ...description, outputType: storedType });
    if (!project) return source;
    const projection = project.map((column) => inputOf(storedType, column));
    return new OneInputTransformation(
      source,
      this.describe(
        { kind: 'Calc', projection, inputType: storedType, outputType: this.outputType },
        { name: 'Projection', parallelism: table.parallelism },
      ),
    );
  }

  /** From leaves of the scanned columns to leaves of the table. */
  #requiredOfTable(ofScan: readonly boolean[]): readonly boolean[] {
    const { table, project } = this.node;
    if (!project) return ofScan;
    const required = leafTypes(table.storedType).map(() => false);
    const firstLeaf = (column: number): number =>
      leafTypes({ ...table.storedType, fields: table.storedType.fields.slice(0, column) }).length;
    let leaf = 0;
    for (const column of project) {
      const { type } = fieldOf(table.storedType, column);
      const count = type.root === 'ROW' ? leafTypes(type).length : 1;
      for (let i = 0; i < count; i++) required[firstLeaf(column) + i] = ofScan[leaf++] ?? false;
    }
    return required;
  }
}
