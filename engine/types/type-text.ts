/**
 * The texts of a type: for people, for SHOW CREATE TABLE, and as Calcite spells types in messages.
 *
 * They differ on purpose, as in Flink: `STRING` in DESCRIBE is `VARCHAR(2147483647)` in SHOW CREATE TABLE, and INT is
 * `INTEGER` in "Cannot apply '+' to arguments of type '<INTEGER> + <DATE>'".
 */

import { MAX_LENGTH } from './logical-type.ts';
import type { LogicalType, RowField } from './logical-type.ts';

/** Flink's `asSummaryString()`: `TIMESTAMP(3) *ROWTIME*`, `BIGINT NOT NULL`, ``ROW<`a` INT>``. Intervals are named by what they hold. */
export function typeText(type: LogicalType): string {
  const attribute = 'attribute' in type && type.attribute ? ` *${type.attribute}*` : '';
  return `${bareText(type, typeText, summaryNames)}${type.nullable ? '' : ' NOT NULL'}${attribute}`;
}

/** Flink's `asSerializableString()`, which parses back: no aliases, no time attributes, no comments of fields. */
export function serializableTypeText(type: LogicalType): string {
  return `${bareText(type, serializableTypeText, serializableNames)}${type.nullable ? '' : ' NOT NULL'}`;
}

/** The root as Flink's `LogicalTypeRoot`, for "implicit type conversion between INTEGER and VARCHAR". */
export function typeRootText(type: LogicalType): string {
  switch (type.root) {
    case 'TIME':
      return 'TIME_WITHOUT_TIME_ZONE';
    case 'TIMESTAMP':
      return 'TIMESTAMP_WITHOUT_TIME_ZONE';
    case 'TIMESTAMP_LTZ':
      return 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
    default:
      return type.root;
  }
}

/** As Calcite writes a type in the messages of its operand checks, without nullability. */
export function calciteTypeText(type: LogicalType): string {
  switch (type.root) {
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return `${type.root}(${type.length})`;
    case 'TIME':
    case 'TIMESTAMP':
      return `${type.root}(${type.precision})`;
    case 'TIMESTAMP_LTZ':
      return `TIMESTAMP_WITH_LOCAL_TIME_ZONE(${type.precision})`;
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return `INTERVAL ${type.units}`;
    case 'ARRAY':
    case 'MULTISET':
      return `${calciteTypeText(type.element)} ${type.root}`;
    case 'MAP':
      return `(${calciteTypeText(type.key)}, ${calciteTypeText(type.value)}) MAP`;
    case 'ROW': {
      const fields = type.fields.map((field) => `${calciteTypeText(field.type)} ${field.name.toUpperCase()}`);
      return `RECORDTYPE(${fields.join(', ')})`;
    }
    default:
      return type.root;
  }
}

interface Names {
  readonly hasAliases: boolean;
  readonly timestampLtz: (precision: number) => string;
  readonly describesFields: boolean;
}

const summaryNames: Names = {
  hasAliases: true,
  timestampLtz: (precision) => `TIMESTAMP_LTZ(${precision})`,
  describesFields: true,
};

const serializableNames: Names = {
  hasAliases: false,
  timestampLtz: (precision) => `TIMESTAMP(${precision}) WITH LOCAL TIME ZONE`,
  describesFields: false,
};

function bareText(type: LogicalType, text: (type: LogicalType) => string, names: Names): string {
  switch (type.root) {
    case 'INTEGER':
      return 'INT';
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'VARCHAR':
      return names.hasAliases && type.length === MAX_LENGTH ? 'STRING' : `VARCHAR(${type.length})`;
    case 'VARBINARY':
      return names.hasAliases && type.length === MAX_LENGTH ? 'BYTES' : `VARBINARY(${type.length})`;
    case 'CHAR':
    case 'BINARY':
      return `${type.root}(${type.length})`;
    case 'TIME':
    case 'TIMESTAMP':
      return `${type.root}(${type.precision})`;
    case 'TIMESTAMP_LTZ':
      return names.timestampLtz(type.precision);
    case 'INTERVAL_YEAR_MONTH':
      return 'INTERVAL MONTH';
    case 'INTERVAL_DAY_TIME':
      return 'INTERVAL SECOND(3)';
    case 'ARRAY':
    case 'MULTISET':
      return `${type.root}<${text(type.element)}>`;
    case 'MAP':
      return `MAP<${text(type.key)}, ${text(type.value)}>`;
    case 'ROW':
      if (type.className !== undefined) {
        const fields = type.fields.map((field) => `, ${fieldText(field, text, names)}`).join('');
        return `STRUCTURED<${quoteText(type.className)}${fields}>`;
      }
      return `ROW<${type.fields.map((field) => fieldText(field, text, names)).join(', ')}>`;
    default:
      return type.root;
  }
}

function fieldText(field: RowField, text: (type: LogicalType) => string, names: Names): string {
  const comment = names.describesFields && field.description !== undefined;
  return `${quoteName(field.name)} ${text(field.type)}${comment ? ` ${quoteText(field.description ?? '')}` : ''}`;
}

/** A name in back-ticks, as Flink prints all names. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A text as a SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
