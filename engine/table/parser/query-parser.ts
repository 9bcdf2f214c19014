/** Queries: WITH, set operations, SELECT and its clauses, VALUES, windows. */

import type {
  CommonTable,
  Expression,
  ExpressionItem,
  FrameBound,
  GroupBy,
  GroupingSet,
  GroupingSets,
  GroupItem,
  Hint,
  HintArgument,
  NamedWindow,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SetOperation,
  Values,
  ValuesRow,
  WindowFrame,
  WindowSpec,
} from './ast.ts';
import { expression, plainExpression, refusedExpression } from './expression-parser.ts';
import { star } from './star-parser.ts';
import { fromClause } from './from-parser.ts';
import { numberLiteral, stringLiteral } from './literal-parser.ts';
import type { TokenStream } from './token-stream.ts';

const SET_OPERATORS = ['UNION', 'EXCEPT', 'INTERSECT'];
/** Behind FROM, in the order in which they stand. */
const CLAUSES = ['WHERE', 'GROUP BY', 'HAVING', 'WINDOW', 'QUALIFY'];
const AFTER_BODY = ['ORDER BY', 'LIMIT', 'OFFSET', 'FETCH'];
const FOLLOWERS = [...CLAUSES, ...SET_OPERATORS, ...AFTER_BODY];
const BOUNDARIES = new Set([
  ...[
    'FROM',
    'WHERE',
    'GROUP',
    'HAVING',
    'WINDOW',
    'QUALIFY',
    'ORDER',
    'LIMIT',
    'OFFSET',
    'FETCH',
    ...SET_OPERATORS,
  ],
  ...['PARTITION', 'END'], // what may follow a query
]);

/** Those of them that people forget to quote. */
const NOUNS = new Set(['GROUP', 'ORDER', 'LIMIT', 'OFFSET', 'WINDOW', 'PARTITION', 'END']);

/** Whether a query begins here; one in parentheses is the caller's to find out. */
export function isQueryStart(p: TokenStream): boolean {
  return (
    p.isWord('SELECT') ||
    p.isWord('WITH') ||
    p.isWord('VALUES') ||
    (p.isWord('VALUE') && p.isSymbol('(', 1)) ||
    (p.isWord('TABLE') && p.isName(1)) ||
    p.miss('query')
  );
}

/** A whole query. `left` is its left end, when that was in parentheses and has been read. */
export function query(p: TokenStream, left?: Query): Query {
  return p.nested(() => {
    const start = left ? left.span.start : p.start;
    const withTables: CommonTable[] = [];
    let recursive: true | undefined;
    if (!left && p.accept('WITH')) {
      if (p.accept('RECURSIVE')) recursive = true;
      withTables.push(...p.list(() => commonTable(p)));
    }
    const body = setOperation(p, left && bodyOf(left));
    const order = p.isWord('ORDER') ? p.guard(() => orderBy(p), atClause, AFTER_BODY.slice(1)) : orderBy(p);
    let offset: Query['offset'];
    let limit: Query['limit'];
    if (p.accept('LIMIT')) {
      if (!p.accept('ALL')) limit = rowCount(p);
      if (p.isSymbol(',')) p.fail('LIMIT start, count is not SQL for Flink: write LIMIT count OFFSET start');
      if (p.accept('OFFSET')) offset = offsetRows(p);
    } else {
      if (p.accept('OFFSET')) {
        offset = offsetRows(p);
        if (p.isWord('LIMIT')) p.fail('OFFSET comes after LIMIT: write LIMIT count OFFSET start');
      }
      if (p.accept('FETCH')) {
        p.expectOneOf('NEXT', 'FIRST');
        limit = rowCount(p);
        p.expectOneOf('ROWS', 'ROW');
        p.expect('ONLY');
      }
    }
    const plain = !recursive && withTables.length === 0 && !order?.length && !offset && !limit;
    // ((SELECT 1)) is SELECT 1.
    if (plain && body.kind === 'Query') return body;
    return {
      kind: 'Query',
      span: p.span(start),
      with: withTables,
      recursive,
      body,
      orderBy: order ?? [],
      offset,
      limit,
    };
  });
}

/** A query as an operand: parentheses around one without clauses of its own say nothing. */
function bodyOf(inner: Query): QueryBody {
  const hasClauses = inner.with.length + inner.orderBy.length > 0 || inner.offset || inner.limit;
  return hasClauses ? inner : inner.body;
}

function commonTable(p: TokenStream): CommonTable {
  const name = p.identifier();
  const columns = p.isSymbol('(') ? p.parenthesised(() => p.list(() => p.identifier())) : [];
  p.expect('AS');
  const inner = p.parenthesised(() => query(p));
  return { kind: 'CommonTable', span: p.span(name.span.start), name, columns, query: inner };
}

function rowCount(p: TokenStream): Query['limit'] {
  if (p.isSymbol('?')) return { kind: 'DynamicParameter', span: p.next(), index: p.parameters++ };
  return numberLiteral(p);
}

function offsetRows(p: TokenStream): Query['limit'] {
  const count = rowCount(p);
  p.acceptOneOf('ROWS', 'ROW');
  return count;
}

// ------------------------------------------------------------------------------------------ set operations

function setOperation(p: TokenStream, first?: QueryBody): QueryBody {
  let left = intersection(p, first);
  for (let length = 0; ; length++) {
    const operator = p.acceptOneOf('UNION', 'EXCEPT');
    if (!operator) return left;
    p.bounded(length);
    left = combine(p, operator, left, () => intersection(p));
  }
}

function intersection(p: TokenStream, first?: QueryBody): QueryBody {
  let left = first ?? operand(p);
  for (let length = 0; p.accept('INTERSECT'); length++) {
    p.bounded(length);
    left = combine(p, 'INTERSECT', left, () => operand(p));
  }
  return left;
}

function combine(
  p: TokenStream,
  operator: SetOperation['operator'],
  left: QueryBody,
  right: () => QueryBody,
): SetOperation {
  const all = p.acceptOneOf('ALL', 'DISTINCT') === 'ALL';
  const rightBody = right();
  return { kind: 'SetOperation', span: p.span(left.span.start), operator, all, left, right: rightBody };
}

function operand(p: TokenStream): QueryBody {
  const { start } = p;
  if (p.isSymbol('(')) return bodyOf(p.nested(() => p.parenthesised(() => query(p))));
  if (p.accept('VALUES') || (p.isSymbol('(', 1) && p.accept('VALUE'))) return values(p, start);
  if (p.accept('TABLE')) {
    const name = p.objectPath();
    return { kind: 'TableQuery', span: p.span(start), name };
  }
  return select(p);
}

function values(p: TokenStream, start: number): Values {
  const rows = p.list(() => valuesRow(p));
  return { kind: 'Values', span: p.span(start), rows };
}

// `1`, `(1)`, `(1, 2)` and `ROW(1, 2)` are rows; DEFAULT may stand for a value.
function valuesRow(p: TokenStream): ValuesRow {
  const { start } = p;
  let items: Expression[];
  if (p.isSymbol('(') && p.isWord('ROW', 1) && p.isSymbol('(', 2)) {
    // Calcite reads `(ROW(` as the row itself in parentheses, and nothing may follow in them.
    const item = p.parenthesised(() => expression(p));
    items = item.kind === 'RowConstructor' ? [...item.items] : [item];
  } else if (p.isSymbol('(') && holdsDefault(p)) {
    items = p.parenthesised(() => p.list(() => valueOrDefault(p)));
  } else {
    const item = expression(p);
    items = item.kind === 'RowConstructor' ? [...item.items] : [item];
  }
  return { kind: 'ValuesRow', span: p.span(start), items };
}

function valueOrDefault(p: TokenStream): Expression {
  const { start } = p;
  return p.accept('DEFAULT') ? { kind: 'Default', span: p.span(start) } : expression(p);
}

// Looks ahead to the closing parenthesis for a DEFAULT of the row's own.
function holdsDefault(p: TokenStream): boolean {
  for (let ahead = 1, depth = 1; depth > 0; ahead++) {
    const { kind, text } = p.peek(ahead);
    if (kind === 'end') return false;
    if (kind === 'symbol' && text === '(') depth++;
    if (kind === 'symbol' && text === ')') depth--;
    if (depth === 1 && kind === 'word' && text === 'DEFAULT') return true;
  }
  return false;
}

// -------------------------------------------------------------------------------------------------- SELECT

function atClause(p: TokenStream): boolean {
  const { kind, text } = p.peek();
  if (p.isWords('ON', 'CONFLICT')) return true;
  return kind === 'word' && BOUNDARIES.has(text) && !(NOUNS.has(text) && p.isNamePlace());
}

function atItem(p: TokenStream): boolean {
  return atClause(p) || p.isSymbol(',');
}

function select(p: TokenStream): Select {
  const { start } = p;
  if (!p.isWord('SELECT')) {
    p.miss('query');
    p.fail();
  }
  p.next();
  const hintList = hints(p);
  const stream = p.isWord('STREAM') ? (p.next(), true as const) : undefined;
  const distinct = p.acceptOneOf('DISTINCT', 'ALL') === 'DISTINCT';
  const items: SelectItem[] = [];
  let failed = false;
  do {
    const item = p.guard(() => selectItem(p), atItem, [',', 'FROM', ...SET_OPERATORS, ...AFTER_BODY]);
    if (item) items.push(item);
    else failed = true;
  } while (p.acceptSymbol(','));
  // Only a table can be filtered and grouped; but a FROM may have been lost with a mistake in the list.
  const hasFrom = p.accept('FROM');
  const clauses = hasFrom || failed ? tableClauses(p, hasFrom) : NO_TABLE;
  return {
    kind: 'Select',
    span: p.span(start),
    hints: hintList,
    stream,
    distinct,
    items,
    ...clauses,
  };
}

type TableClauses = Pick<Select, 'from' | 'where' | 'groupBy' | 'having' | 'windows' | 'qualify'>;

const NO_TABLE: TableClauses = {
  from: undefined,
  where: undefined,
  groupBy: undefined,
  having: undefined,
  windows: [],
  qualify: undefined,
};

function tableClauses(p: TokenStream, hasFrom: boolean): TableClauses {
  /** Parses the clause that is the `position`-th in order, so that a mistake in it leaves the next ones alone. */
  const clause = <T>(position: number, parse: () => T): T | undefined =>
    p.guard(parse, atClause, FOLLOWERS.slice(position));
  const from = hasFrom ? clause(0, () => fromClause(p)) : undefined;
  const where = p.accept('WHERE') ? clause(1, () => expression(p)) : undefined;
  const groupBy = p.accept('GROUP', 'GROUP BY') ? clause(2, () => groups(p)) : undefined;
  const having = p.accept('HAVING') ? clause(3, () => expression(p)) : undefined;
  const windows = p.accept('WINDOW') ? clause(4, () => p.list(() => namedWindow(p))) : undefined;
  const qualify = p.accept('QUALIFY') ? clause(5, () => expression(p)) : undefined;
  return { from, where, groupBy, having, windows: windows ?? [], qualify };
}

function selectItem(p: TokenStream): SelectItem {
  const all = star(p);
  if (!all) return expressionItem(p, expression(p));
  if (!p.accept('AS') && !p.isName()) return all;
  const alias = p.identifier();
  const value = refusedExpression(p, all.span.start, 'An alias of *', [all, alias]);
  return { kind: 'ExpressionItem', span: value.span, expression: value, alias: undefined };
}

function expressionItem(p: TokenStream, value: Expression): ExpressionItem {
  const alias = p.accept('AS') || p.isName() ? p.identifier() : undefined;
  if (!alias && p.peek().kind === 'string') {
    p.miss('identifier');
    p.fail();
  }
  return { kind: 'ExpressionItem', span: p.span(value.span.start), expression: value, alias };
}

function groups(p: TokenStream): GroupBy {
  const { start } = p;
  p.expect('BY');
  const distinct = p.acceptOneOf('DISTINCT', 'ALL') === 'DISTINCT';
  const items = p.list(() => groupItem(p));
  return { kind: 'GroupBy', span: p.span(start), distinct, items };
}

function groupItem(p: TokenStream): GroupItem {
  return emptyGroup(p) ?? groupingSets(p) ?? expression(p);
}

function emptyGroup(p: TokenStream): GroupingSets | undefined {
  if (!(p.isSymbol('(') && p.isSymbol(')', 1))) return undefined;
  const { start } = p.next();
  p.next();
  return { kind: 'GroupingSets', span: p.span(start), operator: 'EMPTY', sets: [] };
}

function groupingSets(p: TokenStream): GroupingSets | undefined {
  const { start } = p;
  const operator = p.acceptWords('GROUPING', 'SETS') ? 'GROUPING SETS' : p.acceptOneOf('ROLLUP', 'CUBE');
  if (!operator) return undefined;
  const inner = (): GroupingSet | GroupingSets =>
    (operator === 'GROUPING SETS' ? groupingSets(p) : undefined) ?? groupingSet(p);
  const sets = p.nested(() => p.parenthesised(() => p.list(inner)));
  return { kind: 'GroupingSets', span: p.span(start), operator, sets };
}

function groupingSet(p: TokenStream): GroupingSet {
  const { start } = p;
  let items: readonly Expression[];
  if (p.isSymbol('(') && p.isSymbol(')', 1)) {
    p.next();
    p.next();
    items = [];
  } else {
    const item = expression(p);
    items = item.kind === 'RowConstructor' ? item.items : [item];
  }
  return { kind: 'GroupingSet', span: p.span(start), items };
}

// ------------------------------------------------------------------------------------- ORDER BY and windows

/** `ORDER BY a, b DESC`, or nothing. */
export function orderBy(p: TokenStream): OrderItem[] {
  if (!p.accept('ORDER', 'ORDER BY')) return [];
  p.expect('BY');
  return p.list(() => orderItem(p));
}

export function orderItem(p: TokenStream): OrderItem {
  const value = expression(p);
  const descending = p.acceptOneOf('ASC', 'DESC') === 'DESC';
  const nulls = p.accept('NULLS') ? p.expectOneOf('FIRST', 'LAST') : undefined;
  return { kind: 'OrderItem', span: p.span(value.span.start), expression: value, descending, nulls };
}

function namedWindow(p: TokenStream): NamedWindow {
  const name = p.identifier();
  p.expect('AS');
  const window = windowSpec(p);
  return { kind: 'NamedWindow', span: p.span(name.span.start), name, window };
}

/** With its parentheses. */
export function windowSpec(p: TokenStream): WindowSpec {
  const { start } = p;
  const parts = p.parenthesised(() => {
    const base = p.isName() ? p.identifier() : undefined;
    let partitionBy: Expression[] = [];
    if (p.accept('PARTITION', 'PARTITION BY')) {
      p.expect('BY');
      partitionBy = [plainExpression(p), ...p.rest(() => expression(p))];
    }
    const keys = orderBy(p);
    const frame = windowFrame(p);
    if (!frame && p.acceptOneOf('ALLOW', 'DISALLOW')) p.expect('PARTIAL');
    return { base, partitionBy, orderBy: keys, frame };
  });
  return { kind: 'WindowSpec', span: p.span(start), ...parts };
}

function windowFrame(p: TokenStream): WindowFrame | undefined {
  const { start } = p;
  const unit = p.acceptOneOf('ROWS', 'RANGE');
  if (!unit) return undefined;
  let from: FrameBound;
  let to: FrameBound | undefined;
  if (p.accept('BETWEEN')) {
    from = frameBound(p);
    p.expect('AND');
    to = frameBound(p);
  } else {
    from = frameBound(p);
  }
  const partial = p.acceptOneOf('ALLOW', 'DISALLOW');
  if (partial) p.expect('PARTIAL');
  return { kind: 'WindowFrame', span: p.span(start), unit, start: from, end: to, partial };
}

function frameBound(p: TokenStream): FrameBound {
  const { start } = p;
  if (p.accept('CURRENT')) {
    p.expect('ROW');
    return { kind: 'FrameBound', span: p.span(start), bound: 'CURRENT ROW', offset: undefined };
  }
  if (p.isWord('UNBOUNDED') && (p.isWord('PRECEDING', 1) || p.isWord('FOLLOWING', 1))) {
    p.next();
    const side = p.expectOneOf('PRECEDING', 'FOLLOWING');
    return { kind: 'FrameBound', span: p.span(start), bound: `UNBOUNDED ${side}`, offset: undefined };
  }
  p.miss('UNBOUNDED');
  const offset = expression(p);
  const bound = p.expectOneOf('PRECEDING', 'FOLLOWING');
  return { kind: 'FrameBound', span: p.span(start), bound, offset };
}

// --------------------------------------------------------------------------------------------------- hints

/** The hints of one hint comment, or none. */
export function hints(p: TokenStream): Hint[] {
  if (p.peek().kind !== 'hint') return [];
  p.next();
  const list = p.list(() => hint(p));
  if (p.peek().kind !== 'hintEnd') {
    p.miss('*/');
    p.fail();
  }
  p.next();
  return list;
}

function hint(p: TokenStream): Hint {
  const name = p.identifier();
  let args: HintArgument[] = [];
  if (p.acceptSymbol('(')) {
    if (!p.isSymbol(')')) {
      args = p.list(() => hintArgument(p));
      const sorts = new Set(args.map((a) => (a.kind === 'StringLiteral' ? 'NumberLiteral' : a.kind)));
      if (sorts.size > 1) p.fail('the arguments of a hint are either names, literals or key = value');
    }
    p.expectSymbol(')');
  }
  return { kind: 'Hint', span: p.span(name.span.start), name, args };
}

function hintArgument(p: TokenStream): HintArgument {
  const { start } = p;
  if (p.acceptSymbol('-')) {
    const number = numberLiteral(p);
    return { ...number, span: p.span(start), text: `-${number.text}` };
  }
  if (p.peek().kind === 'number') return numberLiteral(p);
  const key = p.peek().kind === 'string' ? stringLiteral(p) : p.identifier();
  if (!p.acceptSymbol('=')) return key;
  const value = stringLiteral(p);
  return { kind: 'HintProperty', span: p.span(start), key, value };
}
