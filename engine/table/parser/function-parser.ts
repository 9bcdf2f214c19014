/** Calls of plain arguments, and all that may follow them. */

import type {
  Argument,
  ColumnPath,
  FunctionCall,
  Identifier,
  ObjectPath,
  OrderItem,
  TableArgument,
} from './ast.ts';
import { columnPath, expression, expressions, refusedExpression } from './expression-parser.ts';
import { star } from './star-parser.ts';
import { isQueryStart, orderBy, orderItem, query, windowSpec } from './query-parser.ts';
import { RESERVED_FUNCTIONS } from './keywords.ts';
import type { TokenStream } from './token-stream.ts';

/** The call of `name`, whose opening parenthesis has been taken, and what follows it. */
export function functionCall(p: TokenStream, name: ObjectPath): FunctionCall {
  return followers(p, tableFunctionCall(p, name, false));
}

/** The functions whose arguments may be followed by ORDER BY inside of the parentheses. */
const ORDERED_INSIDE = new Set(['ARRAY_AGG', 'ARRAY_CONCAT_AGG', 'GROUP_CONCAT', 'STRING_AGG']);

/** The functions whose arguments may be followed by IGNORE or RESPECT NULLS there. */
const TREATS_NULLS_INSIDE = new Set(['ARRAY_AGG', 'PERCENTILE_CONT', 'PERCENTILE_DISC']);

/** How many arguments the grammar itself asks for of functions with plain ones; none of them takes a star. */
const ARITIES: ReadonlyMap<string, readonly [least: number, most: number]> = arities(
  ['CLASSIFIER MATCH_NUMBER', 0, 0],
  ['FIRST LAST NEXT PREV PERCENTILE_CONT PERCENTILE_DISC', 1, 2],
  ['CONTAINS_SUBSTR', 2, 2],
  ['ARRAY_AGG DATE DATETIME HOP SESSION TIME TIMESTAMP TUMBLE', 1, Infinity],
);

function arities(...rows: [names: string, least: number, most: number][]): Map<string, [number, number]> {
  return new Map(rows.flatMap(([names, ...range]) => names.split(' ').map((name) => [name, range])));
}

function checkArity(p: TokenStream, name: ObjectPath, args: readonly Argument[]): void {
  const word = name.parts[0]?.name.toUpperCase() ?? '';
  const [least, most] = (name.parts.length === 1 && ARITIES.get(word)) || [0, Infinity];
  const isStar = args[0]?.kind === 'Star' && args[0].qualifier.length === 0 && ARITIES.has(word);
  if (args.length < least || args.length > most || (isStar && name.parts.length === 1)) {
    const count =
      least === most ? String(least) : most === Infinity ? `at least ${least}` : `${least} or ${most}`;
    p.fail(`${word} takes ${count} argument${most === 1 ? '' : 's'}`, p.span(name.span.start));
  }
}

/** The same without OVER and the like, which a table function cannot have. */
export function tableFunctionCall(p: TokenStream, name: ObjectPath, isRelation = true): FunctionCall {
  const { start } = name.span;
  let args: readonly Argument[] = [];
  let quantifier: FunctionCall['quantifier'];
  let inside: OrderItem[] = [];
  let nullTreatment: FunctionCall['nullTreatment'];
  if (p.isSymbol('*')) {
    args = [star(p)!];
  } else if (!p.isSymbol(')')) {
    quantifier = p.acceptOneOf('DISTINCT', 'ALL');
    const read = (isFirst: boolean): Argument =>
      isRelation && p.isWord('CURSOR') ? cursor(p) : argument(p, isFirst);
    args = [read(true), ...p.rest(() => read(false))];
    const word = name.parts.length === 1 ? name.parts[0]!.name.toUpperCase() : '';
    if (TREATS_NULLS_INSIDE.has(word)) nullTreatment = nulls(p);
    if (ORDERED_INSIDE.has(word)) inside = orderBy(p);
    else if (p.isWord('ORDER')) p.fail(`ORDER BY may not stand in the parentheses of ${word}`);
  }
  p.expectSymbol(')');
  if (!isRelation) checkArity(p, name, args);
  const call = plainCall(p, start, name, args);
  return { ...call, quantifier, orderBy: inside, nullTreatment };
}

/** `CURSOR(SELECT …)`, which only a table function takes. */
function cursor(p: TokenStream): Argument {
  const { start } = p.next();
  const query = expression(p, 81);
  if (query.kind !== 'ScalarSubquery') p.fail('CURSOR takes a query', query.span);
  return refusedExpression(p, start, 'CURSOR', [query]);
}

/** The name behind SPECIFIC, which is that of a function with plain arguments, and the parenthesis behind it. */
export function calledName(p: TokenStream): ObjectPath {
  const { start, kind, text } = p.peek();
  const isReserved = kind === 'word' && RESERVED_FUNCTIONS.has(text) && !NOT_SPECIFIC.has(text);
  if (!isReserved) {
    const name = p.objectPath();
    p.expectSymbol('(');
    return name;
  }
  const word = p.next();
  p.expectSymbol('(');
  const span = { start, end: word.end };
  const identifier: Identifier = { kind: 'Identifier', span, name: p.nameOf(word) };
  return { kind: 'ObjectPath', span, parts: [identifier] };
}

/** Reserved words that the grammar takes for functions by rules of their own. */
const NOT_SPECIFIC = new Set(
  'CEIL CLASSIFIER DATE DATETIME MATCH_NUMBER NEXT PREV TIME TIMESTAMP TRANSLATE'.split(' '),
);

/** What may follow the parentheses of a plain call. */
function followers(p: TokenStream, call: FunctionCall): FunctionCall {
  let { nullTreatment, withinGroup, filter, over } = call;
  nullTreatment = nulls(p) ?? nullTreatment;
  let withinDistinct: FunctionCall['withinDistinct'];
  if (p.acceptWords('WITHIN', 'DISTINCT')) withinDistinct = p.parenthesised(() => expressions(p));
  withinGroup = withinGroupClause(p) ?? withinGroup;
  if (p.accept('FILTER')) {
    filter = p.parenthesised(() => {
      p.expect('WHERE');
      return expression(p);
    });
  }
  if (p.accept('OVER')) over = p.isSymbol('(') ? windowSpec(p) : p.identifier();
  const span = p.span(call.span.start);
  if (span.end === call.span.end) return call;
  return { ...call, nullTreatment, withinDistinct, withinGroup, filter, over, span };
}

/** `WITHIN GROUP (ORDER BY a)`, or nothing. */
export function withinGroupClause(p: TokenStream): FunctionCall['withinGroup'] {
  if (!p.accept('WITHIN', 'WITHIN GROUP')) return undefined;
  p.expect('GROUP');
  return p.parenthesised(() => {
    const items = orderBy(p);
    return items.length > 0 ? items : p.fail();
  });
}

function nulls(p: TokenStream): FunctionCall['nullTreatment'] {
  if (p.acceptWords('IGNORE', 'NULLS')) return 'IGNORE';
  return p.acceptWords('RESPECT', 'NULLS') ? 'RESPECT' : undefined;
}

export function plainCall(
  p: TokenStream,
  start: number,
  name: ObjectPath | Identifier,
  args: readonly Argument[],
): FunctionCall {
  const path: ObjectPath =
    name.kind === 'ObjectPath' ? name : { kind: 'ObjectPath', span: name.span, parts: [name] };
  return {
    kind: 'FunctionCall',
    span: p.span(start),
    name: path,
    args,
    bare: undefined,
    quantifier: undefined,
    orderBy: [],
    json: undefined,
    nullTreatment: undefined,
    withinGroup: undefined,
    filter: undefined,
    over: undefined,
  };
}

// ----------------------------------------------------------------------------------------------- arguments

/** An argument of a function or a procedure. The first alone may be a query without parentheses. */
export function argument(p: TokenStream, isFirst = true): Argument {
  if (p.isName() && p.isSymbol('=>', 1)) {
    const name = p.identifier();
    p.next();
    const value = unnamedArgument(p);
    return { kind: 'NamedArgument', span: p.span(name.span.start), name, value };
  }
  if (!isFirst && !p.isWord('TABLE') && isQueryStart(p)) p.fail('a query stands in parentheses here');
  return unnamedArgument(p);
}

function unnamedArgument(p: TokenStream): Argument {
  const { start } = p;
  if (p.accept('DEFAULT')) return { kind: 'Default', span: p.span(start) };
  if (p.accept('TABLE')) return tableArgument(p, start, p.objectPath());
  if (p.isWord('MODEL') && p.isName(1)) {
    p.next();
    const name = p.objectPath();
    return { kind: 'ModelArgument', span: p.span(start), name };
  }
  if (p.isWord('DESCRIPTOR') && p.isSymbol('(', 1)) {
    p.next();
    const items = p.parenthesised(() => (p.isSymbol(')') ? [] : p.list(() => unnamedArgument(p))));
    const columns = items.filter((item) => item.kind === 'ColumnPath');
    if (columns.length === items.length && items.length > 0)
      return { kind: 'DescriptorArgument', span: p.span(start), columns };
    return refusedExpression(p, start, 'A DESCRIPTOR of anything but columns', items);
  }
  if (isQueryStart(p)) {
    const inner = query(p);
    if (p.isWord('PARTITION')) return tableArgument(p, start, inner);
    return { kind: 'ScalarSubquery', span: p.span(start), query: inner };
  }
  const all = p.isSymbol('*') ? undefined : star(p);
  if (all) return all;
  const value = expression(p);
  if (value.kind === 'ScalarSubquery' && p.isWord('PARTITION')) return tableArgument(p, start, value.query);
  return value;
}

// One key, or several in parentheses: a comma ends the clause.
function tableArgument(p: TokenStream, start: number, table: TableArgument['table']): TableArgument {
  const oneOrList = <T>(item: () => T): T[] =>
    p.isSymbol('(') ? p.parenthesised(() => p.list(item)) : [item()];
  let partitionBy: ColumnPath[] = [];
  let order: OrderItem[] = [];
  if (p.accept('PARTITION', 'PARTITION BY')) {
    p.expect('BY');
    partitionBy = oneOrList(() => columnPath(p));
  }
  if (p.accept('ORDER', 'ORDER BY')) {
    p.expect('BY');
    order = oneOrList(() => orderItem(p));
  }
  return { kind: 'TableArgument', span: p.span(start), table, partitionBy, orderBy: order };
}
