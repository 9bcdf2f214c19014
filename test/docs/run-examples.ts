import { findFunction } from '../../engine/table/functions/functions.ts';
import type { Case } from '../conformance/case-file.ts';
import { runCase } from '../conformance/run-case.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';
import { EXAMPLE_ROWS, type FunctionExample } from './function-examples.ts';

/** The results of examples, by running them: one job for all plain ones, one for all aggregates. */
export async function runExamples(examples: readonly Omit<FunctionExample, 'result'>[]): Promise<string[]> {
  const results = new Map<string, string>();
  for (const isAggregate of [false, true]) {
    const own = examples.filter(({ name }) => (findFunction(name)?.kind === 'aggregate') === isAggregate);
    const answers = await selectAll(
      own.map(({ expression }) => expression),
      isAggregate ? ` FROM ${EXAMPLE_ROWS}` : '',
    );
    own.forEach(({ expression }, i) => results.set(expression, answers[i] ?? ''));
  }
  return examples.map(({ expression }) => results.get(expression) ?? '');
}

/** The last row of a query; where it is refused as a whole, each expression by itself, and the message instead. */
async function selectAll(expressions: readonly string[], from: string): Promise<string[]> {
  if (expressions.length === 0) return [];
  const question: Case = {
    about: '',
    options: {},
    files: {},
    sql: '',
    query: `SELECT ${expressions.join(', ')}${from}`,
    answer: {},
  };
  const { answer } = await runCase(question, { startCluster: () => startNodeCluster(), shared: '' });
  const cells = answer.table?.rows.at(-1);
  if (cells) return cells.map((cell) => cell ?? 'NULL');
  if (expressions.length === 1) return [`error: ${answer.error?.text ?? ''}`];
  const half = expressions.length >> 1;
  return [
    ...(await selectAll(expressions.slice(0, half), from)),
    ...(await selectAll(expressions.slice(half), from)),
  ];
}
