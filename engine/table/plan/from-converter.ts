import type { RexNode } from '../../expressions/rex-node.ts';
import type { FromItem, Identifier, Join, TableFunctionRef, TableRef } from '../parser/ast.ts';
import type { Clause } from '../validate/conversion-context.ts';
import { ExpressionConverter } from '../validate/expression-converter.ts';
import { nearestNames } from '../validate/nearest-names.ts';
import { Scope } from '../validate/scope.ts';
import type { Relation } from '../validate/scope.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { conditionForTree } from '../rules/simplify.ts';
import { joinRowType } from './builders.ts';
import { joinWithPushedKeys } from './join-converter.ts';
import type { PlannerSession, QueryText } from './planner-session.ts';
import type { QueryConverter } from './query-converter.ts';
import { relationOf, sideBySide } from './relation-plan.ts';
import type { RelationPlan } from './relation-plan.ts';
import type { JoinType } from './rel-node.ts';
import { TRUE, conjoin } from './rex.ts';
import { convertWindowFunction, isWindowFunction } from './window-function-converter.ts';

/** FROM: tables, views, common tables, sub-queries, window functions, joins. What else parses is refused by name. */
export class FromConverter {
  readonly #session: PlannerSession;
  readonly #text: QueryText;
  readonly #queries: QueryConverter;

  constructor(session: PlannerSession, text: QueryText, queries: QueryConverter) {
    this.#session = session;
    this.#text = text;
    this.#queries = queries;
  }

  convert(item: FromItem, parent: Scope | undefined): RelationPlan {
    const { source } = this.#text;
    switch (item.kind) {
      case 'TableRef':
        return this.#tableRef(item);
      case 'SubqueryRef':
        if (item.lateral) throw notSupported(source, item, 'LATERAL');
        return relationOf(this.#queries.convert(item.query), [], item.alias, source);
      case 'TableFunctionRef':
        return this.#tableFunction(item);
      case 'Join':
        return this.#join(item, parent);
      case 'UnnestRef':
        throw notSupported(source, item, 'UNNEST');
      case 'MatchRecognize':
        throw notSupported(source, item, 'MATCH_RECOGNIZE');
    }
  }

  #tableRef(table: TableRef): RelationPlan {
    const { source } = this.#text;
    if (table.systemTime) throw notSupported(source, table, 'FOR SYSTEM_TIME AS OF');
    if (table.sample) throw notSupported(source, table, 'TABLESAMPLE');
    const path = table.name.parts.map((part) => part.name);
    const names = path.length > 0 ? path : [''];
    return relationOf(this.#queries.convertTableName(table.name, table.hints), names, table.alias, source);
  }

  #tableFunction({ call, lateral, alias }: TableFunctionRef): RelationPlan {
    const { source } = this.#text;
    const name = call.name.parts.map((part) => part.name).join('.');
    const upper = name.toUpperCase();
    if (!isWindowFunction(upper)) {
      const known = ['TUMBLE', 'HOP', 'CUMULATE'];
      if (KNOWN_TABLE_FUNCTIONS.has(upper)) throw notSupported(source, call, `Table function ${upper}`);
      throw invalid(
        source,
        call,
        `Table function ${name} is not supported: no such function is known`,
        nearestNames(upper, known),
      );
    }
    if (lateral) throw notSupported(source, call, `LATERAL ${upper}`);
    const converter = this.#converter(new Scope([]), 'TABLE FUNCTION');
    const node = convertWindowFunction(upper, call, {
      source,
      timeZone: this.#session.environment.timeZone,
      convertTable: (argument) => this.#queries.convertTableArgument(argument).node,
      convertLiteral: (argument) => converter.convertArgument(argument),
    });
    return relationOf({ node, fields: node.rowType.fields }, [], alias, source);
  }

  #join(join: Join, parent: Scope | undefined): RelationPlan {
    const left = this.convert(join.left, parent);
    const right = this.convert(join.right, parent);
    const joinType: JoinType = join.type === 'CROSS' || join.type === 'COMMA' ? 'INNER' : join.type;
    const leftWidth = left.node.rowType.fields.length;
    // The condition is over rows that exist on both sides: nothing is padded yet.
    const both = joinRowType(left.node.rowType, right.node.rowType, 'INNER').fields;
    const scope = new Scope(sideBySide(left.relations, right.relations, both, leftWidth), parent);
    const shared = this.#sharedColumns(join, left, right);
    if (shared.length > 0 && (joinType === 'RIGHT' || joinType === 'FULL')) {
      throw notSupported(this.#text.source, join, `${joinType} JOIN with USING or NATURAL`);
    }
    const condition = this.#condition(join, scope, shared, leftWidth, both);
    const node = joinWithPushedKeys(left.node, right.node, joinType, condition);
    const relations = sideBySide(left.relations, right.relations, node.rowType.fields, leftWidth);
    return { node, relations: relations.map((relation) => withHidden(relation, shared, leftWidth)) };
  }

  #condition(
    join: Join,
    scope: Scope,
    shared: readonly SharedColumn[],
    leftWidth: number,
    fields: readonly { readonly type: RexNode['type'] }[],
  ): RexNode {
    const converter = this.#converter(scope, 'ON');
    if (join.condition?.kind === 'On')
      return conditionForTree(converter.convertCondition(join.condition.expression));
    if (shared.length === 0) return TRUE;
    const column = (index: number): RexNode => ({
      kind: 'input',
      index,
      type: fields[index]?.type as RexNode['type'],
    });
    return conjoin(
      shared.map(({ left, right }) => converter.compare('=', column(left), column(right + leftWidth), join)),
    );
  }

  /** Columns of USING, or of equal name in NATURAL. */
  #sharedColumns(
    { condition, natural, ...join }: Join,
    left: RelationPlan,
    right: RelationPlan,
  ): SharedColumn[] {
    if (condition?.kind === 'Using') {
      return condition.columns.map((name) => ({
        left: this.#column(left, name),
        right: this.#column(right, name),
      }));
    }
    if (!natural) return [];
    const names = visibleColumns(left).map(({ name }) => name);
    return visibleColumns(right).flatMap(({ name, index }) => {
      const matches = names.filter((other) => other === name).length;
      if (matches > 1)
        throw invalid(
          this.#text.source,
          join,
          `Column name '${name}' in NATURAL join or USING clause is not unique on one side of join`,
        );
      const partner = visibleColumns(left).find((column) => column.name === name);
      return partner ? [{ left: partner.index, right: index }] : [];
    });
  }

  #column(side: RelationPlan, name: Identifier): number {
    const found = visibleColumns(side).filter((column) => column.name === name.name);
    const [column] = found;
    if (!column) throw invalid(this.#text.source, name, `Column '${name.name}' not found in any table`);
    if (found.length > 1) {
      throw invalid(
        this.#text.source,
        name,
        `Column name '${name.name}' in NATURAL join or USING clause is not unique on one side of join`,
      );
    }
    return column.index;
  }

  #converter(scope: Scope, clause: Clause): ExpressionConverter {
    return new ExpressionConverter(this.#session.environment, { source: this.#text.source, scope, clause });
  }
}

interface SharedColumn {
  readonly left: number;
  readonly right: number;
}

const KNOWN_TABLE_FUNCTIONS = new Set(['SESSION', 'ML_PREDICT', 'VECTOR_SEARCH', 'ML_EVALUATE', 'UNNEST']);

function visibleColumns({ relations }: RelationPlan): { readonly name: string; readonly index: number }[] {
  return relations.flatMap((relation) =>
    relation.fields.flatMap((field, i) =>
      relation.hidden?.has(i) ? [] : [{ name: field.name, index: relation.firstInput + i }],
    ),
  );
}

/** Of a shared column only the left one is shown by `*` and found by its bare name. */
function withHidden(relation: Relation, shared: readonly SharedColumn[], leftWidth: number): Relation {
  const hidden = new Set(relation.hidden);
  for (const { right } of shared) {
    const field = right + leftWidth - relation.firstInput;
    if (field >= 0 && field < relation.fields.length) hidden.add(field);
  }
  return hidden.size === 0 ? relation : { ...relation, hidden };
}
