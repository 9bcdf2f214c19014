/** Places in a text: ends of lines and of words, as Java sees them. */

import { pointSet, predefinedSet } from './code-points.ts';
import type { Assertion } from './pattern-node.ts';

const isUnixEnd = (code: number): boolean => code === 10;
const isAnyEnd = (code: number): boolean =>
  code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029;

/** Between CR and LF there is no line. */
function isInsideEnd(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 13 && text.charCodeAt(at) === 10;
}

/** Any end of a line, inside a class of JavaScript's. */
const ENDS = '\\n\\r\\x85\\u2028\\u2029';
const NOT_INSIDE = '(?<!\\r(?=\\n))';

export const startOfText: Assertion = { holds: (_, at) => at === 0, source: '^' };

export const endOfText: Assertion = { holds: (text, at) => at === text.length, source: '$' };

/** `\G`: where the match before this one ended. */
export const endOfLastMatch: Assertion = { holds: (_, at, lastEnd) => at === lastEnd };

/** `^` under `(?m)`: never at the end of the text, not even behind the end of a line. */
export const isLineStart: Assertion = {
  holds: (text, at) => {
    if (at === text.length) return false;
    return at === 0 || (isAnyEnd(text.charCodeAt(at - 1)) && !isInsideEnd(text, at));
  },
  source: `(?!$)(?:^|(?<=[${ENDS}])${NOT_INSIDE})`,
};

export const isUnixLineStart: Assertion = {
  holds: (text, at) => at < text.length && (at === 0 || isUnixEnd(text.charCodeAt(at - 1))),
  source: '(?!$)(?:^|(?<=\\n))',
};

/** `$` under `(?m)`. */
export const isLineEnd: Assertion = {
  holds: (text, at) => at === text.length || (isAnyEnd(text.charCodeAt(at)) && !isInsideEnd(text, at)),
  source: `(?:$|(?=[${ENDS}])${NOT_INSIDE})`,
};

export const isUnixLineEnd: Assertion = {
  holds: (text, at) => at === text.length || isUnixEnd(text.charCodeAt(at)),
  source: '(?:$|(?=\\n))',
};

/** `$`: the end, or in front of the end of the last line. */
export const lastLineEnd: Assertion = {
  holds: (text, at) => {
    if (at === text.length) return true;
    if (at === text.length - 2) return text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10;
    return at === text.length - 1 && isAnyEnd(text.charCodeAt(at)) && !isInsideEnd(text, at);
  },
  source: `(?:$|(?=(?:\\r\\n|[${ENDS}])$)${NOT_INSIDE})`,
};

export const lastUnixLineEnd: Assertion = {
  holds: (text, at) => at === text.length || (at === text.length - 1 && isUnixEnd(text.charCodeAt(at))),
  source: '(?=\\n?$)',
};

const isLetterOrDigit = pointSet('\\p{L}\\p{Nd}').test;
const isMark = pointSet('\\p{Mn}').test;

/** `\b`: letters and digits of any script are of a word, and marks on them. */
export function wordBoundary(isUnicode: boolean): Assertion {
  return { holds: isBoundary(isUnicode), source: '\\b', isAsciiOnly: true };
}

/** `\B`. */
export function noWordBoundary(isUnicode: boolean): Assertion {
  const holds = isBoundary(isUnicode);
  return { holds: (text, at) => !holds(text, at), source: '\\B', isAsciiOnly: true };
}

function isBoundary(isUnicode: boolean): (text: string, at: number) => boolean {
  const unicode = isUnicode ? predefinedSet('w', true)!.test : undefined;
  const isWord = (text: string, at: number): boolean => {
    const point = text.codePointAt(at)!;
    if (unicode ? unicode(point) : point === 95 || isLetterOrDigit(point)) return true;
    return isMark(point) && hasBase(text, at);
  };
  return (text, at) => {
    const left = at > 0 && isWord(text, before(text, at));
    const right = at < text.length && isWord(text, at);
    return left !== right;
  };
}

function hasBase(text: string, at: number): boolean {
  for (let place = at; place >= 0; place = place === 0 ? -1 : before(text, place)) {
    const point = text.codePointAt(place)!;
    if (isLetterOrDigit(point)) return true;
    if (!isMark(point)) return false;
  }
  return false;
}

/** Where the character in front of a place begins. */
export function before(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  const isPair = code >= 0xdc00 && code <= 0xdfff && at > 1 && (text.charCodeAt(at - 2) & 0xfc00) === 0xd800;
  return isPair ? at - 2 : at - 1;
}
