import type { RexNode } from '../../../expressions/rex-node.ts';
import { conjunctions } from '../../plan/rex.ts';

/** Calcite's guess of a condition of a semi-join beside its keys. */
export function guess(condition: RexNode): number {
  return conjunctions(condition).reduce((share, each) => {
    const operator = each.kind === 'call' ? each.operator : '';
    return share * (GUESSES[operator] ?? 0.25);
  }, 1);
}

const GUESSES: Readonly<Record<string, number>> = {
  '=': 0.15,
  '<>': 0.5,
  '<': 0.5,
  '<=': 0.5,
  '>': 0.5,
  '>=': 0.5,
  'IS NOT NULL': 0.9,
};
