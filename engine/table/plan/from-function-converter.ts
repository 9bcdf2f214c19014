import type { RexNode } from '../../expressions/rex-node.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import type { CatalogModel } from '../catalog/catalog-model.ts';
import type {
  Argument,
  ModelArgument,
  ScalarSubquery,
  TableArgument,
  TableFunctionRef,
} from '../parser/ast.ts';
import type { ExpressionConverter } from '../validate/expression-converter.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import type { PlannerSession, QueryText } from './planner-session.ts';
import type { QueryConverter } from './query-converter.ts';
import { relationOf } from './relation-plan.ts';
import type { RelationPlan } from './relation-plan.ts';
import type { LogicalNode } from './rel-node.ts';
import { rowTypeOf } from './rex.ts';
import { unplannedRelation } from './unplanned.ts';
import { checkTableFunction, UNPLANNED_TABLE_FUNCTIONS } from './unplanned-table-functions.ts';
import { convertWindowFunction, isWindowFunction } from './window-function-converter.ts';

/**
 * A function of tables in FROM: TUMBLE, HOP and CUMULATE. Others that Flink has are checked as it checks them, and refused.
 *
 * @param converter converts arguments that are no tables
 */
export function convertFromFunction(
  { call, lateral, alias }: TableFunctionRef,
  converter: ExpressionConverter,
  session: PlannerSession,
  text: QueryText,
  queries: QueryConverter,
): RelationPlan {
  const { source } = text;
  const name = call.name.parts.map((part) => part.name).join('.');
  const upper = name.toUpperCase();
  const { timeZone, isStreaming } = session.environment;
  const convertTable = (argument: TableArgument | ScalarSubquery): LogicalNode =>
    queries.convertTableArgument(argument).node;
  const convert = (argument: Argument): RexNode => converter.convertArgument(argument);
  if (isWindowFunction(upper)) {
    if (lateral) throw notSupported(source, call, `LATERAL ${upper}`);
    const options = { source, timeZone, isStreaming, convertTable, convertLiteral: convert };
    const node = convertWindowFunction(upper, call, options);
    return relationOf({ node, fields: node.rowType.fields }, [], alias, source);
  }
  const findModel = (argument: ModelArgument): CatalogModel => modelOf(argument, session, text);
  const fields = checkTableFunction(upper, call, { source, isStreaming, convertTable, convert, findModel });
  if (!fields) {
    throw invalid(
      source,
      call,
      `No match found for function signature ${name}: no such table function is known`,
      nearestNames(upper, ['TUMBLE', 'HOP', 'CUMULATE', 'UNNEST', ...UNPLANNED_TABLE_FUNCTIONS]),
    );
  }
  session.refusals.push(notSupported(source, call, `Table function ${upper}`));
  return relationOf({ node: unplannedRelation(rowTypeOf(fields)), fields }, [], alias, source);
}

function modelOf({ name }: ModelArgument, { catalogManager }: PlannerSession, text: QueryText): CatalogModel {
  const identifier = catalogManager.qualify(
    name.parts.map((part) => part.name),
    text.at,
  );
  const found = catalogManager.findModel(identifier);
  if (found) return found.model;
  throw invalid(text.source, name, `Object '${name.parts.at(-1)?.name ?? ''}' not found`);
}
