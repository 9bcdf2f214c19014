/** The pattern of MATCH_RECOGNIZE: its variables, and what Flink's library of patterns cannot do. */

import type { Identifier, MatchRecognize, PatternQuantified, RowPattern } from '../parser/ast.ts';
import { invalid } from './validation-error.ts';

/** In the order of the pattern. */
export function patternVariables(pattern: RowPattern): Identifier[] {
  switch (pattern.kind) {
    case 'PatternVariable':
      return [pattern.name];
    case 'PatternQuantified':
    case 'PatternExclusion':
      return patternVariables(pattern.pattern);
    default:
      return pattern.items.flatMap(patternVariables);
  }
}

/** Throws ValidationException in Flink's words. */
export function checkPattern({ pattern, within }: MatchRecognize, source: string): void {
  const refuse = (at: Parameters<typeof invalid>[1], message: string): never => {
    throw invalid(source, at, message);
  };
  if (within?.kind === 'IntervalExpression')
    refuse(within, 'Only constant intervals are supported in WITHIN.');
  const steps = pattern.kind === 'PatternConcatenation' ? pattern.items : [pattern];
  for (const step of steps) checkStep(step, refuse);
  const names = patternVariables(pattern);
  const twice = names.find(({ name }, i) => names.findIndex((each) => each.name === name) !== i);
  if (twice) refuse(twice, 'Pattern variables must be unique. That might change in the future.');
  steps.forEach((step, i) => {
    const next = steps[i + 1];
    if (!isGreedy(step)) return;
    if (!next) {
      refuse(
        step,
        'Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish your pattern with either a simple variable or reluctant quantifier.',
      );
    }
    if (next?.kind === 'PatternQuantified' && next.min === 0 && next.max === 1)
      refuse(next, 'Optional pattern cannot be preceded by greedy pattern');
  });
}

function checkStep(step: RowPattern, refuse: (at: RowPattern, message: string) => never): void {
  switch (step.kind) {
    case 'PatternVariable':
      return;
    case 'PatternQuantified':
      if (step.pattern.kind !== 'PatternVariable') refuse(step, 'Group patterns are not supported yet.');
      if (step.min === 0 && step.max === 1 && step.reluctant)
        refuse(step, 'Reluctant optional variables are not supported yet.');
      // At least one row is asked for where no row could do.
      if (step.max !== undefined && step.max < Math.max(step.min, 1))
        refuse(step, `The to should be a number greater than or equal to from: ${Math.max(step.min, 1)}.`);
      return;
    case 'PatternAlternation':
      return refuse(
        step,
        'Alternatives in PATTERN (A | B) are not supported yet: CEP has no branching patterns.',
      );
    case 'PatternPermutation':
      return refuse(step, 'PERMUTE in PATTERN is not supported yet.');
    case 'PatternExclusion':
      return refuse(step, 'Exclusions {- -} in PATTERN are not supported yet.');
    case 'PatternConcatenation':
      return refuse(step, 'Group patterns are not supported yet.');
  }
}

function isGreedy(step: RowPattern): step is PatternQuantified {
  if (step.kind !== 'PatternQuantified' || step.reluctant) return false;
  return step.max === undefined || (step.max > 1 && step.max > step.min);
}
