import fc from 'fast-check';
import { assert, test } from 'vitest';
import { CheckpointBarrierHandler } from '../../engine/runtime/checkpoint-barrier-handler.ts';
import type { CheckpointBarrier } from '../../engine/network/stream-element.ts';

const barrier = (checkpointId: number): CheckpointBarrier => ({
  checkpointId,
  timestamp: 0,
  options: { stop: false, drain: false, full: false },
});

/** Says what the handler does, a word each: `block 0`, `trigger 1`, `decline 1`, `unblock`. */
function handlerOf(channels: number, mode: 'EXACTLY_ONCE' | 'AT_LEAST_ONCE' = 'EXACTLY_ONCE') {
  const done: string[] = [];
  const handler = new CheckpointBarrierHandler(
    [channels],
    {
      triggerCheckpoint: ({ checkpointId }) => done.push(`trigger ${checkpointId}`),
      declineCheckpoint: (id) => done.push(`decline ${id}`),
      blockChannel: (_gate, channel) => done.push(`block ${channel}`),
      unblockChannels: () => done.push('unblock'),
    },
    mode,
    () => 0,
  );
  return { handler, take: () => done.splice(0).join(', ') };
}

/** `0:1` barrier 1 on channel 0, `0:end` its end, `abort 1`, `announce 1`. */
function play(
  channels: number,
  steps: readonly (readonly [string, string?])[],
  mode?: 'AT_LEAST_ONCE',
): void {
  const { handler, take } = handlerOf(channels, mode);
  for (const [step, expected = ''] of steps) {
    const [what, id] = step.split(/[: ]/) as [string, string];
    if (what === 'abort') handler.abort(Number(id));
    else if (what === 'announce') handler.announce(barrier(Number(id)));
    else if (id === 'end') handler.processEndOfPartition(0, Number(what));
    else handler.processBarrier(barrier(Number(id)), 0, Number(what));
    assert.equal(take(), expected, step);
  }
}

const situations: [name: string, channels: number, steps: [string, string?][], mode?: 'AT_LEAST_ONCE'][] = [
  [
    'one channel: triggers at once',
    1,
    [
      ['0:1', 'block 0, trigger 1, unblock'],
      ['0:2', 'block 0, trigger 2, unblock'],
    ],
  ],
  [
    'channels wait for each other',
    3,
    [
      ['1:1', 'block 1'],
      ['0:1', 'block 0'],
      ['2:1', 'block 2, trigger 1, unblock'],
    ],
  ],
  [
    'a newer barrier gives up the checkpoint being aligned',
    2,
    [
      ['0:1', 'block 0'],
      ['1:2', 'decline 1, unblock, block 1'],
      ['0:2', 'block 0, trigger 2, unblock'],
    ],
  ],
  [
    'barriers of older checkpoints are passed over',
    2,
    [['0:2', 'block 0'], ['1:1'], ['1:2', 'block 1, trigger 2, unblock'], ['0:1']],
  ],
  [
    'an ended channel counts as aligned',
    2,
    [
      ['0:1', 'block 0'],
      ['1:end', 'trigger 1, unblock'],
      ['0:2', 'block 0, trigger 2, unblock'],
    ],
  ],
  [
    'a channel that ended before does too',
    3,
    [['1:end'], ['0:1', 'block 0'], ['2:1', 'block 2, trigger 1, unblock']],
  ],
  [
    'an aborted checkpoint is given up, and its late barriers are passed over',
    2,
    [
      ['0:1', 'block 0'],
      ['abort 1', 'unblock'],
      ['1:1'],
      ['0:2', 'block 0'],
      ['1:2', 'block 1, trigger 2, unblock'],
    ],
  ],
  ['aborted before any barrier came', 2, [['abort 1', 'unblock'], ['0:1'], ['1:1'], ['0:2', 'block 0']]],
  [
    'an abort of an older one leaves the alignment alone',
    2,
    [['0:2', 'block 0'], ['abort 1'], ['1:2', 'block 1, trigger 2, unblock']],
  ],
  [
    'no channel left: the coordinator triggers',
    2,
    [['0:end'], ['announce 1'], ['1:end', 'trigger 1'], ['announce 2', 'trigger 2'], ['announce 2']],
  ],
  [
    'announced, but a barrier comes',
    2,
    [['announce 1'], ['0:1', 'block 0'], ['1:1', 'block 1, trigger 1, unblock'], ['0:end'], ['1:end']],
  ],
  ['at least once: nothing is blocked', 2, [['0:1'], ['1:1', 'trigger 1, unblock']], 'AT_LEAST_ONCE'],
];
for (const [name, channels, steps, mode] of situations) {
  test(`S-72: ${name}`, () => play(channels, steps, mode));
}

test('S-72, whatever the order over channels: each checkpoint is triggered once, in order, with every channel at its barrier', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 6 }),
      fc.infiniteStream(fc.nat(100)),
      (channels, checkpoints, picks) => {
        const { handler, take } = handlerOf(channels);
        const at = new Array<number>(channels).fill(0);
        const blocked = new Set<number>();
        const triggered: number[] = [];
        for (;;) {
          const free = at.flatMap((done, channel) =>
            done < checkpoints && !blocked.has(channel) ? [channel] : [],
          );
          if (free.length === 0) break;
          const channel = free[(picks.next().value as number) % free.length]!;
          handler.processBarrier(barrier(++at[channel]!), 0, channel);
          for (const done of take().split(', ')) {
            if (done === 'unblock') blocked.clear();
            const [what, number] = done.split(' ');
            if (what === 'block') blocked.add(Number(number));
            if (what === 'trigger') {
              triggered.push(Number(number));
              assert.isTrue(at.every((id) => id === Number(number)));
            }
            assert.notEqual(what, 'decline');
          }
        }
        assert.deepEqual(
          triggered,
          Array.from({ length: checkpoints }, (_, index) => index + 1),
        );
      },
    ),
  ));
