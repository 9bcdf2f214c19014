import { assert, test } from 'vitest';
import {
  fromErrorData,
  MillraceError,
  RuntimeFailure,
  SqlSyntaxError,
  TableException,
  toErrorData,
  ValidationException,
} from '../../engine/types/errors.ts';
import { nearestNames } from '../../engine/types/nearest-names.ts';

const position = { line: 2, column: 3, endLine: 2, endColumn: 7, start: 12, end: 16 };
const errors: [name: string, error: Error][] = [
  [
    'a syntax error',
    new SqlSyntaxError('unexpected', { position, found: 'x', expected: ['BY'], suggestions: ['y'] }),
  ],
  ['a validation error', new ValidationException('no such table', { position, suggestions: ['orders'] })],
  ['a table error', new TableException('not supported')],
  ['a failure', new RuntimeFailure('failed', { task: 'Join', subtask: 1 }, { cause: new TypeError('deep') })],
  [
    'a failure within a failure',
    new RuntimeFailure('a', {}, { cause: new RuntimeFailure('b', { task: 't' }, { cause: new Error('c') }) }),
  ],
];
test.each(errors)('%s crosses a thread and is what it was', (_, error) => {
  const data = structuredClone(toErrorData(error));
  const back = fromErrorData(data);
  assert.equal(back.constructor, error.constructor);
  assert.equal(back.stack, error.stack);
  assert.deepEqual(toErrorData(back), data);
  assert.equal(
    back instanceof MillraceError && error instanceof MillraceError && back.phase === error.phase,
    true,
  );
});

test('an error of another kind keeps its name, what is no error its text', () => {
  assert.equal(fromErrorData(toErrorData(new RangeError('x'))).name, 'RangeError');
  assert.equal(fromErrorData(toErrorData('just text')).message, 'just text');
});

test('a circle of causes ends', () => {
  const a: Error & { cause?: unknown } = new Error('a');
  a.cause = new Error('b', { cause: a });
  let depth = 0;
  for (let data = toErrorData(a).cause; data; data = data.cause) depth++;
  assert.isBelow(depth, 20);
});

test('the nearest names come first', () => {
  assert.deepEqual(nearestNames('auctoin', ['auction', 'bid', 'auctions', 'person']), [
    'auction',
    'auctions',
  ]);
  assert.deepEqual(nearestNames('FORM', ['FROM', 'FORMAT', 'FOR']), ['FROM', 'FOR']);
  assert.deepEqual(nearestNames('zzz', ['auction', 'bid']), []);
});
