/**
 * The words of a syntax error: what stands there, what would do, and what somebody may have meant.
 *
 * A mistake is often made before the token that it is found at, so the token in front of it, and what was asked for there, are looked at, too.
 */

import { nearestNames } from '../../types/nearest-names.ts';
import { RESERVED_WORDS } from './keywords.ts';
import type { Token } from './lexer.ts';

/** Words that hold a statement together: in the place of a name they are a mistake, not a name without quotes. */
const STRUCTURE = new Set(
  (
    'SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET FETCH UNION EXCEPT INTERSECT WINDOW QUALIFY JOIN ON USING ' +
    'AS AND OR NOT IN IS LIKE BETWEEN CASE WHEN THEN ELSE END INSERT INTO VALUES CREATE ALTER DROP WITH LEFT RIGHT FULL ' +
    'INNER CROSS SET PRIMARY CONSTRAINT TABLE EXPLAIN DISTINCT'
  ).split(' '),
);

/** Those of them that people call tables and columns, with what follows them where they are no names: words, or kinds of token. */
const NOUNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['GROUP', ['BY']],
  ['ORDER', ['BY']],
  ['LIMIT', ['number', 'ALL', '?']],
  ['OFFSET', ['number', '?']],
  ['WINDOW', ['name']],
  ['LEFT', ['JOIN', 'OUTER']],
  ['RIGHT', ['JOIN', 'OUTER']],
  ['FULL', ['JOIN', 'OUTER']],
  ['SET', ['name', 'string', ';', 'end']],
  ['PRIMARY', ['KEY']],
  ['CONSTRAINT', ['name']],
  ['TABLE', ['name']],
  ['VALUES', ['(', 'number', 'string', 'name']],
  ['END', [';', 'end', 'FROM', 'AS', ',', ')', 'name']],
]);

/** A place in a text where parsing stopped. */
export interface Place {
  readonly token: Token;
  readonly next: Token;
  readonly previous: Token | undefined;
  /** What was asked for in vain at `token`, and at `previous` before it was taken. */
  readonly expected: readonly string[];
  readonly expectedBefore: readonly string[];
  /** A statement seems to begin at `token`. */
  readonly isNextStatement: boolean;
  /** A token as written. */
  readonly written: (token: Token) => string;
}

export interface Mistake {
  readonly at: Token;
  readonly message: string;
  readonly expected: readonly string[];
  readonly suggestions?: readonly string[];
}

/** Whether a reserved word stands where a name has to, and is meant as one. */
export function isMeantAsName({ kind, text }: Token, next: Token): boolean {
  if (kind !== 'word' || !RESERVED_WORDS.has(text)) return false;
  if (!STRUCTURE.has(text)) return true;
  const followers = NOUNS.get(text);
  if (!followers) return false;
  const isName = next.kind === 'quoted' || (next.kind === 'word' && !RESERVED_WORDS.has(next.text));
  return !followers.includes(
    isName ? 'name' : next.kind === 'word' || next.kind === 'symbol' ? next.text : next.kind,
  );
}

/** A mistake without a message of its own. */
export function mistakeAt(place: Place): Mistake {
  const { token, next, expected, written } = place;
  const found = written(token);
  if (token.kind === 'error') return { at: token, message: token.text, expected: [] };
  if (place.isNextStatement) {
    const message = `unexpected '${found}': is a ';' missing before it?`;
    return { at: token, message, expected, suggestions: [';'] };
  }
  const behind = phrasesBehind(token, expected);
  if (behind.length > 0)
    return mistakeAt({ ...place, token: next, previous: token, expected: behind, expectedBefore: [] });
  const wantsName = expected.includes('identifier') || expected.includes('expression');
  // In a list, what may stand behind AS may stand without it.
  const isAlias = !STRUCTURE.has(token.text) && next.text !== '(';
  const wantsAlias = isAlias && expected.includes('AS') && expected.includes(',');
  if ((wantsName || wantsAlias) && isMeantAsName(token, next)) return reservedWord(token, found, expected);
  if (
    token.kind === 'string' &&
    expected.includes('identifier') &&
    !expected.includes('expression') &&
    !expected.includes('string')
  ) {
    const message = `${found} is a string: a name is quoted with back-ticks`;
    return { at: token, message, expected, suggestions: ['`' + token.text + '`'] };
  }
  return misspelt(place) ?? { at: token, message: unexpected(token, found, expected), expected };
}

export function reservedWord(token: Token, found: string, expected: readonly string[]): Mistake {
  const message = `'${found}' is a reserved word: as a name it needs back-ticks`;
  return { at: token, message, expected, suggestions: ['`' + found + '`'] };
}

/** What follows a word that begins several of the phrases asked for: the mistake is behind it. */
function phrasesBehind({ kind, text }: Token, expected: readonly string[]): string[] {
  if (kind !== 'word') return [];
  return expected
    .filter((phrase) => phrase.startsWith(`${text} `))
    .map((phrase) => phrase.slice(text.length + 1));
}

/** A word that is nearly one of those asked for. One that passed for a name is looked at, too: `SELECT a FORM t` stumbles only at `t`. */
function misspelt({ token, previous, expected, expectedBefore, written }: Place): Mistake | undefined {
  const attempts: [Token | undefined, readonly string[]][] = [
    [token, expected],
    [previous, expected],
    [previous, expectedBefore],
  ];
  for (const [word, asked] of attempts) {
    if (word?.kind !== 'word' || (word === previous && RESERVED_WORDS.has(word.text))) continue;
    const keywords = asked.flatMap((e) =>
      e === 'query' ? ['SELECT'] : /^[A-Z]/.test(e) ? e.split(' ', 1) : [],
    );
    const suggestions = nearestNames(word.text, keywords).filter((keyword) => isLikely(word.text, keyword));
    if (suggestions[0]) {
      const message = `unexpected '${written(word)}': did you mean ${suggestions[0]}?`;
      return { at: word, message, expected: asked, suggestions };
    }
  }
  return undefined;
}

/** A word of one or two letters is a name, unless it has those of a keyword. */
function isLikely(word: string, keyword: string): boolean {
  const letters = (text: string): string => [...text].sort().join('');
  return word !== keyword && (word.length > 2 || letters(word) === letters(keyword));
}

function unexpected(token: Token, found: string, expected: readonly string[]): string {
  const wanted = expectedText(expected);
  const short = found.length > 40 ? `${found.slice(0, 40)}...` : found;
  const what = token.kind === 'end' ? 'end of input' : token.kind === 'string' ? short : `'${short}'`;
  return `unexpected ${what}${wanted && `, expected ${wanted}`}`;
}

const SHOWN = 8;

/** The likeliest first; what can go on behind nearly everything is shown only where there is nothing else. */
function expectedText(expected: readonly string[]): string {
  if (expected.includes('statement')) return 'a statement';
  const rank = (e: string): number => {
    if (e === 'operator') return 4;
    if (/^\W/.test(e)) return '.[('.includes(e) ? 3 : 0;
    return STRUCTURE.has(e.split(' ', 1)[0]!) || /^[a-z]/.test(e) ? 1 : 2;
  };
  const ranked = [...expected]
    .sort((a, b) => rank(a) - rank(b))
    .filter((e, i, all) => rank(e) < (rank(all[0]!) < 3 ? 3 : 4));
  const shown = ranked.map((e) => (/^\W/.test(e) ? `'${e}'` : e));
  if (shown.length > SHOWN) return `${shown.slice(0, SHOWN).join(', ')}, ...`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
