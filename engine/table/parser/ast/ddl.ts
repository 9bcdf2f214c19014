/** CREATE, ALTER, DROP: what changes the catalog. */

import type { DataType } from './data-types.ts';
import type {
  DateTimeLiteral,
  Expression,
  IntervalLiteral,
  Literal,
  NumberLiteral,
  StringLiteral,
} from './expressions.ts';
import type { Identifier, Node, ObjectPath, Property } from './node.ts';
import type { Query } from './queries.ts';

export type DdlStatement =
  | CreateTable
  | CreateView
  | CreateFunction
  | CreateCatalog
  | CreateDatabase
  | CreateModel
  | CreateMaterializedTable
  | AlterTable
  | AlterMaterializedTable
  | AlterView
  | AlterFunction
  | AlterCatalog
  | AlterDatabase
  | AlterModel
  | Drop;

/** CREATE TABLE, with LIKE or AS; REPLACE TABLE AS and CREATE OR REPLACE TABLE AS. */
export interface CreateTable extends Node {
  readonly kind: 'CreateTable';
  /** `create-or-replace` and `replace` come with a query. */
  readonly mode: 'create' | 'create-or-replace' | 'replace';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: ObjectPath;
  /** Columns in the order written. Of CREATE TABLE AS with names alone, all are `ColumnName`. */
  readonly columns: readonly (ColumnDefinition | ColumnName)[];
  readonly constraints: readonly TableConstraint[];
  readonly watermark?: WatermarkDefinition | undefined;
  readonly comment?: StringLiteral | undefined;
  readonly distribution?: Distribution | undefined;
  readonly partitionedBy: readonly Identifier[];
  readonly properties: readonly Property[];
  readonly like?: TableLike | undefined;
  readonly query?: Query | undefined;
}

export type ColumnDefinition = PhysicalColumn | ComputedColumn | MetadataColumn;

/** A column of CREATE TABLE AS that only names a column of the query. */
export interface ColumnName extends Node {
  readonly kind: 'ColumnName';
  readonly name: Identifier;
}

export interface PhysicalColumn extends Node {
  readonly kind: 'PhysicalColumn';
  readonly name: Identifier;
  /** Its `nullable` holds the column's NOT NULL. */
  readonly type: DataType;
  /** PRIMARY KEY or UNIQUE behind the type. */
  readonly constraint?: TableConstraint | undefined;
  readonly comment?: StringLiteral | undefined;
}

export interface ComputedColumn extends Node {
  readonly kind: 'ComputedColumn';
  readonly name: Identifier;
  readonly expression: Expression;
  readonly comment?: StringLiteral | undefined;
}

export interface MetadataColumn extends Node {
  readonly kind: 'MetadataColumn';
  readonly name: Identifier;
  readonly type: DataType;
  /** The key of FROM, when it differs from the column's name. */
  readonly from?: StringLiteral | undefined;
  readonly virtual: boolean;
  readonly comment?: StringLiteral | undefined;
}

/** `[CONSTRAINT name] PRIMARY KEY (a, b) NOT ENFORCED`. */
export interface TableConstraint extends Node {
  readonly kind: 'TableConstraint';
  readonly name?: Identifier | undefined;
  readonly type: 'PRIMARY KEY' | 'UNIQUE';
  /** Empty behind a column's type: that column. */
  readonly columns: readonly Identifier[];
  /** Absent when neither was written, which counts as ENFORCED (and Flink refuses that). */
  readonly enforced?: boolean | undefined;
}

/** `WATERMARK FOR column AS expression`. */
export interface WatermarkDefinition extends Node {
  readonly kind: 'WatermarkDefinition';
  /** A path of more than one part is parsed, and refused by the validator. */
  readonly column: ObjectPath;
  readonly expression: Expression;
}

/** `DISTRIBUTED BY HASH(a) INTO 4 BUCKETS`, `DISTRIBUTED INTO 4 BUCKETS`. */
export interface Distribution extends Node {
  readonly kind: 'Distribution';
  readonly method?: 'HASH' | 'RANGE' | undefined;
  readonly columns: readonly Identifier[];
  readonly buckets?: NumberLiteral | undefined;
}

export interface TableLike extends Node {
  readonly kind: 'TableLike';
  readonly name: ObjectPath;
  readonly options: readonly TableLikeOption[];
}

export interface TableLikeOption extends Node {
  readonly kind: 'TableLikeOption';
  readonly strategy: 'INCLUDING' | 'EXCLUDING' | 'OVERWRITING';
  readonly feature:
    | 'ALL'
    | 'CONSTRAINTS'
    | 'DISTRIBUTION'
    | 'PARTITIONS'
    | 'GENERATED'
    | 'METADATA'
    | 'OPTIONS'
    | 'WATERMARKS';
}

/** CREATE [OR REPLACE] [TEMPORARY] VIEW. */
export interface CreateView extends Node {
  readonly kind: 'CreateView';
  readonly replace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: ObjectPath;
  readonly columns: readonly Identifier[];
  readonly comment?: StringLiteral | undefined;
  readonly query: Query;
}

/** JAVASCRIPT is Millrace's own; the validator says so where another is asked for. */
export type FunctionLanguage = 'JAVA' | 'SCALA' | 'PYTHON' | 'SQL' | 'JAVASCRIPT';

export interface CreateFunction extends Node {
  readonly kind: 'CreateFunction';
  readonly temporary: boolean;
  /** TEMPORARY SYSTEM: no catalog, and it hides a built-in function. */
  readonly system: boolean;
  readonly ifNotExists: boolean;
  readonly name: ObjectPath;
  readonly className: StringLiteral;
  readonly language?: FunctionLanguage | undefined;
  readonly using: readonly FunctionResource[];
  readonly properties: readonly Property[];
}

export interface FunctionResource extends Node {
  readonly kind: 'FunctionResource';
  readonly type: 'JAR' | 'ARTIFACT';
  readonly path: StringLiteral;
}

export interface CreateCatalog extends Node {
  readonly kind: 'CreateCatalog';
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly comment?: StringLiteral | undefined;
  readonly properties: readonly Property[];
}

export interface CreateDatabase extends Node {
  readonly kind: 'CreateDatabase';
  readonly ifNotExists: boolean;
  readonly name: ObjectPath;
  readonly comment?: StringLiteral | undefined;
  readonly properties: readonly Property[];
}

export interface CreateModel extends Node {
  readonly kind: 'CreateModel';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: ObjectPath;
  readonly input: readonly ColumnDefinition[];
  readonly output: readonly ColumnDefinition[];
  readonly comment?: StringLiteral | undefined;
  readonly properties: readonly Property[];
  readonly query?: Query | undefined;
}

export interface CreateMaterializedTable extends Node {
  readonly kind: 'CreateMaterializedTable';
  readonly orAlter: boolean;
  readonly name: ObjectPath;
  readonly columns: readonly (ColumnDefinition | ColumnName)[];
  readonly constraints: readonly TableConstraint[];
  readonly watermark?: WatermarkDefinition | undefined;
  readonly comment?: StringLiteral | undefined;
  readonly distribution?: Distribution | undefined;
  readonly partitionedBy: readonly Identifier[];
  readonly properties: readonly Property[];
  readonly startMode?: StartMode | undefined;
  readonly freshness?: IntervalLiteral | undefined;
  readonly refreshMode?: 'FULL' | 'CONTINUOUS' | undefined;
  readonly query: Query;
}

/** Where a continuous refresh starts to read. */
export interface StartMode extends Node {
  readonly kind: 'StartMode';
  readonly mode:
    | 'FROM_BEGINNING'
    | 'FROM_NOW'
    | 'FROM_TIMESTAMP'
    | 'RESUME_OR_FROM_BEGINNING'
    | 'RESUME_OR_FROM_NOW'
    | 'RESUME_OR_FROM_TIMESTAMP';
  /** The interval of FROM_NOW(…), the timestamp of FROM_TIMESTAMP(…). */
  readonly value?: IntervalLiteral | DateTimeLiteral | undefined;
}

/** `FIRST` or `AFTER column`. */
export interface ColumnPosition extends Node {
  readonly kind: 'ColumnPosition';
  /** Absent for FIRST. */
  readonly after?: ObjectPath | undefined;
}

export interface PositionedColumn extends Node {
  readonly kind: 'PositionedColumn';
  /** The path to a field of a ROW, `r` of `r.f INT`; absent for a column. */
  readonly within?: readonly Identifier[] | undefined;
  readonly column: ColumnDefinition;
  readonly position?: ColumnPosition | undefined;
}

/** Columns, constraint, watermark and distribution of ADD and MODIFY. */
export interface SchemaChange extends Node {
  readonly kind: 'SchemaChange';
  readonly change: 'ADD' | 'MODIFY';
  readonly columns: readonly PositionedColumn[];
  readonly constraints: readonly TableConstraint[];
  readonly watermark?: WatermarkDefinition | undefined;
  readonly distribution?: Distribution | undefined;
}

export interface DropColumns extends Node {
  readonly kind: 'DropColumns';
  readonly columns: readonly ObjectPath[];
}

/** DROP PRIMARY KEY, DROP WATERMARK, DROP DISTRIBUTION. */
export interface DropFeature extends Node {
  readonly kind: 'DropFeature';
  readonly feature: 'PRIMARY KEY' | 'WATERMARK' | 'DISTRIBUTION';
}

export interface DropConstraint extends Node {
  readonly kind: 'DropConstraint';
  readonly name: Identifier;
}

export interface RenameColumn extends Node {
  readonly kind: 'RenameColumn';
  readonly from: ObjectPath;
  readonly to: ObjectPath;
}

/** RENAME TO, of a table, view or model. */
export interface RenameTo extends Node {
  readonly kind: 'RenameTo';
  readonly name: ObjectPath;
}

export interface SetProperties extends Node {
  readonly kind: 'SetProperties';
  readonly properties: readonly Property[];
}

export interface ResetProperties extends Node {
  readonly kind: 'ResetProperties';
  readonly keys: readonly StringLiteral[];
}

export interface CommentOn extends Node {
  readonly kind: 'CommentOn';
  readonly comment: StringLiteral;
}

/** `AS query`. */
export interface ChangeQuery extends Node {
  readonly kind: 'ChangeQuery';
  readonly query: Query;
}

/** `column = value` of a PARTITION (…); the value is absent in ANALYZE where it may be left out. */
export interface PartitionEntry extends Node {
  readonly kind: 'PartitionEntry';
  readonly column: Identifier;
  readonly value?: Literal | undefined;
}

/** `PARTITION (a = 1, b)`, with `WITH (…)` where ADD PARTITION allows it. */
export interface PartitionSpec extends Node {
  readonly kind: 'PartitionSpec';
  readonly entries: readonly PartitionEntry[];
  readonly properties: readonly Property[];
}

export interface AddPartitions extends Node {
  readonly kind: 'AddPartitions';
  readonly ifNotExists: boolean;
  readonly partitions: readonly PartitionSpec[];
}

export interface DropPartitions extends Node {
  readonly kind: 'DropPartitions';
  readonly ifExists: boolean;
  readonly partitions: readonly PartitionSpec[];
}

export type AlterTableAction =
  | SchemaChange
  | DropColumns
  | DropFeature
  | DropConstraint
  | RenameColumn
  | RenameTo
  | SetProperties
  | ResetProperties
  | AddPartitions
  | DropPartitions;

export interface AlterTable extends Node {
  readonly kind: 'AlterTable';
  readonly ifExists: boolean;
  readonly name: ObjectPath;
  readonly action: AlterTableAction;
}

export interface SuspendRefresh extends Node {
  readonly kind: 'Suspend';
}

export interface ResumeRefresh extends Node {
  readonly kind: 'Resume';
  readonly properties: readonly Property[];
}

export interface RefreshPartition extends Node {
  readonly kind: 'Refresh';
  readonly partition?: PartitionSpec | undefined;
}

export interface SetFreshness extends Node {
  readonly kind: 'SetFreshness';
  readonly freshness: IntervalLiteral;
}

export interface SetRefreshMode extends Node {
  readonly kind: 'SetRefreshMode';
  readonly mode: 'FULL' | 'CONTINUOUS';
}

export interface AlterMaterializedTable extends Node {
  readonly kind: 'AlterMaterializedTable';
  readonly name: ObjectPath;
  readonly action:
    | SuspendRefresh
    | ResumeRefresh
    | RefreshPartition
    | SetFreshness
    | SetRefreshMode
    | SetProperties
    | ResetProperties
    | ChangeQuery
    | SchemaChange
    | DropColumns
    | DropFeature
    | DropConstraint;
}

export interface AlterView extends Node {
  readonly kind: 'AlterView';
  readonly name: ObjectPath;
  readonly action: RenameTo | ChangeQuery;
}

export interface AlterFunction extends Node {
  readonly kind: 'AlterFunction';
  readonly temporary: boolean;
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: ObjectPath;
  readonly className: StringLiteral;
  readonly language?: FunctionLanguage | undefined;
}

export interface AlterCatalog extends Node {
  readonly kind: 'AlterCatalog';
  readonly name: Identifier;
  readonly action: SetProperties | ResetProperties | CommentOn;
}

export interface AlterDatabase extends Node {
  readonly kind: 'AlterDatabase';
  readonly name: ObjectPath;
  readonly action: SetProperties;
}

export interface AlterModel extends Node {
  readonly kind: 'AlterModel';
  readonly ifExists: boolean;
  readonly name: ObjectPath;
  readonly action: RenameTo | SetProperties | ResetProperties;
}

export interface Drop extends Node {
  readonly kind: 'Drop';
  readonly object: 'TABLE' | 'VIEW' | 'FUNCTION' | 'MODEL' | 'MATERIALIZED TABLE' | 'CATALOG' | 'DATABASE';
  readonly temporary: boolean;
  /** DROP TEMPORARY SYSTEM FUNCTION. */
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: ObjectPath;
  /** Of DATABASE alone. */
  readonly behavior?: 'RESTRICT' | 'CASCADE' | undefined;
}
