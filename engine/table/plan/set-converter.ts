import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { isTimeAttribute, withNullability, withoutAttribute } from '../../types/type-families.ts';
import { calciteTypeText } from '../../types/type-text.ts';
import type { SetOperation } from '../parser/ast.ts';
import { invalid } from '../validate/validation-error.ts';
import type { QueryPlan } from './relation-plan.ts';
import type { LogicalNode } from './rel-node.ts';
import { rowTypeOf, uniqueNames } from './rex.ts';

/** UNION, INTERSECT and EXCEPT [ALL] of two planned queries: names of the left, types that hold both. */
export function convertSetOperation(
  operation: SetOperation,
  left: QueryPlan,
  right: QueryPlan,
  source: string,
): QueryPlan {
  const name = `${operation.operator}${operation.all ? ' ALL' : ''}`;
  if (left.fields.length !== right.fields.length) {
    throw invalid(source, operation, `Column count mismatch in ${name}`);
  }
  const names = uniqueNames(left.fields.map((field) => field.name));
  const fields = left.fields.map((field, i): RowField => {
    const other = (right.fields[i] as RowField).type;
    const type = leastRestrictive([withoutAttribute(field.type), withoutAttribute(other)]);
    if (!type) {
      throw invalid(
        source,
        operation,
        `Type mismatch in column ${i + 1} of ${name}: ${calciteTypeText(field.type)} and ${calciteTypeText(other)}`,
      );
    }
    // Event time goes on if the first input has it (S-79).
    return {
      name: field.name,
      type: isTimeAttribute(field.type) ? timeAttribute(field.type, type.nullable) : type,
    };
  });
  const inputs = [left.node, right.node];
  const rowType = rowTypeOf(fields.map((field, i) => ({ ...field, name: names[i] as string })));
  return { node: setOperation(operation, inputs, rowType), fields };
}

function setOperation(
  { operator, all }: SetOperation,
  inputs: readonly LogicalNode[],
  rowType: LogicalNode['rowType'],
): LogicalNode {
  if (operator === 'UNION') return { kind: 'LogicalUnion', inputs, all, rowType };
  const kind = operator === 'INTERSECT' ? 'LogicalIntersect' : 'LogicalMinus';
  const [left, right] = inputs as readonly [LogicalNode, LogicalNode];
  return { kind, inputs: [left, right], all, rowType };
}

function timeAttribute(type: LogicalType, nullable: boolean): LogicalType {
  return withNullability(type, nullable);
}
