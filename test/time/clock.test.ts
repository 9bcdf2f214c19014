import { assert, test } from 'vitest';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import { RealClock } from '../../engine/time/real-clock.ts';
import { ScaledClock } from '../../engine/time/scaled-clock.ts';

test('a manual clock calls back in order of time, standing at each time in turn', () => {
  const clock = new ManualClock(100);
  const calls: string[] = [];
  clock.schedule(300, () => calls.push(`c at ${clock.now()}`));
  clock.schedule(200, () => {
    calls.push(`a at ${clock.now()}`);
    clock.schedule(250, () => calls.push(`b at ${clock.now()}`));
  });
  clock.schedule(400, () => calls.push('never'));
  clock.advanceTo(300);
  assert.deepEqual(calls, ['a at 200', 'b at 250', 'c at 300']);
  assert.equal(clock.now(), 300);
});

test('a manual clock does not call back what was cancelled, nor from within schedule', () => {
  const clock = new ManualClock(100);
  const calls: string[] = [];
  clock.schedule(50, () => calls.push('past'));
  clock.schedule(120, () => calls.push('cancelled'))();
  assert.deepEqual(calls, []);
  clock.advanceBy(100);
  assert.deepEqual(calls, ['past']);
});

test('a real clock calls back at its time and not before', async () => {
  const clock = new RealClock();
  const due = clock.now() + 15;
  await new Promise<void>((resolve) => clock.schedule(due, resolve));
  assert.isAtLeast(clock.now(), due);
});

test('a scaled clock shows an hour within milliseconds', async () => {
  const clock = new ScaledClock(1_000_000, 1_000_000);
  const began = performance.now();
  await new Promise<void>((resolve) => clock.schedule(1_000_000 + 3_600_000, resolve));
  assert.isAtLeast(clock.now(), 4_600_000);
  assert.isBelow(performance.now() - began, 2000);
});
