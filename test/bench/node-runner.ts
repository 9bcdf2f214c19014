import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { nodeHost } from '../../engine/runtime/host-node.ts';
import { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { fromErrorData } from '../../engine/types/errors.ts';
import type { Runner, Sample } from './runner.ts';

/** Runs scripts on worker threads of this process, whose CPU time counts all threads. */
export async function nodeRunner(): Promise<Runner> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-bench-'));
  const worker = pathToFileURL(path.resolve('dist/cli/worker-node.js'));
  const cluster = await LocalCluster.start(nodeHost(worker, folder), { 'millrace.store': folder });
  return {
    name: `Node ${process.versions.node}`,
    run: (script, prepare) => timed(cluster, script, prepare),
    close: async () => {
      await cluster.shutdown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function timed(
  cluster: LocalCluster,
  script: string,
  prepare?: Parameters<Runner['run']>[1],
): Promise<Sample> {
  const environment = new TableEnvironment({ cluster: async () => cluster });
  await prepare?.(environment);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const results = await environment.executeScript(script);
  const job = results.at(-1);
  if (job?.kind !== 'job') throw new Error('the script ends in no job');
  const { status, error } = await cluster.dispatcher.awaitTermination(job.jobId);
  if (status !== 'FINISHED') throw error ? fromErrorData(error) : new Error(`the job is ${status}`);
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}
