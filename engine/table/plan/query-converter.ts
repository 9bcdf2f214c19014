import { isTimeAttribute } from '../../types/type-families.ts';
import type {
  Hint,
  ObjectPath,
  OrderItem,
  Query,
  QueryBody,
  ScalarSubquery,
  Select,
  TableArgument,
} from '../parser/ast.ts';
import { ExpressionConverter } from '../validate/expression-converter.ts';
import { Mistakes, convertEach } from '../validate/mistakes.ts';
import { Scope } from '../validate/scope.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { logicalProject } from './builders.ts';
import { FromConverter } from './from-converter.ts';
import { JoinHints, hasJoinHints, withInheritPaths } from './join-hints.ts';
import { limitsOf, orderKeys, sortedPlan } from './order-converter.ts';
import type { OrderedPlan } from './order-converter.ts';
import type { CommonTableEntry, PlannerSession, QueryText } from './planner-session.ts';
import { namedColumns, renamedColumns } from './relation-plan.ts';
import type { QueryPlan, RelationPlan } from './relation-plan.ts';
import type { LogicalNode } from './rel-node.ts';
import { fieldNames, fieldOf, inputOf } from './rex.ts';
import { SelectConverter } from './select-converter.ts';
import { convertSetOperation } from './set-converter.ts';
import { SubqueryConverter } from './subquery-converter.ts';
import { withStoredIntervals } from './stored-intervals.ts';
import { convertTable, hintedOptions } from './table-converter.ts';
import { ONE_ROW, convertValues } from './values-converter.ts';

// Views that name each other would go on for ever.
const MAX_VIEW_DEPTH = 100;

/**
 * From a query as written to the logical plan (Calcite's SqlToRelConverter). Names and types are the validator's business; here it is
 * decided which nodes compute what. What parses and has no node yet is a ValidationException that says "not supported" and where.
 */
export class QueryConverter {
  readonly #session: PlannerSession;
  readonly #text: QueryText;
  readonly #depth: number;

  constructor(session: PlannerSession, text: QueryText, depth = 0) {
    this.#session = session;
    this.#text = text;
    this.#depth = depth;
  }

  /**
   * `parent`: the scope of the query around this one, where it may be seen. An order that nobody sees, of a sub-query without LIMIT, is
   * checked and left out; `isTop` keeps it.
   */
  convert(query: Query, parent?: Scope, isTop = false): QueryPlan {
    const { source } = this.#text;
    if (query.recursive) refuseRecursion(query, source);
    if (isTop) this.#session.hinted.hasJoins = source.includes('/*+') && hasJoinHints(query);
    if (query.with.length === 0) return this.#ordered(query, parent, isTop);
    const entries = this.#commonTables(query, parent);
    const text = { ...this.#text, commonTables: [...entries, ...this.#text.commonTables] };
    const mistakes = new Mistakes();
    const plan = mistakes.attempt(() =>
      new QueryConverter(this.#session, text, this.#depth).#ordered(query, parent, isTop),
    );
    for (const entry of entries) if (!entry.isRead) mistakes.attempt(() => this.#checkCommonTable(entry));
    mistakes.throwAny(({ position }) => {
      const place = query.with.findIndex(({ span }) => span.end > (position?.start ?? Infinity));
      return place < 0 ? query.with.length : place;
    });
    return plan as QueryPlan;
  }

  #ordered(query: Query, parent: Scope | undefined, isTop: boolean): QueryPlan {
    const { source } = this.#text;
    const { body, orderBy } = query;
    if (orderBy.length === 0 && !query.limit && !query.offset)
      return body.kind === 'Query' ? this.convert(body, parent, isTop) : this.#body(body, parent);
    const limits = limitsOf(query, source);
    const plan =
      body.kind === 'Select' ? this.#select(body, parent, orderBy) : this.#orderedBody(query, parent);
    if (this.#session.environment.isStreaming) {
      if (query.offset && limits.offset > 0 && !query.limit)
        throw invalid(
          source,
          query.offset,
          'FETCH is missed, which on streaming table is not supported currently.',
        );
      this.#checkStreaming(query, plan, isTop);
    }
    const isSeen = isTop || query.limit !== undefined || query.offset !== undefined;
    const sorted = sortedPlan(isSeen ? plan : { ...plan, keys: [] }, limits);
    const isHinted = body.kind === 'Select' && body.hints.length > 0 && sorted.node !== plan.node;
    return isHinted ? { ...sorted, node: withInheritPaths(sorted.node) } : sorted;
  }

  /** ORDER BY over the columns of anything but a SELECT. */
  #orderedBody({ body, orderBy }: Query, parent: Scope | undefined): OrderedPlan {
    const { source } = this.#text;
    const { isStreaming } = this.#session.environment;
    const plan = this.#body(body, parent);
    const { node, fields } = plan;
    const items = fields.map(({ name }, i) => ({ name, node: inputOf(node.rowType, i) }));
    const scope = new Scope([{ path: [], fields, firstInput: 0 }], parent);
    const { keys, extra } = orderKeys(orderBy, items, { source, isStreaming }, (expression, replace) =>
      new ExpressionConverter(this.#session.environment, {
        source,
        scope,
        clause: 'ORDER BY',
        replace,
      }).convert(expression),
    );
    // Calcite sorts `SELECT *` of it.
    const names = [...fieldNames(node.rowType), ...extra.map((_, i) => `EXPR$${fields.length + i}`)];
    return { node: logicalProject(node, [...items.map((item) => item.node), ...extra], names), fields, keys };
  }

  /** What changes its mind about rows that were sent needs an operator of its own. */
  #checkStreaming({ orderBy, limit, offset }: Query, { node, keys }: OrderedPlan, isTop: boolean): void {
    const { source } = this.#text;
    const [first] = orderBy;
    if (!first) return;
    const { impossible, refusals } = this.#session;
    if (limit || offset) {
      refusals.push(notSupported(source, first, 'ORDER BY with LIMIT or OFFSET in streaming mode'));
      return;
    }
    const key = keys[0];
    const type = key && fieldOf(node.rowType, key.column).type;
    const isTime = key && !key.descending && type && isTimeAttribute(type);
    if (!isTop) return;
    if (isTime && 'attribute' in type && type.attribute === 'PROCTIME')
      refusals.push(notSupported(source, first, 'ORDER BY processing time'));
    if (!isTime)
      impossible.push(invalid(source, first, 'Sort on a non-time-attribute field is not supported.'));
  }

  #select(select: Select, parent: Scope | undefined, orderBy: readonly OrderItem[]): OrderedPlan {
    const hints = new JoinHints(select.hints);
    const from: RelationPlan = select.from
      ? new FromConverter(this.#session, this.#text, this, hints).convertClause(select.from, parent)
      : { node: ONE_ROW, relations: [] };
    const converter = new SelectConverter(this.#session, this.#text, select, from, parent);
    const plan = converter.convert(from.node, orderBy);
    return hints.isEmpty ? plan : { ...plan, node: withInheritPaths(plan.node) };
  }

  /** A table, view or common table by name, with the hints behind it. */
  convertTableName(path: ObjectPath, hints: readonly Hint[]): QueryPlan {
    const { source, at, commonTables } = this.#text;
    const [name] = path.parts;
    const common =
      path.parts.length === 1 ? commonTables.find((entry) => entry.name === name?.name) : undefined;
    if (common) return this.#commonTable(common);
    const { identifier, object } = this.#session.catalogManager.resolve(path, source, at);
    if (object.kind === 'table') {
      const hinted = hintedOptions(hints, source, this.#session);
      return convertTable(identifier, object, object.definition.options, this.#session, hinted);
    }
    const [hint] = hints;
    if (hint)
      throw invalid(
        source,
        hint,
        `View '${identifier.name}' cannot be enriched with new options: hints are for tables`,
      );
    if (this.#depth > MAX_VIEW_DEPTH)
      throw invalid(source, path, `View '${identifier.name}' refers to itself`);
    const text: QueryText = {
      source: object.query.sql,
      at: { catalog: object.currentCatalog, database: object.currentDatabase },
      commonTables: [],
    };
    // Hints of the query do not reach into a view, nor out of one.
    const session = { ...this.#session, hinted: { hasJoins: false } };
    const plan = withStoredIntervals(
      new QueryConverter(session, text, this.#depth + 1).convert(object.query.tree, undefined, true),
    );
    if (!object.names) return plan;
    const span = { start: 0, end: 0 };
    const names = object.names.map((name) => ({ kind: 'Identifier' as const, name, span }));
    return renamedColumns(plan, names, { kind: 'Identifier', name: identifier.name, span }, text.source);
  }

  /** `TABLE t` or a sub-query as the argument of a table function: all its columns. */
  convertTableArgument(argument: TableArgument | ScalarSubquery): QueryPlan {
    if (argument.kind === 'ScalarSubquery') return this.convert(argument.query);
    const { table } = argument;
    return table.kind === 'ObjectPath' ? allColumns(this.convertTableName(table, [])) : this.convert(table);
  }

  #body(body: QueryBody, parent: Scope | undefined): QueryPlan {
    const { source } = this.#text;
    switch (body.kind) {
      case 'Query':
        return this.convert(body, parent);
      case 'TableQuery':
        return allColumns(this.convertTableName(body.name, []));
      case 'Values': {
        const scope = new Scope([], parent);
        const { subquery } = new SubqueryConverter(this.#session, this.#text, scope).hooks(false);
        const context = { source, scope, clause: 'VALUES', subquery } as const;
        return convertValues(
          body,
          new ExpressionConverter(this.#session.environment, context),
          source,
          this.#session.compute,
        );
      }
      case 'SetOperation': {
        const sides = convertEach([body.left, body.right], (side) => this.#body(side, parent));
        const [left, right] = sides as [QueryPlan, QueryPlan];
        return convertSetOperation(body, left, right, source);
      }
      case 'Select': {
        const { node, fields } = this.#select(body, parent, []);
        return { node, fields };
      }
    }
  }

  /** Innermost first: a common table sees those before it, not itself. */
  #commonTables(query: Query, parent: Scope | undefined): CommonTableEntry[] {
    let text = this.#text;
    const entries: CommonTableEntry[] = [];
    for (const { name, columns, query: body } of query.with) {
      const names = columns.map((column) => column.name);
      const entry = { name: name.name, columns: names, query: body, text, parent, isRead: false };
      entries.unshift(entry);
      text = { ...text, commonTables: [entry, ...text.commonTables] };
    }
    return entries;
  }

  #commonTable(entry: CommonTableEntry): QueryPlan {
    const { query, columns, text, name, parent } = entry;
    entry.isRead = true;
    const plan = new QueryConverter(this.#session, text, this.#depth).convert(query, parent);
    const { span } = query;
    const names = columns.map((column) => ({ kind: 'Identifier' as const, name: column, span }));
    return namedColumns(plan, names, { kind: 'Identifier', name, span }, text.source);
  }

  // What has no operator does not matter where nothing is read.
  #checkCommonTable(entry: CommonTableEntry): void {
    const session = { ...this.#session, refusals: [], impossible: [] };
    new QueryConverter(session, entry.text, this.#depth).#commonTable(entry);
  }
}

/** RECURSIVE may be written where no table reads itself. */
function refuseRecursion(query: Query, source: string): void {
  for (const { name, query: inner, span } of query.with) {
    if (readsTable(inner, name.name))
      throw notSupported(source, { span }, 'A common table that reads itself');
  }
}

function readsTable(part: unknown, name: string): boolean {
  if (Array.isArray(part)) return part.some((each) => readsTable(each, name));
  if (typeof part !== 'object' || part === null) return false;
  const { kind, name: path } = part as { readonly kind?: string; readonly name?: ObjectPath };
  const isRead = kind === 'TableRef' && path?.parts.length === 1 && path.parts[0]?.name === name;
  return isRead || Object.values(part).some((each) => readsTable(each, name));
}

function allColumns({ node, fields }: QueryPlan): QueryPlan {
  const projects = fields.map((_, i) => inputOf(node.rowType, i));
  const all: LogicalNode = { kind: 'LogicalProject', inputs: [node], projects, rowType: node.rowType };
  return { node: all, fields };
}
