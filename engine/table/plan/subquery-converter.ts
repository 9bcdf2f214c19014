import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { isCharacter, withNullability, withoutAttribute } from '../../types/type-families.ts';
import { calciteTypeText, typeText } from '../../types/type-text.ts';
import type { CollectionSubquery, Quantified } from '../parser/ast.ts';
import { CorrelationRefused, isCorrelated } from '../rules/decorrelate.ts';
import { sideOf } from '../rules/join-subqueries.ts';
import { removeSubqueries } from '../rules/remove-subqueries.ts';
import { COMPUTES_NOTHING } from '../rules/simplify/constant-reducer.ts';
import { SubqueryValues } from '../rules/subquery-values.ts';
import { isComparable, refusedJoinKeys } from '../validate/comparison.ts';
import type { ConversionContext, SubqueryExpression } from '../validate/conversion-context.ts';
import { columnOf } from '../validate/column-converter.ts';
import type { ResolvedColumn } from '../validate/scope.ts';
import { Scope } from '../validate/scope.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import type { CorrelatedRow } from './correlations.ts';
import type { PlannerSession, QueryText } from './planner-session.ts';
import { QueryConverter } from './query-converter.ts';
import type { LogicalNode } from './rel-node.ts';
import type { QueryPlan } from './relation-plan.ts';
import {
  BOOLEAN,
  BOOLEAN_NOT_NULL,
  isCall,
  mapRex,
  rexCall,
  rowTypeOf,
  uniqueNames,
  walkRex,
} from './rex.ts';
import { isSubquery, rexCorrelation, rexSubquery } from './rex-subquery.ts';
import { unplannedCollection, unplannedRelation } from './unplanned.ts';

const CONTRARY: Readonly<Record<Quantified['operator'], Quantified['operator']>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '=': '<>',
  '<>': '=',
};

type Hooks = Pick<ConversionContext, 'subquery' | 'outerColumn'>;

/**
 * Plans the sub-queries in the expressions of one SELECT.
 *
 * A sub-query sees the scope around it. Where that is of groups, rows of FROM are gone, so its columns cannot be read from inside.
 */
export class SubqueryConverter {
  readonly #session: PlannerSession;
  readonly #text: QueryText;
  readonly #scope: Scope;

  constructor(session: PlannerSession, text: QueryText, scope: Scope) {
    this.#session = session;
    this.#text = text;
    this.#scope = scope;
  }

  /** For the expressions of one clause. `isGrouped`: they are computed of groups. */
  hooks(isGrouped: boolean): Required<Hooks> {
    const row = isGrouped ? undefined : { scope: this.#scope, number: -1 };
    return {
      subquery: (syntax, operands) => this.#convert(syntax, operands, row),
      outerColumn: (column) => this.#outerColumn(column) as RexNode,
    };
  }

  /** For the condition of a join whose left side has `leftWidth` columns: what Flink cannot plan there is refused. */
  joinHooks(leftWidth: number): Required<Hooks> {
    const { subquery, outerColumn } = this.hooks(false);
    const { source } = this.#text;
    return {
      outerColumn,
      subquery: (syntax, operands) => {
        const node = subquery(syntax, operands);
        walkRex(node, (each) => {
          if (!isSubquery(each)) return;
          const side = sideOf(each, leftWidth);
          const isCorrelatedRight = side === 'right' && isCorrelated(each.subquery, each.correlation);
          if (each.operator === '$IN_QUERY' || side === undefined || isCorrelatedRight)
            throw notSupported(source, syntax, 'A sub-query of this form in ON');
        });
        return node;
      },
    };
  }

  #convert(
    syntax: SubqueryExpression,
    operands: readonly RexNode[],
    row: CorrelatedRow | undefined,
  ): RexNode {
    const { source } = this.#text;
    const query = 'query' in syntax ? syntax.query : syntax.source;
    if (!('body' in query)) throw notSupported(source, syntax, 'A sub-query as a list');
    const queries = new QueryConverter(this.#session, this.#text);
    const plan = row
      ? this.#session.correlations.within(row, () => queries.convert(query, row.scope))
      : queries.convert(query, new Scope(this.#scope.relations, this.#scope.parent));
    if (syntax.kind === 'CollectionSubquery') {
      this.#session.refusals.push(notSupported(source, syntax, `A sub-query as ${syntax.collection}`));
      return unplannedCollection(syntax.collection, plan.fields);
    }
    const correlation = row?.number ?? -1;
    const node = this.#expression(syntax, operands, plan, correlation);
    this.#check(syntax, node);
    return node;
  }

  #expression(
    syntax: Exclude<SubqueryExpression, CollectionSubquery>,
    operands: readonly RexNode[],
    { node, fields }: QueryPlan,
    correlation: number,
  ): RexNode {
    const { source } = this.#text;
    switch (syntax.kind) {
      case 'Exists':
        return rexSubquery('$EXISTS', [], BOOLEAN_NOT_NULL, { subquery: rowsOf(node), correlation });
      case 'ScalarSubquery': {
        const [field] = fields;
        if (!field || fields.length !== 1) {
          const given = calciteTypeText(rowTypeOf(fields));
          throw invalid(
            source,
            syntax,
            `Cannot apply '$SCALAR_QUERY' to arguments of type '$SCALAR_QUERY(<${given}>)'. Supported form(s): '$SCALAR_QUERY(<RECORDTYPE(SINGLE FIELD)>)'`,
          );
        }
        const type = withNullability(withoutAttribute<LogicalType>(field.type), true);
        return rexSubquery('$SCALAR_QUERY', [], type, { subquery: node, correlation });
      }
      case 'InSubquery':
        return this.#in(syntax, operands, { node, fields }, correlation, syntax.negated);
      case 'Quantified': {
        const isIn = syntax.operator === '=' && syntax.quantifier === 'SOME';
        const isNotIn = syntax.operator === '<>' && syntax.quantifier === 'ALL';
        if (isIn || isNotIn) return this.#in(syntax, operands, { node, fields }, correlation, isNotIn);
        return this.#some(syntax, operands, { node, fields }, correlation);
      }
    }
  }

  /** Sides of other types are brought to one where they are joined. */
  #in(
    syntax: SubqueryExpression,
    operands: readonly RexNode[],
    { node, fields }: QueryPlan,
    correlation: number,
    isNegated: boolean,
  ): RexNode {
    const fits =
      operands.length === fields.length &&
      operands.every(({ type }, i) => isComparable(type, fields[i]!.type)); // as long
    if (!fits)
      throw invalid(this.#text.source, syntax, 'Values passed to IN operator must have compatible types');
    const refusal = operands
      .map(({ type }, i) => refusedJoinKeys(type, fields[i]!.type)) // as long
      .find((each) => each !== undefined);
    if (refusal !== undefined) throw invalid(this.#text.source, syntax, refusal);
    const nullable = [...operands, ...fields].some(({ type }) => type.nullable);
    const found = rexSubquery('$IN_QUERY', operands, nullable ? BOOLEAN : BOOLEAN_NOT_NULL, {
      subquery: node,
      correlation,
    });
    return isNegated ? rexCall('NOT', [found], found.type) : found;
  }

  /** `a > SOME (...)`; `a > ALL (...)` is `NOT a <= SOME (...)`. */
  #some(
    syntax: Quantified,
    operands: readonly RexNode[],
    { node, fields }: QueryPlan,
    correlation: number,
  ): RexNode {
    const { source } = this.#text;
    const isAll = syntax.quantifier === 'ALL';
    const comparison = isAll ? CONTRARY[syntax.operator] : syntax.operator;
    const [operand, another] = operands;
    const [field] = fields;
    if (!operand || another || !field || fields.length > 1)
      throw notSupported(source, syntax, `${syntax.operator} ${syntax.quantifier} of several columns`);
    if (!isComparable(operand.type, field.type)) {
      const [left, right] = [calciteTypeText(operand.type), calciteTypeText(field.type)];
      throw invalid(
        source,
        syntax,
        `Cannot apply '${comparison} SOME' to arguments of type '<${left}> ${comparison} SOME <${right}>'`,
      );
    }
    if (isCharacter(operand.type) !== isCharacter(field.type)) {
      const [left, right] = [typeText(operand.type), typeText(field.type)];
      throw invalid(source, syntax, `Incomparable types: ${left} and ${right}`);
    }
    const type = operand.type.nullable || field.type.nullable ? BOOLEAN : BOOLEAN_NOT_NULL;
    const found = rexSubquery('$SOME_QUERY', [operand], type, { subquery: node, correlation, comparison });
    return isAll ? rexCall('NOT', [found], type) : found;
  }

  /** Refuses what cannot be made a join, while its place is known; the rest of the statement is read all the same. */
  #check(syntax: SubqueryExpression, node: RexNode): void {
    try {
      const withoutSubqueries = (plan: LogicalNode): LogicalNode =>
        removeSubqueries(plan, { compute: COMPUTES_NOTHING });
      const values = new SubqueryValues(this.#row(node), {
        expressions: [node],
        logic: 'KEEP',
        isCorrelated: false,
        withoutSubqueries,
      });
      // Whether IN is a condition, the optimizer finds out.
      const inner = isCall(node, 'NOT') ? (node.operands[0] as RexNode) : node;
      if (isSubquery(inner) && inner.operator === '$IN_QUERY') values.condition(inner);
      else values.replace(node);
    } catch (error) {
      if (!(error instanceof CorrelationRefused)) throw error;
      this.#session.refusals.push(
        notSupported(this.#text.source, syntax, 'A correlated sub-query of this form'),
      );
    }
  }

  /** A row as the sub-query sees it around it. */
  #row(node: RexNode): LogicalNode {
    const fields: RowField[] = [];
    for (const { fields: own, firstInput } of this.#scope.relations) {
      own.forEach((field, i) => (fields[firstInput + i] ??= field));
    }
    walkRex(node, (each) => {
      if (each.kind === 'input') fields[each.index] ??= { name: '', type: each.type };
    });
    return unplannedRelation(rowTypeOf(Array.from(fields, (field) => field ?? { name: '', type: BOOLEAN })));
  }

  /** How the row of a scope calls a column: beside others of its name it has a number. */
  #nameOf({ relations }: Scope, index: number): string {
    const names: string[] = [];
    for (const { fields, firstInput } of relations) {
      fields.forEach(({ name }, i) => (names[firstInput + i] ??= name));
    }
    return uniqueNames(Array.from(names, (name) => name ?? ''))[index] ?? '';
  }

  #outerColumn(column: ResolvedColumn): RexNode | undefined {
    const correlation = this.#session.correlations.read(column.scope);
    if (correlation === undefined) return undefined;
    const { relation, field } = column;
    return mapRex(columnOf(relation, field), (each) =>
      each.kind === 'input'
        ? rexCorrelation(
            { correlation, column: each.index, name: this.#nameOf(column.scope, each.index) },
            each.type,
          )
        : each,
    );
  }
}

/** What EXISTS selects does not matter, nor does its order. */
function rowsOf(node: LogicalNode): LogicalNode {
  const isOrder = node.kind === 'LogicalSort' && node.fetch === undefined && node.offset === 0;
  return node.kind === 'LogicalProject' || isOrder ? rowsOf(node.inputs[0]) : node;
}
