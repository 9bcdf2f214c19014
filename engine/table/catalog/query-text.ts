/** A query as Calcite writes it, a clause a line: what SHOW CREATE VIEW prints. Undefined for clauses that it has no text for here. */

import { quoteName, quoteText } from '../../types/type-text.ts';
import type {
  Expression,
  FrameBound,
  FromItem,
  GroupBy,
  GroupingSets,
  Hint,
  Join,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SetOperation,
  TableAlias,
  WindowFrame,
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
  const lines = [bodyText(body)];
  if (orderBy.length > 0) lines.push(`ORDER BY ${orderBy.map(orderText).join(', ')}`);
  if (offset) lines.push(`OFFSET ${textOf(offset)} ROWS`);
  if (limit) lines.push(`FETCH NEXT ${textOf(limit)} ROWS ONLY`);
  const text = lines.join('\n');
  if (tables.length === 0) return text;
  const withs = tables.map(({ name, columns, query }) => {
    const list = columns.length > 0 ? ` (${columns.map((column) => quoteName(column.name)).join(', ')})` : '';
    return `${quoteName(name.name)}${list} AS (${textOfQuery(query)})`;
  });
  return `WITH ${withs.join(', ')} ${lines.length > 1 ? `(${text})` : text}`;
}

function bodyText(body: QueryBody): string {
  switch (body.kind) {
    case 'Select':
      return selectText(body);
    case 'SetOperation':
      return `${operandText(body.left, body, false)}\n${body.operator}${body.all ? ' ALL' : ''}\n${operandText(body.right, body, true)}`;
    case 'Values':
      return `VALUES ${body.rows.map(({ items }) => `ROW(${items.map((each) => textOf(each)).join(', ')})`).join(',\n')}`;
    case 'Query':
      return `(${textOfQuery(body)})`;
    case 'TableQuery':
      throw new UnprintableExpression();
  }
}

// INTERSECT binds tighter; a right side that binds no tighter stands in parentheses.
function operandText(body: QueryBody, { operator }: SetOperation, isRight: boolean): string {
  const text = bodyText(body);
  if (body.kind !== 'SetOperation') return text;
  const isTighter = body.operator === 'INTERSECT' && operator !== 'INTERSECT';
  const isLevel = (body.operator === 'INTERSECT') === (operator === 'INTERSECT');
  return isTighter || (isLevel && !isRight) ? text : `(${text})`;
}

function selectText(select: Select): string {
  const { hints, stream, distinct, items, from, where, groupBy, having, windows, qualify } = select;
  const head = hints.length > 0 ? `SELECT\n${hintsText(hints)}\n` : 'SELECT ';
  const lines = [
    `${head}${stream ? 'STREAM ' : ''}${distinct ? 'DISTINCT ' : ''}${items.map(itemText).join(', ')}`,
  ];
  if (from) lines.push(`FROM ${fromText(from)}`);
  if (where) lines.push(`WHERE ${textOf(where)}`);
  if (groupBy) lines.push(`GROUP BY ${groupByText(groupBy)}`);
  if (having) lines.push(`HAVING ${textOf(having)}`);
  if (windows.length > 0) {
    const list = windows.map(({ name, window }) => `${quoteName(name.name)} AS (${windowText(window)})`);
    lines.push(`WINDOW ${list.join(', ')}`);
  }
  if (qualify) lines.push(`QUALIFY ${textOf(qualify)}`);
  return lines.join('\n');
}

function itemText(item: SelectItem): string {
  if (item.kind === 'Star') throw new UnprintableExpression();
  // AS binds tighter than a sub-query.
  const text = textOf(item.expression, item.alias ? 1 : 0);
  return item.alias ? `${text} AS ${quoteName(item.alias.name)}` : text;
}

/** `line`: what stands between the tables of a join, in parentheses a blank. */
function fromText(item: FromItem, line = '\n'): string {
  if (item.kind !== 'Join' && item.sample) throw new UnprintableExpression();
  switch (item.kind) {
    case 'TableRef': {
      const name = item.name.parts.map((part) => quoteName(part.name)).join('.');
      const hints = item.hints.length > 0 ? `\n${hintsText(item.hints)}` : '';
      const time = item.systemTime ? ` FOR SYSTEM_TIME AS OF ${textOf(item.systemTime)}` : '';
      return `${name}${hints}${time}${aliasText(item.alias)}`;
    }
    case 'SubqueryRef':
      return `${item.lateral ? 'LATERAL ' : ''}(${textOfQuery(item.query)})${aliasText(item.alias)}`;
    case 'UnnestRef': {
      const ordinality = item.withOrdinality ? ' WITH ORDINALITY' : '';
      return `${item.lateral ? 'LATERAL ' : ''}UNNEST(${item.expressions.map((each) => textOf(each)).join(', ')})${ordinality}${aliasText(item.alias)}`;
    }
    case 'TableFunctionRef':
      return `${item.lateral ? 'LATERAL ' : ''}TABLE(${textOf(item.call)})${aliasText(item.alias)}`;
    case 'Join': {
      const left = fromText(item.left, line);
      const right = item.right.kind === 'Join' ? `(${fromText(item.right, ' ')})` : fromText(item.right);
      if (item.type === 'COMMA') return `${left},${line}${right}`;
      return `${left}${line}${item.natural ? 'NATURAL ' : ''}${item.type} JOIN ${right}${conditionText(item)}`;
    }
    case 'MatchRecognize':
    case 'RefusedTable':
      throw new UnprintableExpression();
  }
}

function conditionText({ condition }: Join): string {
  switch (condition?.kind) {
    case undefined:
      return '';
    case 'On':
      return ` ON ${textOf(condition.expression)}`;
    case 'Using':
      return ` USING (${condition.columns.map((column) => quoteName(column.name)).join(', ')})`;
  }
}

function aliasText(alias: TableAlias | undefined): string {
  if (!alias) return '';
  const columns = alias.columns.map((column) => quoteName(column.name)).join(', ');
  return ` AS ${quoteName(alias.name.name)}${columns === '' ? '' : ` (${columns})`}`;
}

function hintsText(hints: readonly Hint[]): string {
  return `/*+ ${hints.map(hintText).join(', ')} */`;
}

function hintText({ name, args }: Hint): string {
  const list = args.map((argument) => {
    if (argument.kind === 'Identifier') return quoteName(argument.name);
    if (argument.kind !== 'HintProperty') throw new UnprintableExpression();
    const { key, value } = argument;
    return `${'value' in key ? quoteText(key.value) : quoteName(key.name)} = ${quoteText(value.value)}`;
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
    const items = set.items.map((each) => textOf(each)).join(', ');
    return set.items.length === 1 ? items : `(${items})`;
  });
  return `${operator}(${list.join(', ')})`;
}

function windowText({ base, partitionBy, orderBy, frame }: WindowSpec): string {
  const parts = [
    ...(base ? [quoteName(base.name)] : []),
    ...(partitionBy.length > 0 ? [`PARTITION BY ${partitionBy.map((each) => textOf(each)).join(', ')}`] : []),
    ...(orderBy.length > 0 ? [`ORDER BY ${orderBy.map(orderText).join(', ')}`] : []),
    ...(frame ? [frameText(frame)] : []),
  ];
  return parts.join(' ');
}

function frameText({ unit, start, end, partial }: WindowFrame): string {
  if (partial) throw new UnprintableExpression();
  const bound = ({ bound: name, offset }: FrameBound): string =>
    offset ? `${textOf(offset)} ${name}` : name;
  return end ? `${unit} BETWEEN ${bound(start)} AND ${bound(end)}` : `${unit} ${bound(start)}`;
}

function orderText({ expression, descending, nulls }: OrderItem): string {
  return `${textOf(expression)}${descending ? ' DESC' : ''}${nulls ? ` NULLS ${nulls}` : ''}`;
}

function textOf(expression: Expression, strength = 0): string {
  return expressionText(expression, { query: textOfQuery, window: windowText }, strength);
}
