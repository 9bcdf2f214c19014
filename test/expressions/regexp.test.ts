import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import { javaPattern } from '../../engine/expressions/regexp/java-pattern.ts';
import { compileRegexp } from '../../engine/expressions/regexp-program.ts';
import { T, call, evaluate, input, literal, text } from './evaluation.ts';

/** What the kernel finds, and that it is the kernel which finds it. */
function extracted(pattern: string, group: number, rows: readonly string[]): (string | null)[] {
  assert.isDefined(compileRegexp(pattern, group), `${pattern} runs in the kernel`);
  const node = call('REGEXP_EXTRACT', T.string, input(0, T.string), text(pattern), literal(group, T.int));
  return evaluate(
    T.row({ s: T.string }),
    rows.map((row) => [row]),
    [node],
  ).map(([value]) => value as string | null);
}

function byMatcher(pattern: string, group: number, row: string): string | null {
  const match = javaPattern(pattern)!.find(row);
  return match?.group(group) ?? null;
}

const unit = fc.constantFrom('a', 'b', '=', '&', '1', ' ', 'é', '-');
const anyText = fc.string({ unit, maxLength: 40 });
const patterns: readonly [pattern: string, group: number][] = [
  ['(&|^)ab=([^&]*)', 2],
  ['(^|&)b=([^&]+)&', 2],
  ['ab=', 0],
  ['ab=(1*)&', 1],
  ['^a+(b?)', 1],
  ['^ab', 0],
  ['[ab]+=([0-9]{1,2})', 1],
  ['\\d+(-)\\d', 1],
  ['(a[^=]*)=', 1],
  ['=(1)(a)', 2],
  ['a{2,}b', 0],
];

describe('patterns of simple steps', () => {
  for (const [pattern, group] of patterns) {
    test(`${pattern} agrees with the matcher`, () =>
      fc.assert(
        fc.property(fc.array(anyText, { minLength: 1, maxLength: 40 }), (rows) => {
          assert.deepEqual(
            extracted(pattern, group, rows),
            rows.map((row) => byMatcher(pattern, group, row)),
          );
        }),
        { numRuns: 300 },
      ));
  }

  test('REGEXP by the kernel agrees with JavaScript', () =>
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 40 }), (rows) => {
        const node = call('REGEXP', T.boolean, input(0, T.string), text('(&|^)ab=([^&]*)'));
        const found = evaluate(
          T.row({ s: T.string }),
          rows.map((row) => [row]),
          [node],
        );
        assert.deepEqual(
          found.map(([value]) => value),
          rows.map((row) => /(?:&|^)ab=/.test(row)),
        );
      }),
    ));

  for (const pattern of [
    'a|b',
    '(a|b)c',
    'a*?b',
    'a++b',
    '\\S+ab',
    '(?i)a',
    '.*x',
    'a*ab',
    '$',
    'a$',
    '(a)*',
    '[^a&&b]',
    '',
  ]) {
    test(`'${pattern}' is not compiled`, () => {
      const compiled = compileRegexp(pattern, 0);
      assert.isTrue(compiled === undefined || compiled.isAsciiOnly);
    });
  }
});

/** Java's syntax, and what Java finds: the first match, or null. */
const java: readonly [pattern: string, text: string, found: string | null][] = [
  ['a.c', 'a\nc', null],
  ['(?s)a.c', 'a\nc', 'a\nc'],
  ['\\s', '\u00a0', null],
  ['\\h', '\u00a0', '\u00a0'],
  ['x$', 'x\n', 'x'],
  ['x\\z', 'x\n', null],
  ['\\p{Punct}+', 'a!?b', '!?'],
  ['\\p{Lu}', 'aÉ', 'É'],
  ['\\P{L}+', 'ab12', '12'],
  ['[[:x]y]+', ':y', ':y'],
  ['[a-z&&[def]]+', 'abcdefgh', 'def'],
  ['[a-z&&[^b-y]]+', 'bbaz', 'az'],
  ['[a[0-9]]+', 'x12a', '12a'],
  ['a*+a', 'aaa', null],
  ['(?>a|ab)c', 'abc', null],
  ['(a)(b)\\2', 'abb', 'abb'],
  ['(?<x>a)\\k<x>', 'aa', 'aa'],
  ['\\x{1F600}', '😀', '😀'],
  ['\\u0041', 'A', 'A'],
  ['\\07', '\x07', '\x07'],
  ['\\Q.*\\E', 'a.*', '.*'],
  ['^.$', '😀', '😀'],
  ['a{2}', 'aaa', 'aa'],
  ['[-a]', '-', '-'],
  ['[a-]', '-', '-'],
  ['\\bfoo\\b', 'a foo b', 'foo'],
  ['(?<=a)b', 'ab', 'b'],
  ['\\R', '\r\n', '\r\n'],
  ['a(?i)B', 'ab', 'ab'],
  ['(?i)a(?-i)b', 'AB', null],
  ['(?i)[x-z]k', 'YK', 'YK'],
  ['(?i)É', 'é', null],
  ['(?iu)É', 'é', 'é'],
  ['(?x) a  b # c', 'ab', 'ab'],
  ['(?m)^b$', 'a\nb\nc', 'b'],
  ['(?m)^$', '', null],
  ['[\\S]+', ' ab ', 'ab'],
  ['[^\\S ]+', 'a \t', '\t'],
  ['\\bb', 'éb b', 'b'],
  ['\\p{IsHan}+', 'a中文', '中文'],
  ['\\p{IsLatin}+', '中ab', 'ab'],
  ['\\p{InHiragana}', 'aあ', 'あ'],
  ['\\p{javaLetter}+', '1é', 'é'],
  ['\\p{gc=Lu}', 'aB', 'B'],
  ['(?U)\\w+', 'é_1 ', 'é_1'],
  ['x{2}{2}', 'xxxx', 'xx'],
  ['(x+x+)+y', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', null],
  ['(?<=a{1,3})b', 'aab', 'b'],
  ['\\X', 'e\u0301', 'e\u0301'],
  ['\\Ga', 'ba', null],
  ['(?<=.{0,2}b)c', '😀c', null], // a look-behind that begins inside of a pair
];
/** Captures: a group keeps what it found in an earlier round. */
const captures: readonly [pattern: string, text: string, groups: readonly (string | null)[]][] = [
  ['(?:(a)|b)+', 'ab', ['a']],
  ['((a)|b)+', 'ab', ['b', 'a']],
  ['(a*)*', 'b', ['']],
  ['(a)?b', 'b', [null]],
  ['(?=(a))', 'a', ['a']],
  ['(a|ab)(c|bcd)(d*)', 'abcd', ['a', 'bcd', '']],
  ['(a+?)(a*)', 'aaa', ['a', 'aa']],
  ['(?<x>a)(b)\\1', 'aba', ['a', 'b']],
];
describe('Java', () => {
  for (const [pattern, subject, found] of java) {
    test(`${JSON.stringify(pattern)} in ${JSON.stringify(subject)}`, () => {
      const match = javaPattern(pattern)?.find(subject);
      assert.equal(match?.group(0) ?? null, found);
    });
  }
  for (const [pattern, subject, groups] of captures) {
    test(`the groups of ${JSON.stringify(pattern)} in ${JSON.stringify(subject)}`, () => {
      const match = javaPattern(pattern)!.find(subject)!;
      assert.deepEqual(
        groups.map((_, i) => match.group(i + 1) ?? null),
        groups,
      );
    });
  }
  const refused = [
    '(',
    ')',
    '[a',
    '*a',
    'a{',
    'a**',
    '\\y',
    '(?<1>a)',
    '(?z)a',
    '[z-a]',
    '[a-\\d]',
    '\\k<x>',
  ];
  for (const pattern of [...refused, 'a{2,1}', '(?<=(a|b)*)c', '\\p{Foo}', '(?<x>a)(?<x>b)', '\\']) {
    test(`${pattern} is no pattern`, () => assert.isUndefined(javaPattern(pattern)));
  }
  for (const pattern of ['a\\N{SPACE}', '\\b{g}', '\\p{InVai}']) {
    test(`${pattern} is refused with its place`, () =>
      assert.throws(() => javaPattern(pattern), /is not supported: .* at position \d+/));
  }

  test('matches do not overlap, and empty ones go on by a character', () => {
    const starts = (pattern: string, text: string) =>
      javaPattern(pattern)!
        .findAll(text)
        .map(({ start }) => start);
    assert.deepEqual(starts('aa', 'aaaaa'), [0, 2]);
    assert.deepEqual(starts('', 'a😀b'), [0, 1, 3, 4]);
    assert.deepEqual(starts('$', 'a\n'), [1, 2]);
  });

  test('what JavaScript finds in patterns that mean the same', () =>
    fc.assert(
      fc.property(
        plainPattern,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 }),
        (pattern, text) => {
          const found = [...text.matchAll(new RegExp(pattern, 'gu'))].map((match) => [match.index, match[0]]);
          const ours = javaPattern(pattern)!.findAll(text);
          assert.deepEqual(
            ours.map((match) => [match.start, match.group(0)]),
            found,
          );
        },
      ),
      { numRuns: 1000 },
    ));
});

const plainPattern = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'a',
        'b',
        '.',
        '[ab]',
        '[^a]',
        '(?:ab|a)',
        '(?:a|bc)',
        '(?=a)',
        '(?!b)',
        '(?<=b)',
        '|',
        '$',
        '^',
      ),
      fc.constantFrom('', '', '', '*', '+', '?', '*?', '{1,2}'),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((pieces) =>
    pieces.map(([atom, times]) => (/^(?:[|^$]|\(\?[=!<])/.test(atom) ? atom : atom + times)).join(''),
  );
