import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowNumbers, UNBOUNDED } from '../../engine/connectors/row-numbers.ts';
import type { TaskInfo } from '../../engine/operators/stream-operator.ts';
import type { Json } from '../../engine/state/paged-state.ts';

function task(subtask: number, parallelism: number): TaskInfo {
  return { subtask, parallelism } as TaskInfo;
}

function takeSome(numbers: RowNumbers, count: number, limit = UNBOUNDED): number[] {
  const target = new Float64Array(count);
  return [...target.subarray(0, numbers.take(target, limit))];
}

describe('RowNumbers', () => {
  test('deals the numbers out in turn', () => {
    expect(takeSome(new RowNumbers(task(1, 3), 12), 10)).toEqual([1, 4, 7, 10]);
    const endless = new RowNumbers(task(0, 2), UNBOUNDED);
    expect(takeSome(endless, 3)).toEqual([0, 2, 4]);
    expect(takeSome(endless, 9, 9)).toEqual([6, 8]);
    expect(endless.isDone).toBe(false);
    expect(endless.next).toBe(10);
  });

  test('a subtask without a number is done at once', () => {
    expect(new RowNumbers(task(2, 3), 2).isDone).toBe(true);
  });

  // However often the parallelism changes and however unequal the subtasks are, each number comes once, ascending in its subtask.
  test('loses and repeats nothing at any change of parallelism, and keeps the order in every subtask', () => {
    const phase = fc.record({
      parallelism: fc.integer({ min: 1, max: 5 }),
      progress: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 5, maxLength: 5 }),
      isEven: fc.boolean(),
      /** Whether the states of subtasks that are done are stored. */
      keepsDone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(phase, { maxLength: 5 }), fc.integer({ min: 0, max: 400 }), (phases, end) => {
        const seen: number[] = [];
        let states: Json[] = [];
        for (const { parallelism, progress, isEven, keepsDone } of [...phases, undefined].map(
          (one) => one ?? { parallelism: 2, progress: [], isEven: false, keepsDone: true },
        )) {
          const isLast = progress.length === 0;
          const subtasks = Array.from(
            { length: parallelism },
            (_, i) => new RowNumbers(task(i, parallelism), end, states),
          );
          expect(new Set(subtasks.map((numbers) => numbers.start)).size).toBe(1);
          for (const [i, numbers] of subtasks.entries()) {
            const taken: number[] = [];
            const wanted = isLast ? 1000 : progress[i]!;
            while (taken.length < wanted && !numbers.isDone) {
              if (!isEven) taken.push(...takeSome(numbers, Math.min(7, wanted - taken.length)));
              else {
                const { next, stride } = numbers;
                const count = numbers.takeEven(Math.min(7, wanted - taken.length), UNBOUNDED);
                for (let row = 0; row < count; row++) taken.push(next + row * stride);
              }
            }
            expect(taken).toEqual([...taken].sort((a, b) => a - b));
            seen.push(...taken);
          }
          states = subtasks
            .filter((numbers) => keepsDone || !numbers.isDone)
            .map((numbers) => JSON.parse(JSON.stringify(numbers.snapshot())) as Json);
          if (states.length === 0) break;
        }
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: end }, (_, n) => n));
      }),
      { numRuns: 300 },
    );
  });
});
