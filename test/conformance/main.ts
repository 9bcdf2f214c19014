import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startNodeCluster } from '../harness/node-cluster.ts';
import { type Case, parseCase, withAnswer } from './case-file.ts';
import { difference } from './compare.ts';
import { caseName, knownCases } from './known.ts';
import { type Outcome, runCase, type RunOptions } from './run-case.ts';

export interface Verdict {
  readonly name: string;
  readonly status: 'pass' | 'fail' | 'unsupported';
  readonly detail: string;
}

/** All `.case` files at or below the paths, in order. */
export function caseFiles(paths: readonly string[]): string[] {
  return paths.flatMap((each) => {
    if (!statSync(each).isDirectory()) return [each];
    const entries = readdirSync(each, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.case'),
    );
    return entries.sort().map((name) => path.join(each, name));
  });
}

/** Runs one case as it stands. */
export async function judge(file: string, options: Partial<RunOptions> = {}): Promise<Verdict> {
  const name = caseName(file);
  let question: Case;
  try {
    question = parseCase(readFileSync(file, 'utf8'));
  } catch (error) {
    return {
      name,
      status: 'fail',
      detail: `no case: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const outcome = await runCase(question, {
    startCluster: () => startNodeCluster(),
    shared: sharedFolder(file),
    ...options,
  });
  return { name, ...verdictOf(question, outcome) };
}

function verdictOf(question: Case, { answer, unsupported }: Outcome): Pick<Verdict, 'status' | 'detail'> {
  const found = difference(question.answer, answer);
  if (found === undefined) return { status: 'pass', detail: '' };
  if (unsupported !== undefined) return { status: 'unsupported', detail: firstLine(unsupported) };
  return { status: 'fail', detail: firstLine(found) };
}

/**
 * `npm run conformance -- [--complete] PATH...`: a line a case, then `N of M`. The exit status is 1 if a case fails that
 * `conformance-known.txt` does not list. `--complete` writes what this engine answers into the files instead.
 */
export async function main(words: readonly string[]): Promise<number> {
  const isCompleting = words.includes('--complete');
  const files = caseFiles(words.filter((word) => !word.startsWith('--')));
  if (files.length === 0) {
    console.error('Usage: npm run conformance -- [--complete] PATH...   (.case files, or folders of them)');
    return 2;
  }
  if (isCompleting) return complete(files);
  const known = knownCases(new URL('../conformance-known.txt', import.meta.url));
  let passed = 0;
  let surprises = 0;
  for (const file of files) {
    const { name, status, detail } = await judge(file);
    console.log(`${status.padEnd(11)} ${name}${detail ? `  ${detail}` : ''}`);
    if (status === 'pass') passed++;
    else if (!known.has(name)) surprises++;
  }
  console.log(`${passed} of ${files.length}`);
  return surprises > 0 ? 1 : 0;
}

async function complete(files: readonly string[]): Promise<number> {
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const shared = sharedFolder(file);
    const { answer } = await runCase(parseCase(`${text}`), {
      startCluster: () => startNodeCluster(),
      shared,
    });
    const { table: _table, changelog, ...rest } = answer;
    writeFileSync(
      file,
      withAnswer(text, { ...rest, ...(changelog && { changelog: { ...changelog, ordered: false } }) }),
    );
  }
  return 0;
}

/** The folder that holds `conformance/`, or else the one above the case's. */
function sharedFolder(file: string): string {
  const parts = path.resolve(file).split(path.sep);
  const at = Math.max(parts.lastIndexOf('conformance'), parts.lastIndexOf('nexmark'));
  return at > 0 ? parts.slice(0, at).join(path.sep) : path.dirname(path.dirname(path.resolve(file)));
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.slice(0, 300);
}
