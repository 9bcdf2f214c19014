import { describe, expect, test } from 'vitest';
import { lines, run, session } from './run-statements.ts';

const ddl = `
CREATE TABLE kk (
  id INT, b AS id + 1 COMMENT 'cc', \`ts x\` TIMESTAMP(3) COMMENT 'it''s', md STRING METADATA,
  mv BIGINT METADATA FROM 'q' VIRTUAL COMMENT 'mm', p AS PROCTIME(), iv AS INTERVAL '1' DAY,
  CONSTRAINT nm PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR \`ts x\` AS \`ts x\` - INTERVAL '5' SECOND
) COMMENT 'tc''s' PARTITIONED BY (id) WITH ('connector' = 'datagen', 'z' = 'it''s');
CREATE TABLE plain (a INT, s STRING, lz TIMESTAMP_LTZ(3), r ROW<x INT, y STRING>) WITH ('connector' = 'print');
CREATE TEMPORARY VIEW v (\`a b\`) COMMENT 'vc' AS SELECT a FROM plain;
CREATE FUNCTION Count_Char AS 'text.js#countChar' LANGUAGE JAVASCRIPT;
CREATE TEMPORARY SYSTEM FUNCTION shout AS 'text.js#shout' LANGUAGE JAVASCRIPT;
CREATE DATABASE shop;
CREATE CATALOG c1 WITH ('type' = 'generic_in_memory');`;

function answer(statement: string): string[] {
  const executor = session();
  run(executor, ddl);
  const result = run(executor, statement);
  return [(result?.columns ?? []).map((column) => column.name).join(' | '), ...lines(result)];
}

const cases: [statement: string, expected: string[]][] = [
  ['SHOW CATALOGS', ['catalog name', '["c1"]', '["default_catalog"]']],
  ['SHOW CURRENT CATALOG', ['current catalog name', '["default_catalog"]']],
  ['SHOW DATABASES', ['database name', '["default_database"]', '["shop"]']],
  ['SHOW DATABASES FROM c1', ['database name', '["default"]']],
  ['SHOW CURRENT DATABASE', ['current database name', '["default_database"]']],
  ['SHOW TABLES', ['table name', '["kk"]', '["plain"]', '["v"]']],
  ["SHOW TABLES LIKE 'p%'", ['table name', '["plain"]']],
  ["SHOW TABLES NOT LIKE '_'", ['table name', '["kk"]', '["plain"]']],
  ['SHOW TABLES FROM shop', ['table name']],
  ['SHOW VIEWS', ['view name', '["v"]']],
  ['SHOW USER FUNCTIONS', ['function name', '["count_char"]', '["shout"]']],
  ["SHOW FUNCTIONS LIKE 'count%'", ['function name', '["count"]', '["count_char"]']],
  ['SHOW FULL MODULES', ['module name | used', '["core", "TRUE"]']],
  [
    'DESCRIBE kk',
    [
      'name | type | null | key | extras | watermark | comment',
      '["id", "INT", "FALSE", "PRI(id)", null, null, null]',
      '["b", "INT", "FALSE", null, "AS `id` + 1", null, "cc"]',
      '["ts x", "TIMESTAMP(3) *ROWTIME*", "TRUE", null, null, "`ts x` - INTERVAL \'5\' SECOND", "it\'s"]',
      '["md", "STRING", "TRUE", null, "METADATA", null, null]',
      '["mv", "BIGINT", "TRUE", null, "METADATA FROM \'q\' VIRTUAL", null, "mm"]',
      '["p", "TIMESTAMP_LTZ(3) *PROCTIME*", "FALSE", null, "AS PROCTIME()", null, null]',
      '["iv", "INTERVAL SECOND(3)", "FALSE", null, "AS INTERVAL \'1\' DAY", null, null]',
    ],
  ],
  [
    'DESCRIBE v',
    ['name | type | null | key | extras | watermark', '["a b", "INT", "TRUE", null, null, null]'],
  ],
  [
    'DESCRIBE CATALOG c1',
    ['info name | info value', '["name", "c1"]', '["type", "generic_in_memory"]', '["comment", null]'],
  ],
];

test.each(cases)('%s', (statement, expected) => expect(answer(statement)).toEqual(expected));

describe('SHOW CREATE', () => {
  const text = (statement: string) => {
    const shown = run(prepared(), statement)?.rows[0]?.[0];
    return typeof shown === 'string' ? shown : '';
  };
  const prepared = () => {
    const executor = session();
    run(executor, ddl);
    return executor;
  };

  test('TABLE sorts options, spells types in full and quotes every name', () => {
    expect(text('SHOW CREATE TABLE plain'))
      .toBe(`CREATE TABLE \`default_catalog\`.\`default_database\`.\`plain\` (
  \`a\` INT,
  \`s\` VARCHAR(2147483647),
  \`lz\` TIMESTAMP(3) WITH LOCAL TIME ZONE,
  \`r\` ROW<\`x\` INT, \`y\` VARCHAR(2147483647)>
)
WITH (
  'connector' = 'print'
)
`);
  });

  test('TABLE with all there is', () => {
    expect(text('SHOW CREATE TABLE kk')).toBe(`CREATE TABLE \`default_catalog\`.\`default_database\`.\`kk\` (
  \`id\` INT NOT NULL,
  \`b\` AS \`id\` + 1 COMMENT 'cc',
  \`ts x\` TIMESTAMP(3) COMMENT 'it''s',
  \`md\` VARCHAR(2147483647) METADATA,
  \`mv\` BIGINT METADATA FROM 'q' VIRTUAL COMMENT 'mm',
  \`p\` AS PROCTIME(),
  \`iv\` AS INTERVAL '1' DAY,
  WATERMARK FOR \`ts x\` AS \`ts x\` - INTERVAL '5' SECOND,
  CONSTRAINT \`nm\` PRIMARY KEY (\`id\`) NOT ENFORCED
)
COMMENT 'tc''s'
PARTITIONED BY (\`id\`)
WITH (
  'connector' = 'datagen',
  'z' = 'it''s'
)
`);
  });

  test('what it prints makes the same table again', () => {
    const again = text('SHOW CREATE TABLE kk').replace('`kk`', '`again`');
    const executor = prepared();
    run(executor, again);
    expect(lines(run(executor, 'DESCRIBE again'))).toEqual(lines(run(executor, 'DESCRIBE kk')));
  });

  test('VIEW has its columns and its query, names in full', () => {
    expect(text('SHOW CREATE VIEW v')).toBe(
      "CREATE TEMPORARY VIEW `default_catalog`.`default_database`.`v` (\n  `a b`\n)\nCOMMENT 'vc'\nAS SELECT `plain`.`a`\nFROM `default_catalog`.`default_database`.`plain` AS `plain`\n",
    );
  });

  test('CATALOG', () => {
    expect(text('SHOW CREATE CATALOG c1')).toBe(
      "CREATE CATALOG `c1`\nWITH (\n  'type' = 'generic_in_memory'\n)\n",
    );
  });
});

describe('SET', () => {
  test('lists what was set, known or not, and RESET takes it back', () => {
    const executor = session();
    run(executor, "SET 'table.exec.state.ttl' = '1 h'; SET 'my.own' = 'x'");
    expect(lines(run(executor, 'SET'))).toEqual(['["my.own", "x"]', '["table.exec.state.ttl", "1 h"]']);
    expect(executor.config.durationMs('table.exec.state.ttl')).toBe(3_600_000);
    run(executor, "RESET 'my.own'");
    expect(lines(run(executor, 'SET'))).toEqual(['["table.exec.state.ttl", "1 h"]']);
    run(executor, 'RESET');
    expect(executor.config.durationMs('table.exec.state.ttl')).toBe(0);
  });

  test('USE changes what short names mean, and CURRENT_DATABASE', () => {
    const executor = session();
    run(
      executor,
      "CREATE DATABASE shop; USE shop; CREATE TABLE t (a AS CURRENT_DATABASE()) WITH ('connector' = 'x')",
    );
    expect(executor.catalogs.current).toEqual({ catalog: 'default_catalog', database: 'shop' });
    expect(executor.environment.currentDatabase).toBe('shop');
    expect(executor.catalogs.list('default_catalog', 'shop')).toEqual(['t']);
  });
});
