import type { LogicalType, RowField } from '../../../types/logical-type.ts';
import { isInteger, withNullability } from '../../../types/type-families.ts';
import { accumulatorNames } from '../../plan/accumulator-names.ts';
import { isFixedLength } from '../../plan/row-size.ts';
import type { NamedAggregateCall } from '../../plan/rel-node.ts';

/** What the first of two phases of an aggregation hands to the second: Flink's accumulators, by name and type. */

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };
const DOUBLE: LogicalType = { root: 'DOUBLE', nullable: false };
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable: true };
// Stands for objects of Java's, which no type here describes: they are guessed as large as a VARIANT.
const OBJECT: LogicalType = { root: 'VARIANT', nullable: false };

/** The columns of all calls, numbered through: `count1$0`, `sum$1`. */
export function accumulatorFields(calls: readonly NamedAggregateCall[]): readonly (readonly RowField[])[] {
  let next = 0;
  return calls.map((call) => {
    const names = accumulatorNames(call);
    if (!names) return [{ name: call.name, type: OBJECT }];
    const types = accumulatorTypes(call);
    return names.map((name, i) => ({ name: `${name}$${next++}`, type: types[i] ?? OBJECT }));
  });
}

/** Whether a hash table can change accumulators in place. */
export function areFixedLength(calls: readonly NamedAggregateCall[]): boolean {
  return calls.every((call) => accumulatorNames(call) && accumulatorTypes(call).every(isMutable));
}

function isMutable(type: LogicalType): boolean {
  const { root } = type;
  return isFixedLength(type) || root === 'DECIMAL' || root === 'TIMESTAMP' || root === 'TIMESTAMP_LTZ';
}

function accumulatorTypes(call: NamedAggregateCall): readonly LogicalType[] {
  const type = withNullability(call.type, true);
  switch (call.function) {
    case 'COUNT':
      return [BIGINT];
    case 'AVG':
      return [sumType(call), BIGINT];
    case 'LISTAGG':
      return [STRING, STRING];
    case 'SINGLE_VALUE':
      return [type, { root: 'INTEGER', nullable: false }];
    default:
      return [type];
  }
}

function sumType({ argumentTypes: [argument], type }: NamedAggregateCall): LogicalType {
  if (argument === undefined || isInteger(argument)) return BIGINT;
  if (argument.root !== 'DECIMAL') return DOUBLE;
  return type.root === 'DECIMAL' ? { ...argument, precision: 38 } : type;
}
