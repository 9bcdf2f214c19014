import { FUZZED, randomCall, randomRows, tryExpression } from './fuzz-functions.ts';
import { randomScript, tryScript } from './fuzz-sql.ts';
import { Random } from './random.ts';

export interface FuzzReport {
  /** How many inputs came to what. */
  readonly counts: Readonly<Record<string, number>>;
  /** Inputs that came to something that nothing should, with what it was. */
  readonly findings: readonly string[];
}

/** Inputs between two reports of how far it is. */
const PROGRESS = 10_000;

/** A fifth of the inputs are scripts, the others calls of functions, each with values of its own. */
export function fuzz(inputs: number, seed: number, onProgress?: (done: number) => void): FuzzReport {
  const random = new Random(seed);
  const counts: Record<string, number> = {};
  const findings: string[] = [];
  const scripts = Math.ceil(inputs / 5);
  const attempt = (input: string, run: () => string): void => {
    try {
      const outcome = run();
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    } catch (error) {
      findings.push(
        `${input}\n    ${error instanceof Error ? (error.cause instanceof Error ? (error.cause.stack ?? '') : error.message) : String(error)}`,
      );
    }
  };
  for (let i = 0; i < scripts; i++) {
    const script = randomScript(random);
    attempt(script, () => (tryScript(script) ? 'scripts planned' : 'scripts refused'));
  }
  for (let i = scripts; i < inputs; i++) {
    if (i % PROGRESS === 0) onProgress?.(i);
    const definition = FUZZED[i % FUZZED.length]!;
    const text = randomCall(definition, random);
    attempt(text, () => `calls with a ${tryExpression(text, randomRows(random, 1 + random.below(3)))}`);
  }
  return { counts, findings };
}

/** `npm run fuzz -- [INPUTS] [SEED]` */
export function main(words: readonly string[]): number {
  const inputs = Number(words[0] ?? 100_000);
  const seed = Number(words[1] ?? Date.now() % 1_000_000);
  if (!Number.isInteger(inputs) || inputs < 1) {
    console.error('Usage: npm run fuzz -- [INPUTS] [SEED]');
    return 2;
  }
  console.log(`${inputs} inputs, seed ${seed}`);
  const { counts, findings } = fuzz(inputs, seed, (done) => console.log(`${done} done`));
  for (const [outcome, count] of Object.entries(counts))
    console.log(`${String(count).padStart(8)} ${outcome}`);
  for (const finding of findings.slice(0, 40)) console.log(`\n${finding}`);
  console.log(`\n${findings.length} findings`);
  return findings.length === 0 ? 0 : 1;
}
