import type { RexNode } from '../../../engine/expressions/rex-node.ts';
import { StatementExecutor } from '../../../engine/table/operations/statement-executor.ts';
import { parseExpression, parseStatement } from '../../../engine/table/parser/parser.ts';
import type { ConversionContext } from '../../../engine/table/validate/conversion-context.ts';
import { ExpressionConverter } from '../../../engine/table/validate/expression-converter.ts';
import { Scope } from '../../../engine/table/validate/scope.ts';
import type { LogicalType, RowField } from '../../../engine/types/logical-type.ts';

/** The columns of all expression cases; a name with `n` before it is NOT NULL. */
export const TABLE_T = `CREATE TABLE t (
  b BOOLEAN, t TINYINT, i INT, l BIGINT, f FLOAT, d DOUBLE, m DECIMAL(8, 2), c CHAR(3), s STRING, v VARCHAR(5), bn BINARY(2), y BYTES,
  dt DATE, tm TIME, tm3 TIME(3), ts TIMESTAMP(3), ts6 TIMESTAMP(6), lz TIMESTAMP_LTZ(3), a ARRAY<INT>, mp MAP<STRING, INT>,
  r ROW<x INT, y STRING>, ms MULTISET<INT>, ni INT NOT NULL, ns STRING NOT NULL, nm DECIMAL(8, 2) NOT NULL, nb BOOLEAN NOT NULL,
  nts TIMESTAMP(3) NOT NULL, nr ROW<x INT NOT NULL, y STRING> NOT NULL, rn ROW<x INT NOT NULL, y STRING>,
  p AS PROCTIME(), w TIMESTAMP(3), WATERMARK FOR w AS w - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen')`;

const executor = sessionOf(TABLE_T);

export function sessionOf(...ddl: readonly string[]): StatementExecutor {
  const session = new StatementExecutor({
    queryType: () => {
      throw new Error('no query in these tests');
    },
  });
  for (const text of ddl) session.execute(parseStatement(text), text);
  return session;
}

export function columnsOfT(): readonly RowField[] {
  const found = executor.catalogs.find({
    catalog: 'default_catalog',
    database: 'default_database',
    name: 't',
  });
  if (found?.object.kind !== 'table') throw new Error('t is a table');
  return found.object.schema.rowType.fields;
}

/** Converts one expression over table t, as an item of SELECT. An aggregate becomes a column of its type. */
export function convert(text: string, extra: Partial<ConversionContext> = {}): RexNode {
  const path = ['default_catalog', 'default_database', 't'];
  const scope = new Scope([{ path, fields: columnsOfT(), firstInput: 0 }]);
  const result = (call: { readonly type: LogicalType }): RexNode => ({
    kind: 'input',
    index: 100,
    type: call.type,
  });
  const context: ConversionContext = {
    source: text,
    scope,
    clause: 'SELECT',
    aggregate: result,
    over: result,
    ...extra,
  };
  return new ExpressionConverter(executor.environment, context).convert(parseExpression(text));
}
