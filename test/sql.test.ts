import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { LocalCluster } from '../engine/runtime/local-cluster.ts';
import { caseFiles, judge } from './conformance/main.ts';
import { startNodeCluster } from './harness/node-cluster.ts';

const FOLDER = 'test/sql';

/** One for all cases; a case that does not pass may have left a job behind, and takes it along. */
let cluster: Promise<LocalCluster> | undefined;
const startCluster = (): Promise<LocalCluster> => (cluster ??= startNodeCluster());

async function stopCluster(): Promise<void> {
  const stopping = cluster;
  cluster = undefined;
  await (await stopping)?.shutdown();
}

afterAll(stopCluster);

describe('cases of our own, with the answers of Apache Flink', () => {
  for (const file of caseFiles([FOLDER])) {
    test(path.relative(FOLDER, file).replaceAll('\\', '/'), { timeout: 60_000 }, async () => {
      const { status, detail } = await judge(file, { startCluster, isShared: true });
      if (status !== 'pass') await stopCluster();
      expect(status, detail).toBe('pass');
    });
  }
});
