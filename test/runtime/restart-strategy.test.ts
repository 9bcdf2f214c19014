import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createRestartStrategy } from '../../engine/runtime/restart-strategy.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';

/** What a strategy says to failures at these times: the delay, or `fail`. */
function answers(
  configuration: Record<string, string>,
  failureTimes: readonly number[],
  random = 0.5,
): string {
  const clock = new ManualClock(1_000_000);
  const strategy = createRestartStrategy(configuration, clock, () => random);
  return failureTimes
    .map((time) => {
      clock.advanceTo(1_000_000 + time);
      strategy.notifyFailure();
      return strategy.canRestart() ? `${strategy.backoffMs()}` : 'fail';
    })
    .join(' ');
}

const checkpointing = { 'execution.checkpointing.interval': '10 s' };
const hour = 3_600_000;
const cases: [name: string, configuration: Record<string, string>, times: number[], expected: string][] = [
  ['none without checkpoints', {}, [0], 'fail'],
  ['off is none, also with checkpoints', { ...checkpointing, 'restart-strategy.type': 'off' }, [0], 'fail'],
  [
    'exponential delay with checkpoints: 1 s, then half as much again',
    checkpointing,
    [0, 1, 2, 3],
    '1000 1500 2250 3375',
  ],
  [
    'exponential delay up to a minute',
    checkpointing,
    Array.from({ length: 14 }, (_, i) => i),
    '1000 1500 2250 3375 5062 7593 11389 17083 25624 38436 57654 60000 60000 60000',
  ],
  [
    'exponential delay starts again after an hour and the backoff',
    checkpointing,
    [0, 5, hour + 1504, hour * 3],
    '1000 1500 2250 1000',
  ],
  [
    'exponential delay with attempts',
    { ...checkpointing, 'restart-strategy.exponential-delay.attempts-before-reset-backoff': '2' },
    [0, 1, 2],
    '1000 1500 fail',
  ],
  ['fixed delay: once, after 1 s', { 'restart-strategy.type': 'fixed-delay' }, [0, 9 * hour], '1000 fail'],
  [
    'fixed delay under the older key, with its options',
    {
      'restart-strategy': 'fixeddelay',
      'restart-strategy.fixed-delay.attempts': '3',
      'restart-strategy.fixed-delay.delay': '10ms',
    },
    [0, 1, 2, 3],
    '10 10 10 fail',
  ],
  [
    'failure rate: one a minute',
    { 'restart-strategy.type': 'failure-rate' },
    [0, 70_000, 140_000, 150_000],
    '1000 1000 1000 fail',
  ],
  [
    'failure rate with its options',
    {
      'restart-strategy.type': 'failurerate',
      'restart-strategy.failure-rate.max-failures-per-interval': '2',
      'restart-strategy.failure-rate.failure-rate-interval': '1 s',
      'restart-strategy.failure-rate.delay': '5 ms',
    },
    [0, 10, 2000, 2001, 2002],
    '5 5 5 5 fail',
  ],
];
for (const [name, configuration, times, expected] of cases) {
  test(name, () => assert.equal(answers(configuration, times), expected));
}

test('jitter moves the delay by a tenth at most, and never beyond the maximum', () => {
  assert.equal(answers(checkpointing, [0, 1], 0), '900 1350');
  assert.equal(answers(checkpointing, [0, 1], 0.999999), '1100 1650');
  const capped = { ...checkpointing, 'restart-strategy.exponential-delay.max-backoff': '1 s' };
  assert.equal(answers(capped, [0, 1], 0.999999), '1000 1000');
});

test('a wrong option is refused by name', () => {
  const create = (configuration: Record<string, string>): void => {
    createRestartStrategy(configuration, new ManualClock(), Math.random);
  };
  assert.throws(
    () => create({ 'restart-strategy.type': 'never' }),
    /'never' for option 'restart-strategy.type'/,
  );
  assert.throws(
    () => create({ 'restart-strategy.type': 'fixed-delay', 'restart-strategy.fixed-delay.delay': 'soon' }),
    /'soon' for option 'restart-strategy.fixed-delay.delay': a duration/,
  );
  assert.throws(
    () => create({ ...checkpointing, 'restart-strategy.exponential-delay.backoff-multiplier': '1' }),
    /greater than 1/,
  );
});
