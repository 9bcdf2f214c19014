/** Patterns that stand in a call as literals and use what is not supported: refused with the call's place, before a job runs. */

import { javaPattern } from '../../expressions/regexp/java-pattern.ts';
import { parseDateTimePattern, type PatternElement } from '../../expressions/java-time/date-time-pattern.ts';
import { literalText } from '../../expressions/literal-value.ts';
import { TableException } from '../../types/errors.ts';
import type { CallSite } from './function-definition.ts';

type Refusal = (call: CallSite) => string | undefined;

/** Of a regular expression as second operand. */
export const regExpRefusal: Refusal = ({ operands }) => {
  const pattern = literalText(operands[1]);
  if (pattern === undefined) return undefined;
  try {
    javaPattern(pattern);
    return undefined;
  } catch (error) {
    if (!(error instanceof TableException)) throw error;
    return `What the regular expression '${pattern}' uses`;
  }
};

/** Of a pattern of a timestamp as second operand, by which texts are read: parts of the day and generic names of zones are not. */
export const timePatternRefusal: Refusal = ({ operands }) => {
  const pattern = literalText(operands[1]);
  if (pattern === undefined) return undefined;
  try {
    return hasNames(parseDateTimePattern(pattern))
      ? `A part of the day or a generic name of a zone in the pattern '${pattern}'`
      : undefined;
  } catch {
    // No pattern of Java's at all: that is an answer.
    return undefined;
  }
};

function hasNames(elements: readonly PatternElement[]): boolean {
  return elements.some((element) => {
    if (element.kind === 'optional') return hasNames(element.elements);
    if (element.kind === 'pad') return hasNames([element.element]);
    return (element.kind === 'zone' && element.form === 'generic') || element.kind === 'day-period';
  });
}
