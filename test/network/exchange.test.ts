import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import type { PartitionerSpec } from '../../engine/graph/job-graph.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { TestEdge, TestPeers, type Medium } from '../harness/exchange.ts';
import { testEnvironment } from '../harness/test-environment.ts';

const environment = await testEnvironment();
const { pool } = environment;
const INT: LogicalType = { root: 'INTEGER', nullable: true };
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable: true };
const rowType: RowType = {
  root: 'ROW',
  nullable: false,
  fields: [
    { name: 'n', type: INT },
    { name: 's', type: STRING },
  ],
};

/** The sender's steps: a batch of so many rows with texts so long, a watermark, a barrier, a flush; and reads of a receiver. */
type Step =
  | readonly ['batch', rows: number, textLength: number]
  | readonly ['watermark' | 'barrier' | 'flush' | 'turn']
  | readonly ['read', receiver: number, elements: number];

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('batch' as const), fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, 5, 200, 3000)),
  fc.tuple(fc.constantFrom('watermark' as const, 'barrier' as const, 'flush' as const, 'turn' as const)),
  fc.tuple(fc.constant('read' as const), fc.nat(2), fc.integer({ min: 1, max: 20 })),
);

/** Sends by broadcast to three receivers, so that each has to see exactly what was sent, in order. */
async function play(medium: Medium, steps: readonly Step[]): Promise<void> {
  const before = pool.usedBytes;
  const peers = new TestPeers(environment, medium, 64 * 1024);
  const edge = new TestEdge(environment, peers, {
    rowType,
    partitioner: { kind: 'broadcast' },
    channels: 3,
    bufferBytes: 32 * 1024,
  });
  const sent: string[] = [];
  const seen: string[][] = [[], [], []];
  const read = (receiver: number, elements?: number) =>
    seen[receiver]!.push(...edge.receive(receiver, elements));
  let n = 0;
  for (const step of steps) {
    switch (step[0]) {
      case 'batch': {
        const rows = Array.from({ length: step[1] }, () => `+U[${n++}, ${'x'.repeat(step[2])}]`);
        edge.send(rows);
        sent.push(...rows);
        break;
      }
      case 'watermark':
        edge.sendWatermark(n);
        sent.push(`watermark ${n}`);
        break;
      case 'barrier':
        edge.sendBarrier(n);
        edge.writer.flush();
        sent.push(`barrier ${n}`);
        break;
      case 'flush':
        edge.writer.flush();
        break;
      case 'turn':
        await peers.turn();
        break;
      case 'read':
        read(step[1], step[2]);
    }
  }
  edge.writer.flush();
  // A receiver that has read the last element of a buffer gives it back when it reads again.
  const isDone = (): boolean =>
    seen.every((lines) => lines.length === sent.length) && edge.partition.isConsumed;
  for (let turn = 0; turn < 10_000 && !isDone(); turn++) {
    await peers.turn();
    for (const receiver of [0, 1, 2]) read(receiver);
  }
  for (const lines of seen) assert.deepEqual(lines, sent);
  assert.isTrue(edge.partition.isConsumed, 'every buffer came back');
  edge.release();
  await peers.turn();
  peers.close();
  assert.isAtMost(pool.usedBytes - before, 64 * 1024, 'segments are not lost (slots may keep one)');
}

for (const medium of ['local', 'port', 'ring'] as const) {
  test(
    `${medium}: every receiver sees what was sent, in order, however sends and reads fall`,
    { timeout: 30_000 },
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), (steps) => play(medium, steps)),
        { numRuns: 60 },
      ),
  );

  describe(`${medium}: backpressure`, () => {
    test('a sender whose receiver does not read becomes unavailable, and available again by reading', async () => {
      const peers = new TestPeers(environment, medium);
      const edge = new TestEdge(environment, peers, {
        rowType,
        partitioner: { kind: 'forward' },
        channels: 1,
      });
      let isAgain = 0;
      edge.partition.onAvailable = () => isAgain++;
      let sent = 0;
      for (let batch = 0; batch < 100 && edge.partition.isAvailable; batch++) {
        edge.send(Array.from({ length: 400 }, () => `+I[${sent++}, ${'y'.repeat(1000)}]`));
        await peers.turn();
      }
      assert.isFalse(edge.partition.isAvailable);
      assert.isBelow(sent, 40_000);
      isAgain = 0;
      let seen = 0;
      for (let turn = 0; turn < 1000 && seen < sent; turn++) {
        seen += edge.receive(0).length;
        edge.writer.flush();
        await peers.turn();
      }
      assert.equal(seen, sent);
      assert.isTrue(edge.partition.isAvailable);
      assert.isAbove(isAgain, 0);
      edge.release();
      peers.close();
    });

    test('a receiver that does not read does not hold up the one beside it', async () => {
      const peers = new TestPeers(environment, medium);
      const broadcast: PartitionerSpec = { kind: 'broadcast' };
      const edge = new TestEdge(environment, peers, { rowType, partitioner: broadcast, channels: 2 });
      let seen = 0;
      for (let batch = 0; batch < 20; batch++) {
        edge.send(Array.from({ length: 100 }, (_, row) => `+I[${row}, ${'z'.repeat(4000)}]`));
        edge.writer.flush();
        await peers.turn();
        await peers.turn();
        seen += edge.receive(1).length;
      }
      assert.equal(seen, 2000);
      edge.release();
      peers.close();
    });
  });
}

test('what is not flushed is not sent', async () => {
  const peers = new TestPeers(environment, 'local');
  const edge = new TestEdge(environment, peers, { rowType, partitioner: { kind: 'forward' }, channels: 1 });
  edge.send(['+I[1, a]']);
  edge.sendWatermark(7);
  assert.deepEqual(edge.receive(0), []);
  edge.writer.flush();
  assert.deepEqual(edge.receive(0), ['+I[1, a]', 'watermark 7']);
  edge.release();
});

test('a row that is larger than a buffer arrives whole', async () => {
  for (const medium of ['local', 'port', 'ring'] as const) {
    const peers = new TestPeers(environment, medium, 256 * 1024);
    const edge = new TestEdge(environment, peers, { rowType, partitioner: { kind: 'forward' }, channels: 1 });
    const rows = [`+I[1, ${'a'.repeat(2_000_000)}]`, '+I[2, b]'];
    edge.send(rows);
    edge.writer.flush();
    const seen: string[] = [];
    for (let turn = 0; turn < 200 && seen.length < 2; turn++) {
      await peers.turn();
      seen.push(...edge.receive(0));
    }
    assert.isTrue(seen[0] === rows[0] && seen[1] === rows[1], `${medium}: ${seen.length} rows`);
    edge.release();
    peers.close();
  }
});

test('a blocked channel keeps what it has until all are unblocked', () => {
  const peers = new TestPeers(environment, 'local');
  const edge = new TestEdge(environment, peers, { rowType, partitioner: { kind: 'forward' }, channels: 1 });
  const [gate] = edge.gates;
  edge.send(['+I[1, a]']);
  edge.sendBarrier(1);
  edge.send(['+I[2, b]']);
  edge.writer.flush();
  edge.send(['+I[3, c]']);
  edge.writer.flush();
  assert.deepEqual(edge.receive(0, 2), ['+I[1, a]', 'barrier 1']);
  gate!.block(0);
  assert.deepEqual(edge.receive(0), []);
  edge.send(['+I[4, d]']);
  edge.writer.flush();
  assert.deepEqual(edge.receive(0), []);
  gate!.unblockAll();
  assert.deepEqual(edge.receive(0), ['+I[2, b]', '+I[3, c]', '+I[4, d]']);
  edge.release();
});
