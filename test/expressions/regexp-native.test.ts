import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import { BacktrackingMatcher } from '../../engine/expressions/regexp/backtracking-matcher.ts';
import { JavaPattern, type JavaMatch } from '../../engine/expressions/regexp/java-pattern.ts';
import { parsePattern } from '../../engine/expressions/regexp/pattern-parser.ts';
import { InvalidPattern } from '../../engine/expressions/regexp/pattern-reader.ts';

/** Patterns that the browser matches, and some that mean something else to it. */
const native: readonly string[] = [
  '(?<=a)b',
  '(?<!\\d)\\d{3}(?!\\d)',
  'x(?=.*y)',
  '(\\w+)@(\\w+)\\.com',
  '(a|bc)+d',
  '(?i)abc[d-f]',
  '[a-z&&[^aeiou]]+',
  '\\bfoo\\b',
  '(a)(b)?\\1',
  '^.+$',
  '\\p{Punct}+',
  '(?m)^b$',
];
const java: readonly string[] = [
  '(?:(a)|b)+', // a group keeps what an earlier round found
  '(a*)*',
  '(a?)?b',
  '(?=(a))a',
  '(a)?\\1', // a group that took no part
  'a++b',
  '(?>a|ab)c',
  '(x+x+)+y', // would take for ever
  '(a|ab|b)*c',
  '(?iu)é',
  '\\R',
  '\\Ga',
  'a{5000}',
];

describe('patterns that the browser matches', () => {
  for (const pattern of native) {
    test(`${pattern}`, () => assert.isTrue(new JavaPattern(pattern).isNative));
  }
  for (const pattern of java) {
    test(`not ${pattern}`, () => assert.isFalse(new JavaPattern(pattern).isNative));
  }

  test('agree with the matcher of Java', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyPattern, fc.array(anyText, { minLength: 1, maxLength: 5 }), (pattern, texts) => {
        const both = patternOf(pattern);
        if (!both?.fast.isNative) return;
        compared++;
        for (const text of texts) {
          for (let from = 0; from <= text.length; from += 3) {
            assert.deepEqual(
              described(both.fast.find(text, from), both.fast.groupCount),
              described(both.slow.find(text, from), both.fast.groupCount),
              `${pattern} in ${JSON.stringify(text)} from ${from}`,
            );
          }
          const found = both.slow.find(text, 0);
          assert.equal(both.fast.occursIn(text), found !== undefined);
          assert.equal(both.fast.matchesStart(text), both.slow.matchAt(text, 0) !== undefined);
          assert.equal(both.fast.replaceAll(text, '$&'), replaced(both.fast, text));
        }
      }),
      { numRuns: 2000 },
    );
    assert.isAbove(compared, 200);
  });
});

function patternOf(pattern: string): { fast: JavaPattern; slow: BacktrackingMatcher } | undefined {
  try {
    return { fast: new JavaPattern(pattern), slow: new BacktrackingMatcher(parsePattern(pattern)) };
  } catch (error) {
    if (error instanceof InvalidPattern) return undefined;
    throw error;
  }
}

function described(match: JavaMatch | undefined, groupCount: number): unknown {
  if (!match) return undefined;
  const groups = Array.from({ length: groupCount + 1 }, (_, group) => match.group(group));
  return { start: match.start, end: match.end, groups };
}

function replaced(pattern: JavaPattern, text: string): string {
  let result = '';
  let from = 0;
  for (const { start, end } of pattern.findAll(text)) {
    result += `${text.slice(from, start)}$&`;
    from = end;
  }
  return result + text.slice(from);
}

const anyText = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'a',
    'b',
    'A',
    '1',
    '_',
    ' ',
    '\n',
    '\r',
    '\u2028',
    'é',
    'É',
    '中',
    '\u0301',
    '😀',
  ),
  maxLength: 12,
});

const { pattern: anyPattern } = fc.letrec<{ pattern: string; item: string; atom: string }>((tie) => ({
  pattern: fc.array(tie('item'), { minLength: 1, maxLength: 4 }).map((items) => items.join('')),
  item: fc
    .tuple(
      tie('atom'),
      fc.constantFrom('', '', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '++'),
    )
    .map(([atom, times]) => atom + times),
  atom: fc.oneof(
    { maxDepth: 2 },
    {
      weight: 9,
      arbitrary: fc.constantFrom(
        ...[
          'a',
          'b',
          'a',
          'b',
          'ab',
          '.',
          '[ab]',
          '[^a]',
          '[a-c&&[^b]]',
          '[A[b1]]',
          '\\d',
          '\\w',
          '\\W',
          '\\s',
          '\\S',
          '\\h',
        ],
        ...[
          '^',
          '$',
          '\\b',
          '\\B',
          '\\A',
          '\\z',
          '\\Z',
          '\\1',
          '\\p{L}',
          '\\P{Lu}',
          '\\p{Alpha}',
          '(?i)',
          '(?s)',
        ],
        ...['(?m)', '(?d)', 'é', '\\n', '(?i:aB)', '[\\s\\d]', '[^\\S\\n]', '(?<=b)', '(?<!^a)', '(?=.*b)'],
      ),
    },
    { weight: 3, arbitrary: tie('pattern').map((inner) => `(${inner})`) },
    tie('pattern').map((inner) => `(?:${inner})`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(${left}|${right})`),
    fc
      .tuple(fc.constantFrom('?=', '?!', '?<=', '?<!', '?>'), tie('pattern'))
      .map(([mark, inner]) => `(${mark}${inner})`),
  ),
}));
