import { assert, test } from 'vitest';
import { parseExpression, parseScript } from '../../../engine/table/parser/parser.ts';
import { unparseExpression, unparseStatement } from '../../../engine/table/parser/unparse.ts';
import { SqlSyntaxError } from '../../../engine/types/errors.ts';
import { hasShared, sharedCases, VERDICTS, withoutSpans } from './sql-cases.ts';

test.each(VERDICTS)('$isAccepted: $sql', ({ isAccepted, isExpression, sql }) => {
  const mistakes = mistakesIn(sql, isExpression);
  assert.equal(mistakes.length === 0, isAccepted, mistakes.map((m) => m.message).join('\n'));
  if (!isAccepted) return;
  if (isExpression) {
    const tree = parseExpression(sql);
    const text = unparseExpression(tree);
    assert.deepEqual(withoutSpans(parseExpression(text)), withoutSpans(tree), text);
    assert.equal(unparseExpression(parseExpression(text)), text);
  } else {
    assertRoundTrip(sql);
  }
});

test.runIf(hasShared)(
  'every shared case parses, or fails in parse where Flink does, and comes back from its text',
  () => {
    const cases = sharedCases();
    assert.isAbove(cases.length, 600);
    for (const { name, texts, failsInParse } of cases) {
      const mistakes = texts.flatMap((text) => mistakesIn(text, false));
      assert.equal(
        mistakes.length > 0,
        failsInParse,
        `${name}: ${mistakes.map((m) => m.message).join('\n')}`,
      );
      if (!failsInParse) texts.forEach(assertRoundTrip);
    }
  },
);

function assertRoundTrip(script: string): void {
  for (const statement of parseScript(script).statements) {
    const text = unparseStatement(statement);
    const { statements, errors } = parseScript(text);
    assert.isEmpty(errors, `${text}\n${errors[0]?.message}`);
    assert.deepEqual(withoutSpans(statements), withoutSpans([statement]), text);
    assert.equal(unparseStatement(statements[0]!), text);
  }
}

function mistakesIn(sql: string, isExpression: boolean): readonly SqlSyntaxError[] {
  if (!isExpression) return parseScript(sql).errors;
  try {
    parseExpression(sql);
    return [];
  } catch (error) {
    assert.instanceOf(error, SqlSyntaxError);
    return [error];
  }
}
