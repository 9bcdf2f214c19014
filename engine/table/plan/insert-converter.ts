import type { RexNode } from '../../expressions/rex-node.ts';
import { supportsImplicitCast } from '../../types/cast-rules.ts';
import { ValidationException } from '../../types/errors.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { typesEqualInLayout } from '../../types/type-equality.ts';
import { isTimeAttribute, withNullability, withoutAttribute } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import { plainName } from '../catalog/object-identifier.ts';
import type { Insert, ObjectPath, PartitionEntry } from '../parser/ast.ts';
import { positionOf } from '../parser/ast.ts';
import { castTo, coerce } from '../validate/coercion.ts';
import { literalOf } from '../validate/literals.ts';
import { Mistakes, convertEach } from '../validate/mistakes.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { logicalProject } from './builders.ts';
import type { PlannedTable } from './planned-table.ts';
import { qualifiedName } from './planned-table.ts';
import { foldCast } from '../rules/simplify/constant-folding.ts';
import type { ComputeConstants } from '../rules/simplify/constant-reducer.ts';
import type { PlannerSession, QueryText } from './planner-session.ts';
import { QueryConverter } from './query-converter.ts';
import type { QueryPlan } from './relation-plan.ts';
import type { LogicalNode, LogicalProject, LogicalSink, LogicalUnion, LogicalValues } from './rel-node.ts';
import { fieldNames, inputOf, nullLiteral, rowTypeOf } from './rex.ts';
import { optionsWithHints } from './table-converter.ts';
import { plannedSink } from './table-descriptions.ts';
import { rowsAsUnion } from './values-converter.ts';

/** INSERT INTO: the query, its columns brought to those of the table, and the sink. */
export function convertInsert(insert: Insert, session: PlannerSession, text: QueryText): LogicalSink {
  const { source } = text;
  if (insert.upsert)
    throw invalid(source, insert, 'UPSERT INTO is not supported: use INSERT INTO a table with a primary key');
  if (insert.extension) throw notSupported(source, insert.extension, insert.extension.what);
  // Flink looks at the table first where columns of it are named.
  const convertQuery = (): QueryPlan =>
    new QueryConverter(session, text).convert(insert.query, undefined, true);
  const findTarget = (): Target => targetOf(insert, session, text);
  const isTargetFirst = insert.columns.length > 0 || insert.partition !== undefined;
  const mistakes = new Mistakes();
  const early = isTargetFirst ? mistakes.attempt(findTarget) : undefined;
  const query = mistakes.attempt(convertQuery);
  const found = isTargetFirst ? early : mistakes.attempt(findTarget);
  mistakes.throwAny();
  const { table, fixed, columns } = found as Target;
  const arranged = arrange(query as QueryPlan, columns, fixed, table, insert, source, session.compute);
  const node = withSinkTypes(arranged, table);
  return {
    kind: 'LogicalSink',
    inputs: [node],
    target: {
      kind: 'table',
      table,
      targetColumns: insert.hidesColumns ? [] : columns,
      staticPartition: Object.fromEntries(fixed.map(({ column, text: value }) => [column, value])),
      overwrite: insert.overwrite,
      ...(insert.onConflict && {
        onConflict: { strategy: insert.onConflict, position: positionOf(source, insert.table.span) },
      }),
    },
    rowType: table.storedType,
  };
}

/** The table that is written to, what PARTITION fixes of it, and the columns that are named. */
interface Target {
  readonly table: PlannedTable;
  readonly fixed: readonly FixedColumn[];
  readonly columns: readonly number[];
}

function targetOf(insert: Insert, session: PlannerSession, { source, at }: QueryText): Target {
  const { identifier, object } = session.catalogManager.resolve(insert.table, source, at);
  if (object.kind === 'view') {
    throw invalid(
      source,
      insert.table,
      `'${plainName(identifier)}' is a view: INSERT INTO a view is not supported`,
    );
  }
  const options = optionsWithHints(object.definition.options, insert.hints, source, session);
  const { overwrites, partitions, ...table } = plannedSink(identifier, object, options, session.connectors);
  checkOverwrite(insert, table, overwrites, session, source);
  const fixed = staticPartition(insert, table, partitions, source);
  return { table, fixed, columns: convertEach(insert.columns, (path) => columnOf(path, table, source)) };
}

function checkOverwrite(
  { overwrite, ...insert }: Insert,
  table: PlannedTable,
  overwrites: boolean,
  { environment }: PlannerSession,
  source: string,
): void {
  if (!overwrite) return;
  if (environment.isStreaming) throw invalid(source, insert, 'Streaming mode not support overwrite.');
  if (!overwrites) {
    throw invalid(
      source,
      insert,
      `INSERT OVERWRITE requires that the sink of table '${qualifiedName(table)}' can be overwritten. Connector '${table.connector}' does not support that; it is not supported.`,
    );
  }
}

interface FixedColumn {
  readonly column: string;
  readonly node: RexNode;
  readonly text: string;
}

/** `PARTITION (p = 'x')`: values of partition columns that the query does not have. */
function staticPartition(
  { partition }: Insert,
  table: PlannedTable,
  partitions: boolean,
  source: string,
): readonly FixedColumn[] {
  if (!partition) return [];
  if (!partitions || table.partitionKeys.length === 0) {
    throw invalid(
      source,
      partition,
      `Table '${qualifiedName(table)}' is not partitioned: PARTITION (...) is not supported for it`,
    );
  }
  const fixed = partition.entries.map((entry) => fixedColumn(entry, table, source));
  const twice = fixed.findIndex(({ column }, i) => fixed.some((each, k) => k < i && each.column === column));
  if (twice >= 0) {
    const name = fixed[twice]?.column ?? '';
    throw invalid(
      source,
      partition.entries[twice] ?? partition,
      `Target column '${name}' is assigned more than once`,
    );
  }
  return fixed;
}

function fixedColumn(entry: PartitionEntry, table: PlannedTable, source: string): FixedColumn {
  const { column, value } = entry;
  if (!table.partitionKeys.includes(column.name)) {
    const keys = table.partitionKeys.join(', ');
    throw invalid(
      source,
      column,
      `'${column.name}' is no partition column of '${qualifiedName(table)}'. Partition columns are [${keys}]`,
      nearestNames(column.name, table.partitionKeys),
    );
  }
  if (!value) throw notSupported(source, entry, 'A partition column without a value in INSERT');
  const type = table.storedType.fields.find((field) => field.name === column.name)?.type as LogicalType;
  const literal = literalOf(value, source);
  return { column: column.name, node: coerce(literal, type, 'visible'), text: String(literal.value) };
}

function columnOf(path: ObjectPath, table: PlannedTable, source: string): number {
  if (path.parts.length > 1) throw notSupported(source, path, 'A nested field as the target of INSERT');
  const name = path.parts[0]?.name ?? '';
  const names = fieldNames(table.storedType);
  const index = names.indexOf(name);
  if (index < 0) {
    throw invalid(source, path, `Unknown target column '${name}'`, nearestNames(name, names));
  }
  return index;
}

/** The query's columns in the order of the table; columns that nobody names are NULL. */
function arrange(
  query: QueryPlan,
  columns: readonly number[],
  fixed: readonly FixedColumn[],
  table: PlannedTable,
  insert: Insert,
  source: string,
  compute: ComputeConstants,
): QueryPlan {
  const { fields } = table.storedType;
  if (columns.length === 0) {
    const free = fields.filter(({ name }) => !isFixed(name, fixed));
    const checked = checkedCount(query, free, table);
    if (fixed.length === 0) return checked;
  } else checkTargets(query, columns, fixed, table, insert, source);
  const reads = readsOf(query);
  const projects = arranged(query, reads, columns, fixed, table, insert, source);
  const isSame = projects.length === reads.length && projects.every(({ node }, i) => node === reads[i]);
  if (query.node.kind === 'LogicalValues' && !isSame) return arrangedRows(query.node, projects, compute);
  if (query.node.kind === 'LogicalUnion' && insert.query.body.kind === 'Values' && !isSame)
    return arrangedBranches(query.node, projects, compute);
  const input: LogicalNode = query.node.kind === 'LogicalProject' ? query.node.inputs[0] : query.node;
  const node = isSame
    ? query.node
    : logicalProject(
        input,
        projects.map((each) => each.node),
        projects.map((each) => each.name),
      );
  return { node, fields: projects.map((each): RowField => ({ name: each.name, type: each.node.type })) };
}

function isFixed(name: string, fixed: readonly FixedColumn[]): boolean {
  return fixed.some((each) => each.column === name);
}

/** The columns that INSERT names, each once and as many as the query has. */
function checkTargets(
  query: QueryPlan,
  columns: readonly number[],
  fixed: readonly FixedColumn[],
  { storedType: { fields } }: PlannedTable,
  insert: Insert,
  source: string,
): void {
  const repeated = columns.find((column, i) => columns.indexOf(column) !== i);
  if (repeated !== undefined) {
    const name = fields[repeated]?.name ?? '';
    throw invalid(
      source,
      insert.columns.at(-1) ?? insert,
      `Target column '${name}' is assigned more than once`,
    );
  }
  if (columns.some((column) => isFixed(fields[column]?.name ?? '', fixed))) {
    throw invalid(source, insert.query, 'Number of columns must match number of query columns');
  }
  if (columns.length !== query.fields.length) {
    throw invalid(
      source,
      insert.query,
      `Number of INSERT target columns (${columns.length}) does not equal number of source items (${query.fields.length})`,
    );
  }
}

/** What the query's columns are, of what stands below its projection. */
function readsOf({ node, fields }: QueryPlan): readonly RexNode[] {
  return node.kind === 'LogicalProject' ? node.projects : fields.map((_, i) => inputOf(node.rowType, i));
}

/** A value for each column of the table. */
function arranged(
  query: QueryPlan,
  reads: readonly RexNode[],
  columns: readonly number[],
  fixed: readonly FixedColumn[],
  { storedType: { fields } }: PlannedTable,
  insert: Insert,
  source: string,
): { readonly node: RexNode; readonly name: string }[] {
  const free = fields.flatMap(({ name }, i) => (isFixed(name, fixed) ? [] : [i]));
  const targets = columns.length > 0 ? columns : free;
  const names = fieldNames(query.node.rowType);
  return fields.map((field, i) => {
    const value = fixed.find((each) => each.column === field.name);
    if (value) return { node: value.node, name: `EXPR$${i}` };
    const from = targets.indexOf(i);
    if (from >= 0) return { node: reads[from] as RexNode, name: nameAt(names[from] as string, i) };
    if (!field.type.nullable) {
      throw invalid(source, insert, `Column '${field.name}' has no default value and does not allow NULLs`);
    }
    return { node: nullLiteral(withoutAttribute(field.type)), name: `EXPR$${i}` };
  });
}

/** Items without a name are named by their place, which is that of the target column. */
function nameAt(name: string, index: number): string {
  return /^EXPR\$\d+$/.test(name) ? `EXPR$${index}` : name;
}

/** Of VALUES, every row is written anew: as rows of literals where all columns are there. */
function arrangedRows(
  { rows, ...values }: LogicalValues,
  projects: readonly { readonly node: RexNode }[],
  compute: ComputeConstants,
): QueryPlan {
  const fields = projects.map(({ node }, i): RowField => ({ name: `EXPR$${i}`, type: node.type }));
  const arranged = rows.map((row) =>
    projects.map(({ node }): RexNode => {
      if (node.kind !== 'input') return node;
      return { kind: 'literal', value: row[node.index] ?? null, type: node.type };
    }),
  );
  if (projects.some(({ node }) => node.kind !== 'input'))
    return { node: rowsAsUnion(arranged, fields, compute), fields };
  const literals = rows.map((row) =>
    projects.map(({ node }) => (node.kind === 'input' ? (row[node.index] ?? null) : null)),
  );
  return { node: { ...values, rows: literals, rowType: rowTypeOf(fields) }, fields };
}

/** Likewise of rows that are computed. */
function arrangedBranches(
  { inputs }: LogicalUnion,
  projects: readonly { readonly node: RexNode }[],
  compute: ComputeConstants,
): QueryPlan {
  const fields = projects.map(({ node }, i): RowField => ({ name: `EXPR$${i}`, type: node.type }));
  const rows = inputs.map((row) => {
    const items = (row as LogicalProject).projects; // as VALUES makes them
    return projects.map(({ node }) => (node.kind === 'input' ? (items[node.index] as RexNode) : node));
  });
  return { node: rowsAsUnion(rows, fields, compute), fields };
}

function checkedCount(query: QueryPlan, fields: readonly RowField[], table: PlannedTable): QueryPlan {
  if (query.fields.length !== fields.length)
    throw mismatch(table, 'Different number of columns.', query.fields);
  return query;
}

/** Casts that lose nothing are made silently, as Flink does; others are refused with both schemas. */
function withSinkTypes({ node, fields }: QueryPlan, table: PlannedTable): LogicalNode {
  const targets = table.storedType.fields;
  refuseSeveralRowtimes(fields, table);
  targets.forEach((target, i) => {
    const source = withoutAttribute((fields[i] as RowField).type);
    if (!supportsImplicitCast(source, withNullability(withoutAttribute(target.type), source.nullable))) {
      throw mismatch(
        table,
        `Incompatible types for sink column '${target.name}' at position ${i + 1}.`,
        fields,
      );
    }
  });
  const isFitting = targets.every(({ type }, i) => fits((fields[i] as RowField).type, type));
  if (isFitting) return node;
  const columns: readonly RexNode[] =
    node.kind === 'LogicalProject' ? node.projects : targets.map((_, i) => inputOf(node.rowType, i));
  const projects = targets.map(({ type }, i) => castToSink(columns[i] as RexNode, type));
  return logicalProject(
    node.kind === 'LogicalProject' ? node.inputs[0] : node,
    projects,
    targets.map((target) => target.name),
  );
}

function fits(source: LogicalType, target: LogicalType): boolean {
  const plain = withoutAttribute(source);
  // A text, or bytes, no longer than the column's are such.
  const isText = (plain.root === 'CHAR' || plain.root === 'VARCHAR') && target.root === 'VARCHAR';
  const areBytes = (plain.root === 'BINARY' || plain.root === 'VARBINARY') && target.root === 'VARBINARY';
  if (isText || areBytes) return plain.length <= target.length;
  return typesEqualInLayout(plain, withNullability(withoutAttribute(target), plain.nullable));
}

// Where one column is cast, all are brought to the very type of the sink, NOT NULL aside, which the sink itself watches.
function castToSink(column: RexNode, target: LogicalType): RexNode {
  const wanted = withNullability(withoutAttribute(target), true);
  if (typesEqualInLayout(column.type, wanted) && column.type.nullable) return column;
  if (column.kind !== 'literal') return castTo(column, wanted, 'visible');
  if (column.value === null) return nullLiteral(wanted);
  const own = foldCast(column, withNullability(wanted, false)) ?? coerce(column, wanted, 'visible');
  return castTo(own.kind === 'literal' ? own : column, wanted, 'visible');
}

function refuseSeveralRowtimes(fields: readonly RowField[], table: PlannedTable): void {
  const rowtimes = fields.filter(
    ({ type }) => isTimeAttribute(type) && 'attribute' in type && type.attribute === 'ROWTIME',
  );
  if (rowtimes.length < 2) return;
  const names = rowtimes.map((field) => field.name).join(', ');
  throw new ValidationException(
    `The query contains more than one rowtime attribute column [${names}] for writing into table '${qualifiedName(table)}'.\n` +
      'Please select the column that should be used as the event-time timestamp for the table sink by casting all other columns to regular TIMESTAMP or TIMESTAMP_LTZ.',
  );
}

function mismatch(table: PlannedTable, cause: string, query: readonly RowField[]): ValidationException {
  const schema = (fields: readonly RowField[]): string =>
    `[${fields.map(({ name, type }) => `${name}: ${typeText(type)}`).join(', ')}]`;
  return new ValidationException(
    `Column types of query result and sink for '${qualifiedName(table)}' do not match.\nCause: ${cause}\n\n` +
      `Query schema: ${schema(query)}\nSink schema:  ${schema(table.storedType.fields)}`,
  );
}
