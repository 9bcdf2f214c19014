import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import { groupOf, javaRegExp } from '../../engine/expressions/java-regexp.ts';
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

function byJavaScript(pattern: string, group: number, row: string): string | null {
  const match = javaRegExp(pattern)!.expression.exec(row);
  return match ? (groupOf(match, group) ?? null) : null;
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
    test(`${pattern} agrees with JavaScript`, () =>
      fc.assert(
        fc.property(fc.array(anyText, { minLength: 1, maxLength: 40 }), (rows) => {
          assert.deepEqual(
            extracted(pattern, group, rows),
            rows.map((row) => byJavaScript(pattern, group, row)),
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
];
describe('Java', () => {
  for (const [pattern, subject, found] of java) {
    test(`${JSON.stringify(pattern)} in ${JSON.stringify(subject)}`, () => {
      assert.equal(javaRegExp(pattern)?.expression.exec(subject)?.[0] ?? null, found);
    });
  }
  for (const pattern of ['(', ')', '[a', '*a', 'a{', '\\y', '(?<1>a)']) {
    test(`${pattern} is no pattern`, () => assert.isUndefined(tryPattern(pattern)));
  }
  for (const pattern of ['a(?i)b', '\\G', '[a\\S]']) {
    test(`${pattern} is refused with its place`, () =>
      assert.throws(() => javaRegExp(pattern), /is not supported: .* at position \d+/));
  }
});

function tryPattern(pattern: string): unknown {
  try {
    return javaRegExp(pattern);
  } catch (error) {
    return /not supported/.test((error as Error).message) ? undefined : error;
  }
}
