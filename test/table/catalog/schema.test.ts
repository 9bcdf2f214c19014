import { describe, expect, test } from 'vitest';
import type { CatalogTable } from '../../../engine/table/catalog/table-definition.ts';
import type { RexNode } from '../../../engine/expressions/rex-node.ts';
import { typeText } from '../../../engine/types/type-text.ts';
import { lines, run, session } from '../operations/run-statements.ts';

function table(script: string, name = 't'): CatalogTable {
  const executor = session();
  run(executor, script);
  const found = executor.catalogs.find({ catalog: 'default_catalog', database: 'default_database', name });
  if (found?.object.kind !== 'table') throw new Error(`no table ${name}`);
  return found.object;
}

const columns = (fields: readonly { name: string; type: Parameters<typeof typeText>[0] }[]) =>
  fields.map(({ name, type }) => `${name} ${typeText(type)}`);

const inputs = (node: RexNode | undefined): number[] => {
  if (!node) return [];
  if (node.kind === 'input') return [node.index];
  if (node.kind === 'field') return inputs(node.node);
  return node.kind === 'call' ? node.operands.flatMap(inputs) : [];
};

describe('a resolved schema', () => {
  const { schema } = table(`CREATE TABLE t (
    total AS price * qty, file STRING METADATA FROM 'file.name' VIRTUAL, price DECIMAL(8, 2), qty INT NOT NULL,
    who ROW<name STRING, age INT>, loud AS UPPER(who.name) || file, ts TIMESTAMP(3), pt AS PROCTIME(),
    WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
  ) WITH ('connector' = 'x')`);

  test('scans physical columns, then metadata columns', () => {
    expect(columns(schema.scanType.fields)).toEqual([
      'price DECIMAL(8, 2)',
      'qty INT NOT NULL',
      'who ROW<`name` STRING, `age` INT>',
      'ts TIMESTAMP(3)',
      'file STRING',
    ]);
  });

  test('has all columns in order, with time attributes', () => {
    expect(columns(schema.rowType.fields)).toEqual([
      'total DECIMAL(19, 2)',
      'file STRING',
      'price DECIMAL(8, 2)',
      'qty INT NOT NULL',
      'who ROW<`name` STRING, `age` INT>',
      'loud STRING',
      'ts TIMESTAMP(3) *ROWTIME*',
      'pt TIMESTAMP_LTZ(3) NOT NULL *PROCTIME*',
    ]);
  });

  test('computes columns over the scan and the watermark over the row', () => {
    const read = schema.columns.map(({ name, expression }) => `${name} ${inputs(expression).join()}`);
    expect(read).toEqual(['total 0,1', 'file ', 'price ', 'qty ', 'who ', 'loud 2,4', 'ts ', 'pt ']);
    expect([schema.watermark?.column, inputs(schema.watermark?.expression), schema.watermark?.text]).toEqual([
      6,
      [6],
      "`ts` - INTERVAL '4' SECOND",
    ]);
  });

  test('is plain data', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});

test('the rowtime may be a computed column, and SOURCE_WATERMARK() is left to the connector', () => {
  const { schema } = table(
    `CREATE TABLE t (ms BIGINT, at_time AS TO_TIMESTAMP_LTZ(ms, 3), WATERMARK FOR at_time AS SOURCE_WATERMARK()) WITH ('connector' = 'x')`,
  );
  expect(columns(schema.rowType.fields)[1]).toBe('at_time TIMESTAMP_LTZ(3) *ROWTIME*');
  expect(schema.watermark?.expression).toMatchObject({ operator: 'SOURCE_WATERMARK' });
});

describe('LIKE', () => {
  const base = `CREATE TABLE base (id INT, s STRING, up AS id + 1, f STRING METADATA FROM 'file.name' VIRTUAL, ts TIMESTAMP(3),
    PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts) COMMENT 'base' PARTITIONED BY (s) WITH ('connector' = 'filesystem', 'path' = '/x');`;

  const summary = (like: string) => {
    const { definition } = table(`${base} CREATE TABLE t ${like}`);
    return [
      definition.columns.map((column) => column.name).join(' '),
      `key ${definition.primaryKey?.name ?? '-'}`,
      `watermark ${definition.watermark?.column ?? '-'}`,
      `partitions ${definition.partitionKeys.join() || '-'}`,
      Object.entries(definition.options)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
      definition.comment ?? '-',
    ].join(' | ');
  };

  test.each([
    [
      '(n INT) LIKE base',
      'id s up f ts n | key PK_id | watermark ts | partitions s | connector=filesystem path=/x | -',
    ],
    [
      "(n INT) COMMENT 'own' WITH ('path' = '/y') LIKE base",
      'id s up f ts n | key PK_id | watermark ts | partitions s | connector=filesystem path=/y | own',
    ],
    [
      '(n INT) LIKE base (EXCLUDING METADATA EXCLUDING GENERATED)',
      'id s ts n | key PK_id | watermark ts | partitions s | connector=filesystem path=/x | -',
    ],
    [
      "(n INT) WITH ('connector' = 'print') LIKE base (EXCLUDING ALL)",
      'id s ts n | key - | watermark - | partitions s | connector=print | -',
    ],
    [
      "(n INT) WITH ('connector' = 'print') LIKE base (EXCLUDING ALL INCLUDING GENERATED)",
      'id s up ts n | key - | watermark - | partitions s | connector=print | -',
    ],
    [
      '(up AS id + 2) LIKE base (OVERWRITING GENERATED)',
      'id s up f ts | key PK_id | watermark ts | partitions s | connector=filesystem path=/x | -',
    ],
    [
      '(n INT, PRIMARY KEY (n) NOT ENFORCED) LIKE base (EXCLUDING CONSTRAINTS)',
      'id s up f ts n | key PK_n | watermark ts | partitions s | connector=filesystem path=/x | -',
    ],
    [
      "(WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) LIKE base (OVERWRITING WATERMARKS)",
      'id s up f ts | key PK_id | watermark ts | partitions s | connector=filesystem path=/x | -',
    ],
  ])('%s', (like, expected) => expect(summary(like)).toBe(expected));
});

test('columns that were NOT NULL for their key stay so when it is dropped', () => {
  const executor = session();
  run(
    executor,
    "CREATE TABLE t (id INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'x'); ALTER TABLE t DROP PRIMARY KEY",
  );
  expect(lines(run(executor, 'DESCRIBE t'))).toEqual(['["id", "INT", "FALSE", null, null, null]']);
});

test('ALTER TABLE changes columns in any place, and the expressions that read them follow', () => {
  const { definition, schema } =
    table(`CREATE TABLE t (a INT, b INT, total AS a + b) WITH ('connector' = 'x');
    ALTER TABLE t ADD (z STRING FIRST, y BIGINT AFTER a); ALTER TABLE t MODIFY b BIGINT FIRST; ALTER TABLE t RENAME y TO why;
    ALTER TABLE t SET ('k' = 'v'); ALTER TABLE t RESET ('k')`);
  expect(columns(schema.rowType.fields)).toEqual([
    'b BIGINT',
    'z STRING',
    'a INT',
    'why BIGINT',
    'total BIGINT',
  ]);
  expect(inputs(schema.columns[4]?.expression)).toEqual([2, 0]);
  expect(definition.options).toEqual({ connector: 'x' });
});
