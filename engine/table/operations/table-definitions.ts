/** From CREATE TABLE as written to a table definition. */

import { ValidationException } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import type { ExpressionOrigin } from '../catalog/schema-resolver.ts';
import type {
  ColumnDefinition,
  Distribution,
  PrimaryKey,
  TableDefinition,
  WatermarkDefinition,
} from '../catalog/table-definition.ts';
import { written } from '../catalog/written-expression.ts';
import type { WrittenExpression } from '../catalog/written-expression.ts';
import type {
  ColumnDefinition as WrittenColumn,
  CreateTable,
  Distribution as WrittenDistribution,
  Expression,
  Property,
  Span,
  TableConstraint,
  WatermarkDefinition as WrittenWatermark,
} from '../parser/ast.ts';
import { positionAt } from '../parser/ast.ts';
import { typeOfAst } from '../validate/type-of-ast.ts';
import { invalid } from '../validate/validation-error.ts';

const ENFORCED =
  "Flink doesn't support ENFORCED mode for PRIMARY KEY constraint. ENFORCED/NOT ENFORCED controls if the constraint checks are " +
  'performed on the incoming/outgoing data. Flink does not own the data therefore the only supported mode is the NOT ENFORCED mode';

type Clauses = Pick<CreateTable, 'distribution' | 'comment' | 'properties'>;

/** Makes definitions of one statement and remembers where their expressions stand. */
export class TableDefinitions {
  readonly #source: string;
  readonly #offsets = new Map<WrittenExpression, number>();

  constructor(source: string) {
    this.#source = source;
  }

  get origin(): ExpressionOrigin {
    return { source: this.#source, offsets: this.#offsets };
  }

  /** Columns, options and comment of CREATE TABLE without its key, watermark and partitions, which may be about columns of a LIKE. */
  columnsOf(statement: Clauses & Pick<CreateTable, 'columns'>): TableDefinition {
    const columns: ColumnDefinition[] = [];
    for (const column of statement.columns) {
      if (column.kind === 'ColumnName') {
        throw invalid(this.#source, column, 'Columns without a type are for CREATE TABLE ... AS SELECT');
      }
      this.#checkNew(column, columns);
      columns.push(this.column(column));
    }
    return { columns, ...this.clausesOf(statement) };
  }

  /** What stands behind the columns: options, distribution and comment. */
  clausesOf({ distribution, comment, properties }: Clauses): Omit<TableDefinition, 'columns'> {
    return {
      partitionKeys: [],
      options: propertiesOf(properties),
      ...(distribution && { distribution: this.distribution(distribution) }),
      ...(comment && { comment: comment.value }),
    };
  }

  /** `isUnresolved`: functions in it are shown by the names that they were called by. */
  column(column: WrittenColumn, isUnresolved = false): ColumnDefinition {
    const { name } = column.name;
    const comment = column.comment ? { comment: column.comment.value } : {};
    switch (column.kind) {
      case 'PhysicalColumn':
        return { kind: 'physical', name, type: typeOfAst(column.type, this.#source), ...comment };
      case 'ComputedColumn':
        return {
          kind: 'computed',
          name,
          expression: this.#written(column.expression, isUnresolved),
          ...comment,
        };
      case 'MetadataColumn':
        return {
          kind: 'metadata',
          name,
          type: typeOfAst(column.type, this.#source),
          isVirtual: column.virtual,
          ...(column.from && { key: column.from.value }),
          ...comment,
        };
    }
  }

  /** `columns` are all that the table will have. */
  watermark(
    { column, expression }: WrittenWatermark,
    columns: readonly ColumnDefinition[],
  ): WatermarkDefinition {
    const name = column.parts.map((part) => part.name).join('.');
    const known = columns.map((each) => each.name);
    if (column.parts.length > 1) {
      throw invalid(
        this.#source,
        column,
        `Invalid column name '${name}' for rowtime attribute in watermark declaration. Available columns are: [${known.join(', ')}]`,
      );
    }
    if (!known.includes(name)) {
      throw invalid(
        this.#source,
        column,
        `The rowtime attribute field '${name}' is not defined in the table schema, at ${this.#at(column)}\n` +
          `Available fields: [${known.map((each) => `'${each}'`).join(', ')}]`,
      );
    }
    return { column: name, expression: this.#written(expression) };
  }

  /** The key of constraints and column constraints; undefined if there is none. */
  primaryKey(
    constraints: readonly { readonly constraint: TableConstraint; readonly column?: string }[],
    columns: readonly ColumnDefinition[],
  ): PrimaryKey | undefined {
    const [first, second] = constraints;
    for (const { constraint } of constraints) {
      if (constraint.type === 'UNIQUE')
        throw invalid(this.#source, constraint, 'UNIQUE constraint is not supported yet');
    }
    if (!first) return undefined;
    if (second) throw invalid(this.#source, second.constraint, 'Duplicate primary key definition');
    const { constraint } = first;
    if (constraint.enforced !== false) throw invalid(this.#source, constraint, ENFORCED);
    const names = first.column === undefined ? constraint.columns.map((each) => each.name) : [first.column];
    for (const [i, name] of names.entries())
      this.#checkKeyColumn(name, constraint.columns[i] ?? constraint, columns);
    const name = constraint.name?.name ?? `PK_${names.join('_')}`;
    if (new Set(names).size < names.length) {
      const repeated = names.filter((each, i) => names.indexOf(each) !== i);
      throw invalid(
        this.#source,
        constraint,
        `Invalid primary key '${name}'. A primary key must not contain duplicate columns. Found: [${repeated.join(', ')}]`,
      );
    }
    return { name, columns: names };
  }

  distribution({ method, columns, buckets }: WrittenDistribution): Distribution {
    return {
      ...(method && { method }),
      columns: columns.map((each) => each.name),
      ...(buckets && { buckets: Number(buckets.text) }),
    };
  }

  partitionKeys(
    { partitionedBy }: Pick<CreateTable, 'partitionedBy'>,
    columns: readonly ColumnDefinition[],
  ): string[] {
    for (const key of partitionedBy) {
      if (columns.some((each) => each.name === key.name)) continue;
      const known = columns.map((each) => `'${each.name}'`).join(', ');
      throw invalid(
        this.#source,
        key,
        `Partition column '${key.name}' not defined in the table schema. Available columns: [${known}]`,
      );
    }
    return partitionedBy.map((key) => key.name);
  }

  #checkNew(column: WrittenColumn, columns: readonly ColumnDefinition[]): void {
    const { name } = column.name;
    if (!columns.some((each) => each.name === name)) return;
    const kind = { PhysicalColumn: 'regular', ComputedColumn: 'generated', MetadataColumn: 'metadata' }[
      column.kind
    ];
    throw invalid(this.#source, column.name, `A ${kind} Column named '${name}' already exists in the table.`);
  }

  #checkKeyColumn(name: string, at: { readonly span: Span }, columns: readonly ColumnDefinition[]): void {
    const column = columns.find((each) => each.name === name);
    if (!column) {
      throw invalid(
        this.#source,
        at,
        `Primary key column '${name}' is not defined in the schema at ${this.#at(at)}`,
      );
    }
    if (column.kind !== 'physical') {
      throw invalid(
        this.#source,
        at,
        `Could not create a PRIMARY KEY with column '${name}' at ${this.#at(at)}.\nA PRIMARY KEY constraint must be declared on physical columns.`,
      );
    }
  }

  #written(expression: Expression, isUnresolved = false): WrittenExpression {
    const { sql, tree } = written(expression, this.#source);
    const result: WrittenExpression = isUnresolved ? { sql, tree, isUnresolved } : { sql, tree };
    this.#offsets.set(result, expression.span.start);
    return result;
  }

  #at({ span }: { readonly span: Span }): string {
    const { line, column } = positionAt(this.#source, span.start);
    return `line ${line}, column ${column}`;
  }
}

/** The constraints of columns and table, with the column that one stands behind. */
export function constraintsOf(
  columns: readonly {
    readonly kind: string;
    readonly name: { readonly name: string };
    readonly constraint?: TableConstraint | undefined;
  }[],
  constraints: readonly TableConstraint[],
): { readonly constraint: TableConstraint; readonly column?: string }[] {
  const ofColumns = columns.flatMap(({ name, constraint }) =>
    constraint ? [{ constraint, column: name.name }] : [],
  );
  return [...ofColumns, ...constraints.map((constraint) => ({ constraint }))];
}

/** Columns of a key are NOT NULL, and stay so when the key is dropped. */
export function withKeyNotNull(
  columns: readonly ColumnDefinition[],
  key: PrimaryKey | undefined,
): ColumnDefinition[] {
  return columns.map((column) =>
    column.kind === 'physical' && key?.columns.includes(column.name)
      ? { ...column, type: withNullability<LogicalType>(column.type, false) }
      : column,
  );
}

/** Of a new table: columns that the statement declares become NOT NULL by its key; those that come from elsewhere have to be. */
export function withNewKey(
  columns: readonly ColumnDefinition[],
  key: PrimaryKey | undefined,
  declared: readonly ColumnDefinition[],
): ColumnDefinition[] {
  const isDeclared = (name: string): boolean => declared.some((column) => column.name === name);
  const nullable = columns.find(
    (column) =>
      column.kind === 'physical' &&
      column.type.nullable &&
      key?.columns.includes(column.name) &&
      !isDeclared(column.name),
  );
  if (key && nullable) {
    throw new ValidationException(
      `Invalid primary key '${key.name}'. Column '${nullable.name}' is nullable.`,
    );
  }
  return withKeyNotNull(columns, key);
}

export function propertiesOf(properties: readonly Property[]): Record<string, string> {
  return Object.fromEntries(properties.map(({ key, value }) => [key.value, value.value]));
}
