import type { RexNode } from '../../../expressions/rex-node.ts';
import { exactExp, exactLog } from './exact-functions.ts';

/** How many different values an expression is guessed to have (FlinkRelMdUtil's formulas). */

/** Different values among `selected` picks of `domain` values. */
export function distinctValues(domain: number, selected: number): number {
  const isLarge = Math.abs(1 / domain) < 1e-9 || domain < 1;
  let found = 0;
  if (domain > 0) {
    const exponent = isLarge ? -selected / domain : selected * exactLog(1 - 1 / domain);
    found = (1 - exactExp(exponent)) * domain;
  }
  return Math.max(0, Math.min(found, domain, selected));
}

export interface DistinctContext {
  /** Rows of the projection. */
  readonly rows: number;
  /** Bytes of its rows. */
  readonly rowSize: number;
  /** Different values of a column of the input. */
  readonly ofColumn: (column: number) => number | undefined;
}

// From 1970 to 2100.
const UNITS: Readonly<Record<string, number>> = {
  YEAR: 130,
  QUARTER: 4,
  MONTH: 12,
  WEEK: 53,
  DAY: 31,
  DOW: 7,
  DOY: 366,
  HOUR: 24,
  MINUTE: 60,
  SECOND: 60_000,
  MILLISECOND: 60_000,
};

export function distinctOfExpression(node: RexNode, context: DistinctContext): number | undefined {
  const { rows, rowSize } = context;
  const of = (operand: RexNode | undefined): number | undefined =>
    operand && distinctOfExpression(operand, context);
  if (node.kind === 'literal') return distinctValues(1, rowSize);
  if (node.kind === 'input') {
    const distinct = context.ofColumn(node.index);
    return distinct === undefined ? undefined : distinctValues(distinct, rowSize);
  }
  if (node.kind !== 'call') return undefined;
  const distinct = distinctOfCall(node.operator, node.operands, of, rows);
  return distinct === undefined ? undefined : distinctValues(distinct, rows);
}

function distinctOfCall(
  operator: string,
  operands: readonly RexNode[],
  of: (operand: RexNode | undefined) => number | undefined,
  rows: number,
): number | undefined {
  const [first, second] = operands;
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/': {
      const left = of(first);
      if (operands.length === 1 || left === undefined) return left;
      const right = of(second);
      if (right === undefined) return undefined;
      return operator === '+' || operator === '-' ? Math.max(left, right) : left * right;
    }
    case 'EXTRACT': {
      const unit = first?.kind === 'literal' ? UNITS[String(first.value)] : undefined;
      return unit ?? of(second);
    }
    default:
      return operands.length === 1 ? of(first) : rows / 10;
  }
}
