import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typesEqual, typesEqualSansNullability } from '../../types/type-equality.ts';
import { castTo } from '../validate/coercion.ts';
import { logicalProject, mapPlan } from '../plan/builders.ts';
import { foldConstant } from './simplify/constant-folding.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, fieldOf, inputOf, rexCall, rexCast, rowTypeOf } from '../plan/rex.ts';

/** The inputs of a union in exactly its types: a NOT NULL column beside a nullable one is cast, and so is one with a time attribute. */
export function coerceUnionInputs(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalUnion') return node;
    const types = node.rowType.fields.map((field) => field.type);
    return { ...node, inputs: node.inputs.map((input) => coerced(input, types)) };
  });
}

/** The node with its columns in exactly these types. */
export function coerced(input: LogicalNode, types: readonly LogicalType[]): LogicalNode {
  const isSame = types.every((type, i) => isSameType(fieldOf(input.rowType, i).type, type));
  if (isSame) return input;
  if (input.kind === 'LogicalUnion') {
    const fields = input.rowType.fields.map((field, i) => ({ ...field, type: types[i] as LogicalType }));
    return { ...input, inputs: input.inputs.map((each) => coerced(each, types)), rowType: rowTypeOf(fields) };
  }
  const columns: readonly RexNode[] =
    input.kind === 'LogicalProject' ? input.projects : types.map((_, i) => inputOf(input.rowType, i));
  const projects = columns.map((column, i) => {
    const type = types[i] as LogicalType;
    if (isSameType(column.type, type)) return column;
    const isLiteral = column.kind === 'literal' && !typesEqualSansNullability(column.type, type);
    return isLiteral ? literalAs(column, type) : rexCast(column, type);
  });
  return logicalProject(
    input.kind === 'LogicalProject' ? input.inputs[0] : input,
    projects,
    fieldNames(input.rowType),
  );
}

/** `1` as DECIMAL is 1.0. */
function literalAs(literal: RexNode, type: LogicalType): RexNode {
  const folded = foldConstant(rexCall('CAST', [literal], type));
  return folded ?? castTo(literal, type, 'visible');
}

function isSameType(left: LogicalType, right: LogicalType): boolean {
  const attribute = (type: LogicalType): string | undefined =>
    'attribute' in type ? type.attribute : undefined;
  return typesEqual(left, right) && attribute(left) === attribute(right);
}
