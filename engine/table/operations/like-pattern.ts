/** The pattern of SHOW ... LIKE: `%` is any text, `_` any character, a backslash before one of them makes it itself. */

import { likeFault } from '../../expressions/like-pattern.ts';
import { ValidationException } from '../../types/errors.ts';
import type { Show } from '../parser/ast.ts';

/** Names that the LIKE (or ILIKE, NOT LIKE) of a statement leaves; all without one. */
export function filterNames(names: readonly string[], like: Show['like']): string[] {
  return names.filter(nameFilter(like));
}

export function nameFilter(like: Show['like']): (name: string) => boolean {
  if (!like) return () => true;
  // A pattern with a fault is told of where there is a name to compare.
  let pattern: RegExp | undefined;
  return (name) => {
    pattern ??= likePattern(like.pattern.value, like.operator === 'ILIKE');
    return pattern.test(name) !== like.negated;
  };
}

function likePattern(like: string, ignoresCase: boolean): RegExp {
  const fault = likeFault(like, '\\');
  if (fault !== undefined) throw new ValidationException(fault);
  const pattern = like.replace(/\\(.)|[^]/gsu, (character, escaped?: string) => {
    if (escaped === undefined && character === '%') return '[^]*';
    if (escaped === undefined && character === '_') return '[^]';
    return (escaped ?? character).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${pattern}$`, ignoresCase ? 'iu' : 'u');
}
