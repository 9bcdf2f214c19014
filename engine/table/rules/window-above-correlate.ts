import type { RexNode } from '../../expressions/rex-node.ts';
import { logicalCorrelate } from '../plan/builders.ts';
import type { LogicalCorrelate, LogicalNode, LogicalTableFunctionScan } from '../plan/rel-node.ts';
import { fieldOf, rowTypeOf, uniqueNames, usedInputs } from '../plan/rex.ts';

/** A window function over a correlation instead of below it, and where the columns of the correlation are in its rows. */
export interface WindowAbove {
  readonly scan: LogicalTableFunctionScan;
  readonly moved: (column: number) => number;
}

/**
 * Rows are assigned to windows before or after a table function is called for them, which comes to the same where its operands do not speak of
 * the window. After, an aggregation by the windows can be fused with the window function. Undefined where it does not come to the same.
 */
export function windowAboveCorrelate(node: LogicalCorrelate): WindowAbove | undefined {
  const [left, right] = node.inputs;
  if (left.kind !== 'LogicalTableFunctionScan') return undefined;
  const [input] = left.inputs;
  const own = input.rowType.fields.length;
  if ([...usedInputs(operandsOf(right))].some((column) => column >= own)) return undefined;
  const below = logicalCorrelate(input, right, node.joinType);
  const windowFields = left.rowType.fields.slice(own);
  const fields = [...below.rowType.fields, ...windowFields];
  const names = uniqueNames(fields.map(({ name }) => name));
  const rowType = rowTypeOf(
    fields.map((_, i) => ({
      ...(i < below.rowType.fields.length
        ? fieldOf(below.rowType, i)
        : fieldOf(left.rowType, own + i - below.rowType.fields.length)),
      name: names[i] as string,
    })),
  );
  const width = right.rowType.fields.length;
  return {
    scan: { ...left, inputs: [below], rowType },
    moved: (column) => {
      if (column < own) return column;
      return column < own + windowFields.length ? column + width : column - windowFields.length;
    },
  };
}

function operandsOf(node: LogicalNode): readonly RexNode[] {
  return node.kind === 'LogicalTableFunctionCall'
    ? node.call.operands
    : operandsOf(node.inputs[0] as LogicalNode);
}
