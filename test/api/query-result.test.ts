import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QueryResult } from '../../engine/api/query-result.ts';
import { CollectSink } from '../../engine/operators/collect-sink.ts';
import type { CollectMessage } from '../../engine/operators/stream-operator.ts';
import { rowTypeOf } from '../connectors/task-context.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';

const environment = await testEnvironment();
const rowType = rowTypeOf({ n: { root: 'INTEGER', nullable: true } });

/** Rows as a sink sends them, each inner list in a message of its own. */
async function messagesOf(batches: readonly (readonly string[])[]): Promise<CollectMessage[]> {
  const messages: CollectMessage[] = [];
  const harness = await OneInputStreamOperatorTestHarness.open(environment, {
    inputType: rowType,
    outputType: rowType,
    host: { collect: (message) => void messages.push(message) },
    operator: (context) =>
      new CollectSink(context, { kind: 'CollectSink', rowType, maxBufferedBytes: 1 << 20 }),
  });
  for (const batch of batches) if (batch.length > 0) harness.process(...batch);
  harness.close();
  return messages;
}

const anyRow = fc
  .tuple(fc.constantFrom('+I', '-U', '+U', '-D'), fc.integer({ min: 0, max: 5 }))
  .map(([kind, n]) => `${kind}[${n}]`);

test('count and last rows are those of all rows, also after a restart takes rows back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyRow, { maxLength: 6 }), { maxLength: 6 }),
      fc.nat(6),
      fc.nat(4),
      async (batches, again, limit) => {
        const messages = await messagesOf(batches);
        const result = new QueryResult(rowType);
        for (const message of [...messages, ...messages.slice(again)]) {
          result.accept(message);
          const rows = [...result.rows()];
          expect(result.rowCount).toBe(rows.length);
          expect(result.lastRows(limit)).toEqual(rows.reverse().slice(0, limit));
        }
      },
    ),
  );
});

test('keeps the last different rows of a table without end', async () => {
  const result = new QueryResult(rowType, 100, 3);
  for (const message of await messagesOf([['+I[1]', '+I[1]', '+I[2]', '+I[3]'], ['+I[4]']]))
    result.accept(message);
  expect([...result.rows()]).toEqual([[2], [3], [4]]);
  expect(result.rowCount).toBe(3);
  expect(result.lastRows(2)).toEqual([[4], [3]]);
});
