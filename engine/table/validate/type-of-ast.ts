/** From a data type as written to a LogicalType. */

import { MAX_PRECISION } from '../../types/decimal-arithmetic.ts';
import { MAX_LENGTH } from '../../types/logical-type.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import type { DataType, IntervalQualifier, SimpleDataType } from '../parser/ast.ts';
import { CHARACTER_SETS } from '../parser/literal-parser.ts';
import { TYPE_NAMES } from '../parser/type-parser.ts';
import { intervalRoot, refuseWideInterval, unitsText } from './interval-literal.ts';
import { invalid, notSupported } from './validation-error.ts';

/** Throws ValidationException for a type that does not exist or has digits out of bounds. Nullable unless it says NOT NULL. */
export function typeOfAst(type: DataType, source: string): LogicalType {
  const nullable = type.nullable ?? true;
  switch (type.kind) {
    case 'SimpleDataType':
      return simpleType(type, nullable, source);
    case 'IntervalDataType':
      refuseWideInterval(type.qualifier, type, source);
      return intervalType(type.qualifier, nullable);
    case 'CollectionDataType':
      return { root: type.collection, element: typeOfAst(type.element, source), nullable };
    case 'MapDataType':
      return {
        root: 'MAP',
        key: typeOfAst(type.key, source),
        value: typeOfAst(type.value, source),
        nullable,
      };
    case 'RowDataType':
    case 'StructuredDataType': {
      // Comments are lost, as in Flink.
      const fields = type.fields.map((field): RowField => ({
        name: field.name.name,
        type: typeOfAst(field.type, source),
      }));
      const names = fields.map((field) => field.name);
      const repeated = new Set(names.filter((name, i) => names.indexOf(name) < i));
      if (repeated.size > 0) {
        const message = `Field names must be unique. Found duplicates: [${[...repeated].join(', ')}]`;
        throw invalid(source, type, message);
      }
      return {
        root: 'ROW',
        ...(type.kind === 'StructuredDataType' && { className: type.className.value }),
        fields,
        nullable,
      };
    }
    case 'RawDataType':
      throw notSupported(source, type, 'Type RAW, which holds objects of Java,');
    case 'NamedDataType': {
      const name = type.name.parts.map((part) => part.name).join('.');
      throw invalid(source, type, `Unknown identifier '${name}'`, nearestNames(name, TYPE_NAMES));
    }
  }
}

export function intervalType(qualifier: IntervalQualifier, nullable: boolean): LogicalType {
  return { root: intervalRoot(qualifier), units: unitsText(qualifier), nullable };
}

function simpleType(type: SimpleDataType, nullable: boolean, source: string): LogicalType {
  const { name, precision, scale, charset } = type;
  if (charset && !CHARACTER_SETS.has(charset.name))
    throw invalid(source, charset, `Unknown character set '${charset.name}'`);
  switch (name) {
    case 'STRING':
      return { root: 'VARCHAR', length: MAX_LENGTH, nullable };
    case 'BYTES':
      return { root: 'VARBINARY', length: MAX_LENGTH, nullable };
    case 'CHAR':
    case 'BINARY':
      return { root: name, length: Math.min(precision ?? 1, MAX_LENGTH), nullable };
    case 'VARCHAR': // without a length it is STRING, in CAST and in CREATE TABLE
    case 'VARBINARY':
      return { root: name, length: Math.min(precision ?? MAX_LENGTH, MAX_LENGTH), nullable };
    case 'INT':
      return { root: 'INTEGER', nullable };
    case 'REAL':
      throw invalid(source, type, 'Type is not supported: REAL. Flink calls it FLOAT.', ['FLOAT']);
    case 'DECIMAL': {
      // More digits than there are count as all there are, as in Flink.
      const digits = Math.min(precision ?? 10, MAX_PRECISION);
      if (digits < 1)
        throw invalid(source, type, 'Decimal precision must be between 1 and 38 (both inclusive).');
      if ((scale ?? 0) > digits) {
        throw invalid(
          source,
          type,
          `Decimal scale must be between 0 and the precision ${digits} (both inclusive).`,
        );
      }
      return { root: 'DECIMAL', precision: digits, scale: scale ?? 0, nullable };
    }
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP WITH LOCAL TIME ZONE': {
      // Of a time of day, Flink keeps milliseconds.
      const [usual, most] = name === 'TIME' ? [0, 3] : [6, 9];
      const root = name === 'TIMESTAMP WITH LOCAL TIME ZONE' ? 'TIMESTAMP_LTZ' : name;
      return { root, precision: Math.min(precision ?? usual, most), nullable };
    }
    case 'TIME WITH LOCAL TIME ZONE':
      throw notSupported(source, type, `Type ${name}`);
    default:
      return { root: name, nullable };
  }
}
