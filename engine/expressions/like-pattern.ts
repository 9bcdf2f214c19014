/** Patterns of LIKE: `%` is any text, `_` any character, and an escape character before one of these makes it itself. */

/** Tokens of a pattern that are no bytes. */
export const ANY_ONE = 256;
export const ANY_RUN = 257;

/** What is wrong with a pattern that is written out; an escape that is empty is none. */
export function likeFault(pattern: string, escape: string): string | undefined {
  const characters = [...pattern];
  if ([...escape].length > 1) return `Invalid escape character '${escape}'`;
  for (let i = 0; i < characters.length; i++) {
    if (characters[i] !== escape) continue;
    const next = characters[++i];
    if (next !== '%' && next !== '_' && next !== escape)
      return `Invalid escape sequence '${pattern}', ${i - 1}`;
  }
  return undefined;
}

/** Bytes and wild cards of a pattern without a fault. */
export function likeTokens(pattern: string, escape: string): number[] {
  const tokens: number[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    let character = characters[i]!;
    if (character === escape)
      character = characters[++i]!; // there is one
    else if (character === '_' || character === '%') {
      // Two runs are one.
      if (character === '_') tokens.push(ANY_ONE);
      else if (tokens.at(-1) !== ANY_RUN) tokens.push(ANY_RUN);
      continue;
    }
    tokens.push(...new TextEncoder().encode(character));
  }
  return tokens;
}

/** For patterns from a column: each is turned into a regular expression once. An escape has to be one character. */
export function likeByRow(): (text: string, pattern: string, escape?: string) => boolean {
  const cache = new Map<string, RegExp>();
  return (text, pattern, escape) => {
    const key = `${escape}:${pattern}`;
    let expression = cache.get(key);
    if (!expression) {
      expression = likeExpression(pattern, escape);
      if (cache.size > 1000) cache.clear();
      cache.set(key, expression);
    }
    return expression.test(text);
  };
}

function likeExpression(pattern: string, escape: string | undefined): RegExp {
  const fault = escape === '' ? "Invalid escape character ''" : likeFault(pattern, escape ?? '');
  if (fault !== undefined) throw new TypeError(fault);
  let source = '';
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === escape) source += quoted(characters[++i]!);
    else if (character === '_') source += '[^]';
    else source += character === '%' ? '[^]*' : quoted(character);
  }
  return new RegExp(`^${source}$`, 'u');
}

function quoted(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
