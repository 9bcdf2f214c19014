import type { RexNode } from '../../expressions/rex-node.ts';
import type { SortKeySpec } from '../../operators/operator-spec.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typeText } from '../../types/type-text.ts';
import type { Expression, OrderItem, Query } from '../parser/ast.ts';
import { sortKeyOf } from '../validate/call-converter.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import type { QueryPlan } from './relation-plan.ts';
import type { LogicalNode, LogicalSort } from './rel-node.ts';
import { logicalProject } from './builders.ts';
import { fieldNames, inputOf, sameRex } from './rex.ts';

/** An item of the SELECT list, over the input of its projection. */
export interface OrderableItem {
  readonly name: string;
  readonly node: RexNode;
}

/** A query before it is sorted. Its node may have more columns behind those of `fields`: what it is sorted by alone. */
export interface OrderedPlan extends QueryPlan {
  readonly keys: readonly SortKeySpec[];
}

/** ORDER BY in terms of a SELECT list: which items, and which expressions have to be computed beside them. */
export interface OrderKeys {
  readonly keys: readonly SortKeySpec[];
  readonly extra: readonly RexNode[];
}

const UNSORTED = new Set(['MAP', 'MULTISET', 'VARIANT', 'BITMAP', 'RAW']);

function isSorted(type: LogicalType): boolean {
  if (type.root === 'ARRAY') return isSorted(type.element);
  if (type.root === 'ROW') return type.fields.every((field) => isSorted(field.type));
  return !UNSORTED.has(type.root);
}

/**
 * An item of ORDER BY is the number of a SELECT item, or an expression in which a name that the SELECT list gives means that item; what is no
 * SELECT item becomes a column of its own.
 *
 * @param convert converts an expression, asking `replace` first
 */
export function orderKeys(
  orderBy: readonly OrderItem[],
  items: readonly OrderableItem[],
  { source, isStreaming }: { readonly source: string; readonly isStreaming: boolean },
  convert: (expression: Expression, replace: (expression: Expression) => RexNode | undefined) => RexNode,
): OrderKeys {
  const extra: RexNode[] = [];
  const keys: SortKeySpec[] = [];
  for (const item of orderBy) {
    const ordinal = ordinalOf(item, items.length, source);
    const node = ordinal === undefined ? convert(item.expression, aliasOf(items)) : items[ordinal]?.node;
    if (!node) throw invalid(source, item, 'Ordinal out of range');
    if (!isSorted(node.type)) {
      const message = `Type(${typeText(node.type)}) is not an orderable data type, it is not supported as a ORDER_BY/GROUP_BY/JOIN_EQUAL field.`;
      throw invalid(source, item, message);
    }
    if (isStreaming && (node.type.root === 'ARRAY' || node.type.root === 'ROW')) {
      throw notSupported(source, item, `ORDER BY a value of type ${typeText(node.type)} in streaming mode`);
    }
    const known = items.findIndex((each) => sameRex(each.node, node));
    const own = extra.findIndex((each) => sameRex(each, node));
    const column = known >= 0 ? known : items.length + (own >= 0 ? own : extra.push(node) - 1);
    if (keys.every((key) => key.column !== column)) keys.push({ column, ...sortKeyOf(item, node) });
  }
  return { keys, extra };
}

function ordinalOf({ expression }: OrderItem, count: number, source: string): number | undefined {
  if (expression.kind !== 'NumberLiteral' || expression.form !== 'integer') return undefined;
  const ordinal = Number(expression.text);
  if (ordinal < 1 || ordinal > count) throw invalid(source, expression, 'Ordinal out of range');
  return ordinal - 1;
}

function aliasOf(items: readonly OrderableItem[]): (expression: Expression) => RexNode | undefined {
  return (expression) => {
    if (expression.kind !== 'ColumnPath' || expression.parts.length !== 1) return undefined;
    return items.find((item) => item.name === expression.parts[0]?.name)?.node;
  };
}

/** What of the sorted rows is kept. */
export interface Limits {
  readonly offset: number;
  readonly fetch: number | undefined;
  readonly showsOffset: boolean;
}

/** OFFSET and LIMIT as written; `fetch` is undefined where there is none. */
export function limitsOf({ offset, limit }: Pick<Query, 'offset' | 'limit'>, source: string): Limits {
  const rows = (node: Query['limit']): number | undefined => {
    if (!node) return undefined;
    if (node.kind === 'DynamicParameter') throw notSupported(source, node, "A dynamic parameter '?'");
    const count = Math.trunc(Number(node.text)); // Flink cuts a fraction off
    if (!Number.isSafeInteger(count) || count < 0)
      throw invalid(source, node, 'A whole number of rows is expected');
    return count;
  };
  return { offset: rows(offset) ?? 0, fetch: rows(limit), showsOffset: offset !== undefined };
}

/** The plan sorted and cut, without the columns that it is sorted by alone. */
export function sortedPlan(
  { node, fields, keys }: OrderedPlan,
  { offset, fetch, showsOffset }: Limits,
): QueryPlan {
  const isUnchanged = keys.length === 0 && offset === 0 && fetch === undefined;
  const sort: LogicalSort = {
    kind: 'LogicalSort',
    inputs: [node],
    keys,
    offset,
    ...(showsOffset && { showsOffset }),
    ...(fetch !== undefined && { fetch }),
    rowType: node.rowType,
  };
  return withoutExtra(isUnchanged ? node : sort, fields);
}

function withoutExtra(node: LogicalNode, fields: QueryPlan['fields']): QueryPlan {
  if (node.rowType.fields.length === fields.length) return { node, fields };
  const columns = fields.map((_, i) => inputOf(node.rowType, i));
  return { node: logicalProject(node, columns, fieldNames(node.rowType).slice(0, fields.length)), fields };
}
