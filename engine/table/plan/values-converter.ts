import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import type { Values } from '../parser/ast.ts';
import { coerce } from '../validate/coercion.ts';
import type { ExpressionConverter } from '../validate/expression-converter.ts';
import { invalid } from '../validate/validation-error.ts';
import { foldConstant } from '../rules/constant-folding.ts';
import { logicalProject } from './builders.ts';
import type { QueryPlan } from './relation-plan.ts';
import type { LogicalNode, LogicalValues } from './rel-node.ts';
import { rowTypeOf } from './rex.ts';

/** VALUES: constants as rows of one node; where something has to be computed, a projection of one row each, all put together. */
export function convertValues(values: Values, converter: ExpressionConverter, source: string): QueryPlan {
  const rows = values.rows.map((row) => row.items.map((item) => converter.convert(item)));
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
  const typed = rows.map((row) =>
    row.map((node, i) => constant(coerce(node, types[i] as LogicalType, 'visible'))),
  );
  if (typed.every((row): row is RexLiteral[] => row.every((node) => node.kind === 'literal'))) {
    const node: LogicalValues = {
      kind: 'LogicalValues',
      inputs: [],
      rows: typed.map((row) => row.map(({ value }) => value)),
      rowType: rowTypeOf(fields),
    };
    return { node, fields };
  }
  const names = fields.map((field) => field.name);
  const branches = typed.map((row): LogicalNode => logicalProject(ONE_ROW, row, names));
  const node: LogicalNode =
    branches.length === 1
      ? (branches[0] as LogicalNode)
      : { kind: 'LogicalUnion', inputs: branches, all: true, rowType: rowTypeOf(fields) };
  return { node, fields };
}

/** What a query without FROM reads. */
export const ONE_ROW: LogicalValues = {
  kind: 'LogicalValues',
  inputs: [],
  rows: [[0]],
  rowType: rowTypeOf([{ name: 'ZERO', type: { root: 'INTEGER', nullable: false } }]),
};

// Only a cast or a sign belongs to the constant that it stands before.
function constant(node: RexNode): RexNode {
  const isPart = node.kind === 'call' && node.operands.length === 1 && /^(?:CAST|-)$/.test(node.operator);
  return isPart ? (foldConstant(node) ?? node) : node;
}
