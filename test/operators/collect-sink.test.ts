import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CollectLog } from '../../engine/operators/collect-log.ts';
import { CollectSink } from '../../engine/operators/collect-sink.ts';
import type { CollectMessage } from '../../engine/operators/stream-operator.ts';
import { linesOf } from '../harness/rows.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import type { SubtaskSnapshot } from '../harness/test-operator-context.ts';
import { rowTypeOf } from '../connectors/task-context.ts';

const environment = await testEnvironment();
const rowType = rowTypeOf({ n: { root: 'INTEGER', nullable: true } });

async function open(
  messages: CollectMessage[],
  options: {
    maxBufferedBytes?: number;
    restore?: SubtaskSnapshot[];
    answer?: () => Promise<void> | undefined;
  } = {},
) {
  return OneInputStreamOperatorTestHarness.open(environment, {
    inputType: rowType,
    outputType: rowType,
    ...(options.restore && { restore: options.restore }),
    host: {
      collect: (message) => {
        messages.push(message);
        return options.answer?.();
      },
    },
    operator: (context) =>
      new CollectSink(context, {
        kind: 'CollectSink',
        rowType,
        maxBufferedBytes: options.maxBufferedBytes ?? 1 << 20,
      }),
  });
}

function shown(messages: readonly CollectMessage[]): string[] {
  return messages.map(
    ({ position, rowCount, bytes, isLast }) =>
      `${position}: ${linesOf(bytes, rowType).join(' ')} (${rowCount})${isLast ? ' end' : ''}`,
  );
}

describe('CollectSink', () => {
  test('sends rows with their positions, and the end', async () => {
    const messages: CollectMessage[] = [];
    const harness = await open(messages);
    harness.process('+I[1]', '-D[1]');
    harness.process('+I[2]');
    await harness.endInput();
    expect(shown(messages)).toEqual(['0: +I[1] -D[1] (2)', '2: +I[2] (1)', '3:  (0) end']);
    expect(harness.take()).toEqual([]);
    harness.close();
  });

  test('after a restore sends what it holds again, then goes on', async () => {
    const first = await open([]);
    first.process('+I[1]');
    const checkpoint = [await first.snapshot()];
    first.process('+I[2]');
    first.close();
    const messages: CollectMessage[] = [];
    const second = await open(messages, { restore: checkpoint });
    second.process('+I[3]');
    expect(shown(messages)).toEqual(['0: +I[1] (1)', '1: +I[3] (1)']);
    second.close();
  });

  test('restored with nothing kept says where the result stands', async () => {
    const first = await open([]);
    const messages: CollectMessage[] = [];
    const second = await open(messages, { restore: [await first.snapshot()] });
    expect(shown(messages)).toEqual(['0:  (0)']);
    first.close();
    second.close();
  });

  test('stops its task while the client does not answer, and loses nothing', async () => {
    const messages: CollectMessage[] = [];
    const answers: (() => void)[] = [];
    const harness = await open(messages, { answer: () => new Promise((resolve) => answers.push(resolve)) });
    for (let n = 0; n < 8; n++) harness.process(`+I[${n}]`);
    expect(harness.operator.blocked()).toBe(undefined);
    harness.process('+I[8]');
    const blocked = harness.operator.blocked();
    expect(blocked).toBeInstanceOf(Promise);
    expect(messages.length).toBe(8);
    answers.shift()?.();
    await blocked;
    expect(harness.operator.blocked()).toBe(undefined);
    const finished = harness.endInput();
    expect(messages.length).toBe(9);
    answers.shift()?.();
    await finished;
    expect(shown(messages).slice(8)).toEqual(['8: +I[8] (1)', '9:  (0) end']);
    harness.close();
  });

  test('a failed send fails the task', async () => {
    const harness = await open([], { answer: () => Promise.reject(new Error('gone')) });
    harness.process('+I[1]');
    await Promise.resolve();
    expect(() => harness.context.throwFailure()).toThrow('gone');
    harness.close();
  });
});

test('CollectLog keeps the last records, whatever was snapshot and restored in between', () => {
  const record = fc.uint8Array({ maxLength: 40_000, size: 'max' });
  fc.assert(
    fc.property(fc.array(fc.tuple(record, fc.boolean()), { maxLength: 12 }), (steps) => {
      const capacity = 3 * 32768;
      let log = new CollectLog(capacity);
      let pages: Uint8Array[] = [];
      let isFirst = true;
      const appended: Uint8Array[] = [];
      for (const [bytes, isRestored] of steps) {
        log.append({ position: appended.length, rowCount: bytes.length, bytes: bytes.slice() });
        appended.push(bytes);
        const snapshot = log.snapshot(isFirst);
        isFirst = false;
        for (const page of snapshot.pages) pages[page.index] = page.bytes;
        expect(snapshot.pages.length).toBeLessThanOrEqual(3);
        if (isRestored) {
          const all = new Uint8Array(snapshot.pageCount * 32768);
          pages.forEach((page, i) => all.set(page, i * 32768));
          log = new CollectLog(capacity);
          log.restore({ subtask: 0, meta: snapshot.meta, bytes: all });
          pages = [];
          isFirst = true;
        }
      }
      const kept = [...log.records()];
      let room = capacity;
      let first = appended.length;
      while (first > 0 && (room -= appended[first - 1]!.length + 16) >= 0) first--;
      expect(kept.map(({ position }) => position)).toEqual(appended.slice(first).map((_, i) => first + i));
      for (const { position, rowCount, bytes } of kept) {
        expect(rowCount).toBe(appended[position]!.length);
        expect(Buffer.compare(bytes, appended[position]!)).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
});
