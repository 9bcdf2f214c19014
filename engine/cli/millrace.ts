import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { version } from '../../package.json';
import { FolderCatalogs } from '../api/folder-catalogs.ts';
import { NodePlanFiles } from '../api/node-plan-files.ts';
import { TableEnvironment } from '../api/table-environment.ts';
import { nodeHost } from '../runtime/host-node.ts';
import { LocalCluster } from '../runtime/local-cluster.ts';
import { type Command, parseCommand, USAGE } from './arguments.ts';
import { errorText } from './error-text.ts';
import { ScriptRunner } from './script-runner.ts';

/** The program: reads its arguments, runs a script on a cluster of worker threads, and ends with a status. */
async function main(words: readonly string[]): Promise<number> {
  let command: Command;
  try {
    command = parseCommand(words);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  switch (command.kind) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'version':
      console.log(version);
      return 0;
    case 'run':
      return run(command);
  }
}

async function run(command: Extract<Command, { kind: 'run' }>): Promise<number> {
  let script: string;
  try {
    script =
      command.file === '-'
        ? await standardInput()
        : (await readFile(command.file, 'utf8')).replace(/^\ufeff/, '');
  } catch {
    console.error(`${command.file} cannot be read.`);
    return 2;
  }
  const folder = command.checkpointDir ?? (await mkdtemp(path.join(os.tmpdir(), 'millrace-')));
  const configuration = {
    ...command.options,
    ...(command.parallelism !== undefined && { 'parallelism.default': String(command.parallelism) }),
  };
  let cluster: Promise<LocalCluster> | undefined;
  const host = nodeHost(new URL(/* @vite-ignore */ './worker-node.js', import.meta.url), folder);
  const start = (): Promise<LocalCluster> =>
    (cluster ??= LocalCluster.start(host, {
      ...configuration,
      'millrace.store': folder,
    }));
  const base = command.file === '-' ? process.cwd() : path.dirname(path.resolve(command.file));
  const environment = new TableEnvironment({
    cluster: start,
    kernels: host.wasm,
    configuration,
    moduleUrl: (module) => pathToFileURL(path.resolve(base, module)).href,
    planFiles: new NodePlanFiles(base),
    ...(command.catalogDir !== undefined && { catalogStorage: new FolderCatalogs(command.catalogDir) }),
  });
  const runner = new ScriptRunner(environment, start, {
    keepsJobs: command.checkpointDir !== undefined,
    write: (line) => console.log(line),
  });
  const stop = (): void => void runner.stop();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await environment.restoreCatalogs();
    for (const module of command.modules) await environment.useModule(pathToFileURL(module).href);
    await environment.prepareFunctions(script);
    if (command.explain) runner.explain(script);
    else await runner.run(script);
    return 0;
  } catch (error) {
    console.error(errorText(error, command.file));
    return 1;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await (await cluster?.catch(() => undefined))?.shutdown();
    if (command.checkpointDir === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function standardInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

process.exitCode = await main(process.argv.slice(2));
