import assert from 'node:assert/strict';
import { test } from 'vitest';
import { parseStatement } from '../../../engine/table/parser/parser.ts';
import { typeText } from '../../../engine/types/type-text.ts';
import { PlannerSession } from '../planner-session.ts';

const cases: [declared: string, carried: string][] = [
  ['TIMESTAMP(0)', 'TIMESTAMP(3) *ROWTIME*'],
  ['TIMESTAMP(2) NOT NULL', 'TIMESTAMP(3) NOT NULL *ROWTIME*'],
  ['TIMESTAMP(3)', 'TIMESTAMP(3) *ROWTIME*'],
  ['TIMESTAMP_LTZ(0)', 'TIMESTAMP_LTZ(3) *ROWTIME*'],
];

for (const [declared, carried] of cases) {
  test(`a rowtime declared as ${declared} goes on as ${carried}`, () => {
    const session = new PlannerSession();
    session.execute(
      `CREATE TABLE t (ts ${declared}, other ${declared}, WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen')`,
    );
    const sql = 'SELECT ts, other FROM t';
    const statement = parseStatement(sql);
    assert.ok(statement.kind === 'QueryStatement');
    const { fields } = session.planner.queryType(statement.query, sql);
    assert.deepEqual(
      fields.map(({ type }) => typeText(type)),
      [carried, declared],
    );
  });
}
