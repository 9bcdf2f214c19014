import { assert, test } from 'vitest';
import type { RecordBatch } from '../../engine/data/record-batch.ts';
import { OneInputStreamOperator } from '../../engine/operators/stream-operator.ts';
import type { PagedState } from '../../engine/state/paged-state.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import {
  OneInputStreamOperatorTestHarness,
  type OneInputSetup,
} from './one-input-stream-operator-test-harness.ts';
import { testEnvironment } from './test-environment.ts';

const environment = await testEnvironment();
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

/** Passes rows on and counts them in a paged state of one byte a page. */
class CountingOperator extends OneInputStreamOperator {
  #counts = [0];
  #dirty = new Set<number>();

  override open(): void {
    for (const { bytes } of this.context.restoredPagedState('counts')) {
      this.#counts.push(bytes.reduce((sum, count) => sum + count, 0));
    }
    const state: PagedState = {
      name: 'counts',
      snapshot: (full) => {
        const pages = this.#counts.flatMap((count, index) =>
          full || this.#dirty.has(index) ? [{ index, bytes: new Uint8Array([count]) }] : [],
        );
        this.#dirty.clear();
        return { name: 'counts', meta: null, pageSize: 1, pageCount: this.#counts.length, pages };
      },
    };
    this.context.registerPagedState(state);
  }

  override processBatch(batch: RecordBatch): void {
    this.#counts.push(batch.rowCount);
    this.#dirty.add(this.#counts.length - 1);
    this.output.emit(batch);
  }

  override snapshotState(): { state: { total: number } } {
    return { state: { total: this.#counts.reduce((sum, count) => sum + count, 0) } };
  }
}

const open = (setup: Partial<OneInputSetup> = {}) =>
  OneInputStreamOperatorTestHarness.open(environment, {
    inputType: rowType,
    outputType: rowType,
    operator: (context) => new CountingOperator(context),
    ...setup,
  });

test('rows, watermarks and statuses come out as lines, in order', async () => {
  const harness = await open();
  harness.process('+I[1, a]', '-U[2, null]', '+U[null, c]');
  harness.watermark(5);
  harness.watermarkStatus(true);
  await harness.endInput();
  assert.deepEqual(harness.take(), [
    '+I[1, a]',
    '-U[2, null]',
    '+U[null, c]',
    'watermark 5',
    'idle',
    'watermark end',
  ]);
  harness.close();
});

test('incremental snapshots add up, and restore at another parallelism', async () => {
  const harness = await open();
  harness.process('+I[1, a]');
  await harness.snapshot();
  harness.process('+I[2, a]', '+I[3, a]');
  const snapshot = await harness.snapshot();
  assert.deepEqual(snapshot.operatorState, { total: 3 });
  assert.deepEqual([...snapshot.paged['counts']!.bytes], [0, 1, 2]);
  harness.close();
  const restored = await open({ restore: [snapshot], parallelism: 2, subtask: 1 });
  assert.isTrue(restored.context.isRestored);
  assert.deepEqual((await restored.snapshot()).operatorState, { total: 3 });
  restored.close();
});

test('an operator that writes to its input, or keeps its address, is found out', async () => {
  let kept = 0;
  class Writing extends OneInputStreamOperator {
    override processBatch(batch: RecordBatch): void {
      kept = batch.column(0).values;
      new DataView(this.context.wasm.memory.buffer).setInt32(kept, 99, true);
    }
  }
  const harness = await open({ operator: (context) => new Writing(context) });
  assert.throws(() => harness.process('+I[1, a]'), 'wrote to its input');
  assert.notEqual(new DataView(environment.wasm.memory.buffer).getInt32(kept, true), 99);
  harness.close();
});
