/** From a table as written to a schema with types: computed columns, key, watermark. */

import type { RexNode } from '../../expressions/rex-node.ts';
import { ValidationException } from '../../types/errors.ts';
import type { LogicalType, RowField, RowType } from '../../types/logical-type.ts';
import { quoteName, typeText } from '../../types/type-text.ts';
import { isTimestamp, withoutAttribute } from '../../types/type-families.ts';
import type { ConverterEnvironment } from '../validate/converter-environment.ts';
import { ExpressionConverter } from '../validate/expression-converter.ts';
import { Scope } from '../validate/scope.ts';
import { invalid } from '../validate/validation-error.ts';
import { writtenText } from './expression-text.ts';
import type {
  ColumnDefinition,
  ResolvedColumn,
  ResolvedSchema,
  TableDefinition,
  WatermarkDefinition,
} from './table-definition.ts';
import type { WrittenExpression } from './written-expression.ts';

/** Where the expressions of a definition stand in the statement that is executed, so that errors point there. */
export interface ExpressionOrigin {
  readonly source: string;
  readonly offsets: ReadonlyMap<WrittenExpression, number>;
}

/** Throws ValidationException; without an origin, positions count in the text of the expression they are in. */
export function resolveSchema(
  definition: TableDefinition,
  environment: ConverterEnvironment,
  origin?: ExpressionOrigin,
): ResolvedSchema {
  const { columns: definitions } = definition;
  checkMetadataKeys(definitions);
  checkLayout(definition);
  const stored = [...definitions.filter(isPhysical), ...definitions.filter(isMetadata)];
  const scanType = rowOf(stored.map(({ name, type }) => ({ name, type })));
  const convert: Convert = (expression, input, clause) =>
    convertWritten(expression, input, clause, environment, origin);
  const columns = definitions.map((column) => resolveColumn(column, scanType, convert));
  const plain = rowOf(columns.map(({ name, type }) => ({ name, type })));
  const watermark = definition.watermark && resolveWatermark(definition.watermark, columns, plain, convert);
  if (!watermark) return { columns, scanType, rowType: plain };
  const withRowtime = columns.map((column, i) =>
    i === watermark.column ? { ...column, type: rowtime(column.type) } : column,
  );
  const rowType = rowOf(withRowtime.map(({ name, type }) => ({ name, type })));
  return { columns: withRowtime, scanType, rowType, watermark };
}

function isPhysical(column: ColumnDefinition): column is Extract<ColumnDefinition, { kind: 'physical' }> {
  return column.kind === 'physical';
}

function isMetadata(column: ColumnDefinition): column is Extract<ColumnDefinition, { kind: 'metadata' }> {
  return column.kind === 'metadata';
}

function rowOf(fields: readonly RowField[]): RowType {
  return { root: 'ROW', fields, nullable: false };
}

function rowtime(type: LogicalType): LogicalType {
  return { ...type, attribute: 'ROWTIME' } as LogicalType;
}

function resolveColumn(column: ColumnDefinition, scanType: RowType, convert: Convert): ResolvedColumn {
  const { name, comment } = column;
  const described = comment === undefined ? {} : { comment };
  switch (column.kind) {
    case 'physical':
      return { name, kind: 'physical', type: column.type, ...described };
    case 'metadata':
      return {
        name,
        kind: 'metadata',
        type: column.type,
        key: column.key ?? name,
        isVirtual: column.isVirtual,
        ...described,
      };
    case 'computed': {
      const expression = convert(column.expression, scanType, 'COMPUTED COLUMN');
      return {
        name,
        kind: 'computed',
        type: expression.type,
        expression,
        text: writtenText(column.expression),
        ...described,
      };
    }
  }
}

type Convert = (
  expression: WrittenExpression,
  input: RowType,
  clause: 'COMPUTED COLUMN' | 'WATERMARK',
) => RexNode;

function convertWritten(
  expression: WrittenExpression,
  input: RowType,
  clause: 'COMPUTED COLUMN' | 'WATERMARK',
  environment: ConverterEnvironment,
  origin: ExpressionOrigin | undefined,
): RexNode {
  const scope = new Scope([{ path: [], fields: input.fields, firstInput: 0 }]);
  const { sql, tree } = expression;
  try {
    const converter = new ExpressionConverter(environment, { source: sql, scope, clause });
    // A column may be a bare NULL, as long as nobody reads the table.
    return clause === 'COMPUTED COLUMN' ? converter.convertOrNull(tree) : converter.convert(tree);
  } catch (error) {
    const offset = origin?.offsets.get(expression);
    if (origin && offset !== undefined && error instanceof ValidationException)
      throw moved(error, origin.source, offset);
    throw error;
  }
}

function moved(error: ValidationException, source: string, offset: number): ValidationException {
  const { position, suggestions } = error;
  if (!position) return error;
  const span = { start: position.start + offset, end: position.end + offset };
  return invalid(source, { span }, error.message, suggestions);
}

const ALLOWED = `must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3`;

function resolveWatermark(
  { column: name, expression: text }: WatermarkDefinition,
  columns: readonly ResolvedColumn[],
  rowType: RowType,
  convert: Convert,
): NonNullable<ResolvedSchema['watermark']> {
  const column = columns.findIndex((each) => each.name === name);
  const found = columns[column];
  if (!found) {
    const names = columns.map((each) => each.name).join(', ');
    throw new ValidationException(
      `Invalid column name '${name}' for rowtime attribute in watermark declaration. Available columns are: [${names}]`,
    );
  }
  if ('attribute' in found.type && found.type.attribute === 'PROCTIME') {
    throw new ValidationException('A watermark can not be defined for a processing-time attribute.');
  }
  if (!isTimestamp(found.type) || found.type.precision > 3) {
    throw new ValidationException(
      `Invalid data type of time field for watermark definition. The field ${ALLOWED}, but the time field type is ${typeText(found.type)}`,
    );
  }
  const written = { column, text: writtenText(text) };
  if (isSourceWatermark(text)) {
    const type = { ...withoutAttribute(found.type), nullable: true };
    return { ...written, expression: { kind: 'call', operator: 'SOURCE_WATERMARK', operands: [], type } };
  }
  const expression = convert(text, rowType, 'WATERMARK');
  const { type } = expression;
  if (!isTimestamp(type) || type.precision > 3) {
    throw new ValidationException(
      `Invalid data type of expression for watermark definition. The field ${ALLOWED}, but the watermark expression type is ${typeText(type)}`,
    );
  }
  if (type.root !== found.type.root) {
    throw new ValidationException(
      `The watermark declaration's output data type '${typeText({ ...type, nullable: true })}' is different from the time field's data type '${typeText({ ...found.type, nullable: true })}'.`,
    );
  }
  return { ...written, expression };
}

function isSourceWatermark({ tree }: WrittenExpression): boolean {
  return tree.kind === 'FunctionCall' && tree.name.parts[0]?.name.toUpperCase() === 'SOURCE_WATERMARK';
}

/** Key, buckets and partitions go by columns that are stored. */
function checkLayout({ columns, primaryKey, distribution, partitionKeys }: TableDefinition): void {
  const physical = columns.filter(isPhysical).map(({ name }) => name);
  const notStored = primaryKey?.columns.find((key) => !physical.includes(key));
  if (primaryKey && notStored !== undefined) {
    throw new ValidationException(
      `Invalid primary key '${primaryKey.name}'. Column '${notStored}' is not a physical column.`,
    );
  }
  const available = `in the schema. Available columns are: [${physical.join(', ')}]`;
  const bucket = distribution?.columns.find((key) => !physical.includes(key));
  if (bucket !== undefined) {
    throw new ValidationException(
      `Invalid bucket key '${bucket}'. A bucket key for a distribution must reference a physical column ${available}`,
    );
  }
  if (distribution?.buckets !== undefined && distribution.buckets <= 0) {
    throw new ValidationException(
      `Invalid bucket count '${distribution.buckets}'. The number of buckets for a distributed table must be at least 1.`,
    );
  }
  const partition = partitionKeys.find((key) => !physical.includes(key));
  if (partition !== undefined) {
    throw new ValidationException(
      `Invalid partition key '${partition}'. A partition key must reference a physical column ${available}`,
    );
  }
}

function checkMetadataKeys(columns: readonly ColumnDefinition[]): void {
  const seen = new Map<string, string>();
  for (const column of columns) {
    if (column.kind !== 'metadata') continue;
    const key = column.key ?? column.name;
    const other = seen.get(key);
    if (other !== undefined) {
      throw new ValidationException(
        `The column ${quoteName(other)} and ${quoteName(column.name)} in the table are both from the same metadata key '${key}'. ` +
          'Please specify one of the columns as the metadata column and use the computed column syntax to specify the others.',
      );
    }
    seen.set(key, column.name);
  }
}
