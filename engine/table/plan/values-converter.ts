import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import type { Values } from '../parser/ast.ts';
import { coerce } from '../validate/coercion.ts';
import type { ExpressionConverter } from '../validate/expression-converter.ts';
import { convertEach } from '../validate/mistakes.ts';
import { invalid } from '../validate/validation-error.ts';
import { foldConstant, withScale } from '../rules/simplify/constant-folding.ts';
import type { ComputeConstants } from '../rules/simplify/constant-reducer.ts';
import { simplifyForTree } from '../rules/simplify/simplify-for-tree.ts';
import { logicalProject } from './builders.ts';
import type { QueryPlan } from './relation-plan.ts';
import type { LogicalNode, LogicalValues } from './rel-node.ts';
import { isCall, rexCall, rowTypeOf } from './rex.ts';

/** VALUES: constants as rows of one node; where something has to be computed, a projection of one row each, all put together. */
export function convertValues(
  values: Values,
  converter: ExpressionConverter,
  source: string,
  compute: ComputeConstants,
): QueryPlan {
  const rows = convertEach(values.rows, (row) =>
    convertEach(row.items, (item) => constant(converter.convert(item))),
  );
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) {
    throw invalid(source, values, 'Values passed to VALUES operator must have compatible types');
  }
  const types = Array.from({ length: width }, (_, column): LogicalType => {
    const type = leastRestrictive(rows.map((row) => (row[column] as RexNode).type));
    if (!type) throw invalid(source, values, 'Values passed to VALUES operator must have compatible types');
    return type;
  });
  const fields = types.map((type, i): RowField => ({ name: `EXPR$${i}`, type }));
  if (rows.every((row): row is RexLiteral[] => row.every(isWritten))) {
    const node: LogicalValues = {
      kind: 'LogicalValues',
      inputs: [],
      rows: rows.map((row) => row.map((literal, i) => valueAs(literal, types[i] as LogicalType))),
      rowType: rowTypeOf(fields),
    };
    return { node, fields };
  }
  return { node: rowsAsUnion(rows, fields, compute), fields };
}

/** Rows of expressions: each as a projection, all of them put together. */
export function rowsAsUnion(
  rows: readonly (readonly RexNode[])[],
  fields: readonly RowField[],
  compute: ComputeConstants,
): LogicalNode {
  const names = fields.map((field) => field.name);
  const shown = (node: RexNode): RexNode => simplifyForTree(node, compute);
  const branches = rows.map((row): LogicalNode => logicalProject(ONE_ROW, row.map(shown), names));
  const [only] = branches;
  if (branches.length === 1 && only) return only;
  return { kind: 'LogicalUnion', inputs: branches, all: true, rowType: rowTypeOf(fields) };
}

/** What a query without FROM reads. */
export const ONE_ROW: LogicalValues = {
  kind: 'LogicalValues',
  inputs: [],
  rows: [[0]],
  rowType: rowTypeOf([{ name: 'ZERO', type: { root: 'INTEGER', nullable: false } }]),
};

function valueAs(literal: RexLiteral, type: LogicalType): RexLiteral['value'] {
  const isDecimal = type.root === 'DECIMAL' && literal.value !== null;
  const folded = isDecimal ? foldConstant(rexCall('CAST', [literal], type)) : undefined;
  const typed = folded ?? coerce(literal, type, 'visible');
  return withScale(typed.kind === 'literal' ? { ...typed, type } : { ...literal, type }).value;
}

/** A NULL of a type is one that is cast to it. */
function isWritten(node: RexNode): node is RexLiteral {
  return node.kind === 'literal' && (node.value !== null || node.type.root === 'NULL');
}

/** A negative number is a literal; what else is computed is not. */
function constant(node: RexNode): RexNode {
  const isNegative = isCall(node, '-') && node.operands.length === 1 && node.operands[0]?.kind === 'literal';
  return isNegative ? (foldConstant(node) ?? node) : node;
}
