import fc from 'fast-check';
import { assert, test } from 'vitest';
import { BatchDecoder } from '../../engine/data/batch-codec.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import { RemoteInputChannel, type FloatingBuffers } from '../../engine/network/remote-input-channel.ts';
import { testEnvironment } from '../harness/test-environment.ts';

const { wasm, pool } = await testEnvironment();
const decoder = new BatchDecoder(wasm, pool, { root: 'ROW', nullable: false, fields: [] });

/** A gate's channels with the credit that each sender has, and what went wrong. */
function gateOf(channels: number, exclusive: number, floatingBuffers: number, memory = pool) {
  const credit = new Array<number>(channels).fill(exclusive);
  const errors: unknown[] = [];
  const floating: FloatingBuffers = {
    free: floatingBuffers,
    onReturned: () => {
      for (const each of all) each.assignCredit();
    },
  };
  const listener = { channelHasData: () => {}, channelFailed: (error: unknown) => void errors.push(error) };
  const all = credit.map(
    (_, index) =>
      new RemoteInputChannel(index, decoder, listener, {
        pool: memory,
        exclusive,
        floating,
        grant: (granted) => (credit[index]! += granted),
        cancel: () => {},
      }),
  );
  const send = (index: number, backlog: number): void => {
    assert.isAbove(credit[index]!, 0, 'a sender sends with credit only');
    credit[index]!--;
    const buffer = all[index]!.receive(64);
    if (buffer) all[index]!.arrived(buffer, backlog);
  };
  const consume = (index: number): void => {
    if (all[index]!.nextBuffer()) all[index]!.recycleBuffer();
  };
  return { all, credit, floating, errors, send, consume };
}

test('whatever is sent and read: nobody has more buffers than there are, and none is lost', () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ channel: fc.nat(2), backlog: fc.nat(12), reads: fc.boolean() }), {
        maxLength: 100,
      }),
      (steps) => {
        const { all, credit, floating, send, consume } = gateOf(3, 2, 8);
        const queued = [0, 0, 0];
        for (const { channel, backlog, reads } of steps) {
          if (reads && queued[channel]! > 0) {
            consume(channel);
            queued[channel]!--;
          } else if (credit[channel]! > 0) {
            send(channel, backlog);
            queued[channel]!++;
          }
          const held = credit.map((unused, index) => unused + queued[index]!);
          for (const buffers of held) assert.isAtLeast(buffers, 2, 'exclusive buffers are always granted');
          const lent = held.reduce((sum, buffers) => sum + buffers - 2, 0);
          assert.equal(lent + floating.free, 8);
        }
        queued.forEach((count, channel) => {
          for (let i = 0; i < count; i++) consume(channel);
        });
        for (const channel of all) channel.release();
      },
    ),
  ));

test('a backlog draws floating buffers, and they go where they are wanted once it is gone', () => {
  const { credit, floating, send, consume, all } = gateOf(2, 2, 4);
  send(0, 10);
  assert.deepEqual(credit, [5, 2], 'one of its own in use, one left, four floating');
  assert.equal(floating.free, 0);
  send(1, 10);
  assert.deepEqual(credit, [5, 1], 'none is left');
  for (let i = 0; i < 5; i++) send(0, 0);
  for (let i = 0; i < 6; i++) consume(0);
  assert.deepEqual(credit, [2, 5], 'the others have them now');
  consume(1);
  for (const channel of all) channel.release();
});

test('memory that is used up is told, and what was sent is dropped', () => {
  const small = new MemorySegmentPool(wasm, 32 * 1024);
  const { errors, send, consume, all } = gateOf(1, 2, 0, small);
  send(0, 0);
  assert.isEmpty(errors);
  send(0, 0);
  assert.match((errors[0] as Error).message, /Out of managed memory/);
  consume(0);
  for (const channel of all) channel.release();
  assert.equal(small.usedBytes, 0);
});
