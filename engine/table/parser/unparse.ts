/**
 * From syntax tree to canonical SQL text: what EXPLAIN and SHOW CREATE print, and the way back of the parser.
 *
 * `parse(unparse(tree))` equals `tree`, spans aside. Parentheses stand only where the tree needs them; names are
 * quoted only where they have to be; a statement is one line.
 */

import type {
  DataType,
  Expression,
  GroupItem,
  GroupingSet,
  GroupingSets,
  Hint,
  HintArgument,
  Identifier,
  IntervalQualifier,
  ObjectPath,
  OrderItem,
  Query,
  QueryBody,
  SelectItem,
  StringLiteral,
  TableAlias,
  WindowFrame,
  WindowSpec,
} from './ast.ts';
import { isReserved } from './keywords.ts';
import { unparseCall } from './unparse-call.ts';
import { unparseFromItem } from './unparse-from.ts';
import { unparseStatement } from './unparse-statement.ts';

export { unparseStatement };

// --------------------------------------------------------------------------------------------------- words

/** Joins the parts that are there with single spaces. */
export function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part).join(' ');
}

export function list<T>(items: readonly T[], unparse: (item: T) => string): string {
  return items.map(unparse).join(', ');
}

/** `(a, b)`, or nothing for an empty list. */
export function optionalList<T>(items: readonly T[], unparse: (item: T) => string): string | undefined {
  return items.length > 0 ? `(${list(items, unparse)})` : undefined;
}

/** Names that could be taken for the start of `MAP[…]`, `MODEL m` and `FINAL f(…)`. */
const AMBIGUOUS = new Set(['MAP', 'MODEL', 'FINAL']);

/** A name with back-ticks where it needs them. */
export function unparseName(name: string): string {
  const isPlain = isPlainWord(name) && !isReserved(name) && !AMBIGUOUS.has(name.toUpperCase());
  return isPlain ? name : '`' + name.replaceAll('`', '``') + '`';
}

/** Whether a name reads as one unquoted word, reserved or not. */
export function isPlainWord(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name);
}

export function identifier({ name }: Identifier): string {
  return unparseName(name);
}

export function path({ parts }: Pick<ObjectPath, 'parts'>): string {
  return parts.map(identifier).join('.');
}

export function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function string({ value, charset, sameLine }: StringLiteral): string {
  // A literal of two pieces on a line is refused later, and has to stay one.
  const text = sameLine ? `'' ${quote(value)}` : quote(value);
  if (!charset) return text;
  return charset === 'ISO-8859-1' ? `N${text}` : `_${charset}${text}`;
}

// --------------------------------------------------------------------------------------------------- types

export function unparseDataType(type: DataType): string {
  return words(plainType(type), type.nullable !== undefined && (type.nullable ? 'NULL' : 'NOT NULL'));
}

function plainType(type: DataType): string {
  switch (type.kind) {
    case 'SimpleDataType': {
      const numbers = [type.precision, type.scale].filter((n) => n !== undefined);
      const [name, ...rest] = type.name.split(' ');
      const charset = type.charset && `CHARACTER SET ${identifier(type.charset)}`;
      return words(numbers.length > 0 ? `${name}(${numbers.join(', ')})` : name, ...rest, charset);
    }
    case 'IntervalDataType':
      return `INTERVAL ${qualifier(type.qualifier)}`;
    case 'CollectionDataType':
      return `${type.collection}<${unparseDataType(type.element)}>`;
    case 'MapDataType':
      return `MAP<${unparseDataType(type.key)}, ${unparseDataType(type.value)}>`;
    case 'RowDataType':
      return `ROW<${rowFields(type.fields)}>`;
    case 'StructuredDataType':
      return `STRUCTURED<${[string(type.className), ...type.fields.map((f) => rowFields([f]))].join(', ')}>`;
    case 'RawDataType':
      return `RAW(${string(type.className)}, ${string(type.serializer)})`;
    case 'NamedDataType':
      return path(type.name);
  }
}

function rowFields(
  fields: readonly { name: Identifier; type: DataType; comment?: StringLiteral | undefined }[],
): string {
  return list(fields, ({ name, type, comment }) =>
    words(identifier(name), unparseDataType(type), comment && string(comment)),
  );
}

export function qualifier({ from, to, precision, fraction }: IntervalQualifier): string {
  const numbers = to ? [precision] : [precision, fraction];
  const first = numbers.filter((n) => n !== undefined);
  const last = to && (fraction === undefined ? to : `${to}(${fraction})`);
  return words(first.length > 0 ? `${from}(${first.join(', ')})` : from, last && `TO ${last}`);
}

// --------------------------------------------------------------------------------------------- expressions

const PRIMARY = 100;
const SIGN = 80;

/** How tightly what `unparseExpression` prints holds together; see the table of the parser. */
function precedence(expression: Expression): number {
  switch (expression.kind) {
    case 'Unary':
      if (expression.operator === 'NOT') return 26;
      return expression.operator === 'FORMAT JSON' ? 28 : SIGN;
    case 'Binary':
      switch (expression.operator) {
        case 'OR':
          return 22;
        case 'AND':
          return 24;
        case '+':
        case '-':
          return 40;
        case '*':
        case '/':
        case '%':
        case '||':
          return 60;
        default:
          if (!expression.operator.startsWith('MULTISET')) return 30;
          return expression.operator.startsWith('MULTISET INTERSECT') ? 18 : 14;
      }
    case 'Is':
      return 28;
    case 'Quantified':
      return 30;
    case 'Between':
    case 'InList':
    case 'InSubquery':
      return 32;
    case 'Like': // whose pattern would take what follows from 32 on
      return 31;
    default:
      return PRIMARY;
  }
}

/** In parentheses unless it holds together at least as tightly as `min`. */
export function operand(expression: Expression, min: number, text = unparseExpression(expression)): string {
  return precedence(expression) < min ? `(${text})` : text;
}

export function unparseExpression(e: Expression): string {
  switch (e.kind) {
    case 'ColumnPath':
      return path(e);
    case 'NumberLiteral':
      return e.text;
    case 'StringLiteral':
      return string(e);
    case 'BinaryLiteral':
      return e.sameLine ? `X'' '${e.hex}'` : `X'${e.hex}'`;
    case 'BooleanLiteral':
      return e.value === null ? 'UNKNOWN' : e.value ? 'TRUE' : 'FALSE';
    case 'NullLiteral':
      return 'NULL';
    case 'DateTimeLiteral':
      return `${e.type} ${quote(e.text)}`;
    case 'IntervalLiteral':
      return `INTERVAL ${e.negative ? '-' : ''}${quote(e.text)} ${qualifier(e.qualifier)}`;
    case 'IntervalExpression':
      return `INTERVAL ${intervalValue(e.value)} ${qualifier(e.qualifier)}`;
    case 'IntervalDifference':
      return `(${operand(e.left, 40)} - ${operand(e.right, 41)}) ${qualifier(e.qualifier)}`;
    case 'DynamicParameter':
      return '?';
    case 'Unary':
      return unary(e.operator, e.operand);
    case 'Binary': {
      const own = precedence(e);
      return `${operand(e.left, own)} ${e.operator} ${operand(e.right, own + 1)}`;
    }
    case 'Is':
      return words(operand(e.operand, 28), 'IS', e.negated && 'NOT', e.test);
    case 'Between': {
      const head = words(operand(e.operand, 32), e.negated && 'NOT', 'BETWEEN', e.symmetric && 'SYMMETRIC');
      return `${head} ${operand(e.low, 33)} AND ${operand(e.high, 33)}`;
    }
    case 'InList':
      return words(operand(e.operand, 32), e.negated && 'NOT', `IN (${list(e.values, unparseExpression)})`);
    case 'InSubquery':
      return words(operand(e.operand, 32), e.negated && 'NOT', `IN (${unparseQuery(e.query)})`);
    case 'Like': {
      const escape = e.escape && `ESCAPE ${operand(e.escape, 33)}`;
      return words(operand(e.operand, 33), e.negated && 'NOT', e.operator, operand(e.pattern, 33), escape);
    }
    case 'Quantified': {
      const source = 'kind' in e.source ? unparseQuery(e.source) : list(e.source, unparseExpression);
      return `${operand(e.operand, 30)} ${e.operator} ${e.quantifier} (${source})`;
    }
    case 'Case': {
      const branches = e.branches.map(
        (b) => `WHEN ${list(b.when, unparseExpression)} THEN ${unparseExpression(b.then)}`,
      );
      const otherwise = e.otherwise && `ELSE ${unparseExpression(e.otherwise)}`;
      return words('CASE', e.operand && unparseExpression(e.operand), ...branches, otherwise, 'END');
    }
    case 'Cast':
      return `${e.isTry ? 'TRY_CAST' : 'CAST'}(${unparseExpression(e.operand)} AS ${unparseDataType(e.type)})`;
    case 'FunctionCall':
      return unparseCall(e);
    case 'RowConstructor':
      return `ROW(${list(e.items, unparseExpression)})`;
    case 'ArrayConstructor':
      return `ARRAY[${list(e.items, unparseExpression)}]`;
    case 'MultisetConstructor':
      return `MULTISET[${list(e.items, unparseExpression)}]`;
    case 'MapConstructor':
      return `MAP[${list([...e.entries.flatMap(({ key, value }) => [key, value]), ...(e.lastKey ? [e.lastKey] : [])], unparseExpression)}]`;
    case 'CollectionSubquery':
      return `${e.collection}(${unparseQuery(e.query)})`;
    case 'ItemAccess':
      return `${operand(e.operand, PRIMARY)}[${unparseExpression(e.index)}]`;
    case 'FieldAccess': {
      // `a.b` would be a path.
      const left = operand(e.operand, PRIMARY);
      const isLiteral = e.operand.kind === 'ColumnPath' || e.operand.kind === 'NumberLiteral';
      return `${isLiteral ? `(${left})` : left}.${identifier(e.field)}`;
    }
    case 'ScalarSubquery':
      return `(${unparseQuery(e.query)})`;
    case 'Exists':
      return `${e.test} (${unparseQuery(e.query)})`;
    case 'Default':
      return 'DEFAULT';
    case 'RefusedExpression': // `a.*` by itself would be the columns of a table
      return e.text.endsWith('*') ? `(${e.text})` : e.text;
  }
}

function unary(operator: string, value: Expression): string {
  switch (operator) {
    case 'NOT':
      return `NOT ${operand(value, 26)}`;
    case 'FORMAT JSON':
      return `${operand(value, 28)} FORMAT JSON`;
    case '-':
    case '+': {
      // Two signs in a row would be a comment.
      const text = operand(value, SIGN);
      return /^[-+]/.test(text) ? `${operator} ${text}` : `${operator}${text}`;
    }
    default:
      return `${operator} ${operand(value, SIGN)}`;
  }
}

// `INTERVAL -5 DAY`, `INTERVAL a DAY`; anything else stands in parentheses.
function intervalValue(value: Expression): string {
  const isPlain = (e: Expression): boolean => e.kind === 'NumberLiteral' || e.kind === 'ColumnPath';
  const isSigned = value.kind === 'Unary' && (value.operator === '-' || value.operator === '+');
  const text = unparseExpression(value);
  return isPlain(value) || (isSigned && isPlain(value.operand)) ? text : `(${text})`;
}

// ------------------------------------------------------------------------------------------------- queries

export function star(parts: readonly Identifier[]): string {
  return [...parts.map(identifier), '*'].join('.');
}

export function unparseQuery(query: Query): string {
  const tables = list(query.with, (t) =>
    words(identifier(t.name), optionalList(t.columns, identifier), `AS (${unparseQuery(t.query)})`),
  );
  return words(
    tables && words('WITH', query.recursive && 'RECURSIVE', tables),
    body(query.body, 0),
    query.orderBy.length > 0 && orderBy(query.orderBy),
    query.limit && `LIMIT ${unparseExpression(query.limit)}`,
    query.offset && `OFFSET ${unparseExpression(query.offset)}`,
  );
}

/** In parentheses where a set operation of `min` would take it apart. */
function body(b: QueryBody, min: number): string {
  switch (b.kind) {
    case 'Query':
      return `(${unparseQuery(b)})`;
    case 'SetOperation': {
      const own = b.operator === 'INTERSECT' ? 14 : 12;
      const text = words(body(b.left, own), b.operator, b.all && 'ALL', body(b.right, own + 1));
      return own < min ? `(${text})` : text;
    }
    case 'Values':
      return `VALUES ${list(b.rows, ({ items }) => {
        // `((1, 2), 3)` would come out as `(ROW(1, 2), 3)`, which the parser refuses, as Calcite's does.
        const word = items[0]?.kind === 'RowConstructor' ? 'ROW' : '';
        return `${word}(${list(items, unparseExpression)})`;
      })}`;
    case 'TableQuery':
      return `TABLE ${path(b.name)}`;
    case 'Select':
      return words(
        'SELECT',
        hints(b.hints),
        b.stream && 'STREAM',
        b.distinct && 'DISTINCT',
        list(b.items, selectItem),
        b.from && `FROM ${unparseFromItem(b.from)}`,
        b.where && `WHERE ${unparseExpression(b.where)}`,
        b.groupBy && words('GROUP BY', b.groupBy.distinct && 'DISTINCT', list(b.groupBy.items, groupItem)),
        b.having && `HAVING ${unparseExpression(b.having)}`,
        b.windows.length > 0 &&
          `WINDOW ${list(b.windows, (w) => `${identifier(w.name)} AS ${windowSpec(w.window)}`)}`,
        b.qualify && `QUALIFY ${unparseExpression(b.qualify)}`,
      );
  }
}

export function selectItem(item: SelectItem): string {
  if (item.kind === 'Star') return star(item.qualifier);
  return words(unparseExpression(item.expression), item.alias && `AS ${identifier(item.alias)}`);
}

function groupItem(item: GroupItem): string {
  return item.kind === 'GroupingSets' ? groupingSets(item) : unparseExpression(item);
}

function groupingSets({ operator, sets }: GroupingSets): string {
  const set = (s: GroupingSet | GroupingSets): string =>
    s.kind === 'GroupingSets' ? groupingSets(s) : `(${list(s.items, unparseExpression)})`;
  return operator === 'EMPTY' ? '()' : `${operator} (${list(sets, set)})`;
}

export function orderBy(items: readonly OrderItem[]): string {
  return `ORDER BY ${list(items, orderItem)}`;
}

export function orderItem({ expression, descending, nulls }: OrderItem): string {
  return words(unparseExpression(expression), descending && 'DESC', nulls && `NULLS ${nulls}`);
}

export function windowSpec(window: WindowSpec): string {
  const parts = words(
    window.base && identifier(window.base),
    window.partitionBy.length > 0 && `PARTITION BY ${list(window.partitionBy, unparseExpression)}`,
    window.orderBy.length > 0 && orderBy(window.orderBy),
    window.frame && frame(window.frame),
  );
  return `(${parts})`;
}

function frame({ unit, start, end, partial }: WindowFrame): string {
  const bound = (b: WindowFrame['start']): string => words(b.offset && unparseExpression(b.offset), b.bound);
  const range = end ? `BETWEEN ${bound(start)} AND ${bound(end)}` : bound(start);
  return words(unit, range, partial && `${partial} PARTIAL`);
}

/** A hint comment, or nothing. */
export function hints(items: readonly Hint[]): string | undefined {
  const argument = (a: HintArgument): string => {
    switch (a.kind) {
      case 'HintProperty':
        return `${a.key.kind === 'Identifier' ? identifier(a.key) : string(a.key)} = ${string(a.value)}`;
      case 'Identifier':
        return identifier(a);
      default:
        return unparseExpression(a);
    }
  };
  if (items.length === 0) return undefined;
  return `/*+ ${list(items, (hint) => `${identifier(hint.name)}${optionalList(hint.args, argument) ?? ''}`)} */`;
}

export function tableAlias({ name, columns }: TableAlias): string {
  return words(`AS ${identifier(name)}`, optionalList(columns, identifier));
}
