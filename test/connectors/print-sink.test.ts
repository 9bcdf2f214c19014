import { describe, expect, test } from 'vitest';
import { PrintSink } from '../../engine/connectors/print/print-sink.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { rowTypeOf } from './task-context.ts';

const environment = await testEnvironment();
const rowType: RowType = rowTypeOf({
  a: { root: 'VARCHAR', length: 2147483647, nullable: true },
  n: { root: 'INTEGER', nullable: true },
  t: { root: 'TIMESTAMP', precision: 3, nullable: true },
});

async function printed(options: Record<string, string>, parallelism: number): Promise<[string, boolean][]> {
  const lines: [string, boolean][] = [];
  const harness = await OneInputStreamOperatorTestHarness.open(environment, {
    inputType: rowType,
    outputType: rowType,
    subtask: parallelism - 1,
    parallelism,
    host: { print: (line, isError) => lines.push([line, isError]) },
    operator: (context) =>
      new PrintSink(context, {
        kind: 'TableSink',
        table: 't',
        connector: 'print',
        options,
        rowType,
        primaryKey: [],
        partitionKeys: [],
        staticPartition: {},
        overwrite: false,
        changelogMode: { insert: true, updateBefore: true, updateAfter: true, delete: true },
      }),
  });
  harness.process('+I[x, 1, 2020-01-01T00:00:00]', '-U[x, null, 2020-01-01T00:00:01.5]');
  await harness.endInput();
  expect(harness.take()).toEqual([]);
  harness.close();
  return lines;
}

describe('PrintSink writes Flink’s lines (S-60)', () => {
  const cases: [name: string, options: Record<string, string>, parallelism: number, prefix: string][] = [
    ['alone', {}, 1, ''],
    ['of a parallel sink', {}, 3, '3> '],
    ['with an identifier', { 'print-identifier': 'id' }, 1, 'id> '],
    ['of a parallel sink with an identifier', { 'print-identifier': 'id' }, 2, 'id:2> '],
  ];
  for (const [name, options, parallelism, prefix] of cases) {
    test(name, async () =>
      expect(await printed(options, parallelism)).toEqual([
        [`${prefix}+I[x, 1, 2020-01-01T00:00]`, false],
        [`${prefix}-U[x, null, 2020-01-01T00:00:01.500]`, false],
      ]),
    );
  }

  test('to the error output on demand', async () =>
    expect((await printed({ 'standard-error': 'true' }, 1)).map(([, isError]) => isError)).toEqual([
      true,
      true,
    ]));
});
