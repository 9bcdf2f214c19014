import { expect, test } from 'vitest';
import { findFunction, functionNames, FUNCTIONS } from '../../../engine/table/functions/functions.ts';
import { form, takesCount } from '../../../engine/table/functions/operand-families.ts';
import { parseExpression } from '../../../engine/table/parser/parser.ts';
import { ExpressionConverter } from '../../../engine/table/validate/expression-converter.ts';
import { Scope } from '../../../engine/table/validate/scope.ts';

test('a function is described once in its group, in a sentence', () => {
  for (const { name, group, summary } of FUNCTIONS) {
    expect(FUNCTIONS.filter((other) => other.name === name && other.group === group)).toHaveLength(1);
    expect(summary, name).toMatch(/^.+\.$/);
  }
});

test('what has forms has a result, and the other way round', () => {
  const uneven = FUNCTIONS.filter(({ forms, result }) => (forms === undefined) !== (result === undefined));
  expect(uneven.map(({ name }) => name)).toEqual([]);
});

test('names are found in any case, and CEILING is CEIL', () => {
  expect([findFunction('lower')?.name, findFunction('Ceiling')?.name, findFunction('nosuch')]).toEqual([
    'LOWER',
    'CEIL',
    undefined,
  ]);
});

test('names that can be called are in order, each once', () => {
  const names = functionNames();
  expect(names).toEqual([...new Set(names)].sort());
  expect(names).toContain('json_value');
  expect(names).toContain('current_timestamp');
  expect(names).not.toContain('+');
  expect(names.length).toBeGreaterThan(200);
});

test('forms count their operands', () => {
  expect([
    takesCount(form('CHARACTER INTEGER'), 2),
    takesCount(form('CHARACTER INTEGER'), 3),
    takesCount(form(''), 0),
  ]).toEqual([true, false, true]);
  expect([1, 2, 5].map((count) => takesCount(form('CHARACTER ANY+'), count))).toEqual([false, true, true]);
});

// A signature may come later; the name is known all the same.
test('a function without a signature is not supported, and not unknown', () => {
  const silent = FUNCTIONS.filter(
    ({ forms, kind, syntax, group }) =>
      !forms && kind === 'scalar' && syntax === 'function' && group !== 'window' && group !== 'match',
  );
  expect(silent.length).toBeGreaterThan(0);
  const environment = { timeZone: 'UTC', isStreaming: true, currentDatabase: 'd' };
  for (const { name } of silent.filter(
    (each) => /^[A-Z_]+$/.test(each.name) && !each.name.startsWith('JSON'),
  )) {
    const source = `${name}()`;
    const converter = new ExpressionConverter(environment, {
      source,
      scope: new Scope([]),
      clause: 'SELECT',
    });
    expect(() => converter.convert(parseExpression(source)), name).toThrowError(
      `Function ${name} is not supported`,
    );
  }
});
