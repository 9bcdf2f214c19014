import type { Hint, ObjectPath, Query, QueryBody, ScalarSubquery, TableArgument } from '../parser/ast.ts';
import { ExpressionConverter } from '../validate/expression-converter.ts';
import { Scope } from '../validate/scope.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { FromConverter } from './from-converter.ts';
import type { CommonTableEntry, PlannerSession, QueryText } from './planner-session.ts';
import { renamedColumns } from './relation-plan.ts';
import type { QueryPlan, RelationPlan } from './relation-plan.ts';
import type { LogicalNode } from './rel-node.ts';
import { inputOf } from './rex.ts';
import { SelectConverter } from './select-converter.ts';
import { convertSetOperation } from './set-converter.ts';
import { convertTable, optionsWithHints } from './table-converter.ts';
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

  /** `parent`: the scope of the query around this one, where it may be seen. */
  convert(query: Query, parent?: Scope): QueryPlan {
    const { source } = this.#text;
    if (query.recursive) throw notSupported(source, query, 'WITH RECURSIVE');
    const [order] = query.orderBy;
    if (order) throw notSupported(source, order, 'ORDER BY');
    if (query.limit) throw notSupported(source, query.limit, 'LIMIT');
    if (query.offset) throw notSupported(source, query.offset, 'OFFSET');
    if (query.with.length === 0) return this.#body(query.body, parent);
    return this.#withCommonTables(query).#body(query.body, parent);
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
      const options = optionsWithHints(object.definition.options, hints, source, this.#session);
      return convertTable(identifier, object, options, this.#session);
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
    const plan = new QueryConverter(this.#session, text, this.#depth + 1).convert(object.query.tree);
    if (!object.isRenamed) return plan;
    const span = { start: 0, end: 0 };
    const names = object.rowType.fields.map((field) => ({
      kind: 'Identifier' as const,
      name: field.name,
      span,
    }));
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
        const context = { source, scope: new Scope([], parent), clause: 'VALUES' } as const;
        return convertValues(body, new ExpressionConverter(this.#session.environment, context), source);
      }
      case 'SetOperation': {
        const left = this.#body(body.left, parent);
        const right = this.#body(body.right, parent);
        return convertSetOperation(body, left, right, source);
      }
      case 'Select': {
        const from: RelationPlan = body.from
          ? new FromConverter(this.#session, this.#text, this).convert(body.from, parent)
          : { node: ONE_ROW, relations: [] };
        return new SelectConverter(this.#session, this.#text, body, from, parent).convert(from.node);
      }
    }
  }

  // A common table sees those before it, not itself.
  #withCommonTables(query: Query): QueryConverter {
    let text = this.#text;
    for (const { name, columns, query: body } of query.with) {
      const entry: CommonTableEntry = {
        name: name.name,
        columns: columns.map((column) => column.name),
        query: body,
        text,
      };
      text = { ...text, commonTables: [entry, ...text.commonTables] };
    }
    return new QueryConverter(this.#session, text, this.#depth);
  }

  #commonTable({ query, columns, text, name }: CommonTableEntry): QueryPlan {
    const plan = new QueryConverter(this.#session, text, this.#depth).convert(query);
    const { span } = query;
    const names = columns.map((column) => ({ kind: 'Identifier' as const, name: column, span }));
    return renamedColumns(plan, names, { kind: 'Identifier', name, span }, text.source);
  }
}

function allColumns({ node, fields }: QueryPlan): QueryPlan {
  const projects = fields.map((_, i) => inputOf(node.rowType, i));
  const all: LogicalNode = { kind: 'LogicalProject', inputs: [node], projects, rowType: node.rowType };
  return { node: all, fields };
}
