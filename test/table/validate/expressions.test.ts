import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ValidationException } from '../../../engine/types/errors.ts';
import { typeText } from '../../../engine/types/type-text.ts';
import { convert } from './validate-expression.ts';

const fixture = readFileSync(new URL('expressions.flink.txt', import.meta.url), 'utf8');
const cases = fixture.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

/** The type of an expression, or the place and first line of what is wrong with it. */
function answer(text: string): string {
  try {
    return `=> ${typeText(convert(text).type)}`;
  } catch (error) {
    if (!(error instanceof ValidationException)) throw error;
    const { position, message } = error;
    return `=! ${position?.column}-${(position?.endColumn ?? 0) - 1} ${message.split('\n')[0]}`;
  }
}

describe('types and refusals as Flink gives them', () => {
  test.each(cases)('%s', (line) => {
    const at = line.search(/ =[>!] /);
    expect(answer(line.slice(0, at))).toBe(line.slice(at + 1));
  });
});
