import type { ConstraintEnforcerSpec } from '../../operators/operator-spec.ts';
import { OneInputTransformation, PartitionTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import { TableException, ValidationException } from '../../types/errors.ts';
import { MAX_LENGTH } from '../../types/logical-type.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import { qualifiedName } from '../plan/planned-table.ts';
import type { PhysicalSink } from '../plan/physical-node.ts';
import type { SinkTarget } from '../plan/rel-node.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';
import type { ChangelogMode } from '../../types/row-kind.ts';
import type { ExecContext, ExecOptions } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';

type TableTarget = Extract<SinkTarget, { kind: 'table' }>;

/** The end of a plan: a table, or the client that asked for a query. */
export class StreamExecSink extends StreamExecNode<PhysicalSink> {
  protected override translate(context: ExecContext): Transformation {
    const { target } = this.node;
    return target.kind === 'table' ? this.#tableSink(target, context) : this.#collectSink(context);
  }

  #tableSink(target: TableTarget, context: ExecContext): Transformation {
    const { table, staticPartition, overwrite, onConflict } = target;
    if (this.node.materializesUpserts) {
      throw new ValidationException(
        `The key of the query differs from the primary key of '${qualifiedName(table)}', and putting rows in order by it (an upsert materializer) is not supported yet.`,
        onConflict && { position: onConflict.position },
      );
    }
    const position = (name: string): number =>
      table.storedType.fields.findIndex((field) => field.name === name);
    const changelogMode = this.node.inputs[0].changelogMode ?? INSERT_ONLY;
    const enforced = this.#enforced(target, this.input(context), context.options);
    const input = this.#keptInOrder(target, enforced, changelogMode, context.options);
    const description = this.describe(
      {
        kind: 'TableSink',
        table: qualifiedName(table),
        connector: table.connector,
        options: table.options,
        rowType: table.storedType,
        primaryKey: table.primaryKey.map(position),
        partitionKeys: table.partitionKeys.map(position),
        staticPartition,
        overwrite,
        changelogMode,
      },
      { name: `Sink: ${table.name}`, parallelism: table.parallelism ?? parallelismOf(input) },
    );
    return new OneInputTransformation(input, description);
  }

  /** Into a sink of another parallelism, the changes of a row go by its key: they must not overtake each other. */
  #keptInOrder(
    { table }: TableTarget,
    input: Transformation,
    changelogMode: ChangelogMode,
    { defaultParallelism }: ExecOptions,
  ): Transformation {
    const given = parallelismOf(input) ?? defaultParallelism;
    const wanted = table.parallelism ?? given;
    const isInsertOnly = !changelogMode.updateBefore && !changelogMode.updateAfter && !changelogMode.delete;
    if (wanted === given || isInsertOnly) return input;
    if (table.primaryKey.length === 0) {
      throw new TableException(
        `The sink for table '${qualifiedName(table)}' has a configured parallelism of ${wanted}, while the input parallelism is ${given}. ` +
          `Since the configured parallelism is different from the input's parallelism and the changelog mode is not insert-only, a primary key is required but could not be found.`,
      );
    }
    const keys = table.primaryKey.map((name) =>
      table.storedType.fields.findIndex((field) => field.name === name),
    );
    return new PartitionTransformation(input, { kind: 'hash', keys });
  }

  /** NOT NULL and text lengths of the sink, where the query's types do not keep them anyway (S-65, S-78). */
  #enforced({ table }: TableTarget, input: Transformation, options: ExecOptions): Transformation {
    const source = this.inputType.fields;
    const notNull = table.storedType.fields.flatMap((field, i) =>
      !field.type.nullable && source[i] && mayBeNull(source[i].type) ? [i] : [],
    );
    const lengths = options.onLength === 'IGNORE' ? [] : lengthsOf(table.storedType);
    return this.#enforcer(input, table.storedType, notNull, lengths, options);
  }

  #enforcer(
    input: Transformation,
    rowType: RowType,
    notNullColumns: readonly number[],
    lengths: ConstraintEnforcerSpec['lengths'],
    { onNull, onLength }: ExecOptions,
  ): Transformation {
    if (notNullColumns.length === 0 && lengths.length === 0) return input;
    const spec: ConstraintEnforcerSpec = {
      kind: 'ConstraintEnforcer',
      rowType,
      notNullColumns,
      onNull,
      lengths,
      onLength,
    };
    const description = this.describe(spec, {
      name: 'ConstraintEnforcer',
      parallelism: parallelismOf(input),
    });
    const names = (columns: readonly number[]): string =>
      columns.map((column) => rowType.fields[column]?.name).join(', ');
    const enforcers = [
      ...(notNullColumns.length > 0 ? [`NotNullEnforcer(fields=[${names(notNullColumns)}])`] : []),
      ...(lengths.length > 0
        ? [`LengthEnforcer(fields=[${names(lengths.map(({ column }) => column))}])`]
        : []),
    ];
    return new OneInputTransformation(input, {
      ...description,
      description: `ConstraintEnforcer[${enforcers.join(', ')}]`,
      outputType: rowType,
    });
  }

  #collectSink(context: ExecContext): Transformation {
    const rowType = this.inputType;
    const maxBufferedBytes = context.options.collectBufferBytes;
    const notNull = rowType.fields.flatMap(({ type }, i) => (!type.nullable && mayBeNull(type) ? [i] : []));
    const input = this.#enforcer(this.input(context), rowType, notNull, [], context.options);
    const description = this.describe({ kind: 'CollectSink', rowType, maxBufferedBytes }, { parallelism: 1 });
    return new OneInputTransformation(input, {
      ...description,
      name: 'Sink: Collect table sink',
      description: 'Sink: Collect table sink',
    });
  }
}

/** A DECIMAL that overflows is NULL whatever its type says (S-56). */
function mayBeNull(type: LogicalType): boolean {
  return type.nullable || type.root === 'DECIMAL';
}

function lengthsOf(rowType: RowType): ConstraintEnforcerSpec['lengths'] {
  return rowType.fields.flatMap(({ type }, column) => {
    if (!('length' in type) || type.length === MAX_LENGTH) return [];
    return [{ column, length: type.length, pad: type.root === 'CHAR' || type.root === 'BINARY' }];
  });
}
