import { createCountChar, q14WithFunction, type CountChar } from '../nexmark/count-char.ts';
import { nodeRunner } from './node-runner.ts';
import { BENCH_QUERIES, timedScript } from './queries.ts';
import { median } from './runner.ts';

const EVENTS = 5_000_000;
const REPEATS = 5;

/** What does a function in JavaScript cost? Nexmark's q14 with its count of characters built in, as whole-column JavaScript, and row by row. */
export async function userFunctions(): Promise<number> {
  const q14 = BENCH_QUERIES.find(({ id }) => id === 'q14')!; // it is there
  const runner = await nodeRunner();
  console.log(`\n${runner.name}: millions of events a second and processor, Nexmark q14\n`);
  for (const form of ['built in', 'whole_column', 'per_row'] as const) {
    const sql = form === 'built in' ? q14.sql : q14WithFunction();
    const script = (events: number): string => timedScript({ ...q14, sql }, events, 1);
    const run = async (events: number): Promise<number> => {
      const prepare = form === 'built in' ? undefined : (form satisfies CountChar);
      const { cpuMs } = await runner.run(script(events), (environment) =>
        prepare ? createCountChar(environment, prepare) : Promise.resolve(),
      );
      return cpuMs;
    };
    const times = async (count: number, events: number): Promise<number[]> => {
      const all: number[] = [];
      for (let i = 0; i < count; i++) all.push(await run(events));
      return all;
    };
    await run(EVENTS / 4);
    const off = median(await times(3, 50));
    const rates = (await times(REPEATS, EVENTS)).map((ms) => EVENTS / (ms - off) / 1000);
    const [low, high] = [Math.min(...rates), Math.max(...rates)].map((rate) => rate.toFixed(1));
    console.log(`${form.padEnd(14)} ${median(rates).toFixed(1).padStart(5)}  (${low} to ${high})`);
  }
  await runner.close();
  return 0;
}
