/** Which words and conditions of a join go together. */

import type { Join } from '../parser/ast.ts';
import { invalid } from '../validate/validation-error.ts';

/** Throws ValidationException where a condition is missing, or is one too many. */
export function checkJoinForm(join: Join, source: string): void {
  const { type, natural, condition } = join;
  if (type === 'COMMA') return;
  const isConditional = natural || condition !== undefined;
  if (type === 'CROSS' && isConditional) {
    throw invalid(
      source,
      condition ?? join,
      'Cannot specify condition (NATURAL keyword, or ON or USING clause) following CROSS JOIN',
    );
  }
  if (natural && condition) {
    throw invalid(source, condition, 'Cannot specify NATURAL keyword with ON or USING clause');
  }
  if (type !== 'CROSS' && !isConditional) {
    throw invalid(
      source,
      join,
      'INNER, LEFT, RIGHT or FULL join requires a condition (NATURAL keyword or ON or USING clause)',
    );
  }
}
