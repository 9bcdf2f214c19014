import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import type { ValidationException } from '../../types/errors.ts';
import type {
  AliasedItem,
  FromItem,
  Join,
  MatchRecognize,
  ObjectPath,
  Select,
  SubqueryRef,
  TableFunctionRef,
  TableRef,
  TableSample,
} from '../parser/ast.ts';
import { isTimeAttribute, isTimestamp } from '../../types/type-families.ts';
import { calciteTypeText } from '../../types/type-text.ts';
import type { Clause, ConversionContext } from '../validate/conversion-context.ts';
import { ExpressionConverter } from '../validate/expression-converter.ts';
import { checkMatchRecognize } from '../validate/match-recognize.ts';
import { convertEach } from '../validate/mistakes.ts';
import { Scope } from '../validate/scope.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { joinConditionForTree } from '../rules/simplify/simplify-for-tree.ts';
import {
  joinRowType,
  logicalCorrelate,
  logicalFilter,
  logicalJoin,
  logicalProject,
  projectNamed,
} from './builders.ts';
import {
  columnNames,
  convertTableFunction,
  isCalledOnce,
  isOverTableFunction,
  isTableFunction,
} from './correlate-converter.ts';
import type { TableFunctionItem } from './correlate-converter.ts';
import { convertFromFunction } from './from-function-converter.ts';
import { lateralFilter } from '../rules/lateral-join.ts';
import { removeSubqueries } from '../rules/remove-subqueries.ts';
import { COMPUTES_NOTHING } from '../rules/simplify/constant-reducer.ts';
import { JoinHints, hintedName, withAlias } from './join-hints.ts';
import { joinWithPushedKeys } from './join-converter.ts';
import { checkJoinForm } from './join-form.ts';
import type { PlannerSession, QueryText } from './planner-session.ts';
import { refusedEquality } from './refused-join-keys.ts';
import type { QueryConverter } from './query-converter.ts';
import { mergedColumn, namedAfterTable, ofStarAlone, relationOf, sideBySide } from './relation-plan.ts';
import type { PlannedRelation, RelationPlan } from './relation-plan.ts';
import type { JoinType, LogicalNode } from './rel-node.ts';
import { TRUE, conjoin, inputOf, moveInputs, rowTypeOf, usedInputs } from './rex.ts';
import { SelectConverter } from './select-converter.ts';
import { SubqueryConverter } from './subquery-converter.ts';
import { sharedColumns, withoutColumns } from './shared-columns.ts';
import type { SharedColumn } from './shared-columns.ts';
import { temporalJoinRefusal } from './temporal-join-check.ts';
import { unplannedRelation } from './unplanned.ts';
import { ONE_ROW } from './values-converter.ts';

/** FROM: tables, views, common tables, sub-queries, window functions, joins. What else parses is refused by name. */
export class FromConverter {
  readonly #session: PlannerSession;
  readonly #text: QueryText;
  readonly #queries: QueryConverter;
  readonly #hints: JoinHints;

  constructor(session: PlannerSession, text: QueryText, queries: QueryConverter, hints = new JoinHints([])) {
    this.#hints = hints;
    this.#session = session;
    this.#text = text;
    this.#queries = queries;
  }

  /** A whole FROM clause: all that stands in it has a name of its own. */
  convertClause(item: FromItem, parent: Scope | undefined): RelationPlan {
    this.#refuseRepeatedNames(item, new Set());
    return this.convert(item, parent);
  }

  #refuseRepeatedNames(item: FromItem, names: Set<string>): void {
    if (item.kind === 'Join') {
      this.#refuseRepeatedNames(item.left, names);
      this.#refuseRepeatedNames(item.right, names);
      return;
    }
    const name =
      item.alias?.name.name ?? (item.kind === 'TableRef' ? item.name.parts.at(-1)?.name : undefined);
    if (name === undefined) return;
    if (names.has(name)) {
      throw invalid(this.#text.source, item, `Duplicate relation name '${name}' in FROM clause`);
    }
    names.add(name);
  }

  convert(item: FromItem, parent: Scope | undefined): RelationPlan {
    if (item.kind === 'Join') return this.#join(item, parent);
    const plan = this.#item(item, parent);
    return item.sample ? this.#sampled(plan, item.sample) : plan;
  }

  #item(item: AliasedItem, parent: Scope | undefined): RelationPlan {
    const { source } = this.#text;
    switch (item.kind) {
      case 'RefusedTable':
        throw notSupported(source, item, item.what);
      case 'TableRef':
        return this.#tableRef(item, parent);
      case 'SubqueryRef':
        if (item.lateral) this.#session.refusals.push(notSupported(source, item, 'LATERAL'));
        return this.#subquery(item, parent);
      case 'TableFunctionRef':
        return this.#isCalled(item) ? this.#calledAlone(item, parent) : this.#functionOfTables(item, parent);
      case 'UnnestRef':
        return this.#calledAlone(item, parent);
      case 'MatchRecognize':
        return this.#matchRecognize(item, parent);
    }
  }

  #functionOfTables(item: TableFunctionRef, parent: Scope | undefined): RelationPlan {
    // Arguments of a LATERAL one may name columns of the tables before it.
    const beside = (item.lateral ? parent : undefined) ?? new Scope([]);
    const converter = this.#converter(beside, 'TABLE FUNCTION');
    return convertFromFunction(item, converter, this.#session, this.#text, this.#queries);
  }

  // All of a table or nothing of it needs no operator.
  #sampled(plan: RelationPlan, sample: TableSample): RelationPlan {
    const { method, amount } = sample;
    if (method === 'SUBSTITUTE' || amount.kind === 'StringLiteral') return plan;
    const { source } = this.#text;
    const percent = Number(amount.text);
    if (percent > 100) {
      throw invalid(source, amount, 'TABLESAMPLE percentage must be between 0 and 100, inclusive');
    }
    if (percent === 0) return { ...plan, node: unplannedRelation(plan.node.rowType) };
    if (percent < 100) this.#session.refusals.push(notSupported(source, sample, 'TABLESAMPLE'));
    return plan;
  }

  #subquery({ query, alias }: SubqueryRef, parent: Scope | undefined): RelationPlan {
    const { source } = this.#text;
    const plan = this.#queries.convert(query, parent);
    const relation = relationOf(namedAfterTable(plan, query, alias), [], alias, source);
    if (query.body.kind !== 'Values' || !alias || alias.columns.length === 0) return relation;
    // Rows of constants take the names themselves, those that are computed have them in a projection.
    const names = alias.columns.map(({ name }) => name);
    const columns = plan.fields.map((_, i) => inputOf(plan.node.rowType, i));
    const named = plan.node.kind === 'LogicalValues' ? projectNamed : logicalProject;
    return { ...relation, node: named(plan.node, columns, names) };
  }

  #matchRecognize(match: MatchRecognize, parent: Scope | undefined): RelationPlan {
    const { source } = this.#text;
    const { relations } = this.convert(match.input, parent);
    const fields = checkMatchRecognize(match, relations, this.#session.environment, source);
    this.#session.refusals.push(notSupported(source, match, 'MATCH_RECOGNIZE'));
    return relationOf({ node: unplannedRelation(rowTypeOf(fields)), fields }, [], match.alias, source);
  }

  /** `beside`: the tables before it, which FOR SYSTEM_TIME AS OF may name. */
  #tableRef(table: TableRef, beside: Scope | undefined): RelationPlan {
    const { source } = this.#text;
    const { name, hints, alias, systemTime } = table;
    const found = this.#queries.convertTableName(name, hints);
    const named = this.#session.hinted.hasJoins
      ? { ...found, node: withAlias(found.node, hintedName(table)) }
      : found;
    const path = this.#pathOf(name);
    const aliased = relationOf(named, path, alias, source);
    // An alias that is the table's own name leaves it its whole path.
    const isOwnName = alias?.name.name === path.at(-1);
    const plan = isOwnName
      ? { ...aliased, relations: aliased.relations.map((each) => ({ ...each, path })) }
      : aliased;
    if (systemTime) {
      this.#checkSystemTime(systemTime, beside);
      this.#session.refusals.push(notSupported(source, table, 'FOR SYSTEM_TIME AS OF'));
    }
    return plan;
  }

  /** FOR SYSTEM_TIME AS OF takes a time, in streaming mode a time attribute of the left side. */
  #checkSystemTime(systemTime: NonNullable<TableRef['systemTime']>, beside: Scope | undefined): void {
    const { source } = this.#text;
    const { type } = this.#converter(beside ?? new Scope([]), 'ON').convert(systemTime);
    const refuse = (message: string): ValidationException => invalid(source, systemTime, message);
    if (!isTimestamp(type)) {
      const given = calciteTypeText(type);
      throw refuse(`The system time period specification expects Timestamp type but is '${given}'`);
    }
    const { isStreaming } = this.#session.environment;
    if (isStreaming && systemTime.kind === 'ColumnPath' && !isTimeAttribute(type)) {
      throw refuse(
        "Temporal table join currently only supports 'FOR SYSTEM_TIME AS OF' left table's time attribute field",
      );
    }
    if (systemTime.kind === 'FunctionCall') {
      const text = source.slice(systemTime.span.start, systemTime.span.end);
      throw refuse(
        `Unsupported time travel expression: ${text} for the expression can not be reduced to a constant by Flink.`,
      );
    }
  }

  /** The whole path of a table, by whose end it may be named; of a common table its name. */
  #pathOf(name: ObjectPath): string[] {
    const { source, at, commonTables } = this.#text;
    const written = name.parts.map((part) => part.name);
    if (written.length === 1 && commonTables.some((entry) => entry.name === written[0])) return written;
    const {
      catalog,
      database,
      name: own,
    } = this.#session.catalogManager.resolve(name, source, at).identifier;
    return [catalog, database, own];
  }

  #join(join: Join, parent: Scope | undefined): RelationPlan {
    checkJoinForm(join, this.#text.source);
    if (this.#isCalled(join.right) || lateralSelect(join.right))
      return this.#correlate(join, this.convert(join.left, parent), parent);
    if (!seesLeft(join.right)) {
      const sides = convertEach([join.left, join.right], (side) => this.convert(side, parent));
      const [left, right] = sides as [RelationPlan, RelationPlan];
      return this.#joined(join, left, right, parent);
    }
    const left = this.convert(join.left, parent);
    if (join.right.kind === 'SubqueryRef') return this.#lateralJoin(join, join.right, left, parent);
    const right = this.convert(join.right, new Scope(left.relations, parent));
    return this.#joined(join, left, right, parent);
  }

  /** Two relations side by side, of which neither reads the other's rows. */
  #joined(join: Join, left: RelationPlan, right: RelationPlan, parent: Scope | undefined): RelationPlan {
    const joinType: JoinType = join.type === 'CROSS' || join.type === 'COMMA' ? 'INNER' : join.type;
    const leftWidth = left.node.rowType.fields.length;
    // The condition is over rows that exist on both sides: nothing is padded yet.
    const both = joinRowType(left.node.rowType, right.node.rowType, 'INNER').fields;
    const scope = new Scope(sideBySide(left.relations, right.relations, both, leftWidth), parent);
    const shared = sharedColumns(join, left, right, this.#text.source);
    const { mistakes } = this.#session;
    const condition = mistakes.attempt(() => this.#condition(join, scope, shared, leftWidth, both)) ?? TRUE;
    if (join.right.kind === 'TableRef' && join.right.systemTime)
      this.#checkTemporalJoin(join, join.right, left, right, condition, parent);
    const joined = shared.length > 0 ? logicalJoin : joinWithPushedKeys;
    const plain = joined(left.node, right.node, joinType, condition);
    const node = this.#hints.onto(plain, hintedName(join.left), hintedName(join.right));
    const { fields } = node.rowType;
    const merged = shared.map((each): PlannedRelation => ({
      ...mergedColumn(each.name, [...each.left, ...each.right.map((index) => index + leftWidth)], fields),
      isOfStarAlone: join.natural,
    }));
    const replaced = new Set(merged.flatMap((relation) => relation.merged ?? []));
    const isUsing = join.condition?.kind === 'Using';
    const relations = sideBySide(
      isUsing ? left.relations : left.relations.map(ofStarAlone),
      right.relations.map(ofStarAlone),
      fields,
      leftWidth,
    ).flatMap((relation) => withoutColumns(relation, replaced));
    return { node, relations: [...merged, ...relations] };
  }

  /** What Flink's planner asks of a temporal join; the join itself has no operator. */
  #checkTemporalJoin(
    join: Join,
    { name, systemTime }: TableRef,
    left: RelationPlan,
    right: RelationPlan,
    condition: RexNode,
    parent: Scope | undefined,
  ): void {
    if (systemTime?.kind !== 'ColumnPath') return;
    const { source, at, commonTables } = this.#text;
    const { type } = this.#converter(new Scope(left.relations, parent), 'ON').convert(systemTime);
    const isCommon = commonTables.some((entry) => entry.name === name.parts[0]?.name);
    const object = isCommon ? undefined : this.#session.catalogManager.resolve(name, source, at).object;
    const table = object?.kind === 'table' ? object : undefined;
    const versioned = {
      fields: right.node.rowType.fields,
      primaryKey: table && (table.definition.primaryKey?.columns ?? []),
      names: table?.schema.columns.map((column) => column.name) ?? [],
    };
    const width = left.node.rowType.fields.length;
    const refusal = temporalJoinRefusal(join, type, condition, width, versioned);
    if (refusal !== undefined) this.#session.impossible.push(invalid(source, join, refusal));
  }

  /** A sub-query that reads the rows on its left. */
  #lateralJoin(join: Join, item: SubqueryRef, left: RelationPlan, parent: Scope | undefined): RelationPlan {
    const { source } = this.#text;
    const { type } = join;
    if (type === 'RIGHT' || type === 'FULL')
      throw invalid(source, item, `${type} JOIN with LATERAL on its right side is not supported`);
    if (join.natural || join.condition?.kind === 'Using')
      throw notSupported(source, item, `${join.natural ? 'NATURAL JOIN' : 'USING'} with LATERAL`);
    const row = { scope: new Scope(left.relations, parent), number: -1 };
    const query = this.#session.correlations.within(row, () => this.#queries.convert(item.query, row.scope));
    const right = relationOf(query, [], item.alias, source);
    const leftWidth = left.node.rowType.fields.length;
    const both = joinRowType(left.node.rowType, right.node.rowType, 'INNER').fields;
    const joined = new Scope(sideBySide(left.relations, right.relations, both, leftWidth), parent);
    const condition = this.#condition(join, joined, [], leftWidth, both);
    const joinType = type === 'LEFT' ? 'LEFT' : 'INNER';
    const node = lateral(left, right.node, row.number, joinType, condition);
    try {
      removeSubqueries(node, { compute: COMPUTES_NOTHING });
      const { fields } = node.rowType;
      return { node, relations: sideBySide(left.relations, right.relations, fields, leftWidth) };
    } catch (error) {
      if (!(error instanceof TableException)) throw error;
      throw notSupported(source, item, 'LATERAL over a query of this form');
    }
  }

  // ------------------------------------------------------------------------------------ table functions, UNNEST

  #isCalled(item: FromItem): item is TableFunctionItem {
    if (!isTableFunction(item)) return false;
    if (item.kind === 'UnnestRef') return true;
    const path = item.call.name.parts.map((part) => part.name);
    return this.#session.environment.findUserFunction?.(path) !== undefined;
  }

  /** A function without a table on its left: it is called once. */
  #calledAlone(item: TableFunctionItem, parent: Scope | undefined): RelationPlan {
    return this.#called(item, { node: ONE_ROW, relations: [] }, parent);
  }

  #called(item: TableFunctionItem, left: RelationPlan, parent: Scope | undefined): RelationPlan {
    const { source } = this.#text;
    const side = {
      scope: new Scope(left.relations, parent),
      relations: left.relations,
      correlations: this.#session.correlations,
    };
    const { node, relation } = convertTableFunction(item, side, source, this.#session.environment);
    return { node, relations: [relation] };
  }

  #correlate(join: Join, left: RelationPlan, parent: Scope | undefined): RelationPlan {
    const { source } = this.#text;
    const { type, right: item } = join;
    const select = lateralSelect(item);
    const called = this.#called(select?.from ?? (item as TableFunctionItem), left, parent);
    if (isCalledOnce(called.node)) {
      return select
        ? this.#lateralJoin(join, item as SubqueryRef, left, parent)
        : this.#joined(join, left, called, parent);
    }
    if (type === 'RIGHT' || type === 'FULL')
      throw invalid(source, item, `${type} JOIN with a table function on its right side is not supported`);
    if (join.natural || join.condition?.kind === 'Using')
      throw notSupported(source, item, `${join.natural ? 'NATURAL JOIN' : 'USING'} with a table function`);
    const right = select ? this.#lateral(item as SubqueryRef, select.select, called, left, parent) : called;
    const joinType = type === 'LEFT' ? 'LEFT' : 'INNER';
    const condition = this.#conditionOfCall(join, left, right, parent);
    const matching = condition ? { ...right, node: logicalFilter(right.node, condition) } : right;
    return correlated(left, matching, joinType);
  }

  /** What ON asks of the function's rows. */
  #conditionOfCall(
    join: Join,
    left: RelationPlan,
    right: RelationPlan,
    parent: Scope | undefined,
  ): RexNode | undefined {
    if (join.condition?.kind !== 'On') return undefined;
    const { expression } = join.condition;
    const leftWidth = left.node.rowType.fields.length;
    const both = joinRowType(left.node.rowType, right.node.rowType, 'INNER').fields;
    const scope = new Scope(sideBySide(left.relations, right.relations, both, leftWidth), parent);
    const asked = this.#converter(scope, 'ON').convertCondition(expression);
    const condition = joinConditionForTree(asked, this.#session.compute);
    if ([...usedInputs([condition])].some((index) => index < leftWidth)) {
      throw notSupported(
        this.#text.source,
        expression,
        'A condition of a join with a table function that reads columns of the left side',
      );
    }
    return moveInputs(condition, (index) => index - leftWidth);
  }

  /** `LATERAL (SELECT ... FROM UNNEST(...) WHERE ...)`: conditions and projections of the function's rows. */
  #lateral(
    item: SubqueryRef,
    select: Select,
    called: RelationPlan,
    left: RelationPlan,
    parent: Scope | undefined,
  ): RelationPlan {
    const scope = new Scope(left.relations, parent);
    const plan = new SelectConverter(this.#session, this.#text, select, called, scope).convert(called.node);
    if (!isOverTableFunction(plan.node))
      throw notSupported(this.#text.source, item, 'LATERAL over an aggregation of a table function');
    return relationOf(plan, [], item.alias, this.#text.source);
  }

  #condition(
    join: Join,
    scope: Scope,
    shared: readonly SharedColumn[],
    leftWidth: number,
    fields: readonly { readonly type: RexNode['type'] }[],
  ): RexNode {
    const subqueries = new SubqueryConverter(this.#session, this.#text, scope);
    const converter = this.#converter(scope, 'ON', subqueries.joinHooks(leftWidth));
    if (join.condition?.kind === 'On') {
      const { expression } = join.condition;
      const condition = converter.convertCondition(expression);
      const refusal = refusedEquality(condition, leftWidth);
      if (refusal !== undefined) throw invalid(this.#text.source, expression, refusal);
      return joinConditionForTree(condition, this.#session.compute);
    }
    if (shared.length === 0) return TRUE;
    const column = (index: number): RexNode => ({
      kind: 'input',
      index,
      type: fields[index]?.type as RexNode['type'],
    });
    return conjoin(
      shared.map(({ left: [own = 0], right: [other = 0] }) => {
        const [a, b] = [column(own), column(other + leftWidth)];
        const equality = converter.compare('=', a, b, join);
        const refusal = refusedEquality(equality, leftWidth);
        if (refusal !== undefined) throw invalid(this.#text.source, join, refusal);
        return equality.kind === 'call' ? { ...equality, operands: equality.operands.map(unseen) } : equality;
      }),
    );
  }

  #converter(scope: Scope, clause: Clause, hooks: Partial<ConversionContext> = {}): ExpressionConverter {
    const { source } = this.#text;
    return new ExpressionConverter(this.#session.environment, { source, scope, clause, ...hooks });
  }
}

/** What may name columns of the tables before it. */
function seesLeft(item: FromItem): boolean {
  return item.kind === 'TableRef'
    ? item.systemTime !== undefined
    : (item.kind === 'SubqueryRef' || item.kind === 'TableFunctionRef') && item.lateral;
}

/** A query whose FROM is one table function, so that it may be called for the rows around it. */
interface LateralSelect {
  readonly select: Select;
  readonly from: TableFunctionItem;
}

function lateralSelect(item: FromItem): LateralSelect | undefined {
  if (item.kind !== 'SubqueryRef' || !item.lateral) return undefined;
  const { body, with: commonTables, orderBy, limit, offset } = item.query;
  if (body.kind !== 'Select' || commonTables.length > 0 || orderBy.length > 0 || limit || offset)
    return undefined;
  const { from } = body;
  return from && isTableFunction(from) ? { select: body, from } : undefined;
}

function correlated(left: RelationPlan, right: RelationPlan, joinType: 'INNER' | 'LEFT'): RelationPlan {
  const node = logicalCorrelate(left.node, right.node, joinType);
  const leftWidth = left.node.rowType.fields.length;
  return { node, relations: sideBySide(left.relations, right.relations, node.rowType.fields, leftWidth) };
}

/** Of USING, casts to a common type are no part of the syntax tree. */
function unseen(node: RexNode): RexNode {
  return node.kind === 'call' && node.operator === 'CAST' ? { ...node, implicit: true } : node;
}

/** A query that reads no row of the left is joined like any other. */
function lateral(
  { node: left, relations }: RelationPlan,
  query: LogicalNode,
  correlation: number,
  joinType: 'INNER' | 'LEFT',
  condition: RexNode,
): LogicalNode {
  if (correlation < 0) return joinWithPushedKeys(left, query, joinType, condition);
  const names = columnNames(relations);
  const right = lateralFilter(query, condition, correlation, names);
  const rowType = joinRowType(left.rowType, query.rowType, joinType);
  return { kind: 'LogicalLateral', inputs: [left, right], correlation, joinType, rowType };
}
