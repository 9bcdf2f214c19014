/** Classes of characters: ranges, classes inside classes (which add to it), and `&&`. */

import { both, either, lowerPoint, not, tabled, upperPoint } from './code-points.ts';
import type { PointTest } from './pattern-node.ts';
import type { PatternReader } from './pattern-reader.ts';

/** Reads a class whose `[` has been read, up to its `]`. */
export function parseClass(reader: PatternReader): PointTest {
  const isNegated = reader.take('^');
  const test = content(reader);
  reader.next();
  return tabled(isNegated ? not(test) : test);
}

/** Everything up to the `]`, which stays. */
function content(reader: PatternReader): PointTest {
  let test: PointTest | undefined;
  for (;;) {
    if (reader.peek() === '') throw reader.invalid('Unclosed character class');
    if (test && reader.startsWith(']')) return test;
    if (reader.take('&&')) test = intersected(reader, test);
    else {
      const part = reader.take('[') ? parseClass(reader) : range(reader);
      test = test ? either(test, part) : part;
    }
  }
}

/** What stands behind `&&`, up to the next one or the end. Nothing there leaves things as they are. */
function intersected(reader: PatternReader, left: PointTest | undefined): PointTest {
  let right: PointTest | undefined;
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

function range(reader: PatternReader): PointTest {
  const first = member(reader);
  if (typeof first !== 'number') return first;
  if (!reader.startsWith('-') || reader.startsWith('-]') || reader.startsWith('-['))
    return single(reader, first);
  reader.next();
  const last = member(reader);
  if (typeof last !== 'number' || last < first) throw reader.invalid('Illegal character range');
  const isIn = (point: number): boolean => point >= first && point <= last;
  if (!reader.has('i')) return isIn;
  if (reader.has('u')) {
    return (point) => {
      if (isIn(point)) return true;
      const upper = upperPoint(point);
      return isIn(upper) || isIn(lowerPoint(upper));
    };
  }
  return (point) => isIn(point) || (isLetter(point) && isIn(point ^ 32));
}

function single(reader: PatternReader, point: number): PointTest {
  return reader.literal(point);
}

function isLetter(point: number): boolean {
  return (point >= 65 && point <= 90) || (point >= 97 && point <= 122);
}

function member(reader: PatternReader): number | PointTest {
  if (!reader.take('\\')) return reader.next().codePointAt(0)!;
  const found = reader.escape();
  if (found === undefined) throw reader.invalid('Illegal/unsupported escape sequence');
  return found;
}
