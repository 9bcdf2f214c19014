import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { OperatorNode } from '../../engine/graph/job-graph.ts';
import { withBlamedFunctions } from '../../engine/runtime/blamed-functions.ts';
import { describe as describeError } from '../../engine/runtime/failure-history.ts';
import { TaskManagerLostError, type TaskManagerEnd } from '../../engine/runtime/resource-manager.ts';

function calling(...functions: string[]) {
  const spec = { kind: 'Calc', projection: functions.map((userFunction) => ({ userFunction })) };
  const operators = [{ name: '[2]:Calc(select=[f(n)])', spec }] as unknown as OperatorNode[];
  return { vertex: { operators }, subtask: 0 };
}

const ends: [end: TaskManagerEnd, functions: string[], message: string][] = [
  ['silent', ['f'], 'no answer. Function f, called in Calc[2] (subtask 0), seems not to return.'],
  ['died', ['f'], 'no answer. Function f, called in Calc[2] (subtask 0), may have caused it.'],
  [
    'died',
    ['f', 'g'],
    'no answer. One of the functions f, g, called in Calc[2] (subtask 0), may have caused it.',
  ],
  ['killed', ['f'], 'no answer'],
  ['died', [], 'no answer'],
];
for (const [end, functions, message] of ends) {
  test(`a TaskManager that ends (${end}) blames ${functions.join(' or ') || 'nobody'}`, () => {
    const lost = new TaskManagerLostError('tm', 'no answer', end);
    const blamed = withBlamedFunctions(lost, [calling(...functions)]);
    assert.equal(blamed.message, `TaskManager tm is gone: ${message}`);
    assert.equal(blamed.end, end);
  });
}

test('an error that hands on the words of its cause says them once', () => {
  const cause = new RangeError('three');
  const handedOn = new Error('f failed: three', { cause: new TypeError('f failed: three', { cause }) });
  assert.equal(describeError(handedOn), 'TypeError: f failed: three\nCaused by: RangeError: three');
});
