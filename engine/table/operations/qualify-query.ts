/**
 * A query with every name in full, as Flink keeps the query of a view: tables by catalog and database, columns by their table, stars
 * written out. What the tree means stays the same, whatever becomes current later and whatever columns a table gets.
 *
 * A query with a clause that is not known here is left as it is (undefined).
 */

import type { LogicalType } from '../../types/logical-type.ts';
import type { CatalogManager, CurrentPath } from '../catalog/catalog-manager.ts';
import type {
  ColumnPath,
  ExpressionItem,
  FromItem,
  FunctionCall,
  Identifier,
  ObjectPath,
  Query,
  QueryBody,
  Select,
  SelectItem,
  Span,
  Star,
  TableAlias,
  TableArgument,
  TableFunctionRef,
} from '../parser/ast.ts';
import { selectName } from '../validate/select-names.ts';
import type { ImplicitCasts } from './implicit-casts.ts';
import { shownColumns } from './merged-columns.ts';
import { aliasOf, identifiers, isAlias, pathOf } from './written-names.ts';

export function qualifyQuery(
  query: Query,
  catalogs: CatalogManager,
  at: CurrentPath,
  casts: ImplicitCasts,
): Query | undefined {
  try {
    return new Qualifier(catalogs, at, casts).query(query, undefined, []).query;
  } catch (error) {
    if (error instanceof UnknownClause) return undefined;
    throw error;
  }
}

/** Something whose names are not known here. */
class UnknownClause extends Error {}

interface Relation {
  readonly alias: string;
  /** Of a table that has no other name: by its end it is named, too. */
  readonly path?: readonly string[];
  readonly columns: readonly string[];
  /** The types of the columns, where they are known: the fields of ROWs answer to their names, too. */
  readonly types?: readonly LogicalType[];
  /** Columns that stand for those of one before (USING, NATURAL). */
  readonly hidden?: ReadonlySet<string>;
}

/** Relations whose columns an expression may name; outer ones behind. */
interface Names {
  readonly relations: readonly Relation[];
  readonly outer: Names | undefined;
}

interface NamedQuery {
  readonly query: Query;
  readonly columns: readonly string[];
}

type CommonTables = readonly Relation[];

const WINDOW_FUNCTIONS = new Set(['TUMBLE', 'HOP', 'CUMULATE', 'SESSION']);
const WINDOW_COLUMNS = ['window_start', 'window_end', 'window_time'];

class Qualifier {
  readonly #catalogs: CatalogManager;
  readonly #at: CurrentPath;
  readonly #casts: ImplicitCasts;
  #unnamed = 0;

  constructor(catalogs: CatalogManager, at: CurrentPath, casts: ImplicitCasts) {
    this.#catalogs = catalogs;
    this.#at = at;
    this.#casts = casts;
  }

  query(query: Query, outer: Names | undefined, visible: CommonTables): NamedQuery {
    let common = visible;
    const withs = query.with.map((table) => {
      const named = this.query(table.query, outer, common);
      const columns = table.columns.length > 0 ? table.columns.map(({ name }) => name) : named.columns;
      common = [{ alias: table.name.name, columns }, ...common];
      return { ...table, query: named.query };
    });
    const isOrdered = query.orderBy.length > 0 || query.offset !== undefined || query.limit !== undefined;
    // Calcite orders the rows of a SELECT alone.
    const ordered = isOrdered && query.body.kind !== 'Select' ? this.#selectOf(query.body) : query.body;
    const body = this.#body(ordered, outer, common);
    const aliases = new Set(body.columns);
    const orderBy = query.orderBy.map((item) => ({
      ...item,
      expression: isAlias(item.expression, aliases)
        ? item.expression
        : this.#rewrite(item.expression, body.names, common),
    }));
    return { query: { ...query, with: withs, body: body.body, orderBy }, columns: body.columns };
  }

  #body(
    body: QueryBody,
    outer: Names | undefined,
    common: CommonTables,
  ): { readonly body: QueryBody; readonly columns: readonly string[]; readonly names: Names } {
    const none: Names = { relations: [], outer };
    switch (body.kind) {
      case 'Select':
        return this.#select(body, outer, common);
      case 'SetOperation': {
        const left = this.#body(body.left, outer, common);
        const right = this.#body(body.right, outer, common);
        return { body: { ...body, left: left.body, right: right.body }, columns: left.columns, names: none };
      }
      case 'Values': {
        const columns = (body.rows[0]?.items ?? []).map((_, i) => `EXPR$${i}`);
        return { body: this.#rewrite(body, none, common), columns, names: none };
      }
      case 'TableQuery': {
        const select = this.#tableSelect(body.name, common);
        return { body: select.query.body, columns: select.columns, names: none };
      }
      case 'Query': {
        const { query, columns } = this.query(body, outer, common);
        return { body: query, columns, names: none };
      }
    }
  }

  /** `SELECT * FROM (body)`. */
  #selectOf(body: QueryBody): Select {
    const { span } = body;
    const query: Query = { kind: 'Query', span, with: [], body, orderBy: [] };
    const from: FromItem = { kind: 'SubqueryRef', span, lateral: false, query };
    const star: Star = { kind: 'Star', span, qualifier: [] };
    return { kind: 'Select', span, hints: [], distinct: false, items: [star], from, windows: [] };
  }

  #select(select: Select, outer: Names | undefined, common: CommonTables) {
    const relations: Relation[] = [];
    const from = select.from && this.#from(select.from, relations, outer, common);
    const names: Names = { relations, outer };
    const rewrite = <T>(node: T): T => this.#rewrite(node, names, common);
    // A column of a star whose name is there already gets one of its own.
    const taken = new Set<string>();
    const items = select.items.flatMap((item, i): SelectItem[] => {
      if (item.kind === 'Star') return this.#star(item, relations, select.from, taken);
      const merged = select.from && mergedItem(item, relations, select.from);
      const shown = merged ?? { ...item, expression: rewrite(item.expression) };
      taken.add(shown.alias?.name ?? selectName(shown.expression, i));
      return [shown];
    });
    const columns = items.map((item, i) => {
      if (item.kind === 'Star') throw new UnknownClause();
      return item.alias?.name ?? selectName(item.expression, i);
    });
    const body: Select = {
      ...select,
      items,
      from,
      where: rewrite(select.where),
      groupBy: rewrite(select.groupBy),
      having: rewrite(select.having),
      windows: rewrite(select.windows),
      qualify: rewrite(select.qualify),
    };
    return { body, columns, names };
  }

  #star(
    { qualifier, span }: Star,
    relations: readonly Relation[],
    from: FromItem | undefined,
    taken: Set<string>,
  ): SelectItem[] {
    const [of] = qualifier;
    const shown = of ? relations.filter(({ alias }) => alias === of.name) : relations;
    const item = (expression: ColumnPath): ExpressionItem => {
      const name = expression.parts.at(-1)?.name ?? '';
      let own = name;
      for (let i = 0; taken.has(own); i++) own = `${name}${i}`;
      taken.add(own);
      const [alias] = own === name ? [] : identifiers([own], span);
      return { kind: 'ExpressionItem', span, expression, alias };
    };
    if (qualifier.length > 1 || shown.length === 0) {
      return this.#fieldsOf(qualifier, span, relations).map(item);
    }
    const tables = tablesOf(shown, span, item);
    return of || !from ? tables.flatMap(({ items }) => items) : shownColumns(from, tables.values());
  }

  /** `r.*` of a ROW. */
  #fieldsOf(path: readonly Identifier[], span: Span, relations: readonly Relation[]): ColumnPath[] {
    const { parts } = qualified({ kind: 'ColumnPath', span, parts: path }, { relations, outer: undefined });
    const [alias, column, ...inner] = parts.map((part) => part.name);
    const relation = relations.find((each) => each.alias === alias);
    let type = relation?.types?.[relation.columns.indexOf(column ?? '')];
    for (const name of inner) {
      type = type?.root === 'ROW' ? type.fields.find((field) => field.name === name)?.type : undefined;
    }
    if (type?.root !== 'ROW') throw new UnknownClause();
    return type.fields.map((field) => ({
      kind: 'ColumnPath',
      span,
      parts: [...parts, ...identifiers([field.name], span)],
    }));
  }

  // ------------------------------------------------------------------------------------------------- FROM

  #from(item: FromItem, relations: Relation[], outer: Names | undefined, common: CommonTables): FromItem {
    if (item.kind !== 'Join' && item.sample) throw new UnknownClause();
    switch (item.kind) {
      case 'TableRef': {
        const systemTime = this.#rewrite(item.systemTime, { relations: [...relations], outer }, common);
        const { path, columns, types } = this.#table(item.name, common);
        const alias = item.alias ?? aliasOf(item.name.parts.at(-1)?.name ?? '', item.span);
        const names = item.alias ? {} : { path: path.parts.map((part) => part.name) };
        relations.push({ ...relation(alias, columns), ...(types && { types }), ...names });
        // Flink gives a table with hints no name of its own.
        return { ...item, name: path, systemTime, alias: item.hints.length > 0 ? item.alias : alias };
      }
      case 'SubqueryRef': {
        const names = item.lateral ? { relations: [...relations], outer } : outer;
        const { query, columns } = this.query(item.query, names, common);
        const alias = item.alias ?? this.#alias(item.span);
        relations.push(relation(alias, columns));
        return { ...item, query, alias };
      }
      case 'UnnestRef': {
        const { alias } = item;
        if (!alias || alias.columns.length === 0) throw new UnknownClause();
        const expressions = this.#rewrite(item.expressions, { relations: [...relations], outer }, common);
        relations.push(relation(alias, []));
        return { ...item, expressions };
      }
      case 'TableFunctionRef':
        return this.#tableFunction(item, relations, outer, common);
      case 'Join': {
        const left = this.#from(item.left, relations, outer, common);
        const before = relations.length;
        const right = this.#from(item.right, relations, outer, common);
        if (item.natural || item.condition?.kind === 'Using') {
          hideShared(
            relations,
            before,
            item.condition?.kind === 'Using' ? item.condition.columns : undefined,
          );
          return { ...item, left, right };
        }
        const condition = this.#rewrite(item.condition, { relations: [...relations], outer }, common);
        return { ...item, left, right, condition };
      }
      case 'MatchRecognize':
      case 'RefusedTable':
        throw new UnknownClause();
    }
  }

  #tableFunction(
    item: TableFunctionRef,
    relations: Relation[],
    outer: Names | undefined,
    common: CommonTables,
  ): FromItem {
    const name = item.call.name.parts[0]?.name.toUpperCase() ?? '';
    const alias = item.alias ?? this.#alias(item.span);
    const [first, ...rest] = item.call.args;
    const table = first?.kind === 'NamedArgument' ? first.value : first;
    if (item.call.name.parts.length === 1 && WINDOW_FUNCTIONS.has(name) && table?.kind === 'TableArgument') {
      const { argument, columns } = this.#tableArgument(table, outer, common);
      relations.push(relation(alias, [...columns, ...WINDOW_COLUMNS]));
      const given = first?.kind === 'NamedArgument' ? { ...first, value: argument } : argument;
      return { ...item, call: { ...item.call, args: [given, ...rest] }, alias };
    }
    if (alias.columns.length === 0) throw new UnknownClause();
    relations.push(relation(alias, []));
    // Its arguments stay as they are, as in Flink.
    return { ...item, call: { ...item.call, name: this.#functionPath(item.call.name) }, alias };
  }

  /** `TABLE t` is a query of all columns. */
  #tableArgument(argument: TableArgument, outer: Names | undefined, common: CommonTables) {
    if (argument.orderBy.length > 0) throw new UnknownClause();
    const { table } = argument;
    const { query, columns } =
      table.kind === 'Query' ? this.query(table, outer, common) : this.#tableSelect(table, common);
    return { argument: { ...argument, table: query }, columns };
  }

  #tableSelect(name: ObjectPath, common: CommonTables): NamedQuery {
    const { span } = name;
    const star: Star = { kind: 'Star', span, qualifier: [] };
    const from: FromItem = { kind: 'TableRef', span, name, hints: [] };
    const select: Select = {
      kind: 'Select',
      span,
      hints: [],
      distinct: false,
      items: [star],
      from,
      windows: [],
    };
    return this.query({ kind: 'Query', span, with: [], body: select, orderBy: [] }, undefined, common);
  }

  #table(
    name: ObjectPath,
    common: CommonTables,
  ): Pick<Relation, 'columns' | 'types'> & { readonly path: ObjectPath } {
    const [first] = name.parts;
    const table = name.parts.length === 1 ? common.find(({ alias }) => alias === first?.name) : undefined;
    if (table) return { path: name, columns: table.columns };
    const identifier = this.#catalogs.qualify(
      name.parts.map((part) => part.name),
      this.#at,
    );
    const object = this.#catalogs.find(identifier)?.object;
    if (!object) throw new UnknownClause();
    const { fields } = object.kind === 'table' ? object.schema.rowType : object.rowType;
    const parts = [identifier.catalog, identifier.database, identifier.name];
    return {
      path: { ...name, parts: identifiers(parts, name.span) },
      columns: fields.map((field) => field.name),
      types: fields.map((field) => field.type),
    };
  }

  #alias(span: Span): TableAlias {
    return aliasOf(`EXPR$${this.#unnamed++}`, span);
  }

  // ------------------------------------------------------------------------------------------- expressions

  /** The same tree with qualified columns and queries. */
  #rewrite<T>(node: T, names: Names, common: CommonTables): T {
    if (Array.isArray(node)) {
      const items: readonly unknown[] = node;
      return items.map((item) => this.#rewrite(item, names, common)) as T;
    }
    if (typeof node !== 'object' || node === null) return node;
    return this.#casts.around(node, this.#named(node, names, common));
  }

  #named<T extends object>(node: T, names: Names, common: CommonTables): T {
    if ('kind' in node) {
      if (isKind<FunctionCall>(node, 'FunctionCall')) {
        const { name, ...rest } = node;
        return { ...this.#rewriteParts(rest, names, common), name: this.#functionPath(name) } as T;
      }
      if (isKind<ColumnPath>(node, 'ColumnPath')) return qualified(node, names) as T;
      if (isKind<Query>(node, 'Query')) return this.query(node, names, common).query as T;
      // Columns of a table argument, and names that are none of columns.
      if (node.kind === 'DescriptorArgument' || node.kind === 'Identifier' || node.kind === 'ObjectPath')
        return node;
      if (node.kind === 'TableArgument' || node.kind === 'ModelArgument') throw new UnknownClause();
    }
    return this.#rewriteParts(node, names, common);
  }

  #functionPath(name: ObjectPath): ObjectPath {
    const path = this.#catalogs.functions.fullPath(name.parts.map((part) => part.name));
    return path ? { ...name, parts: identifiers(path, name.span) } : name;
  }

  #rewriteParts<T extends object>(node: T, names: Names, common: CommonTables): T {
    const entries = Object.entries(node as Readonly<Record<string, unknown>>).map(([key, value]) => [
      key,
      this.#rewrite(value, names, common),
    ]);
    return Object.fromEntries(entries) as T;
  }
}

function qualified(path: ColumnPath, names: Names): ColumnPath {
  const [first, second] = path.parts.map((part) => part.name);
  for (let scope: Names | undefined = names; scope; scope = scope.outer) {
    const table = scope.relations.find(({ alias }) => alias === first);
    if (table && second !== undefined)
      return within(path, path.parts.slice(0, 1), path.parts.slice(1), table);
    const [whole, used] = namedInFull(path, scope.relations);
    if (whole) return within(path, identifiers([whole.alias], path.span), path.parts.slice(used), whole);
    const holders = scope.relations.filter((each) => holds(each, first ?? ''));
    const [holder] = holders;
    // What USING has merged is no column of one table.
    if (holders.length > 1 || scope.relations.some(({ hidden }) => hidden?.has(first ?? '')))
      throw new UnknownClause();
    if (holder) return within(path, identifiers([holder.alias], path.span), path.parts, holder);
  }
  throw new UnknownClause();
}

/** The table that a path begins with, `catalog.database.t`, `database.t`, and of how many names. */
function namedInFull({ parts }: ColumnPath, relations: readonly Relation[]): [Relation?, number?] {
  const names = parts.map((part) => part.name);
  for (const used of [3, 2]) {
    const begin = names.slice(0, used).join('\0');
    const found = relations.find(({ path }) => path?.slice(-used).join('\0') === begin);
    if (found && names.length > used) return [found, used];
  }
  return [];
}

function holds({ columns, types, hidden }: Relation, name: string): boolean {
  if (hidden?.has(name)) return false;
  return columns.includes(name) || (types?.some((type) => wayTo(type, name)) ?? false);
}

/** `rest`, names of a relation's column and of fields in it, behind the relation's name and the fields that are left out. */
function within(
  path: ColumnPath,
  alias: readonly Identifier[],
  rest: readonly Identifier[],
  { columns, types = [] }: Relation,
): ColumnPath {
  const name = rest[0]?.name ?? '';
  if (columns.includes(name)) return { ...path, parts: [...alias, ...rest] };
  for (const [i, type] of types.entries()) {
    const way = wayTo(type, name);
    if (way)
      return { ...path, parts: [...alias, ...identifiers([columns[i] ?? '', ...way], path.span), ...rest] };
  }
  throw new UnknownClause();
}

/** The fields of a ROW through which a field of the name is reached. */
function wayTo(type: LogicalType, name: string): string[] | undefined {
  if (type.root !== 'ROW') return undefined;
  if (type.fields.some((field) => field.name === name)) return [];
  for (const field of type.fields) {
    const way = wayTo(field.type, name);
    if (way) return [field.name, ...way];
  }
  return undefined;
}

/** Marks what the relations from `before` on share with those before them. */
function hideShared(relations: Relation[], before: number, using: readonly Identifier[] | undefined): void {
  const left = new Set(relations.slice(0, before).flatMap(({ columns }) => columns));
  const shared = (name: string): boolean =>
    using ? using.some((column) => column.name === name) : left.has(name);
  for (const [i, each] of relations.entries()) {
    if (i >= before) relations[i] = { ...each, hidden: new Set(each.columns.filter(shared)) };
  }
}

function tablesOf(
  relations: readonly Relation[],
  span: Span,
  itemOf: (path: ColumnPath) => ExpressionItem,
): { readonly columns: readonly string[]; readonly items: readonly ExpressionItem[] }[] {
  return relations.map(({ alias, columns }) => ({
    columns,
    items: columns.map((column) => itemOf(pathOf([alias, column], span))),
  }));
}

/** The bare name of a column that USING has merged. */
function mergedItem(
  { expression, alias, span }: ExpressionItem,
  relations: readonly Relation[],
  from: FromItem,
): ExpressionItem | undefined {
  const [name, second] = expression.kind === 'ColumnPath' && !alias ? expression.parts : [];
  if (!name || second || relations.every(({ hidden }) => !hidden?.has(name.name))) return undefined;
  const tables = tablesOf(relations, span, (path) => ({ kind: 'ExpressionItem', span, expression: path }));
  return shownColumns(from, tables.values()).find((item) => item.alias?.name === name.name);
}

function isKind<T extends { readonly kind: string }>(
  node: { readonly kind: unknown },
  kind: T['kind'],
): node is T {
  return node.kind === kind;
}

function relation({ name, columns: own }: TableAlias, columns: readonly string[]): Relation {
  return { alias: name.name, columns: own.length > 0 ? own.map((column) => column.name) : columns };
}
