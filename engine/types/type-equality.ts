/** When two types are the same. */

import type { LogicalType } from './logical-type.ts';

/** Same in everything that a value can tell: names of fields and nullability count, time attributes, comments and units of intervals do not. */
export function typesEqual(left: LogicalType, right: LogicalType): boolean {
  return left === right || (left.nullable === right.nullable && sameButNullability(left, right, typesEqual));
}

/** Like `typesEqual`, but NOT NULL on the outside does not count. */
export function typesEqualSansNullability(left: LogicalType, right: LogicalType): boolean {
  return left === right || sameButNullability(left, right, typesEqual);
}

/** Same bytes: neither nullability nor names of fields count, on any level. */
export function typesEqualInLayout(left: LogicalType, right: LogicalType): boolean {
  if (left.root === 'ROW' && right.root === 'ROW') {
    return (
      left.fields.length === right.fields.length &&
      left.fields.every((field, i) => typesEqualInLayout(field.type, right.fields[i]?.type ?? NULL_TYPE))
    );
  }
  return left === right || sameButNullability(left, right, typesEqualInLayout);
}

/** Whether the intervals in two types that are equal otherwise have the same units. */
export function sameUnits(left: LogicalType, right: LogicalType): boolean {
  if (left === right) return true;
  if ('units' in left && 'units' in right) return left.units === right.units;
  if ('element' in left && 'element' in right) return sameUnits(left.element, right.element);
  if (left.root === 'MAP' && right.root === 'MAP')
    return sameUnits(left.key, right.key) && sameUnits(left.value, right.value);
  if (left.root === 'ROW' && right.root === 'ROW')
    return left.fields.every(({ type }, i) => sameUnits(type, right.fields[i]?.type ?? type));
  return true;
}

const NULL_TYPE: LogicalType = { root: 'NULL', nullable: true };

type Comparison = (left: LogicalType, right: LogicalType) => boolean;

function sameButNullability(left: LogicalType, right: LogicalType, same: Comparison): boolean {
  switch (left.root) {
    case 'DECIMAL':
      return right.root === 'DECIMAL' && left.precision === right.precision && left.scale === right.scale;
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return left.root === right.root && left.length === right.length;
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return left.root === right.root && left.precision === right.precision;
    case 'ARRAY':
    case 'MULTISET':
      return left.root === right.root && same(left.element, right.element);
    case 'MAP':
      return right.root === 'MAP' && same(left.key, right.key) && same(left.value, right.value);
    case 'ROW':
      return (
        right.root === 'ROW' &&
        left.className === right.className &&
        left.fields.length === right.fields.length &&
        left.fields.every((field, i) => {
          const other = right.fields[i];
          return other !== undefined && field.name === other.name && same(field.type, other.type);
        })
      );
    default:
      return left.root === right.root;
  }
}
