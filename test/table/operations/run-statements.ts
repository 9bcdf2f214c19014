import { valueText } from '../../../engine/data/value-text.ts';
import { StatementExecutor } from '../../../engine/table/operations/statement-executor.ts';
import type { OperationResult } from '../../../engine/table/operations/operation-result.ts';
import { parseScript } from '../../../engine/table/parser/parser.ts';
import type { FromItem, Query, Statement, TableRef } from '../../../engine/table/parser/ast.ts';
import { ExpressionConverter } from '../../../engine/table/validate/expression-converter.ts';
import { Scope } from '../../../engine/table/validate/scope.ts';
import { selectName } from '../../../engine/table/validate/select-names.ts';
import { ValidationException } from '../../../engine/types/errors.ts';
import type { RowType } from '../../../engine/types/logical-type.ts';

/** A session whose queries are SELECT over tables, typed by a small double of the planner. */
export function session(): StatementExecutor {
  const executor: StatementExecutor = new StatementExecutor({
    queryType: (query, source) => queryType(executor, query, source),
  });
  return executor;
}

/** Executes a script and gives the answer of its last statement. */
export function run(executor: StatementExecutor, script: string): OperationResult | undefined {
  const { statements, errors } = parseScript(script);
  if (errors[0]) throw errors[0];
  return statements.map((statement) => executed(statement, script, executor)).at(-1);
}

/** Of a CREATE TABLE AS the table is made, and nothing inserted. */
function executed(
  statement: Statement,
  script: string,
  executor: StatementExecutor,
): OperationResult | undefined {
  if (statement.kind !== 'CreateTable' || !statement.query) return executor.execute(statement, script);
  executor.createTableAs({ ...statement, query: statement.query }, script);
  return undefined;
}

/** The rows as a conformance case has them: `["a", "INT", "TRUE", null]`. */
export function lines(result: OperationResult | undefined): string[] {
  const { columns = [], rows = [] } = result ?? {};
  return rows.map((row) => {
    const cells = row.map((value, i) => {
      const type = columns[i]?.type;
      return value === null || !type ? null : valueText(value, type);
    });
    return `[${cells.map((cell) => JSON.stringify(cell)).join(', ')}]`;
  });
}

/** Place and text of a refusal, or what the script answered. */
export function outcome(script: string, executor = session()): string {
  try {
    return lines(run(executor, script)).join('\n');
  } catch (error) {
    if (!(error instanceof ValidationException)) throw error;
    const { position, message, suggestions } = error;
    const place = position ? `${position.line}:${position.column} ` : '';
    return `${place}${message}${suggestions ? ` [${suggestions.join(', ')}]` : ''}`;
  }
}

function queryType(executor: StatementExecutor, query: Query, source: string): RowType {
  const { body } = query;
  if (body.kind !== 'Select') throw new Error('a SELECT');
  let firstInput = 0;
  const relations = tablesOf(body.from).map((table) => {
    const { object, identifier } = executor.catalogs.resolve(table.name, source);
    const { fields } = object.kind === 'table' ? object.schema.rowType : object.rowType;
    const path = table.alias
      ? [table.alias.name.name]
      : [identifier.catalog, identifier.database, identifier.name];
    firstInput += fields.length;
    return { path, fields, firstInput: firstInput - fields.length };
  });
  const converter = new ExpressionConverter(executor.environment, {
    source,
    scope: new Scope(relations),
    clause: 'SELECT',
  });
  const fields = body.items.flatMap((item, i) =>
    item.kind === 'Star'
      ? converter.expandStar(item).map(({ name, node }) => ({ name, type: node.type }))
      : [
          {
            name: item.alias?.name ?? selectName(item.expression, i),
            type: converter.convert(item.expression).type,
          },
        ],
  );
  return { root: 'ROW', fields, nullable: false };
}

function tablesOf(from: FromItem | undefined): TableRef[] {
  if (from?.kind === 'Join') return [...tablesOf(from.left), ...tablesOf(from.right)];
  return from?.kind === 'TableRef' ? [from] : [];
}
