/** Which casts exist: those a query may write (CAST, TRY_CAST), and those Flink makes by itself when a row goes into a table. */

import type { LogicalType } from './logical-type.ts';
import { typesEqualSansNullability } from './type-equality.ts';
import {
  isBinary,
  isCharacter,
  isDatetime,
  isExactNumeric,
  isNumeric,
  isTimestamp,
} from './type-families.ts';

/** Whether `CAST(source AS target)` is a cast at all. Nullability does not count. */
export function supportsExplicitCast(source: LogicalType, target: LogicalType): boolean {
  if (source.root === 'VARIANT') return false;
  if (source.root === 'BITMAP') return isCharacter(target) || target.root === 'VARBINARY';
  if (source.root === 'NULL' || typesEqualSansNullability(source, target)) return true;
  if (isConstructed(target)) return castsWithin(source, target, supportsExplicitCast);
  if (isCharacter(target)) return source.root !== 'SYMBOL';
  switch (target.root) {
    case 'BOOLEAN':
      return isNumeric(source) || isCharacter(source);
    case 'BINARY':
    case 'VARBINARY':
      return isCharacter(source) || isBinary(source);
    case 'DATE':
      return isTimestamp(source) || isCharacter(source) || source.root === 'DATE';
    case 'TIME':
      return isTimestamp(source) || isCharacter(source) || source.root === 'TIME';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return isDatetime(source) || isCharacter(source);
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return source.root === target.root || isExactNumeric(source);
    default:
      return isNumeric(target) && (isNumeric(source) || isCharacter(source) || source.root === 'BOOLEAN');
  }
}

/** What to do instead of a cast that Flink names and refuses; undefined for any other pair. */
export function refusedCastAdvice(source: LogicalType, target: LogicalType): string | undefined {
  const toTimestamp =
    "It's recommended to use TO_TIMESTAMP(FROM_UNIXTIME(numeric_col)) instead, note the numeric is in seconds.";
  const toTimestampLtz = "It's recommended to use TO_TIMESTAMP_LTZ(numeric_col, precision) instead.";
  const fromTimestamp = "It's recommended to use UNIX_TIMESTAMP(CAST(timestamp_col AS STRING)) instead.";
  const refused = (from: string, to: string, advice: string) =>
    `The cast from ${from} type to ${to} type is not allowed.${advice && ` ${advice}`}`;
  if (isNumeric(source) && target.root === 'TIMESTAMP') return refused('NUMERIC', 'TIMESTAMP', toTimestamp);
  if (isNumeric(source) && target.root === 'TIMESTAMP_LTZ')
    return refused('NUMERIC', 'TIMESTAMP_LTZ', toTimestampLtz);
  if (source.root === 'TIMESTAMP' && isNumeric(target)) return refused('TIMESTAMP', 'NUMERIC', fromTimestamp);
  if (source.root === 'TIMESTAMP_LTZ' && isNumeric(target)) return refused('TIMESTAMP_LTZ', 'NUMERIC', '');
  return undefined;
}

/** Whether a query's column goes into a sink's without a CAST in the query (S-60a, S-78). NULL into NOT NULL is for the run to refuse. */
export function supportsImplicitCast(source: LogicalType, target: LogicalType): boolean {
  if (source.root === 'NULL' || typesEqualSansNullability(source, target)) return true;
  if (isConstructed(target)) return castsWithin(source, target, supportsImplicitCast);
  return IMPLICIT[target.root]?.has(source.root) ?? source.root === target.root;
}

const INTEGERS_TO = {
  SMALLINT: ['TINYINT'],
  INTEGER: ['TINYINT', 'SMALLINT'],
  BIGINT: ['TINYINT', 'SMALLINT', 'INTEGER'],
};
const ALL_INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];

// Target to sources. A target that is not listed takes its own kind alone.
const IMPLICIT: Partial<Record<string, ReadonlySet<string>>> = {
  VARCHAR: new Set(['CHAR', 'VARCHAR']),
  VARBINARY: new Set(['BINARY', 'VARBINARY']),
  SMALLINT: new Set([...INTEGERS_TO.SMALLINT, 'SMALLINT']),
  INTEGER: new Set([...INTEGERS_TO.INTEGER, 'INTEGER']),
  BIGINT: new Set(ALL_INTEGERS),
  FLOAT: new Set([...ALL_INTEGERS, 'DECIMAL', 'FLOAT']),
  DOUBLE: new Set([...ALL_INTEGERS, 'DECIMAL', 'FLOAT', 'DOUBLE']),
  DECIMAL: new Set([...ALL_INTEGERS, 'DECIMAL', 'FLOAT', 'DOUBLE']),
  DATE: new Set(['DATE', 'TIMESTAMP']),
  TIME: new Set(['TIME', 'TIMESTAMP']),
  TIMESTAMP: new Set(['TIMESTAMP', 'TIMESTAMP_LTZ']),
  TIMESTAMP_LTZ: new Set(['TIMESTAMP', 'TIMESTAMP_LTZ']),
};

function isConstructed(type: LogicalType): boolean {
  return type.root === 'ARRAY' || type.root === 'MULTISET' || type.root === 'MAP' || type.root === 'ROW';
}

type Rule = (source: LogicalType, target: LogicalType) => boolean;

function castsWithin(source: LogicalType, target: LogicalType, rule: Rule): boolean {
  switch (target.root) {
    case 'ARRAY':
    case 'MULTISET':
      return source.root === target.root && rule(source.element, target.element);
    case 'MAP':
      return source.root === 'MAP' && rule(source.key, target.key) && rule(source.value, target.value);
    case 'ROW':
      return (
        source.root === 'ROW' &&
        source.fields.length === target.fields.length &&
        source.fields.every((field, i) => {
          const other = target.fields[i];
          return other !== undefined && rule(field.type, other.type);
        })
      );
    default:
      return false;
  }
}
