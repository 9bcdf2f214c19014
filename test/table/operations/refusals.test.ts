import { describe, expect, test } from 'vitest';
import { outcome, run, session } from './run-statements.ts';

const W = "WITH ('connector' = 'datagen')";
const OK = '["OK"]';

// Flink's words, the place in the script, and the nearest names.
const cases: [script: string, expected: string][] = [
  [
    `CREATE TABLE x (a INT, b STRING, a BIGINT) ${W}`,
    "1:34 A regular Column named 'a' already exists in the table.",
  ],
  [`CREATE TABLE x (a INT, b AS c + 1) ${W}`, "1:29 Column 'c' not found in any table [a]"],
  [`CREATE TABLE x (a INT, b AS a + 1, c AS b + 1) ${W}`, "1:41 Column 'b' not found in any table [a]"],
  [
    `CREATE TABLE x (a INT,\n  b AS NOSUCH(a)) ${W}`,
    '2:8 No match found for function signature NOSUCH(<NUMERIC>)',
  ],
  [
    `CREATE TABLE x (a INT, b AS COUNT(*)) ${W}`,
    '1:29 Aggregate expression is illegal in COMPUTED COLUMN clause',
  ],
  [
    `CREATE TABLE x (a INT, ts TIMESTAMP(3), WATERMARK FOR nosuch AS ts) ${W}`,
    "1:55 The rowtime attribute field 'nosuch' is not defined in the table schema, at line 1, column 55\nAvailable fields: ['a', 'ts']",
  ],
  [
    `CREATE TABLE x (a INT, ts STRING, WATERMARK FOR ts AS ts) ${W}`,
    "Invalid data type of time field for watermark definition. The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the time field type is STRING",
  ],
  [
    `CREATE TABLE x (a INT, ts TIMESTAMP(6), WATERMARK FOR ts AS ts) ${W}`,
    "Invalid data type of time field for watermark definition. The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the time field type is TIMESTAMP(6)",
  ],
  [
    `CREATE TABLE x (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS a) ${W}`,
    "Invalid data type of expression for watermark definition. The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the watermark expression type is INT",
  ],
  [
    `CREATE TABLE x (r ROW<ts TIMESTAMP(3)>, WATERMARK FOR r.ts AS r.ts) ${W}`,
    "1:55 Invalid column name 'r.ts' for rowtime attribute in watermark declaration. Available columns are: [r]",
  ],
  [
    `CREATE TABLE x (a INT, p AS PROCTIME(), WATERMARK FOR p AS p) ${W}`,
    'A watermark can not be defined for a processing-time attribute.',
  ],
  [
    `CREATE TABLE x (ts TIMESTAMP(3), WATERMARK FOR ts AS CAST(ts AS TIMESTAMP_LTZ(3))) ${W}`,
    "The watermark declaration's output data type 'TIMESTAMP_LTZ(3)' is different from the time field's data type 'TIMESTAMP(3)'.",
  ],
  [
    `CREATE TABLE x (a INT, PRIMARY KEY (a)) ${W}`,
    "1:24 Flink doesn't support ENFORCED mode for PRIMARY KEY constraint. ENFORCED/NOT ENFORCED controls if the constraint checks are performed on the incoming/outgoing data. Flink does not own the data therefore the only supported mode is the NOT ENFORCED mode",
  ],
  [
    `CREATE TABLE x (a INT, PRIMARY KEY (b) NOT ENFORCED) ${W}`,
    "1:37 Primary key column 'b' is not defined in the schema at line 1, column 37",
  ],
  [
    `CREATE TABLE x (a INT, b AS a + 1, PRIMARY KEY (b) NOT ENFORCED) ${W}`,
    "1:49 Could not create a PRIMARY KEY with column 'b' at line 1, column 49.\nA PRIMARY KEY constraint must be declared on physical columns.",
  ],
  [
    `CREATE TABLE x (a INT, PRIMARY KEY (a, a) NOT ENFORCED) ${W}`,
    "1:24 Invalid primary key 'PK_a_a'. A primary key must not contain duplicate columns. Found: [a]",
  ],
  [
    `CREATE TABLE x (a INT PRIMARY KEY NOT ENFORCED, b INT PRIMARY KEY NOT ENFORCED) ${W}`,
    '1:55 Duplicate primary key definition',
  ],
  [`CREATE TABLE x (a INT, UNIQUE (a) NOT ENFORCED) ${W}`, '1:24 UNIQUE constraint is not supported yet'],
  [
    `CREATE TABLE x (a INT) PARTITIONED BY (y) ${W}`,
    "1:40 Partition column 'y' not defined in the table schema. Available columns: ['a']",
  ],
  [
    `CREATE TABLE x (a INT, m STRING METADATA FROM 'k' VIRTUAL, n STRING METADATA FROM 'k') ${W}`,
    "The column `m` and `n` in the table are both from the same metadata key 'k'. Please specify one of the columns as the metadata column and use the computed column syntax to specify the others.",
  ],
  [`CREATE TABLE x (a FOO) ${W}`, "1:19 Unknown identifier 'FOO'"],
  [
    `CREATE TABLE x (a DECIMAL(5, 6)) ${W}`,
    '1:19 Decimal scale must be between 0 and the precision 5 (both inclusive).',
  ],
  [
    `CREATE TABLE x (a INT) ${W}; CREATE TABLE x (b INT) ${W}`,
    'Could not execute CreateTable in path `default_catalog`.`default_database`.`x`\nTable (or view) default_database.x already exists in Catalog default_catalog.',
  ],
  [`CREATE TABLE nosuch.x (a INT) ${W}`, 'Database nosuch does not exist in Catalog default_catalog.'],
  [`CREATE TABLE nosuch.db.x (a INT) ${W}`, 'Catalog nosuch does not exist'],
  [
    `CREATE TABLE x LIKE nosuch`,
    "1:21 Source table '`default_catalog`.`default_database`.`nosuch`' of the LIKE clause not found in the catalog, at line 1, column 21",
  ],
  [
    `CREATE TABLE b (a INT) ${W}; CREATE TABLE x (a STRING) LIKE b`,
    "A column named 'a' already exists in the base table.",
  ],
  [
    `CREATE TABLE b (a INT, g AS a + 1) ${W}; CREATE TABLE x (g AS a + 2) LIKE b`,
    "A generated column named 'g' already exists in the base table. You might want to specify EXCLUDING GENERATED or OVERWRITING GENERATED.",
  ],
  [
    `CREATE TABLE b (a INT) ${W}; CREATE TABLE x (c INT) WITH ('connector' = 'print') LIKE b (INCLUDING OPTIONS)`,
    "There already exists an option ['connector' -> 'datagen']  in the base table. You might want to specify EXCLUDING OPTIONS or OVERWRITING OPTIONS.",
  ],
  [
    `CREATE TABLE b (a INT) ${W}; CREATE TABLE x LIKE b (OVERWRITING CONSTRAINTS)`,
    "Illegal merging strategy 'OVERWRITING' for 'CONSTRAINTS' option.",
  ],
  [
    `CREATE TABLE b (a INT) ${W}; CREATE TABLE x LIKE b (INCLUDING OPTIONS OVERWRITING OPTIONS)`,
    'Each like option feature can be declared only once.',
  ],
  [
    `CREATE TEMPORARY TABLE x ${W} AS SELECT 1`,
    '1:24 CREATE TABLE AS SELECT syntax does not support to create temporary table yet.',
  ],
  [`CREATE TABLE x (a) ${W} AS SELECT 1 AS b`, "1:17 Column 'a' not found in the source schema. [b]"],
  [
    `ALTER CATALOG c SET ('a' = 'b')`,
    '1:15 Could not execute ALTER CATALOG c\nCatalog c does not exist in the catalog store.',
  ],
  [
    `LOAD MODULE cores`,
    "1:13 Could not execute LOAD MODULE `cores`. Unable to create module 'cores': a module of that name is not supported.\n\nAvailable factory identifiers are:\n\ncore [core]",
  ],
  [`DELETE FROM nosuch`, "1:13 Object 'nosuch' not found"],
  [
    `CALL p(1)`,
    '1:6 Procedure `default_catalog`.`default_database`.`p` does not exist: procedures are not supported by the catalogs of this build.',
  ],
  [
    `CREATE VIEW v (a, b, c) AS SELECT 1, 2`,
    '1:28 VIEW definition and input fields not match:\n\tDef fields: [a, b, c].\n\tInput fields: [EXPR$0, EXPR$1].',
  ],
  [
    `CREATE VIEW v AS SELECT 1 AS a, 2 AS a`,
    '1:33 A column with the same name `a` has been defined at line 1, column 33.',
  ],
  [
    `CREATE VIEW v AS SELECT 1; CREATE VIEW v AS SELECT 2`,
    'Could not execute CreateTable in path `default_catalog`.`default_database`.`v`\nTable (or view) default_database.v already exists in Catalog default_catalog.',
  ],
  [
    `CREATE TABLE people (a INT) ${W}; DROP TABLE poeple`,
    "1:72 Table with identifier 'default_catalog.default_database.poeple' does not exist. [people]",
  ],
  [
    `CREATE TABLE x (a INT) ${W}; DROP VIEW x`,
    "1:66 View with identifier 'default_catalog.default_database.x' does not exist.",
  ],
  [
    `CREATE TABLE x (a INT) ${W}; DROP TEMPORARY TABLE x`,
    "1:77 Temporary table or view with identifier 'default_catalog.default_database.x' does not exist.",
  ],
  [
    `CREATE TABLE x (a INT) ${W}; CREATE TEMPORARY TABLE x (b INT) ${W}; DROP TABLE x`,
    "1:132 Temporary table with identifier '`default_catalog`.`default_database`.`x`' exists. Drop it first before removing the permanent table.",
  ],
  [
    `CREATE DATABASE d; CREATE TABLE d.x (a INT) ${W}; DROP DATABASE d`,
    '1:91 Could not execute DROP DATABASE default_catalog.d RESTRICT\nDatabase d in catalog default_catalog is not empty.',
  ],
  [
    `DROP DATABASE default_database`,
    '1:15 Could not execute DROP DATABASE default_catalog.default_database RESTRICT\nCannot drop a database which is currently in use.',
  ],
  [
    `CREATE DATABASE d; CREATE DATABASE d`,
    '1:36 Could not execute CREATE DATABASE default_catalog.d\nDatabase d already exists in Catalog default_catalog.',
  ],
  [
    `CREATE DATABASE shop; USE shpo`,
    'A database with name [shpo] does not exist in the catalog: [default_catalog]. [shop]',
  ],
  [`USE CATALOG nosuch`, 'A catalog with name [nosuch] does not exist.'],
  [
    `DROP CATALOG default_catalog`,
    '1:14 Could not execute DROP CATALOG: (catalogName: [default_catalog])\nCannot drop a catalog which is currently in use.',
  ],
  [
    `CREATE CATALOG c`,
    "1:16 Unable to create catalog 'c'.\n\nCatalog options are:\n\n\nCatalog options do not contain an option key 'type' for discovering a catalog.",
  ],
  [`SHOW TABLES FROM nosuch`, "1:18 Database 'default_catalog'.'nosuch' doesn't exist."],
  [
    `DESCRIBE nosuch`,
    "1:10 Tables or views with the identifier 'default_catalog.default_database.nosuch' doesn't exist.",
  ],
  [
    `CREATE VIEW v AS SELECT 1; SHOW CREATE TABLE v`,
    '1:46 SHOW CREATE TABLE is only supported for tables, but `default_catalog`.`default_database`.`v` is a view. Please use SHOW CREATE VIEW instead.',
  ],
  [
    `CREATE FUNCTION f AS 'com.example.F'`,
    '1:22 A function in LANGUAGE JAVA (write LANGUAGE JAVASCRIPT) is not supported',
  ],
  [
    `CREATE FUNCTION f AS 'module' LANGUAGE JAVASCRIPT`,
    "1:22 A JavaScript function is named 'module#export', not 'module'",
  ],
  [`DROP FUNCTION nosuch`, 'Function default_database.nosuch does not exist in Catalog default_catalog.'],
  [
    `DROP TEMPORARY SYSTEM FUNCTION nosuch`,
    "Could not drop temporary system function. A function named 'nosuch' doesn't exist.",
  ],
  [
    `SET 'table.exec.mini-batch.enabled' = 'maybe'`,
    "1:39 Could not parse value 'maybe' for key 'table.exec.mini-batch.enabled': true or false is expected.",
  ],
  [
    `ADD JAR 'x.jar'`,
    '1:1 ADD JAR (a browser runs no Java: CREATE FUNCTION ... LANGUAGE JAVASCRIPT) is not supported',
  ],
];

test.each(cases)('%s', (script, expected) => expect(outcome(script)).toBe(expected));

describe('ALTER TABLE refuses', () => {
  const table = `CREATE TABLE t (i INT, l BIGINT, ts TIMESTAMP(3), k AS i + 1, PRIMARY KEY (i) NOT ENFORCED) ${W}`;
  const failed = (message: string) => `Failed to execute ALTER TABLE statement.\n${message}`;

  test.each([
    [
      'ALTER TABLE nosuch RENAME TO x',
      "1:13 Table `default_catalog`.`default_database`.`nosuch` doesn't exist or is a temporary table.",
    ],
    ['ALTER TABLE t ADD i INT', failed('Column `i` already exists in the table.')],
    [
      'ALTER TABLE t ADD n INT AFTER nosuch',
      failed("Referenced column `nosuch` by 'AFTER' does not exist in the table."),
    ],
    ['ALTER TABLE t MODIFY nosuch INT', failed('Column `nosuch` does not exist in the table.')],
    ['ALTER TABLE t DROP nosuch', failed('The column `nosuch` does not exist in the base table.')],
    ['ALTER TABLE t DROP i', failed('The column `i` is used as the primary key.')],
    ['ALTER TABLE t RENAME nosuch TO x', failed('The column `nosuch` does not exist in the base table.')],
    ['ALTER TABLE t RENAME l TO ts', failed('The column `ts` already existed in table schema.')],
    ['ALTER TABLE t RENAME i TO x', failed('The column `i` is referenced by computed column `k`.')],
    [
      'ALTER TABLE t ADD PRIMARY KEY (l) NOT ENFORCED',
      failed(
        'The current table has already defined the primary key constraint [`i`]. You might want to drop it before adding a new one.',
      ),
    ],
    ['ALTER TABLE t DROP WATERMARK', failed('The current table does not define any watermark strategy.')],
    [
      'ALTER TABLE t MODIFY WATERMARK FOR ts AS ts',
      failed('The current table does not define any watermark. You might want to add a new one.'),
    ],
    ["ALTER TABLE t RESET ('connector')", "1:22 ALTER TABLE RESET does not support changing 'connector'"],
    ['ALTER VIEW t RENAME TO x', '1:12 ALTER VIEW for a table is not allowed'],
    [
      'ALTER TABLE t ADD PARTITION (i = 1)',
      '1:29 Could not execute ALTER TABLE default_catalog.default_database.t ADD PARTITION (i=1)\n' +
        'Table default_database.t in catalog default_catalog is not partitioned.',
    ],
  ])('%s', (statement, expected) => {
    const executor = session();
    run(executor, table);
    expect(outcome(statement, executor)).toBe(expected);
  });
});

test('IF EXISTS and IF NOT EXISTS pass over what is not or is there', () => {
  const script = `CREATE TABLE t (a INT) ${W}; CREATE TABLE IF NOT EXISTS t (b STRING) ${W}; DROP TABLE IF EXISTS nosuch;
    CREATE DATABASE IF NOT EXISTS default_database; DROP DATABASE IF EXISTS nosuch; DROP FUNCTION IF EXISTS nosuch;
    CREATE VIEW v AS SELECT 1; CREATE VIEW IF NOT EXISTS v AS SELECT 2; ALTER TABLE IF EXISTS nosuch RENAME TO x`;
  expect(outcome(script)).toBe(OK);
});
