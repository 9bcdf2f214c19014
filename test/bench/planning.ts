import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Engine from '../../engine/index.ts';
import { NEXMARK_QUERIES, nexmarkTables } from '../../ui/examples/nexmark.ts';
import { median } from './runner.ts';

const GOAL_MS = 10;
const WARM_UP = 300;
const REPEATS = 101;
const LINES = 60;
const QUERIES = ['q0', 'q1', 'q2', 'q3', 'q14', 'q17', 'q21', 'q22'];

/**
 * How long does the editor take to read, check and plan a script of 60 lines, once it is warm? The script is Nexmark's tables and queries, into
 * one job each; that it has no mistake is checked first. What is measured is the built engine.
 */
export async function planning(): Promise<number> {
  const built = pathToFileURL(path.resolve('dist/lib/engine.js')).href;
  const { TableEnvironment } = (await import(/* @vite-ignore */ built)) as typeof Engine;
  const script = longScript();
  const lines = script.split('\n').length;
  const environment = new TableEnvironment({
    cluster: () => Promise.reject(new Error('nothing runs here')),
  });
  const { errors, statements } = environment.check(script);
  if (errors.length > 0 || lines < LINES) {
    console.error(errors[0]?.message ?? `${lines} lines only`);
    return 1;
  }
  for (let i = 0; i < WARM_UP; i++) environment.check(script);
  const times = Array.from({ length: REPEATS }, () => {
    const started = performance.now();
    environment.check(script);
    return ((performance.now() - started) / lines) * LINES;
  });
  const [least, most] = [Math.min(...times), Math.max(...times)].map((time) => time.toFixed(1));
  console.log(
    `Parse and plan of ${LINES} lines (of a script of ${lines} with ${statements.length} statements): ` +
      `median ${median(times).toFixed(1)} ms (${least} to ${most}), goal ${GOAL_MS} ms`,
  );
  return 0;
}

function longScript(): string {
  const queries = NEXMARK_QUERIES.filter(({ id }) => QUERIES.includes(id)).map(
    ({ sql }) => `${sql.trim().replace(/;$/, '')};`,
  );
  return [nexmarkTables(10_000).trim(), ...queries].join('\n');
}
