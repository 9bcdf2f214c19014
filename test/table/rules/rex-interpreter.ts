/** The value of an expression over a row of integers and booleans with NULL, slow and obvious: what rewriting must not change. */

import type { RexCall, RexNode } from '../../../engine/expressions/rex-node.ts';

export type Cell = bigint | boolean | null;

export function valueOf(node: RexNode, row: readonly Cell[]): Cell {
  switch (node.kind) {
    case 'input':
      return row[node.index] ?? null;
    case 'literal':
      return typeof node.value === 'boolean' || node.value === null ? node.value : BigInt(node.value);
    case 'field':
      throw new TypeError('no rows here');
    case 'call':
      return callValue(node, row);
  }
}

function callValue(call: RexCall, row: readonly Cell[]): Cell {
  if (call.operator === 'SEARCH') return searchValue(call, row);
  const values = call.operands.map((operand) => valueOf(operand, row));
  const [a, b] = values;
  switch (call.operator) {
    case 'AND':
      return values.includes(false) ? false : values.includes(null) ? null : true;
    case 'OR':
      return values.includes(true) ? true : values.includes(null) ? null : false;
    case 'NOT':
      return a === null ? null : !a;
    case 'IS NULL':
      return a === null;
    case 'IS NOT NULL':
      return a !== null;
    case 'IS TRUE':
      return a === true;
    case 'IS NOT TRUE':
      return a !== true;
    case 'IS FALSE':
      return a === false;
    case 'IS NOT FALSE':
      return a !== false;
    case 'CAST':
      return a ?? null;
    case 'IN':
      return values.slice(1).includes(a ?? null) && a !== null ? true : a === null ? null : false;
    case 'CASE': {
      for (let i = 0; i + 1 < values.length; i += 2) if (values[i] === true) return values[i + 1] ?? null;
      return values.at(-1) ?? null;
    }
    default:
      return a === null || b === null ? null : compare(call.operator, a as bigint, b as bigint);
  }
}

function compare(operator: string, a: bigint, b: bigint): boolean | bigint {
  switch (operator) {
    case '=':
      return a === b;
    case '<>':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '+':
      return BigInt.asIntN(32, a + b);
    default:
      throw new TypeError(operator);
  }
}

// A Sarg is read from its data here, not by the code under test.
function searchValue({ operands: [ref, sarg] }: RexCall, row: readonly Cell[]): Cell {
  const value = valueOf(ref as RexNode, row) as bigint | null;
  const parts = (sarg as RexCall).operands as readonly RexCall[];
  if (value === null) {
    const last = parts.at(-1)?.operator;
    return last === 'NULL AS TRUE' ? true : last === 'NULL AS FALSE' ? false : null;
  }
  const ranges = parts.filter(({ operator }) => !operator.startsWith('NULL AS'));
  return ranges.some(({ operator, operands }) => {
    if (operator === '--') return true;
    const bounds = operands.map((operand) => valueOf(operand, row) as bigint);
    const lowest = bounds[0] as bigint;
    if (operator === 'POINT') return value === lowest;
    const [start, end] = operator;
    const low = start === '-' || (start === '[' ? value >= lowest : value > lowest);
    const last = bounds.at(-1);
    return low && (end === '-' || (end === ']' ? value <= last : value < last));
  });
}
