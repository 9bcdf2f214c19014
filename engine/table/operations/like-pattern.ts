/** The pattern of SHOW ... LIKE: `%` is any text, `_` any character. */

import type { Show } from '../parser/ast.ts';

/** Names that the LIKE (or ILIKE, NOT LIKE) of a statement leaves; all without one. */
export function filterNames(names: readonly string[], like: Show['like']): string[] {
  return names.filter(nameFilter(like));
}

export function nameFilter(like: Show['like']): (name: string) => boolean {
  if (!like) return () => true;
  const pattern = likePattern(like.pattern.value, like.operator === 'ILIKE');
  return (name) => pattern.test(name) !== like.negated;
}

export function likePattern(like: string, ignoresCase: boolean): RegExp {
  const pattern = [...like].map((character) => {
    if (character === '%') return '[^]*';
    if (character === '_') return '[^]';
    return character.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${pattern.join('')}$`, ignoresCase ? 'iu' : 'u');
}
