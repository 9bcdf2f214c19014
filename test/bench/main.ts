import { digestOf, FLINK_DIGESTS } from '../nexmark/result-digest.ts';
import { checkpoint } from './checkpoint.ts';
import { chromiumRunner } from './chromium-runner.ts';
import { firstRow } from './first-row.ts';
import { functions } from './functions.ts';
import { nodeRunner } from './node-runner.ts';
import { planning } from './planning.ts';
import { BENCH_QUERIES, type BenchQuery, timedScript } from './queries.ts';
import { median, type Runner, type Sample } from './runner.ts';
import { userFunctions } from './user-functions.ts';

const EVENTS = 5_000_000;
const REPEATS = 5;
/** One worker against two takes longer runs: a second worker has to start, and to fill its own caches. */
const LONG_EVENTS = 30_000_000;
const LONG_REPEATS = 3;

interface Figure {
  /** Millions of events a second: of the wall clock, and of processor time. */
  readonly wall: number;
  readonly cpu: number;
  /** Slowest and fastest repeat, by processor time. */
  readonly spread: readonly [number, number];
}

/**
 * How fast is a query on one worker, and how much faster on two? Answers are checked first (against Flink's digests), then each query runs over five million
 * generated events into a black hole; what a run of 50 events takes is taken off. Printed as medians beside the goal.
 * `--first-row`, `--checkpoint`, `--planning`, `--functions` and `--user-functions` measure those instead.
 */
export async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--first-row')) return firstRow();
  if (words.includes('--checkpoint')) return checkpoint();
  if (words.includes('--planning')) return planning();
  if (words.includes('--functions')) return functions();
  if (words.includes('--user-functions')) return userFunctions();
  const wanted = words.filter((word) => !word.startsWith('--'));
  const queries = BENCH_QUERIES.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  if (!words.includes('--unchecked') && !(await checked(queries))) return 1;
  const runners = [
    ...(words.includes('--chromium') ? [] : [nodeRunner]),
    ...(words.includes('--node') ? [] : [chromiumRunner]),
  ];
  for (const start of runners) {
    const runner = await start();
    console.log(`\n${runner.name}: millions of events a second\n`);
    console.log('query       cpu   (spread)        wall    goal   two workers');
    for (const query of queries) console.log(await line(runner, query));
    await runner.close();
  }
  return 0;
}

async function line(runner: Runner, query: BenchQuery): Promise<string> {
  const one = await measure(runner, query, 1, EVENTS, REPEATS);
  const ratio = query.isKeyed ? await speedUp(runner, query) : undefined;
  const [slow, fast] = one.spread.map((figure) => figure.toFixed(1));
  const columns = [
    query.id.padEnd(10),
    one.cpu.toFixed(1).padStart(5),
    `(${slow} to ${fast})`.padEnd(15),
    one.wall.toFixed(1).padStart(5),
    String(query.goal).padStart(7),
    ratio === undefined ? '' : `${ratio.toFixed(2).padStart(8)}x`,
  ];
  return columns.join('  ');
}

/** How many times as fast two workers are as one, on the wall clock. */
async function speedUp(runner: Runner, query: BenchQuery): Promise<number> {
  const one = await measure(runner, query, 1, LONG_EVENTS, LONG_REPEATS);
  const two = await measure(runner, query, 2, LONG_EVENTS, LONG_REPEATS);
  return two.wall / one.wall;
}

async function measure(
  runner: Runner,
  query: BenchQuery,
  parallelism: number,
  events: number,
  repeats: number,
): Promise<Figure> {
  await runner.run(timedScript(query, events / 4, parallelism));
  const startUp = await repeat(3, () => runner.run(timedScript(query, 50, parallelism)));
  const full = await repeat(repeats, () => runner.run(timedScript(query, events, parallelism)));
  const rate = (ms: number, off: number): number => events / (ms - off) / 1000;
  const cpuOff = median(startUp.map(({ cpuMs }) => cpuMs));
  const cpu = full.map(({ cpuMs }) => rate(cpuMs, cpuOff));
  const wallOff = median(startUp.map(({ wallMs }) => wallMs));
  return {
    wall: median(full.map(({ wallMs }) => rate(wallMs, wallOff))),
    cpu: median(cpu),
    spread: [Math.min(...cpu), Math.max(...cpu)],
  };
}

async function repeat(times: number, run: () => Promise<Sample>): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < times; i++) samples.push(await run());
  return samples;
}

async function checked(queries: readonly BenchQuery[]): Promise<boolean> {
  let isRight = true;
  for (const { id, sql } of queries) {
    const expected = FLINK_DIGESTS[id];
    if (!expected) continue;
    const found = await digestOf(sql, 1);
    if (found.join() === expected.join()) continue;
    isRight = false;
    console.error(`${id} gives ${found.join(' rows, hash ')} instead of ${expected.join(' rows, hash ')}`);
  }
  if (isRight) console.log('Answers are those of Flink.');
  return isRight;
}
