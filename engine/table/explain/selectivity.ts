import type { RexNode } from '../../expressions/rex-node.ts';
import { conjunctions, isTrue, withoutImplicitCasts } from '../plan/rex.ts';
import { expandSearch } from '../rules/simplify/sarg.ts';

/**
 * The part of rows that a condition is guessed to let through, by Flink's numbers for columns without statistics, where its parts are asked of
 * a table.
 */
export function selectivity(condition: RexNode): number {
  const node = withoutImplicitCasts(condition);
  if (node.kind === 'literal') return node.value === true ? 1 : node.value === false ? 0 : UNKNOWN;
  if (node.kind !== 'call') return EQUAL; // a BOOLEAN column: it is TRUE
  const [first] = node.operands;
  switch (node.operator) {
    case 'AND':
      return node.operands.reduce((product, operand) => product * selectivity(operand), 1);
    case 'OR':
      return orSelectivity(node.operands);
    case 'NOT':
      return first ? 1 - selectivity(first) : UNKNOWN;
    case 'SEARCH':
      return searchSelectivity(expandSearch(node));
    case '=':
    case 'IS NOT DISTINCT FROM':
      return EQUAL;
    case '<>':
    case 'IS DISTINCT FROM':
      return 1 - EQUAL;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return COMPARED;
    case 'IS NULL':
      return IS_NULL;
    case 'IS NOT NULL':
      return 1 - IS_NULL;
    case 'LIKE':
      return LIKE;
    default:
      return UNKNOWN;
  }
}

const EQUAL = 0.15;
const COMPARED = 0.5;
const IS_NULL = 0.1;
const LIKE = 0.05;
const UNKNOWN = 0.25;

function orSelectivity(operands: readonly RexNode[]): number {
  const each = operands.map(selectivity);
  const sum = each.reduce((total, part) => total + part, 0);
  return Math.min(1, sum - each.reduce((product, part) => product * part, 1));
}

/** The same above any other node: Calcite's guess, which looks at the conjuncts alone. */
export function guessedSelectivity(condition: RexNode): number {
  if (isTrue(condition)) return 1;
  return conjunctions(condition).reduce((product, conjunct) => product * guessed(conjunct), 1);
}

function guessed(condition: RexNode): number {
  const node = withoutImplicitCasts(condition);
  if (node.kind !== 'call') return UNKNOWN;
  switch (node.operator) {
    case '=':
      return EQUAL;
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return COMPARED;
    case 'IS NOT NULL':
      return 1 - IS_NULL;
    default:
      return UNKNOWN;
  }
}

/** Values of a list exclude each other, so their parts add up; ranges beside them are alternatives like any other. */
function searchSelectivity(expanded: RexNode): number {
  if (expanded.kind !== 'call' || expanded.operator !== 'OR') return selectivity(expanded);
  const isPoint = (operand: RexNode): boolean => operand.kind === 'call' && operand.operator === '=';
  const points = expanded.operands.filter(isPoint);
  const ranges = expanded.operands.filter((operand) => !isPoint(operand)).map(selectivity);
  const listed = Math.min(
    1,
    points.reduce((sum, point) => sum + selectivity(point), 0),
  );
  return ranges.reduce((sum, each) => sum + each - sum * each, listed);
}
