import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FILESYSTEM_DESCRIPTOR } from '../../engine/connectors/filesystem/filesystem-descriptor.ts';
import { FileSystemSource } from '../../engine/connectors/filesystem/filesystem-source.ts';
import { leafTypes } from '../../engine/data/column.ts';
import { printText } from '../../engine/data/value-text.ts';
import type { TableSourceSpec } from '../../engine/operators/operator-spec.ts';
import type { FileAccess } from '../../engine/operators/stream-operator.ts';
import type { Json } from '../../engine/state/paged-state.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { MemoryFiles } from './memory-files.ts';
import { collectInto, drainAsync, rowTypeOf, stored, taskContext, type TaskSetup } from './task-context.ts';

const { wasm, pool } = await testEnvironment();
const nullable = true;
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable };
const INT: LogicalType = { root: 'INTEGER', nullable };
const NUMBERED = rowTypeOf({ id: INT, s: STRING });

function spec(
  rowType: RowType,
  options: Record<string, string>,
  more: Partial<TableSourceSpec> = {},
): TableSourceSpec {
  return {
    kind: 'TableSource',
    table: 't',
    connector: 'filesystem',
    options: { path: '/in', format: 'csv', ...options },
    rowType,
    metadata: [],
    required: leafTypes(rowType).map(() => true),
    ...more,
  };
}

async function start(files: FileAccess, sourceSpec: TableSourceSpec, setup: Partial<TaskSetup> = {}) {
  const context = taskContext({ wasm, pool, host: { files }, ...setup });
  const started = collectInto(new FileSystemSource(context, sourceSpec), wasm);
  await started.operator.open();
  return { ...started, context };
}

async function linesOf(
  files: FileAccess,
  sourceSpec: TableSourceSpec,
  setup: Partial<TaskSetup> = {},
): Promise<string[]> {
  const { operator, output } = await start(files, sourceSpec, setup);
  try {
    await drainAsync(operator);
  } finally {
    operator.close();
  }
  const types = sourceSpec.rowType.fields.map(({ type }) => type);
  return output.rows.map((row) => printText(row, types));
}

describe('FileSystemSource', () => {
  test('reads a folder in order of names, and what is below it', async () => {
    const files = new MemoryFiles({
      '/in/b.csv': '3,z',
      '/in/a.csv': '1,x\n2,y\n',
      '/in/c/d.csv': '4,w\n',
      '/in/_x.csv': '9,no\n',
    });
    expect(await linesOf(files, spec(NUMBERED, {}))).toEqual([
      '+I[1, x]',
      '+I[2, y]',
      '+I[3, z]',
      '+I[4, w]',
    ]);
    expect(pool.usedBytes).toBe(0);
  });

  test('splits files over subtasks', async () => {
    const files = new MemoryFiles({ '/in/a': '1,x\n', '/in/b': '2,x\n', '/in/c': '3,x\n' });
    expect(await linesOf(files, spec(NUMBERED, {}), { subtask: 0, parallelism: 2 })).toEqual([
      '+I[1, x]',
      '+I[3, x]',
    ]);
    expect(await linesOf(files, spec(NUMBERED, {}), { subtask: 1, parallelism: 2 })).toEqual(['+I[2, x]']);
  });

  test('takes partition columns from the folders, in their types, and files outside of them not at all', async () => {
    const files = new MemoryFiles({
      '/in/d=2024-01-01/h=1/x': '{"id": 1}\n{"id": 2, "h": 99}\n',
      '/in/d=__DEFAULT_PARTITION__/h=7/y': '{"id": 3, "d": "1999-01-01"}\n',
      '/in/d=2024-01-01/other/z': '{"id": 4}\n',
    });
    const type = rowTypeOf({ id: INT, d: { root: 'DATE', nullable }, h: INT });
    expect(await linesOf(files, spec(type, { format: 'json' }, { partitionKeys: ['d', 'h'] }))).toEqual([
      '+I[1, 2024-01-01, 1]',
      '+I[2, 2024-01-01, 1]',
      '+I[3, null, 7]',
    ]);
  });

  test('tells path, name and size of the file, and takes only files that a pattern matches', async () => {
    const files = new MemoryFiles({ '/in/a1.csv': '1,x\n', '/in/b2.csv': '2,x\n', '/in/a3.csv': '3,xyz\n' });
    const type = rowTypeOf({ id: INT, s: STRING, p: STRING, n: STRING, b: { root: 'BIGINT', nullable } });
    const options = { 'source.path.regex-pattern': '.*/a[0-9][.]csv' };
    const more = { metadata: ['file.path', 'file.name', 'file.size'] };
    expect(await linesOf(files, spec(type, options, more))).toEqual([
      '+I[1, x, /in/a1.csv, a1.csv, 4]',
      '+I[3, xyz, /in/a3.csv, a3.csv, 6]',
    ]);
  });

  test('reads only the columns that are needed', async () => {
    const files = new MemoryFiles({ '/in': 'ten,x\n' });
    expect(await linesOf(files, spec(NUMBERED, {}, { required: [false, true] }))).toEqual(['+I[null, x]']);
  });

  test('stops at a limit', async () => {
    const files = new MemoryFiles({ '/in/a': '1,x\n2,x\n', '/in/b': '3,x\n4,x\n' });
    expect((await linesOf(files, spec(NUMBERED, {}, { limit: 3 }))).length).toBe(3);
  });

  test('emits batches of 4096 rows, also of one JSON array', async () => {
    const rows = Array.from({ length: 10_000 }, (_, id) => ({ id }));
    const files = new MemoryFiles({ '/in': JSON.stringify(rows) });
    const { operator, output } = await start(files, spec(NUMBERED, { format: 'json' }));
    await drainAsync(operator);
    expect(output.batchSizes).toEqual([4096, 4096, 1808]);
    operator.close();
  });

  const broken: [name: string, file: string, options: Record<string, string>, message: string][] = [
    [
      'a field',
      '1,x\n\n"a\nb",y\n',
      { 'csv.null-literal': '' },
      "/in, line 2: Row length mismatch. 2 fields expected but was 1. 'csv.ignore-parse-errors'",
    ],
    [
      'a number',
      '1,x\nten,"y\n"\n',
      {},
      "/in, line 2, field 'id': 'ten' is no integer of 32 bits. 'csv.ignore-parse-errors' = 'true' passes over what cannot be read.",
    ],
    [
      'a line of JSON',
      '{"id": 1}\n{"id": }\n',
      { format: 'json' },
      "/in, line 2: a value was expected, found '}'; the line is '{\"id\": }'",
    ],
  ];
  for (const [name, file, options, message] of broken) {
    test(`names file, line and field of what it cannot read: ${name}`, async () => {
      for (const size of [1, 7, 1000]) {
        await expect(
          linesOf(new MemoryFiles({ '/in': file }, size), spec(NUMBERED, options)),
        ).rejects.toThrow(message);
      }
    });
  }

  test('fails with the path if there is no such file', async () => {
    await expect(linesOf(new MemoryFiles(), spec(NUMBERED, {}))).rejects.toThrow('/in cannot be read');
    const files = new MemoryFiles({ '/in': '1,x\n' });
    const { operator } = await start(files, spec(NUMBERED, {}));
    files.content.clear();
    await expect(drainAsync(operator)).rejects.toThrow('/in cannot be read');
    operator.close();
  });

  test('looks for new files at intervals, and reads each once, also after a restore at another parallelism', async () => {
    const clock = new ManualClock();
    const files = new MemoryFiles({ '/in/a': '1,x\n' });
    const monitored = spec(NUMBERED, { 'source.monitor-interval': '10 s' });
    const seen: string[] = [];
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
    const run = async (
      parallelism: number,
      restored: Json[] | undefined,
      newFile: string,
    ): Promise<Json[]> => {
      const tasks = await Promise.all(
        Array.from({ length: parallelism }, (_, subtask) =>
          start(files, monitored, { clock, subtask, parallelism, ...(restored && { restored }) }),
        ),
      );
      const poll = async (): Promise<void> => {
        for (const { operator } of tasks) {
          for (let i = 0; i < 20; i++) {
            if (operator.poll() === 'nothing') void operator.whenAvailable();
            await settle();
          }
        }
      };
      await poll();
      files.content.set(newFile, new TextEncoder().encode(`${files.content.size + 1},x\n`));
      clock.advanceBy(10_000);
      await settle();
      await poll();
      const states = tasks.map(({ operator }) => stored(operator.snapshotState()));
      for (const { operator, output, context } of tasks) {
        seen.push(...output.rows.map(({ values }) => String(values[0] as number)));
        expect(context.failures).toEqual([]);
        operator.close();
      }
      return states;
    };
    const first = await run(1, undefined, '/in/b');
    const second = await run(3, first, '/in/c');
    await run(2, second, '/in/0');
    expect(seen.sort()).toEqual(['1', '2', '3', '4']);
  });

  test('holds a few pieces of a large file at a time', async () => {
    const line = `${'1'.padStart(9, '0')},${'x'.repeat(990)}\n`;
    const files = new MemoryFiles({ '/in': line.repeat(30_000) }, 1 << 18); // 30 MB
    const { operator, output } = await start(files, spec(NUMBERED, {}));
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
    for (let i = 0; i < 5; i++) {
      operator.poll();
      await settle();
    }
    for (let i = 0; i < 50; i++) await operator.whenAvailable();
    expect(files.pieces).toBeLessThan(40);
    output.rows.length = 0;
    operator.close();
  });
});

// Any text, any pieces, any stop: together the lives emit each row once, in order.
test('a restart reads on exactly where the checkpoint was', async () => {
  const csvLine = fc
    .tuple(fc.nat(999), fc.string({ unit: fc.constantFrom('a', 'é', '😀', '"', '\n', '\r', ',') }))
    .map(([id, text]) => `${id},"${text.replaceAll('"', '""')}"\n`);
  const jsonLine = fc.oneof(
    fc.tuple(fc.nat(999), fc.string({ unit: 'grapheme' })).map(([id, s]) => `${JSON.stringify({ id, s })}\n`),
    fc.array(fc.nat(999)).map((ids) => `${JSON.stringify(ids.map((id) => ({ id })))}\n`),
    fc.constantFrom('\n', '{\n'),
  );
  const texts = fc.constantFrom(...(['csv', 'json'] as const)).chain((format) => {
    const file = fc
      .array(format === 'csv' ? csvLine : jsonLine, { maxLength: 12 })
      .map((lines) => lines.join(''));
    return fc.record({
      format: fc.constant(format),
      files: fc.array(file, { minLength: 1, maxLength: 3 }),
      hasMark: fc.boolean(),
    });
  });
  const anyLife = fc.record({ polls: fc.nat(12), lost: fc.nat(3), size: fc.integer({ min: 1, max: 60 }) });
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.array(anyLife, { maxLength: 4 }),
      async ({ format, files: contents, hasMark }, lives) => {
        // Bytes that are no UTF-8 in front of every line end, so that texts and bytes differ in length.
        const bytesOf = (text: string): Uint8Array<ArrayBuffer> => {
          const bytes = [...new TextEncoder().encode(text)];
          return new Uint8Array(hasMark ? [0xef, 0xbb, 0xbf, ...bytes] : bytes);
        };
        const named = Object.fromEntries(contents.map((text, i) => [`/in/${i}`, bytesOf(text)]));
        const options = { format, [`${format}.ignore-parse-errors`]: 'true' };
        const whole = await linesOf(new MemoryFiles(named), spec(NUMBERED, options));
        const lines: string[] = [];
        let restored: Json[] | undefined;
        for (const { polls, lost, size } of [...lives, { polls: Infinity, lost: 0, size: 50 }]) {
          const { operator, output } = await start(
            new MemoryFiles(named, size),
            spec(NUMBERED, options),
            restored ? { restored } : {},
          );
          for (let i = 0; i < polls; i++) {
            const status = operator.poll();
            if (status === 'end') break;
            if (status === 'nothing') await operator.whenAvailable();
          }
          lines.push(...output.rows.map((row) => printText(row, [INT, STRING])));
          restored = [stored(operator.snapshotState())];
          for (let i = 0; i < lost; i++) if (operator.poll() === 'nothing') await operator.whenAvailable();
          operator.close();
        }
        expect(lines).toEqual(whole);
      },
    ),
    { numRuns: 200 },
  );
});

test('bytes that are no UTF-8 do not shift the position', async () => {
  const encoder = new TextEncoder();
  const line = (id: number): number[] => [...encoder.encode(`${id},a`), 0xff, 0xfe, 0x0a];
  const bytes = new Uint8Array(Array.from({ length: 50 }, (_, id) => line(id)).flat());
  const files = new MemoryFiles({ '/in': bytes }, 40);
  const first = await start(files, spec(NUMBERED, {}));
  for (let i = 0; i < 9; i++) if (first.operator.poll() === 'nothing') await first.operator.whenAvailable();
  const second = await start(files, spec(NUMBERED, {}), {
    restored: [stored(first.operator.snapshotState())],
  });
  await drainAsync(second.operator);
  const ids = [...first.output.rows, ...second.output.rows].map(({ values }) => values[0]);
  expect(first.output.rows.length).toBeGreaterThan(0);
  expect(ids).toEqual(Array.from({ length: 50 }, (_, id) => id));
  first.operator.close();
  second.operator.close();
});

describe('the description of filesystem', () => {
  const table = (options: Record<string, string>) => ({
    table: 't',
    options: { path: '/in', ...options },
    physicalType: NUMBERED,
    primaryKey: [],
    partitionKeys: [],
  });
  test('says whether a table ends', () => {
    expect(FILESYSTEM_DESCRIPTOR.source?.(table({})).bounded).toBe(true);
    expect(FILESYSTEM_DESCRIPTOR.source?.(table({ 'source.monitor-interval': '1 s' })).bounded).toBe(false);
  });
  const refused: [options: Record<string, string>, message: string][] = [
    [{ 'auto-compaction': 'true' }, "The option 'auto-compaction' = 'true' is not supported."],
    [{ 'sink.partition-commit.policy.kind': 'success-file' }, 'is not supported'],
    [{ 'source.path.regex-pattern': '(' }, "Invalid value '(' for option 'source.path.regex-pattern'"],
    [{ 'source.monitor-interval': '0 s' }, 'a duration above 0'],
  ];
  for (const [options, message] of refused) {
    test(`refuses ${JSON.stringify(options)}`, () =>
      expect(() => FILESYSTEM_DESCRIPTOR.source?.(table(options))).toThrow(message));
  }
});
