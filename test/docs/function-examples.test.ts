import { expect, test } from 'vitest';
import { FUNCTIONS } from '../../engine/table/functions/functions.ts';
import { FUNCTION_QUERIES, functionExamples, WITHOUT_EXAMPLE } from './function-examples.ts';
import { refusalOf } from './planned-samples.ts';
import { runExamples } from './run-examples.ts';

test('every function and operator has an example, or a reason to have none', () => {
  const named = new Set([...functionExamples().map(({ name }) => name), ...Object.keys(FUNCTION_QUERIES)]);
  for (const { name } of FUNCTIONS) {
    expect(named.has(name) !== name in WITHOUT_EXAMPLE, name).toBe(true);
    named.add(name); // several kinds of function may have one name
  }
});

test('every example is of a function', () => {
  const names = new Set(FUNCTIONS.map(({ name }) => name));
  for (const { name } of functionExamples()) expect(names).toContain(name);
  for (const name of [...Object.keys(FUNCTION_QUERIES), ...Object.keys(WITHOUT_EXAMPLE)])
    expect(names).toContain(name);
});

test('examples give what they say', async () => {
  const examples = functionExamples();
  const results = await runExamples(examples);
  const found = examples.map((example, i) => `${example.expression} → ${results[i]}`);
  expect(found).toEqual(examples.map(({ expression, result }) => `${expression} → ${result}`));
}, 60_000);

test.each(Object.entries(FUNCTION_QUERIES))(
  '%s: the example is right, or refused as not supported',
  (_, query) => {
    const reason = refusalOf(query);
    if (reason !== undefined) expect(reason).toMatch(/not support/i);
  },
);
