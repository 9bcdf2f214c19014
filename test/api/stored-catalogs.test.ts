import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderCatalogs } from '../../engine/api/folder-catalogs.ts';
import { PageStoreCatalogs } from '../../engine/api/page-store-catalogs.ts';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import type { CatalogStorage } from '../../engine/table/catalog/catalog-storage.ts';

/** A session that comes after others over the same storage; it starts no job. */
function session(catalogStorage?: CatalogStorage): TableEnvironment {
  return new TableEnvironment({
    cluster: () => Promise.reject(new Error('no job is started here')),
    ...(catalogStorage && { catalogStorage }),
  });
}

async function rows(environment: TableEnvironment, statement: string): Promise<string[]> {
  const result = await environment.executeSql(statement);
  return result.kind === 'rows' ? result.rows.map((row) => row.map(String).join(' | ')) : [];
}

const SHOP = `
CREATE CATALOG shop COMMENT 'what is sold' WITH ('type' = 'persistent', 'default-database' = 'main');
USE CATALOG shop;
CREATE DATABASE \`old stock\` COMMENT 'it''s old' WITH ('k' = 'v');
CREATE FUNCTION shout AS 'text.js#shout' LANGUAGE JAVASCRIPT;
CREATE MODEL mood INPUT (t STRING) OUTPUT (s DOUBLE COMMENT 'score') COMMENT 'm' WITH ('provider' = 'p');
CREATE TABLE orders (
  id INT COMMENT 'it''s the id', twice AS id * 2 COMMENT 'computed', ts TIMESTAMP(3), k STRING METADATA FROM 'file.path' VIRTUAL,
  p STRING, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, CONSTRAINT \`the key\` PRIMARY KEY (id) NOT ENFORCED
) COMMENT 'all' PARTITIONED BY (p) WITH ('connector' = 'filesystem', 'path' = '/x;y', 'format' = 'json');
ALTER TABLE orders ADD PARTITION (p = 'a;b') WITH ('o' = '1') PARTITION (p = 'c');
CREATE VIEW big_ones (number, t) COMMENT 'big ones' AS SELECT id, twice FROM orders WHERE id > 10;
CREATE VIEW \`old stock\`.\`a/b\` AS SELECT * FROM big_ones;`;

const QUESTIONS = [
  'SHOW CATALOGS',
  'DESCRIBE CATALOG EXTENDED shop',
  'SHOW DATABASES FROM shop',
  'SHOW TABLES FROM shop.main',
  'SHOW CREATE TABLE shop.main.orders',
  'DESCRIBE shop.main.orders',
  'SHOW PARTITIONS shop.main.orders',
  'SHOW CREATE VIEW shop.main.big_ones',
  'DESCRIBE shop.`old stock`.`a/b`',
  'SHOW USER FUNCTIONS FROM shop.main',
  'DESCRIBE MODEL shop.main.mood',
  'SHOW CREATE MODEL shop.main.mood',
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-catalogs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.each(['folder', 'store'])('kept in a %s', (where) => {
  function storage(): CatalogStorage {
    if (where === 'folder') return new FolderCatalogs(folder);
    const store = new MemoryPageStore();
    return new PageStoreCatalogs(() => Promise.resolve(store));
  }

  test('the next session finds what the last one left', async () => {
    const kept = storage();
    const first = session(kept);
    await first.executeScript(SHOP);
    const before = await Promise.all(QUESTIONS.map((each) => rows(first, each)));
    const second = session(kept);
    const after = await Promise.all(QUESTIONS.map((each) => rows(second, each)));
    expect(after).toEqual(before);
    expect(after.every((answer) => answer.length > 0)).toBe(true);
  });

  test('what was dropped or altered stays so', async () => {
    const kept = storage();
    await session(kept).executeScript(
      `${SHOP} DROP VIEW \`old stock\`.\`a/b\`; DROP DATABASE \`old stock\`; ALTER TABLE orders RENAME TO bought;
       ALTER TABLE bought DROP twice; DROP VIEW big_ones; ALTER CATALOG shop COMMENT 'sold'`,
    );
    const next = session(kept);
    expect(await rows(next, 'SHOW DATABASES FROM shop')).toEqual(['main']);
    expect(await rows(next, 'SHOW TABLES FROM shop.main')).toEqual(['bought']);
    expect((await rows(next, 'DESCRIBE shop.main.bought')).map((row) => row.split(' ')[0])).toEqual([
      'id',
      'ts',
      'k',
      'p',
    ]);
    expect(await rows(next, 'DESCRIBE CATALOG shop')).toContain('comment | sold');
    await next.executeScript('DROP CATALOG shop');
    expect(await rows(session(kept), 'SHOW CATALOGS')).toEqual(['default_catalog']);
  });

  test('a catalog in memory is remembered without what was in it, as in a catalog store of Flink', async () => {
    const kept = storage();
    await session(kept).executeScript(
      `CREATE CATALOG c WITH ('type' = 'generic_in_memory'); CREATE TABLE c.\`default\`.t (a INT) WITH ('connector' = 'datagen');
       CREATE TABLE t (a INT) WITH ('connector' = 'datagen')`,
    );
    const next = session(kept);
    expect(await rows(next, 'SHOW CATALOGS')).toEqual(['c', 'default_catalog']);
    expect(await rows(next, 'SHOW TABLES FROM c.`default`')).toEqual([]);
    expect(await rows(next, 'SHOW TABLES')).toEqual([]);
  });

  test('a default database that was dropped stays away', async () => {
    const kept = storage();
    await session(kept).executeScript(`${SHOP} USE CATALOG default_catalog; DROP DATABASE shop.main CASCADE`);
    expect(await rows(session(kept), 'SHOW DATABASES FROM shop')).toEqual(['old stock']);
  });

  test('a view is shown as it was made, whatever has become of its tables', async () => {
    const questions = ['DESCRIBE big_ones', 'SHOW CREATE VIEW big_ones', 'DESCRIBE times'];
    const kept = storage();
    const first = session(kept);
    await first.executeScript(`${SHOP} CREATE VIEW times AS SELECT ts, PROCTIME() AS p FROM orders`);
    const before = await Promise.all(questions.map((each) => rows(first, each)));
    for (const change of ['ALTER TABLE orders MODIFY id BIGINT', 'DROP TABLE orders']) {
      const next = session(kept);
      await next.executeScript(`USE CATALOG shop; ${change}`);
      const last = session(kept);
      await last.executeScript('USE CATALOG shop');
      expect(await Promise.all(questions.map((each) => rows(last, each)))).toEqual(before);
      expect(await rows(last, 'SHOW VIEWS')).toEqual(['big_ones', 'times']);
    }
  });

  test('columns that ALTER TABLE has made are shown as before', async () => {
    const module =
      "export const shout = { kind: 'scalar', parameters: ['STRING'], returns: 'STRING', eval: (text) => text + '!' }";
    const kept = storage();
    const first = session(kept);
    first.registerModule('text.js', module);
    await first.executeScript(
      `${SHOP} ALTER TABLE orders ADD (a AS to_timestamp(p), b AS shout(p), c AS ARRAY[id, 1]);
       CREATE TABLE others (x INT, y BIGINT, z AS ARRAY[x, y], s AS shout(CAST(x AS STRING))) WITH ('connector' = 'datagen')`,
    );
    const questions = ['SHOW CREATE TABLE shop.main.orders', 'SHOW CREATE TABLE shop.main.others'];
    const before = await Promise.all(questions.map((each) => rows(first, each)));
    const second = session(kept);
    expect(await Promise.all(questions.map((each) => rows(second, each)))).toEqual(before);
    expect(before[1]?.join()).toContain('ARRAY[CAST(`x` AS BIGINT), `y`]');
  });

  test('a check knows stored tables and changes nothing', async () => {
    const kept = storage();
    await session(kept).executeScript(SHOP);
    const next = session(kept);
    await next.restoreCatalogs();
    expect(
      next.check('CREATE TABLE shop.main.t2 LIKE shop.main.orders; DESCRIBE shop.main.t2').errors,
    ).toEqual([]);
    expect(await rows(session(kept), 'SHOW TABLES FROM shop.main')).toEqual(['big_ones', 'orders']);
  });
});

test('the folder holds SQL that people can read', async () => {
  await session(new FolderCatalogs(folder)).executeScript(SHOP);
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.sql')).sort();
  expect(files).toEqual([
    'shop/catalog.sql',
    'shop/main/database.sql',
    'shop/main/functions/shout.sql',
    'shop/main/models/mood.sql',
    'shop/main/tables/orders.sql',
    'shop/main/views/big_ones.sql',
    'shop/old%20stock/database.sql',
    'shop/old%20stock/views/a%2Fb.sql',
  ]);
  const [note = '', ...sql] = (await readFile(path.join(folder, 'shop/main/views/big_ones.sql'), 'utf8'))
    .trimEnd()
    .split('\n')
    .reverse();
  expect(sql.reverse().join('\n')).toBe(
    "USE CATALOG `shop`;\nUSE `main`;\nCREATE VIEW `shop`.`main`.`big_ones` (`number`, `t`) COMMENT 'big ones' AS\n" +
      'SELECT `orders`.`id`, `orders`.`twice`\nFROM `shop`.`main`.`orders` AS `orders`\nWHERE `orders`.`id` > 10;',
  );
  expect(note).toMatch(/^-- \{"columns":\{.*"name":"number".*\}$/);
});

test('names lead nowhere else', async () => {
  await session(new FolderCatalogs(path.join(folder, 'inner'))).executeScript(
    "CREATE CATALOG `..` WITH ('type' = 'persistent', 'default-database' = '.')",
  );
  expect(await readdir(folder)).toEqual(['inner']);
  expect(
    await rows(session(new FolderCatalogs(path.join(folder, 'inner'))), 'SHOW DATABASES FROM `..`'),
  ).toEqual(['.']);
});

test('a file that is no SQL is named', async () => {
  await session(new FolderCatalogs(folder)).executeScript(SHOP);
  await writeFile(path.join(folder, 'shop/main/tables/orders.sql'), 'CREATE TABLE orders (');
  await expect(session(new FolderCatalogs(folder)).executeSql('SHOW CATALOGS')).rejects.toThrow(
    'The stored definition shop/main/tables/orders.sql cannot be read',
  );
});

test('without a place to keep them, persistent catalogs are refused', async () => {
  await expect(session().executeScript(SHOP)).rejects.toThrow("one of type 'persistent' is not supported");
});
