/** A query as Calcite writes it, a clause a line: what SHOW CREATE VIEW prints. Undefined for clauses that it has no text for here. */

import { quoteName, quoteText } from '../../types/type-text.ts';
import type {
  Expression,
  FromItem,
  GroupBy,
  GroupingSets,
  Hint,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SetOperation,
  TableAlias,
  WindowSpec,
} from '../parser/ast.ts';
import { expressionText, UnprintableExpression } from './expression-text.ts';

export function queryText(query: Query): string | undefined {
  try {
    return textOfQuery(query);
  } catch (error) {
    if (error instanceof UnprintableExpression) return undefined;
    throw error;
  }
}

function textOfQuery({ with: tables, recursive, body, orderBy, offset, limit }: Query): string {
  if (recursive) throw new UnprintableExpression();
  const withs = tables.map(({ name, columns, query }) => {
    const list = columns.length > 0 ? ` (${columns.map((column) => quoteName(column.name)).join(', ')})` : '';
    return `${quoteName(name.name)}${list} AS (${textOfQuery(query)})`;
  });
  const lines = [`${withs.length > 0 ? `WITH ${withs.join(', ')} ` : ''}${bodyText(body)}`];
  if (orderBy.length > 0) lines.push(`ORDER BY ${orderBy.map(orderText).join(', ')}`);
  if (offset) lines.push(`OFFSET ${textOf(offset)} ROWS`);
  if (limit) lines.push(`FETCH NEXT ${textOf(limit)} ROWS ONLY`);
  return lines.join('\n');
}

function bodyText(body: QueryBody): string {
  switch (body.kind) {
    case 'Select':
      return selectText(body);
    case 'SetOperation':
      if (needsParentheses(body)) throw new UnprintableExpression();
      return `${bodyText(body.left)}\n${body.operator}${body.all ? ' ALL' : ''}\n${bodyText(body.right)}`;
    case 'Values':
      return `VALUES ${body.rows.map(({ items }) => `ROW(${items.map(textOf).join(', ')})`).join(',\n')}`;
    case 'TableQuery':
    case 'Query':
      throw new UnprintableExpression();
  }
}

// INTERSECT binds tighter; the right side of none is another one.
function needsParentheses({ operator, left, right }: SetOperation): boolean {
  const isWeaker = left.kind === 'SetOperation' && operator === 'INTERSECT' && left.operator !== 'INTERSECT';
  return isWeaker || right.kind === 'SetOperation';
}

function selectText(select: Select): string {
  const { distinct, items, from, where, groupBy, having, windows } = select;
  if (select.hints.length > 0 || select.qualify) throw new UnprintableExpression();
  const lines = [`SELECT ${distinct ? 'DISTINCT ' : ''}${items.map(itemText).join(', ')}`];
  if (from) lines.push(`FROM ${fromText(from)}`);
  if (where) lines.push(`WHERE ${textOf(where)}`);
  if (groupBy) lines.push(`GROUP BY ${groupByText(groupBy)}`);
  if (having) lines.push(`HAVING ${textOf(having)}`);
  if (windows.length > 0) {
    const list = windows.map(({ name, window }) => `${quoteName(name.name)} AS (${windowText(window)})`);
    lines.push(`WINDOW ${list.join(', ')}`);
  }
  return lines.join('\n');
}

function itemText(item: SelectItem): string {
  if (item.kind === 'Star') throw new UnprintableExpression();
  const text = textOf(item.expression);
  return item.alias ? `${text} AS ${quoteName(item.alias.name)}` : text;
}

function fromText(item: FromItem): string {
  switch (item.kind) {
    case 'TableRef': {
      if (item.systemTime || item.sample) throw new UnprintableExpression();
      const name = item.name.parts.map((part) => quoteName(part.name)).join('.');
      const hints = item.hints.length > 0 ? `\n/*+ ${item.hints.map(hintText).join(', ')} */` : '';
      return `${name}${hints}${aliasText(item.alias)}`;
    }
    case 'SubqueryRef':
      return `${item.lateral ? 'LATERAL ' : ''}(${textOfQuery(item.query)})${aliasText(item.alias)}`;
    case 'UnnestRef': {
      const ordinality = item.withOrdinality ? ' WITH ORDINALITY' : '';
      return `${item.lateral ? 'LATERAL ' : ''}UNNEST(${item.expressions.map(textOf).join(', ')})${ordinality}${aliasText(item.alias)}`;
    }
    case 'TableFunctionRef':
      return `${item.lateral ? 'LATERAL ' : ''}TABLE(${textOf(item.call)})${aliasText(item.alias)}`;
    case 'Join': {
      if (item.natural || item.condition?.kind === 'Using' || item.right.kind === 'Join')
        throw new UnprintableExpression();
      const [left, right] = [fromText(item.left), fromText(item.right)];
      if (item.type === 'COMMA') return `${left},\n${right}`;
      const condition = item.condition?.kind === 'On' ? ` ON ${textOf(item.condition.expression)}` : '';
      return `${left}\n${item.type} JOIN ${right}${condition}`;
    }
    case 'MatchRecognize':
      throw new UnprintableExpression();
  }
}

function aliasText(alias: TableAlias | undefined): string {
  if (!alias) return '';
  const columns = alias.columns.map((column) => quoteName(column.name)).join(', ');
  return ` AS ${quoteName(alias.name.name)}${columns === '' ? '' : ` (${columns})`}`;
}

function hintText({ name, args }: Hint): string {
  const list = args.map((argument) => {
    if (argument.kind !== 'HintProperty') throw new UnprintableExpression();
    const { key, value } = argument;
    return `${quoteText('value' in key ? key.value : key.name)} = ${quoteText(value.value)}`;
  });
  return `${quoteName(name.name)}(${list.join(', ')})`;
}

function groupByText({ distinct, items }: GroupBy): string {
  const list = items.map((item) => (item.kind === 'GroupingSets' ? groupingText(item) : textOf(item)));
  return `${distinct ? 'DISTINCT ' : ''}${list.join(', ')}`;
}

function groupingText({ operator, sets }: GroupingSets): string {
  if (operator === 'EMPTY') return '()';
  const list = sets.map((set) => {
    if (set.kind === 'GroupingSets') return groupingText(set);
    const items = set.items.map(textOf).join(', ');
    return set.items.length === 1 ? items : `(${items})`;
  });
  return `${operator}(${list.join(', ')})`;
}

function windowText({ base, partitionBy, orderBy, frame }: WindowSpec): string {
  if (base || frame) throw new UnprintableExpression();
  const parts = [
    ...(partitionBy.length > 0 ? [`PARTITION BY ${partitionBy.map(textOf).join(', ')}`] : []),
    ...(orderBy.length > 0 ? [`ORDER BY ${orderBy.map(orderText).join(', ')}`] : []),
  ];
  return parts.join(' ');
}

function orderText({ expression, descending, nulls }: OrderItem): string {
  return `${textOf(expression)}${descending ? ' DESC' : ''}${nulls ? ` NULLS ${nulls}` : ''}`;
}

function textOf(expression: Expression): string {
  return expressionText(expression, { query: textOfQuery, window: windowText });
}
