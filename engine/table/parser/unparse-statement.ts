/** Statements as text. */

import type {
  AlterMaterializedTable,
  AlterTableAction,
  AlterView,
  AlterCatalog,
  ColumnDefinition,
  ColumnName,
  CreateMaterializedTable,
  CreateTable,
  Distribution,
  FunctionResource,
  Insert,
  PartitionSpec,
  PositionedColumn,
  Property,
  SchemaChange,
  Show,
  Statement,
  StatementSet,
  StringLiteral,
  TableConstraint,
  WatermarkDefinition,
} from './ast.ts';
import { unparseArgument } from './unparse-call.ts';
import {
  hints,
  identifier,
  list,
  optionalList,
  path,
  string,
  unparseDataType,
  unparseExpression,
  unparseQuery,
  words,
} from './unparse.ts';

export function unparseStatement(s: Statement): string {
  switch (s.kind) {
    case 'QueryStatement':
      return unparseQuery(s.query);
    case 'CreateTable':
      return createTable(s);
    case 'CreateMaterializedTable':
      return createMaterializedTable(s);
    case 'CreateView':
      return words(
        'CREATE',
        s.replace && 'OR REPLACE',
        s.temporary && 'TEMPORARY',
        'VIEW',
        s.ifNotExists && 'IF NOT EXISTS',
        path(s.name),
        optionalList(s.columns, identifier),
        comment(s.comment),
        `AS ${unparseQuery(s.query)}`,
      );
    case 'CreateFunction':
      return words(
        'CREATE',
        s.temporary && 'TEMPORARY',
        s.system && 'SYSTEM',
        'FUNCTION',
        s.ifNotExists && 'IF NOT EXISTS',
        path(s.name),
        `AS ${string(s.className)}`,
        s.language && `LANGUAGE ${s.language}`,
        s.using.length > 0 &&
          `USING ${list(s.using, (u: FunctionResource) => `${u.type} ${string(u.path)}`)}`,
        withProperties(s.properties),
      );
    case 'CreateCatalog':
      return words(
        ...['CREATE CATALOG', s.ifNotExists && 'IF NOT EXISTS', identifier(s.name)],
        ...[comment(s.comment), withProperties(s.properties)],
      );
    case 'CreateDatabase':
      return words(
        ...['CREATE DATABASE', s.ifNotExists && 'IF NOT EXISTS', path(s.name)],
        ...[comment(s.comment), withProperties(s.properties)],
      );
    case 'CreateModel':
      return words(
        'CREATE',
        s.temporary && 'TEMPORARY',
        'MODEL',
        s.ifNotExists && 'IF NOT EXISTS',
        path(s.name),
        s.input.length > 0 && `INPUT ${columns(s.input)}`,
        s.output.length > 0 && `OUTPUT ${columns(s.output)}`,
        comment(s.comment),
        withProperties(s.properties),
        s.query && `AS ${unparseQuery(s.query)}`,
      );
    case 'AlterTable':
      return words('ALTER TABLE', s.ifExists && 'IF EXISTS', path(s.name), action(s.action));
    case 'AlterMaterializedTable':
      return words('ALTER MATERIALIZED TABLE', path(s.name), action(s.action));
    case 'AlterView':
    case 'AlterDatabase':
      return words(s.kind === 'AlterView' ? 'ALTER VIEW' : 'ALTER DATABASE', path(s.name), action(s.action));
    case 'AlterModel':
      return words('ALTER MODEL', s.ifExists && 'IF EXISTS', path(s.name), action(s.action));
    case 'AlterCatalog':
      return words('ALTER CATALOG', identifier(s.name), action(s.action));
    case 'AlterFunction':
      return words(
        'ALTER',
        s.temporary && 'TEMPORARY',
        s.system && 'SYSTEM',
        'FUNCTION',
        s.ifExists && 'IF EXISTS',
        path(s.name),
        `AS ${string(s.className)}`,
        s.language && `LANGUAGE ${s.language}`,
      );
    case 'Drop':
      return words(
        'DROP',
        s.temporary && 'TEMPORARY',
        s.system && 'SYSTEM',
        s.object,
        s.ifExists && 'IF EXISTS',
        path(s.name),
        s.behavior,
      );
    case 'Insert':
      return insert(s);
    case 'StatementSet':
      return `EXECUTE ${statementSet(s)}`;
    case 'Execute':
      return `EXECUTE ${unparseStatement(s.statement)}`;
    case 'ExecutePlan':
      return `EXECUTE PLAN ${string(s.path)}`;
    case 'CompilePlan':
      return words(
        s.execute ? 'COMPILE AND EXECUTE PLAN' : 'COMPILE PLAN',
        string(s.path),
        s.ifNotExists && 'IF NOT EXISTS',
        `FOR ${s.statement.kind === 'Insert' ? insert(s.statement) : statementSet(s.statement)}`,
      );
    case 'Update':
      return words(
        'UPDATE',
        path(s.table),
        hints(s.hints),
        s.extension?.text,
        s.alias && `AS ${identifier(s.alias)}`,
        `SET ${list(s.assignments, (a) => `${identifier(a.column)} = ${unparseExpression(a.value)}`)}`,
        s.where && `WHERE ${unparseExpression(s.where)}`,
      );
    case 'Delete':
      return words(
        ...['DELETE FROM', path(s.table), hints(s.hints), s.extension?.text],
        s.alias && `AS ${identifier(s.alias)}`,
        s.where && `WHERE ${unparseExpression(s.where)}`,
      );
    case 'Truncate':
      return `TRUNCATE TABLE ${path(s.table)}`;
    case 'Analyze':
      return words(
        'ANALYZE TABLE',
        path(s.table),
        s.partition && partition(s.partition),
        'COMPUTE STATISTICS',
        s.columns && (s.columns === 'all' ? 'FOR ALL COLUMNS' : `FOR COLUMNS ${list(s.columns, identifier)}`),
      );
    case 'Call':
      return `CALL ${path(s.procedure)}(${list(s.args, unparseArgument)})`;
    case 'Set':
      return words('SET', s.property && property(s.property));
    case 'Reset':
      return words('RESET', s.key && string(s.key));
    case 'Explain':
      return words('EXPLAIN', s.details.join(', '), unparseStatement(s.statement));
    case 'Describe':
      return words(
        'DESCRIBE',
        s.object !== 'TABLE' && s.object,
        s.extended && 'EXTENDED',
        s.name && path(s.name),
        s.job && string(s.job),
      );
    case 'Show':
      return show(s);
    case 'Use':
      return words('USE', s.object === 'CATALOG' && 'CATALOG', path(s.name));
    case 'UseModules':
      return `USE MODULES ${list(s.modules, identifier)}`;
    case 'LoadModule':
      return words('LOAD MODULE', identifier(s.name), withProperties(s.properties));
    case 'UnloadModule':
      return `UNLOAD MODULE ${identifier(s.name)}`;
    case 'StopJob':
      return words(
        'STOP JOB',
        string(s.job),
        s.withSavepoint && 'WITH SAVEPOINT',
        s.withDrain && 'WITH DRAIN',
      );
    case 'Jar':
      return `${s.action} JAR ${string(s.path)}`;
    case 'ClientCommand':
      return s.command;
    case 'RefusedStatement':
      return s.text;
  }
}

// ------------------------------------------------------------------------------------------------- schema

function property({ key, value }: Property): string {
  return `${string(key)} = ${string(value)}`;
}

function properties(items: readonly Property[]): string {
  return `(${list(items, property)})`;
}

function withProperties(items: readonly Property[]): string | undefined {
  return items.length > 0 ? `WITH ${properties(items)}` : undefined;
}

function comment(text: StringLiteral | undefined): string | undefined {
  return text && `COMMENT ${string(text)}`;
}

function columns(items: readonly ColumnDefinition[]): string {
  return `(${list(items, column)})`;
}

function column(c: ColumnDefinition | ColumnName): string {
  switch (c.kind) {
    case 'ColumnName':
      return identifier(c.name);
    case 'ComputedColumn':
      return words(`${identifier(c.name)} AS ${unparseExpression(c.expression)}`, comment(c.comment));
    case 'MetadataColumn':
      return words(
        ...[identifier(c.name), unparseDataType(c.type), 'METADATA', c.from && `FROM ${string(c.from)}`],
        ...[c.virtual && 'VIRTUAL', comment(c.comment)],
      );
    case 'PhysicalColumn':
      return words(
        ...[identifier(c.name), unparseDataType(c.type)],
        ...[c.constraint && constraint(c.constraint), comment(c.comment)],
      );
  }
}

function constraint(c: TableConstraint): string {
  return words(
    c.name && `CONSTRAINT ${identifier(c.name)}`,
    c.type,
    optionalList(c.columns, identifier),
    c.enforced !== undefined && (c.enforced ? 'ENFORCED' : 'NOT ENFORCED'),
  );
}

function watermark(w: WatermarkDefinition): string {
  return `WATERMARK FOR ${path(w.column)} AS ${unparseExpression(w.expression)}`;
}

function distribution(word: 'DISTRIBUTED' | 'DISTRIBUTION', d: Distribution): string {
  return words(
    word,
    d.columns.length > 0 && `BY ${d.method ?? ''}(${list(d.columns, identifier)})`,
    d.buckets && `INTO ${d.buckets.text} BUCKETS`,
  );
}

function tableParts(s: CreateTable | CreateMaterializedTable): string {
  const elements = [
    ...s.columns.map(column),
    ...s.constraints.map(constraint),
    ...(s.watermark ? [watermark(s.watermark)] : []),
  ];
  return words(
    path(s.name),
    optionalList(elements, (e) => e),
    comment(s.comment),
    s.distribution && distribution('DISTRIBUTED', s.distribution),
    s.partitionedBy.length > 0 && `PARTITIONED BY (${list(s.partitionedBy, identifier)})`,
    withProperties(s.properties),
  );
}

const CREATE_MODES = { create: 'CREATE', 'create-or-replace': 'CREATE OR REPLACE', replace: 'REPLACE' };

function createTable(s: CreateTable): string {
  const options = s.like?.options.map((o) => `${o.strategy} ${o.feature}`).join(' ');
  return words(
    CREATE_MODES[s.mode],
    s.temporary && 'TEMPORARY',
    'TABLE',
    s.ifNotExists && 'IF NOT EXISTS',
    tableParts(s),
    s.like && words('LIKE', path(s.like.name), options && `(${options})`),
    s.query && `AS ${unparseQuery(s.query)}`,
  );
}

function createMaterializedTable(s: CreateMaterializedTable): string {
  const start = s.startMode;
  return words(
    s.orAlter ? 'CREATE OR ALTER' : 'CREATE',
    'MATERIALIZED TABLE',
    tableParts(s),
    start && `START_MODE = ${start.mode}${start.value ? `(${unparseExpression(start.value)})` : ''}`,
    s.freshness && `FRESHNESS = ${unparseExpression(s.freshness)}`,
    s.refreshMode && `REFRESH_MODE = ${s.refreshMode}`,
    `AS ${unparseQuery(s.query)}`,
  );
}

// -------------------------------------------------------------------------------------------------- ALTER

type Action =
  AlterTableAction | AlterMaterializedTable['action'] | AlterView['action'] | AlterCatalog['action'];

function action(a: Action): string {
  switch (a.kind) {
    case 'RenameTo':
      return `RENAME TO ${path(a.name)}`;
    case 'RenameColumn':
      return `RENAME ${path(a.from)} TO ${path(a.to)}`;
    case 'SetProperties':
      return `SET ${properties(a.properties)}`;
    case 'ResetProperties':
      return `RESET (${list(a.keys, string)})`;
    case 'CommentOn':
      return `COMMENT ${string(a.comment)}`;
    case 'ChangeQuery':
      return `AS ${unparseQuery(a.query)}`;
    case 'SchemaChange':
      return schemaChange(a);
    case 'DropColumns':
      return `DROP (${list(a.columns, path)})`;
    case 'DropFeature':
      return `DROP ${a.feature}`;
    case 'DropConstraint':
      return `DROP CONSTRAINT ${identifier(a.name)}`;
    case 'AddPartitions':
      return words('ADD', a.ifNotExists && 'IF NOT EXISTS', ...a.partitions.map(partition));
    case 'DropPartitions':
      return words('DROP', a.ifExists && 'IF EXISTS', list(a.partitions, partition));
    case 'Suspend':
      return 'SUSPEND';
    case 'Resume':
      return words('RESUME', withProperties(a.properties));
    case 'Refresh':
      return words('REFRESH', a.partition && partition(a.partition));
    case 'SetFreshness':
      return `SET FRESHNESS = ${unparseExpression(a.freshness)}`;
    case 'SetRefreshMode':
      return `SET REFRESH_MODE = ${a.mode}`;
  }
}

function schemaChange(a: SchemaChange): string {
  if (a.distribution) return `${a.change} ${distribution('DISTRIBUTION', a.distribution)}`;
  const positioned = ({ within = [], column: c, position }: PositionedColumn): string =>
    words(
      within.map((part) => `${identifier(part)}.`).join('') + column(c),
      position && (position.after ? `AFTER ${path(position.after)}` : 'FIRST'),
    );
  const elements = [
    ...a.columns.map(positioned),
    ...a.constraints.map(constraint),
    ...(a.watermark ? [watermark(a.watermark)] : []),
  ];
  return `${a.change} (${elements.join(', ')})`;
}

/** `PARTITION (…)`, with its options. */
function partition({ entries, properties: options }: PartitionSpec): string {
  const entry = ({ column: name, value }: PartitionSpec['entries'][number]): string =>
    value ? `${identifier(name)} = ${unparseExpression(value)}` : identifier(name);
  return words(`PARTITION (${list(entries, entry)})`, withProperties(options));
}

// ---------------------------------------------------------------------------------------------------- DML

function insert(s: Insert): string {
  return words(
    s.upsert ? 'UPSERT INTO' : s.overwrite ? 'INSERT OVERWRITE' : 'INSERT INTO',
    path(s.table),
    hints(s.hints),
    s.extension?.text,
    s.partition && partition(s.partition),
    optionalList(s.columns, path),
    unparseQuery(s.query),
    s.onConflict && `ON CONFLICT DO ${s.onConflict}`,
  );
}

function statementSet(s: StatementSet): string {
  return words('STATEMENT SET BEGIN', ...s.statements.map((one) => `${insert(one)};`), 'END');
}

function show(s: Show): string {
  return words(
    ...['SHOW', s.subject, s.preposition, s.name && path(s.name)],
    s.like && words(s.like.negated && 'NOT', s.like.operator, string(s.like.pattern)),
    s.partition && partition(s.partition),
  );
}
