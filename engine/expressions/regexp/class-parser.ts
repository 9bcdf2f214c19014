/** Classes of characters: ranges, classes inside classes (which add to it), and `&&`. */

import { both, either, lowerPoint, not, pointRange, rangeSource, tabled, upperPoint } from './code-points.ts';
import type { PointSet } from './pattern-node.ts';
import type { PatternReader } from './pattern-reader.ts';

/** Reads a class whose `[` has been read, up to its `]`. */
export function parseClass(reader: PatternReader): PointSet {
  const isNegated = reader.take('^');
  const set = content(reader);
  reader.next();
  const { test, source } = isNegated ? not(set) : set;
  return { test: tabled(test), source };
}

/** Everything up to the `]`, which stays. */
function content(reader: PatternReader): PointSet {
  let set: PointSet | undefined;
  for (;;) {
    if (reader.peek() === '') throw reader.invalid('Unclosed character class');
    if (set && reader.startsWith(']')) return set;
    if (reader.take('&&')) set = intersected(reader, set);
    else {
      const part = reader.take('[') ? parseClass(reader) : range(reader);
      set = set ? either(set, part) : part;
    }
  }
}

/** What stands behind `&&`, up to the next one or the end. Nothing there leaves things as they are. */
function intersected(reader: PatternReader, left: PointSet | undefined): PointSet {
  let right: PointSet | undefined;
  while (!reader.startsWith(']') && !reader.startsWith('&')) {
    const part = reader.take('[') ? parseClass(reader) : content(reader);
    right = right ? either(right, part) : part;
    if (reader.peek() === '') throw reader.invalid('Unclosed character class');
  }
  if (left && right) return both(left, right);
  const only = left ?? right;
  if (!only) throw reader.invalid('Bad class syntax');
  return only;
}

function range(reader: PatternReader): PointSet {
  const first = member(reader);
  if (typeof first !== 'number') return first;
  if (!reader.startsWith('-') || reader.startsWith('-]') || reader.startsWith('-['))
    return reader.literal(first);
  reader.next();
  const last = member(reader);
  if (typeof last !== 'number' || last < first) throw reader.invalid('Illegal character range');
  const plain = pointRange(first, last);
  if (!reader.has('i')) return plain;
  const isIn = plain.test;
  if (reader.has('u')) {
    const test = (point: number): boolean => {
      if (isIn(point)) return true;
      const upper = upperPoint(point);
      return isIn(upper) || isIn(lowerPoint(upper));
    };
    return { test, source: undefined };
  }
  const folded = LETTERS.filter((point) => isIn(point ^ 32));
  return {
    test: (point) => isIn(point) || folded.includes(point),
    source: `${plain.source}${folded.map((point) => rangeSource(point)).join('')}`,
  };
}

/** Those of ASCII. */
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', (letter) =>
  letter.charCodeAt(0),
);

function member(reader: PatternReader): number | PointSet {
  if (!reader.take('\\')) return reader.next().codePointAt(0)!;
  const found = reader.escape();
  if (found === undefined) throw reader.invalid('Illegal/unsupported escape sequence');
  return found;
}
