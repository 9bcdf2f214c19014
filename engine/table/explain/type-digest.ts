import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { serializableTypeText, typeText } from '../../types/type-text.ts';

/**
 * Types as Calcite writes them inside plans, which is not how SQL does: INTEGER, `DECIMAL(10, 2)`,
 * `RecordType(BIGINT a, ...)`, and, in full, the character set of texts.
 */

const CHARSET = ' CHARACTER SET "UTF-16LE"';

/** Without the type's own nullability, e.g. behind a literal. `full` adds character sets. */
export function typeDigest(type: LogicalType, full: boolean): string {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return `${type.root}(${type.length})${full ? CHARSET : ''}`;
    case 'BINARY':
    case 'VARBINARY':
      return `${type.root}(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
      return `TIME(${type.precision})`;
    case 'TIMESTAMP':
      return `TIMESTAMP(${type.precision})${type.attribute ? ` *${type.attribute}*` : ''}`;
    case 'TIMESTAMP_LTZ':
      return type.attribute
        ? `TIMESTAMP_LTZ(${type.precision}) *${type.attribute}*`
        : `TIMESTAMP_WITH_LOCAL_TIME_ZONE(${type.precision})`;
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return `INTERVAL ${type.units}`;
    case 'ARRAY':
      return `${element(type.element, full)} ARRAY`;
    case 'MULTISET':
      return `${element(type.element, full)} MULTISET`;
    case 'MAP':
      return `(${element(type.key, full)}, ${element(type.value, full)}) MAP`;
    case 'ROW':
      // A class is written as SQL does; in short with its own NOT NULL.
      if (type.className !== undefined)
        return full ? serializableTypeText({ ...type, nullable: true }) : typeText(type);
      return `RecordType:peek_no_expand(${recordFields(type.fields, full)})`;
    default:
      return type.root;
  }
}

/** With NOT NULL where it holds, as in `CAST($0):BIGINT NOT NULL`. */
export function nullableTypeDigest(type: LogicalType): string {
  return `${typeDigest(type, true)}${type.nullable ? '' : ' NOT NULL'}`;
}

/** `RecordType(INTEGER a, BIGINT b)`. */
export function recordTypeDigest(fields: readonly RowField[]): string {
  return `RecordType(${recordFields(fields, false)})`;
}

function recordFields(fields: readonly RowField[], full: boolean): string {
  return fields.map((field) => `${element(field.type, full)} ${field.name}`).join(', ');
}

function element(type: LogicalType, full: boolean): string {
  return full ? nullableTypeDigest(type) : typeDigest(type, false);
}
