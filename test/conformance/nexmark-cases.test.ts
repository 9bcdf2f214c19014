import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';
import { parseCase } from './case-file.ts';
import { difference } from './compare.ts';
import { runCase } from './run-case.ts';

const SHARED = '../shared';
const QUERIES = ['q0', 'q1', 'q2', 'q3', 'q10', 'q12-event-time', 'q14', 'q17', 'q21', 'q22'];
const OPTIONS = {
  'execution.checkpointing.interval': '10 ms',
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': '10',
  'restart-strategy.fixed-delay.delay': '1 ms',
};

const ENDED = new Set(['FINISHED', 'FAILED', 'CANCELED']);

/** How many jobs were really hit while they ran: ten thousand events are soon read. */
const hit = { killed: 0, restored: 0 };

/** Kills a TaskManager behind the first checkpoint, then stops the job and goes on in three subtasks, unless it has ended before. */
async function killThenRescale({ dispatcher }: LocalCluster, jobId: string): Promise<void> {
  const isOver = async (): Promise<boolean> => ENDED.has((await dispatcher.jobDetails(jobId)).state);
  const until = async (reached: () => Promise<boolean>): Promise<boolean> => {
    while (!(await reached())) {
      if (await isOver()) return false;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return true;
  };
  if (!(await until(async () => (await dispatcher.checkpoints(jobId)).counts.completed > 0))) return;
  const { vertices } = await dispatcher.jobDetails(jobId);
  await dispatcher.killTaskManager(vertices[0]!.subtasks[0]!.taskManager);
  if (!(await until(async () => (await dispatcher.jobDetails(jobId)).restarts === 1))) return;
  hit.killed++;
  if (!(await until(async () => (await dispatcher.jobDetails(jobId)).state === 'RUNNING'))) return;
  const isStopped = await dispatcher.stopWithSavepoint(jobId, false).then(
    () => true,
    () => false, // it had ended
  );
  if (!isStopped) return;
  await dispatcher.resumeJob(jobId, 3);
  hit.restored++;
}

describe.runIf(existsSync(`${SHARED}/nexmark/cases`))(
  'Nexmark over the published events gives the rows of Flink',
  () => {
    for (const query of QUERIES) {
      for (const parallelism of [1, 2, 4]) {
        test(
          `${query}, in ${parallelism} subtasks, killed and restored in 3`,
          { timeout: 30_000 },
          async () => {
            const question = parseCase(readFileSync(`${SHARED}/nexmark/cases/${query}.case`, 'utf8'));
            const { answer } = await runCase(question, {
              startCluster: () => startNodeCluster(),
              shared: path.resolve(SHARED),
              parallelism,
              options: OPTIONS,
              disturb: killThenRescale,
            });
            expect(difference(question.answer, answer)).toBeUndefined();
          },
        );
      }
    }

    test('jobs were killed and restored in the middle', () => {
      expect(hit.killed).toBeGreaterThan(10);
      expect(hit.restored).toBeGreaterThan(5);
    });
  },
);
