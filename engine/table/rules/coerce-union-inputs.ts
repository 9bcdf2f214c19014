import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isTimeAttribute, isTimestamp } from '../../types/type-families.ts';
import { typesEqual, typesEqualSansNullability } from '../../types/type-equality.ts';
import { castTo } from '../validate/coercion.ts';
import { logicalProject, mapPlan } from '../plan/builders.ts';
import { foldConstant, withScale } from './simplify/constant-folding.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, fieldOf, inputOf, rexCall, rexCast, rowTypeOf } from '../plan/rex.ts';

/** The inputs of a union in its types: a NOT NULL column beside a nullable one is cast. Time attributes are left alone. */
export function coerceUnionInputs(plan: LogicalNode): LogicalNode {
  return coercedInputs(plan, (column, type) =>
    isTimeAttribute(column) || isTimeAttribute(type) ? column : type,
  );
}

/** The same for time attributes, once it is known where they end. What has become NOT NULL in the meantime may be so. */
export function coerceUnionTimes(plan: LogicalNode): LogicalNode {
  return coercedInputs(plan, (column, type) => (isTimestamp(type) ? type : column));
}

/** `wanted`: from the type of an input's column, and that of the union's, to the one that it shall have. */
function coercedInputs(
  plan: LogicalNode,
  wanted: (column: LogicalType, type: LogicalType) => LogicalType,
): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalUnion') return node;
    const inputs = node.inputs.map((input) =>
      coerced(
        input,
        node.rowType.fields.map(({ type }, i) => wanted(fieldOf(input.rowType, i).type, type)),
      ),
    );
    return { ...node, inputs };
  });
}

/** The node with its columns in exactly these types. A UNION ALL is cast branch by branch, where its columns have their names. */
export function coerced(
  input: LogicalNode,
  types: readonly LogicalType[],
  names: readonly string[] = fieldNames(input.rowType),
): LogicalNode {
  const isSame = types.every((type, i) => isSameType(fieldOf(input.rowType, i).type, type));
  if (isSame) return input;
  if (input.kind === 'LogicalUnion' && input.all) {
    const fields = input.rowType.fields.map((field, i) => ({ ...field, type: types[i] as LogicalType }));
    const inputs = input.inputs.map((each) => coerced(each, types, names));
    return { ...input, inputs, rowType: rowTypeOf(fields) };
  }
  const columns: readonly RexNode[] =
    input.kind === 'LogicalProject' ? input.projects : types.map((_, i) => inputOf(input.rowType, i));
  const projects = columns.map((column, i) => {
    const type = types[i] as LogicalType;
    if (isSameType(column.type, type)) return column;
    const typed = column.kind === 'literal' ? literalAs(column, type) : column;
    return isSameType(typed.type, type) ? typed : rexCast(typed, type);
  });
  return logicalProject(input.kind === 'LogicalProject' ? input.inputs[0] : input, projects, names);
}

/** `1` as DECIMAL is 1.0, and a DOUBLE is written as one that was computed. */
function literalAs(literal: RexLiteral, type: LogicalType): RexNode {
  const isOfType = typesEqualSansNullability(literal.type, type);
  const folded = isOfType ? literal : foldConstant(rexCall('CAST', [literal], type));
  if (!folded) return castTo(literal, type, 'visible');
  const { digits: _, ...computed } = folded;
  return withScale(computed);
}

function isSameType(left: LogicalType, right: LogicalType): boolean {
  const attribute = (type: LogicalType): string | undefined =>
    'attribute' in type ? type.attribute : undefined;
  return typesEqual(left, right) && attribute(left) === attribute(right);
}
