import { assert, test } from 'vitest';
import { TaskMetrics } from '../../engine/runtime/task-metrics.ts';
import { TurnScheduler, type Runnable, type TurnClock } from '../../engine/runtime/turn-scheduler.ts';

/** Time passes only by work; the event loop is a list. */
class FakeLoop implements TurnClock {
  nowMs = 0;
  readonly callbacks: (() => void)[] = [];
  now(): number {
    return this.nowMs;
  }
  yieldTurn(callback: () => void): void {
    this.callbacks.push(callback);
  }
  /** One turn. */
  turn(): void {
    this.callbacks.shift()?.();
  }
}

/** Works in steps of a millisecond each until it has done its share. */
function worker(loop: FakeLoop, name: string, steps: number, log: string[]): Runnable {
  return {
    runSlice: (deadline) => {
      let done = 0;
      while (steps > 0 && loop.nowMs < deadline) {
        steps--;
        done++;
        loop.nowMs += 1;
      }
      log.push(`${name}${done}`);
      return steps > 0;
    },
  };
}

test('tasks take turns by slices, and after 8 ms the event loop has its turn', () => {
  const loop = new FakeLoop();
  const scheduler = new TurnScheduler(loop);
  const log: string[] = [];
  scheduler.wake(worker(loop, 'a', 7, log));
  scheduler.wake(worker(loop, 'b', 3, log));
  assert.lengthOf(loop.callbacks, 1);
  loop.turn();
  assert.equal(log.join(' '), 'a2 b2 a2 b1 a1');
  assert.lengthOf(loop.callbacks, 1, 'one more turn is asked for');
  loop.turn();
  assert.equal(log.slice(5).join(' '), 'a2');
  assert.isEmpty(loop.callbacks, 'nobody has anything to do');
});

test('hooks are looked at around every slice; before sleeping they may have something after all', () => {
  const loop = new FakeLoop();
  const scheduler = new TurnScheduler(loop);
  const log: string[] = [];
  let sleeps = [false, true];
  scheduler.addHook({
    poll: () => log.push('poll'),
    flush: () => log.push('flush'),
    prepareToSleep: () => sleeps.shift() ?? true,
  });
  scheduler.wake(worker(loop, 'a', 1, log));
  loop.turn();
  assert.equal(log.join(' '), 'poll a1 flush');
  assert.lengthOf(loop.callbacks, 1, 'it was not ready to sleep');
  loop.turn();
  assert.isEmpty(loop.callbacks);
  sleeps = [];
});

test('an error in a hook does not stop the turns', () => {
  const loop = new FakeLoop();
  const scheduler = new TurnScheduler(loop);
  const log: string[] = [];
  let fails = true;
  scheduler.addHook({
    poll: () => {
      if (fails) throw new Error('damaged');
    },
    flush: () => {},
    prepareToSleep: () => true,
  });
  scheduler.wake(worker(loop, 'a', 1, log));
  assert.throws(() => loop.turn(), 'damaged');
  fails = false;
  loop.turn();
  assert.deepEqual(log, ['a1']);
});

test('shares of time: what is not idle and not backpressured is busy, over the last seconds', () => {
  let now = 0;
  const metrics = new TaskMetrics(() => now);
  const shares = () => {
    const report = metrics.report({ recordsIn: now, recordsOut: 2 * now, bytesOut: 0 });
    const {
      idleTimeMsPerSecond: idle,
      backPressuredTimeMsPerSecond: waits,
      busyTimeMsPerSecond: busy,
    } = report;
    return `idle ${idle} backpressured ${waits} busy ${busy}, in ${report.numRecordsInPerSecond}/s`;
  };
  metrics.wait('idle');
  now = 500;
  metrics.run();
  now = 700;
  metrics.wait('backPressured');
  now = 1000;
  assert.equal(shares(), 'idle 500 backpressured 300 busy 200, in 1000/s');
  metrics.run();
  now = 2000;
  assert.equal(shares(), 'idle 250 backpressured 150 busy 600, in 1000/s');
  for (now = 3000; now < 10_000; now += 1000) shares();
  assert.equal(shares(), 'idle 0 backpressured 0 busy 1000, in 1000/s');
});
