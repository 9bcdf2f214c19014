import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

async function start(
  script: string,
  ...words: string[]
): Promise<{ child: ChildProcess; ended: Promise<Ended> }> {
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.sql`);
  await writeFile(file, script);
  const child = spawn(process.execPath, ['dist/cli/millrace.js', 'run', file, ...words]);
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (errors += String(text)));
  const ended = once(child, 'close').then(([status]) => ({
    status: status as number | null,
    output,
    errors,
  }));
  return { child, ended };
}

async function run(script: string, ...words: string[]): Promise<Ended> {
  return (await start(script, ...words)).ended;
}

const NUMBERS = `CREATE TABLE t (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '200',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '600');`;

describe('millrace run', { timeout: 60_000 }, () => {
  test('prints rows as the SQL client does', async () => {
    const { status, output } = await run("SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (n, s);");
    expect(status).toBe(0);
    expect(output).toContain('| +I |           1 |                              a |');
    expect(output).toContain('Received a total of 2 rows');
  });

  test('says where a mistake is, and ends with status 1', async () => {
    const { status, errors } = await run('SELECT a\nFORM t;\nSELEC 2;');
    expect(status).toBe(1);
    expect(errors).toMatch(/:2:1: .*FORM[\s\S]*:3:1: .*SELEC/);
  });

  test('keeps persistent catalogs with --catalog-dir', async () => {
    const catalogs = path.join(folder, 'catalogs');
    const made = await run(
      "CREATE CATALOG c WITH ('type' = 'persistent'); CREATE TABLE c.`default`.kept (a INT) WITH ('connector' = 'datagen');",
      '--catalog-dir',
      catalogs,
    );
    expect(made).toMatchObject({ status: 0, errors: '' });
    const { output } = await run('SHOW TABLES FROM c.`default`;', '--catalog-dir', catalogs);
    expect(output).toContain('kept');
  });

  test('prints plans with --explain, and runs nothing', async () => {
    const { status, output } = await run(`${NUMBERS}\nSELECT COUNT(*) FROM t;`, '--explain');
    expect(status).toBe(0);
    expect(output).toContain('== Abstract Syntax Tree ==');
    expect(output).not.toContain('Received');
  });

  test('calls the functions of modules that --module names, and of those beside the script', async () => {
    const module = (name: string): string =>
      `export const ${name} = { kind: 'scalar', parameters: ['INT'], returns: 'INT', eval: (n) => n + 1 };`;
    await writeFile(path.join(folder, 'given.mjs'), module('from_given'));
    await writeFile(path.join(folder, 'beside.mjs'), module('next'));
    const { status, output, errors } = await run(
      `CREATE FUNCTION from_beside AS './beside.mjs#next' LANGUAGE JAVASCRIPT;
       SELECT from_given(from_beside(n)) FROM (VALUES (40)) AS v (n);`,
      '--module',
      path.join(folder, 'given.mjs'),
    );
    expect(status, errors).toBe(0);
    expect(output).toContain(' 42 |');
  });

  test('a job that fails ends with status 1 and says why', async () => {
    const { status, errors } = await run('SELECT 1 / n FROM (VALUES (1), (0)) AS v (n);');
    expect(status).toBe(1);
    expect(errors).toMatch(/division by zero/i);
  });

  test('Ctrl+C stops with a savepoint, and the same command goes on from there', async () => {
    const script = `${NUMBERS}
      CREATE TABLE p (n BIGINT) WITH ('connector' = 'print');
      SET 'execution.checkpointing.interval' = '200 ms';
      INSERT INTO p SELECT COUNT(*) FROM t;`;
    const checkpoints = path.join(folder, 'checkpoints');
    const first = await start(script, '--checkpoint-dir', checkpoints);
    await new Promise<void>((resolve) => {
      let seen = '';
      first.child.stdout!.on('data', (text) => {
        seen += String(text);
        if (seen.includes('+U[100]')) resolve();
      });
    });
    first.child.kill('SIGINT');
    const stopped = await first.ended;
    expect(stopped.status).toBe(0);
    expect(stopped.output).toContain('was stopped with a savepoint');
    const reached = Number(/\+U\[(\d+)\][^[]*$/.exec(stopped.output)![1]); // the last count
    const second = await run(script, '--checkpoint-dir', checkpoints);
    expect(second.status).toBe(0);
    expect(second.output).toContain(`-U[${reached}]`);
    expect(second.output).not.toContain('+I[1]');
    expect(second.output).toContain('+U[600]');
  });

  test('wrong usage ends with status 2', async () => {
    const { status, errors } = await run('SELECT 1;', '--parallelism', 'many');
    expect(status).toBe(2);
    expect(errors).toContain('--parallelism takes a positive number');
  });
});
