import fc from 'fast-check';
import { assert, test } from 'vitest';
import type { PartitionerSpec } from '../../engine/graph/job-graph.ts';
import { subtaskOfKeyGroup } from '../../engine/state/key-group-range.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { TestEdge, TestPeers } from '../harness/exchange.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { keyGroupOf, rowHash } from '../reference/key-hasher.ts';

const environment = await testEnvironment();
const INT: LogicalType = { root: 'INTEGER', nullable: true };
const rowType: RowType = { root: 'ROW', nullable: false, fields: [{ name: 'n', type: INT }] };

/** Rows by receiver, after batches of these rows. */
function distribute(
  partitioner: PartitionerSpec,
  channels: number,
  batches: readonly (readonly number[])[],
  seed = 1,
): number[][] {
  const peers = new TestPeers(environment, 'local');
  const options = { maxBuffersPerChannel: 1000 };
  const edge = new TestEdge(environment, peers, { rowType, partitioner, channels, seed, options });
  for (const batch of batches) edge.send(batch.map((n) => `+I[${n}]`));
  edge.writer.flush();
  const rows = edge.gates.map((_, receiver) =>
    edge.receive(receiver).map((line) => Number(/\[(-?\d+)\]/.exec(line)![1])),
  );
  edge.release();
  return rows;
}

test('hash: a row goes to the subtask of its key group, in order (S-70)', () =>
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer(), { minLength: 1, maxLength: 50 }), { maxLength: 5 }),
      fc.integer({ min: 2, max: 9 }),
      (batches, channels) => {
        const expected: number[][] = Array.from({ length: channels }, () => []);
        for (const n of batches.flat()) {
          const group = keyGroupOf(rowHash([INT], [n]), 128);
          expected[subtaskOfKeyGroup(128, channels, group)]!.push(n);
        }
        assert.deepEqual(distribute({ kind: 'hash', keys: [0] }, channels, batches), expected);
      },
    ),
  ));

const inTurn = [[1, 2, 3], [4], [5, 6, 7]];

test('rescale: in turn from the first channel, over batches (S-71)', () => {
  assert.deepEqual(distribute({ kind: 'rescale' }, 3, inTurn), [
    [1, 4, 7],
    [2, 5],
    [3, 6],
  ]);
});

test('rebalance: in turn from a random channel, which the seed decides (S-71)', () => {
  const starts = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    const rows = distribute({ kind: 'rebalance' }, 3, inTurn, seed);
    const first = rows.findIndex((channel) => channel.includes(1));
    const turned = [0, 1, 2].map((i) => rows[(first + i) % 3]);
    assert.deepEqual(turned, [
      [1, 4, 7],
      [2, 5],
      [3, 6],
    ]);
    assert.deepEqual(distribute({ kind: 'rebalance' }, 3, inTurn, seed), rows);
    starts.add(String(first));
  }
  assert.deepEqual([...starts].sort(), ['0', '1', '2']);
});

test('shuffle: every channel gets its share, and the seed decides which (S-71)', () => {
  const batch = Array.from({ length: 3000 }, (_, n) => n);
  const rows = distribute({ kind: 'shuffle' }, 3, [batch], 7);
  for (const channel of rows)
    assert.isTrue(channel.length > 850 && channel.length < 1150, `${channel.length}`);
  assert.deepEqual(
    rows.flat().sort((a, b) => a - b),
    batch,
  );
  assert.deepEqual(distribute({ kind: 'shuffle' }, 3, [batch], 7), rows);
  assert.notDeepEqual(distribute({ kind: 'shuffle' }, 3, [batch], 8), rows);
});

test('broadcast: all to all; global and a hash without keys: all to the first (S-71)', () => {
  const all = inTurn.flat();
  assert.deepEqual(distribute({ kind: 'broadcast' }, 2, inTurn), [all, all]);
  assert.deepEqual(distribute({ kind: 'global' }, 2, inTurn), [all, []]);
  assert.deepEqual(distribute({ kind: 'hash', keys: [] }, 2, inTurn), [all, []]);
});

test('forward: one channel, or an error', () => {
  assert.deepEqual(distribute({ kind: 'forward' }, 1, inTurn), [inTurn.flat()]);
  assert.throws(() => distribute({ kind: 'forward' }, 2, inTurn), 'one channel');
});

test('a whole batch of 4096 rows, larger than a buffer, is cut and comes in order', () => {
  const batch = Array.from({ length: 4096 }, (_, n) => n);
  for (const partitioner of [{ kind: 'broadcast' }, { kind: 'rescale' }] as const) {
    const peers = new TestPeers(environment, 'local');
    const edge = new TestEdge(environment, peers, { rowType, partitioner, channels: 2, bufferBytes: 4096 });
    edge.send(batch.map((n) => `+I[${n}]`));
    edge.send(batch.map((n) => `-D[${n}]`));
    edge.writer.flush();
    edge.gates.forEach((_, receiver) => {
      const own = partitioner.kind === 'broadcast' ? batch : batch.filter((n) => n % 2 === receiver);
      const expected = [...own.map((n) => `+I[${n}]`), ...own.map((n) => `-D[${n}]`)];
      assert.deepEqual(edge.receive(receiver), expected);
    });
    edge.release();
  }
});
