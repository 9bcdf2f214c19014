/** Patterns that stand in a call as literals and use what is not supported: refused with the call's place, before a job runs. */

import { unsupportedLetter } from '../../expressions/date-pattern.ts';
import { javaRegExp } from '../../expressions/java-regexp.ts';
import { literalText } from '../../expressions/literal-value.ts';
import { TableException } from '../../types/errors.ts';
import type { CallSite } from './function-definition.ts';

type Refusal = (call: CallSite) => string | undefined;

/** Of a regular expression as second operand. */
export const regExpRefusal: Refusal = ({ operands }) => {
  const pattern = literalText(operands[1]);
  if (pattern === undefined) return undefined;
  try {
    javaRegExp(pattern);
    return undefined;
  } catch (error) {
    if (!(error instanceof TableException)) throw error;
    return `What the regular expression '${pattern}' uses`;
  }
};

/** Of a pattern of a time as second operand, for texts that are written or read by it. */
export function timePatternRefusal(use: 'write' | 'read'): Refusal {
  return ({ operands }) => {
    const pattern = literalText(operands[1]);
    const letter = pattern === undefined ? undefined : unsupportedLetter(pattern, use === 'read');
    return letter === undefined ? undefined : `Pattern letter ${letter} in '${pattern}'`;
  };
}
