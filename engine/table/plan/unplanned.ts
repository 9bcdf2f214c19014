import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { isInterval, isTimeAttribute, isTimestamp, withNullability } from '../../types/type-families.ts';
import { calciteTypeText } from '../../types/type-text.ts';
import type { Argument, FunctionCall, Span } from '../parser/ast.ts';
import { isComparable } from '../validate/comparison.ts';
import type {
  Clause,
  ConversionContext,
  OverExpression,
  SubqueryExpression,
} from '../validate/conversion-context.ts';
import { expressionDigest } from '../validate/expression-digest.ts';
import { ExpressionConverter } from '../validate/expression-converter.ts';
import { checkOver } from '../validate/over-window.ts';
import type { Scope } from '../validate/scope.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import type { PlannerSession, QueryText } from './planner-session.ts';
import { QueryConverter } from './query-converter.ts';
import type { LogicalNode } from './rel-node.ts';
import type { RelationPlan } from './relation-plan.ts';
import { rowTypeOf } from './rex.ts';

/**
 * What a query may say and no operator computes: it is checked like everything else, and refused when the whole statement has been
 * (`PlannerSession.refusals`), so that a wrong name is told as a wrong name. Its value stands as NULL in the plan that is never used.
 */
export class Unplanned {
  readonly #session: PlannerSession;
  readonly #text: QueryText;
  readonly #scope: Scope;
  /** The windows of GROUP BY: `$TUMBLE` and its arguments. */
  readonly #groupWindows = new Set<string>();
  #overWindow: string | undefined;

  constructor(session: PlannerSession, text: QueryText, scope: Scope) {
    this.#session = session;
    this.#text = text;
    this.#scope = scope;
  }

  refuse(at: { readonly span: Span }, what: string): void {
    this.#session.refusals.push(notSupported(this.#text.source, at, what));
  }

  hooks(clause: Clause, isGrouped: boolean): Partial<ConversionContext> {
    const hasOver = clause === 'SELECT' || clause === 'ORDER BY' || clause === 'QUALIFY';
    return {
      ...(hasOver && { over: (call, syntax) => this.#over(call, syntax) }),
      subquery: (syntax, operands) => this.#subquery(syntax, operands, clause),
      outerColumn: (_column, type) => unknown(type),
      specialFunction: (syntax) => this.#groupFunction(syntax, clause, isGrouped),
    };
  }

  // ------------------------------------------------------------------------------------------------- OVER

  #over(call: OverExpression, syntax: FunctionCall): RexNode {
    const { source } = this.#text;
    const { isStreaming } = this.#session.environment;
    const convert = this.#converter('SELECT');
    checkOver(call, syntax, { source, isStreaming, convert: (expression) => convert.convert(expression) });
    const window = JSON.stringify([call.partitionBy, call.windowOrderBy, frameText(call, source)]);
    this.#overWindow ??= window;
    if (isStreaming && this.#overWindow !== window) {
      this.#session.impossible.push(
        invalid(
          source,
          syntax,
          'Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.',
        ),
      );
    }
    this.refuse(syntax, `${syntax.name.parts.at(-1)?.name.toUpperCase() ?? ''} OVER`);
    return unknown(call.type);
  }

  // ------------------------------------------------------------------------------------------ sub-queries

  #subquery(syntax: SubqueryExpression, operands: readonly RexNode[], clause: Clause): RexNode {
    const { source } = this.#text;
    const query = 'query' in syntax ? syntax.query : syntax.source;
    if (!('body' in query)) throw notSupported(source, syntax, `A sub-query in ${clause}`);
    const { fields } = new QueryConverter(this.#session, this.#text).convert(query, this.#scope);
    this.refuse(syntax, `A sub-query in ${clause}`);
    const types = fields.map((field) => field.type);
    switch (syntax.kind) {
      case 'Exists':
        return unknown({ root: 'BOOLEAN', nullable: false });
      case 'ScalarSubquery': {
        const [type] = types;
        if (type && types.length === 1) return unknown(withNullability(type, true));
        const given = calciteTypeText(rowTypeOf(fields));
        throw invalid(
          source,
          syntax,
          `Cannot apply '$SCALAR_QUERY' to arguments of type '$SCALAR_QUERY(<${given}>)'. Supported form(s): '$SCALAR_QUERY(<RECORDTYPE(SINGLE FIELD)>)'`,
        );
      }
      case 'CollectionSubquery':
        return unplannedCollection(syntax.collection, fields);
      case 'InSubquery':
      case 'Quantified': {
        const fits =
          operands.length === types.length && operands.every(({ type }, i) => isComparable(type, types[i]!));
        if (!fits) throw invalid(source, syntax, 'Values passed to IN operator must have compatible types');
        return unknown({ root: 'BOOLEAN', nullable: true });
      }
    }
  }

  // --------------------------------------------------------------- windows of GROUP BY, and what tells of groups

  #groupFunction(syntax: FunctionCall, clause: Clause, isGrouped: boolean): RexNode | undefined {
    if (syntax.name.parts.length > 1) return undefined;
    const name = syntax.name.parts[0]?.name.toUpperCase() ?? '';
    if (GROUPING.has(name)) return this.#grouping(name, syntax, isGrouped);
    const [, window, property] = GROUP_WINDOW.exec(name) ?? [];
    if (window === undefined) return undefined;
    const key = this.#windowKey(window, syntax.args);
    if (property === undefined) {
      if (clause !== 'GROUP BY') {
        throw this.#invalid(syntax, `Group function '$${window}' can only appear in GROUP BY clause`);
      }
      this.#checkWindow(window, syntax);
      this.#groupWindows.add(key);
      this.refuse(syntax, `${window} as a group window`);
      return unknown(TIMESTAMP);
    }
    if (!this.#groupWindows.has(key)) {
      throw this.#invalid(
        syntax,
        `Call to auxiliary group function '${name}' must have matching call to group function '$${window}' in GROUP BY clause`,
      );
    }
    if (property === 'PROCTIME')
      return unknown({ root: 'TIMESTAMP_LTZ', precision: 3, nullable: false, attribute: 'PROCTIME' });
    if (property !== 'ROWTIME') return unknown({ ...TIMESTAMP, nullable: false });
    const time = this.#converter('GROUP BY').convertArgument(syntax.args[0] as Argument).type;
    return unknown(
      time.root === 'TIMESTAMP_LTZ'
        ? { root: 'TIMESTAMP_LTZ', precision: 3, nullable: true, attribute: 'ROWTIME' }
        : { ...TIMESTAMP, attribute: 'ROWTIME' },
    );
  }

  #windowKey(window: string, args: readonly Argument[]): string {
    return [window, ...args.map((argument) => expressionDigest(argument as never, this.#scope))].join();
  }

  #checkWindow(window: string, syntax: FunctionCall): void {
    const converter = this.#converter('GROUP BY');
    const types = syntax.args.map((argument) => converter.convertArgument(argument).type);
    const [time, ...sizes] = types;
    const count = window === 'HOP' ? 3 : 2;
    const fits = time && isTimestamp(time) && sizes.every(isInterval);
    if (types.length !== count && types.length !== count + 1) {
      throw this.#invalid(
        syntax,
        `Invalid number of arguments to function '$${window}'. Was expecting ${count} arguments`,
      );
    }
    if (!fits) {
      const given = types.map((type) => `<${calciteTypeText(type)}>`).join(', ');
      const forms = ['<DATETIME>', ...sizes.map(() => '<DATETIME_INTERVAL>')].join(', ');
      throw this.#invalid(
        syntax,
        `Cannot apply '$${window}' to arguments of type '$${window}(${given})'. Supported form(s): '$${window}(${forms})'`,
      );
    }
    if (this.#session.environment.isStreaming && !isTimeAttribute(time))
      throw this.#invalid(
        syntax,
        'Window aggregate can only be defined over a time attribute column, but TIMESTAMP(3) encountered.',
      );
  }

  #grouping(name: string, syntax: FunctionCall, isGrouped: boolean): RexNode {
    if (!isGrouped) throw this.#invalid(syntax, `${name} operator may only occur in an aggregate query`);
    this.refuse(syntax, name);
    return unknown({ root: 'BIGINT', nullable: false });
  }

  #converter(clause: Clause): ExpressionConverter {
    const { source } = this.#text;
    return new ExpressionConverter(this.#session.environment, { source, scope: this.#scope, clause });
  }

  #invalid(at: { readonly span: Span }, message: string) {
    return invalid(this.#text.source, at, message);
  }
}

const TIMESTAMP = { root: 'TIMESTAMP', precision: 3, nullable: true } as const;
const GROUPING = new Set(['GROUPING', 'GROUPING_ID', 'GROUP_ID']);
const GROUP_WINDOW = /^(TUMBLE|HOP|SESSION)(?:_(START|END|ROWTIME|PROCTIME))?$/;

/** A relation of known columns that no node computes. */
export function unplannedRelation(columns: RelationPlan['node']['rowType']): LogicalNode {
  return { kind: 'LogicalValues', inputs: [], rows: [], rowType: columns };
}

function unknown(type: LogicalType): RexNode {
  return { kind: 'literal', value: null, type };
}

function frameText({ frame }: OverExpression, source: string): string {
  return frame ? source.slice(frame.span.start, frame.span.end).replace(/\s+/g, ' ').toUpperCase() : '';
}

/** `ARRAY(SELECT ...)` of a query with these columns. */
export function unplannedCollection(collection: string, fields: readonly RowField[]): RexNode {
  const types = fields.map(({ type }) => type);
  const element = types.length === 1 ? types[0]! : rowTypeOf(fields);
  if (collection === 'ARRAY') return unknown({ root: 'ARRAY', element, nullable: false });
  if (collection === 'MULTISET') return unknown({ root: 'MULTISET', element, nullable: false });
  return unknown({ root: 'MAP', key: types[0]!, value: types[1] ?? element, nullable: false });
}
