/** Calls: the plain ones with all that may follow them, and every function that has a syntax of its own. */

import type {
  Argument,
  Cast,
  CaseBranch,
  CollectionSubquery,
  ColumnPath,
  DateTimeLiteral,
  Expression,
  FunctionCall,
  Identifier,
  IntervalExpression,
  IntervalLiteral,
  ObjectPath,
  OrderItem,
  SymbolArgument,
  TableArgument,
} from './ast.ts';
import { columnPath, expression, expressions, star } from './expression-parser.ts';
import { RESERVED_FUNCTIONS } from './keywords.ts';
import { numberLiteral, stringLiteral } from './literal-parser.ts';
import { isQueryStart, orderBy, orderItem, query, windowSpec } from './query-parser.ts';
import type { TokenStream } from './token-stream.ts';
import { castType, intervalQualifier } from './type-parser.ts';

/** Parses a form that begins with its word at `start`; undefined, with nothing taken, when it is not that form. */
export type SpecialForm = (p: TokenStream, start: number) => Expression | undefined;

/** The call of `name`, whose opening parenthesis has been taken, and what follows it. */
export function functionCall(p: TokenStream, name: ObjectPath): FunctionCall {
  return followers(p, tableFunctionCall(p, name));
}

/** The functions whose arguments may be followed by ORDER BY inside of the parentheses. */
const ORDERED_INSIDE = new Set(['ARRAY_AGG', 'ARRAY_CONCAT_AGG', 'GROUP_CONCAT', 'STRING_AGG']);

/** The same without OVER and the like, which a table function cannot have. */
export function tableFunctionCall(p: TokenStream, name: ObjectPath): FunctionCall {
  const { start } = name.span;
  let args: readonly Argument[] = [];
  let quantifier: FunctionCall['quantifier'];
  let inside: OrderItem[] = [];
  let nullTreatment: FunctionCall['nullTreatment'];
  if (p.isSymbol('*')) {
    args = [star(p)!];
  } else if (!p.isSymbol(')')) {
    quantifier = p.acceptOneOf('DISTINCT', 'ALL');
    args = p.list(() => argument(p));
    const word = name.parts.length === 1 ? name.parts[0]!.name.toUpperCase() : '';
    if (word === 'ARRAY_AGG') nullTreatment = nulls(p);
    if (ORDERED_INSIDE.has(word)) inside = orderBy(p);
    else if (p.isWord('ORDER')) p.fail(`ORDER BY may not stand in the parentheses of ${word}`);
  }
  p.expectSymbol(')');
  const call = plainCall(p, start, name, args);
  return { ...call, quantifier, orderBy: inside, nullTreatment };
}

/** What may follow the parentheses of a plain call. */
function followers(p: TokenStream, call: FunctionCall): FunctionCall {
  let { nullTreatment, withinGroup, filter, over } = call;
  nullTreatment = nulls(p) ?? nullTreatment;
  withinGroup = withinGroupClause(p) ?? withinGroup;
  if (p.accept('FILTER')) {
    filter = p.parenthesised(() => {
      p.expect('WHERE');
      return expression(p);
    });
  }
  if (p.accept('OVER')) over = p.isSymbol('(') ? windowSpec(p) : p.identifier();
  return { ...call, nullTreatment, withinGroup, filter, over, span: p.span(call.span.start) };
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

/** An argument of a function or a procedure. */
export function argument(p: TokenStream): Argument {
  if (p.isName() && p.isSymbol('=>', 1)) {
    const name = p.identifier();
    p.next();
    const value = unnamedArgument(p);
    return { kind: 'NamedArgument', span: p.span(name.span.start), name, value };
  }
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
    const columns = p.parenthesised(() => p.list(() => columnPath(p)));
    return { kind: 'DescriptorArgument', span: p.span(start), columns };
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

// ------------------------------------------------------------------------------------------- special forms

/** A call written with words between its arguments, as a plain one. `args` reads what is in the parentheses. */
function form(name: string, args: (p: TokenStream) => Argument[]): SpecialForm {
  return (p, start) => {
    if (!p.isSymbol('(', 1)) return undefined;
    const { end } = p.next();
    const inside = p.parenthesised(() => args(p));
    return plainCall(p, start, { kind: 'Identifier', span: { start, end }, name }, inside);
  };
}

/** The next word, whatever it is, as a symbol: units are checked by the validator. */
function symbolArgument(p: TokenStream): SymbolArgument {
  const token = p.peek();
  if (token.kind !== 'quoted' && !(token.kind === 'word' && (p.isName() || UNIT_WORDS.has(token.text)))) {
    p.miss('identifier');
    p.fail();
  }
  p.next();
  return { kind: 'Symbol', span: p.span(token.start), text: token.text.toUpperCase() };
}

const UNIT_WORDS = new Set(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'WEEKS', 'QUARTERS']);

function floorOrCeil(name: string): SpecialForm {
  return form(name, (p) => {
    const value = expression(p);
    return p.accept('TO') ? [value, symbolArgument(p)] : [value];
  });
}

/** TRANSLATE(s USING charset), or a plain call when there is no USING. */
function translate(p: TokenStream): Argument[] {
  const value = expression(p);
  if (p.accept('USING')) return [value, symbolArgument(p)];
  const rest: Argument[] = [value];
  while (p.acceptSymbol(',')) rest.push(argument(p));
  return rest;
}

function substring(p: TokenStream): Argument[] {
  const args: Argument[] = [expression(p)];
  const isStandard = p.accept('FROM');
  if (!isStandard) p.expectSymbol(',');
  args.push(expression(p));
  if (isStandard ? p.accept('FOR') : p.acceptSymbol(',')) args.push(expression(p));
  return args;
}

function trim(p: TokenStream): Argument[] {
  const { start } = p;
  const word = p.acceptOneOf('BOTH', 'LEADING', 'TRAILING');
  const side: SymbolArgument = { kind: 'Symbol', span: p.span(start), text: word ?? 'BOTH' };
  const blank = {
    kind: 'StringLiteral',
    span: side.span,
    value: ' ',
    charset: undefined,
    sameLine: undefined,
  } as const;
  if (word && p.accept('FROM')) return [side, blank, expression(p)];
  const first = expression(p);
  if (p.accept('FROM')) return [side, first, expression(p)];
  return word ? p.fail() : [side, blank, first];
}

function timestampUnit(p: TokenStream): Argument[] {
  const args: Argument[] = [symbolArgument(p)];
  for (let i = 0; i < 2; i++) {
    p.expectSymbol(',');
    args.push(expression(p));
  }
  return args;
}

function cast(isTry: boolean): SpecialForm {
  return (p, start): Cast => {
    p.next();
    const [operand, type] = p.parenthesised(() => {
      const value = expression(p);
      p.expect('AS');
      return [value, castType(p)] as const;
    });
    return { kind: 'Cast', span: p.span(start), isTry, operand, type };
  };
}

const caseForm: SpecialForm = (p, start) => {
  p.next();
  const operand = p.isWord('WHEN') ? undefined : expression(p);
  const branches: CaseBranch[] = [];
  do {
    const from = p.start;
    p.expect('WHEN');
    const when = operand ? expressions(p) : [expression(p)];
    p.expect('THEN');
    const then = expression(p);
    branches.push({ kind: 'CaseBranch', span: p.span(from), when, then });
  } while (p.isWord('WHEN') || p.miss('WHEN'));
  const otherwise = p.accept('ELSE') ? expression(p) : undefined;
  p.expect('END');
  return { kind: 'Case', span: p.span(start), operand, branches, otherwise };
};

/** `INTERVAL '1' DAY`, `INTERVAL a.b DAY`, `INTERVAL -5 DAY`, `INTERVAL (a + 1) DAY`. */
export function interval(p: TokenStream, start: number): IntervalLiteral | IntervalExpression {
  p.expect('INTERVAL');
  const signAt = p.start;
  const sign = p.acceptSymbol('-') ? '-' : p.acceptSymbol('+') ? '+' : undefined;
  if (p.peek().kind === 'string') {
    const { value } = stringLiteral(p);
    const qualifier = intervalQualifier(p);
    if (value === '') p.fail('Illegal INTERVAL literal: the text is empty', p.span(start));
    return { kind: 'IntervalLiteral', span: p.span(start), negative: sign === '-', text: value, qualifier };
  }
  let value: Expression;
  if (p.isSymbol('(')) {
    value = p.parenthesised(() => expression(p));
  } else if (p.peek().kind === 'number') {
    value = numberLiteral(p);
  } else {
    p.miss('string');
    value = columnPath(p);
  }
  if (sign) value = { kind: 'Unary', span: p.span(signAt), operator: sign, operand: value };
  const qualifier = intervalQualifier(p);
  return { kind: 'IntervalExpression', span: p.span(start), value, qualifier };
}

/** `DATE '…'`; undefined when it is the function of that name. */
function dateTime(type: 'DATE' | 'TIME' | 'TIMESTAMP'): SpecialForm {
  return (p, start) => (p.peek(1).kind === 'string' ? dateTimeLiteral(p, start, type, 1) : undefined);
}

/** A typed literal whose string follows after `words` words. */
export function dateTimeLiteral(
  p: TokenStream,
  start: number,
  type: DateTimeLiteral['type'],
  words: number,
): DateTimeLiteral {
  for (let i = 0; i < words; i++) p.next();
  const { value } = stringLiteral(p);
  return { kind: 'DateTimeLiteral', span: p.span(start), type, text: value };
}

const timestamp: SpecialForm = (p, start) => {
  if (p.isWords('TIMESTAMP', 'WITH', 'LOCAL', 'TIME', 'ZONE')) {
    return dateTimeLiteral(p, start, 'TIMESTAMP WITH LOCAL TIME ZONE', 5);
  }
  return dateTime('TIMESTAMP')(p, start);
};

/** `ARRAY[…]`, `ARRAY(SELECT …)`; `ARRAY(…)` otherwise is a call, as is `MAP(…)`. */
function collection(name: CollectionSubquery['collection']): SpecialForm {
  return (p, start) => {
    if (p.isSymbol('[', 1)) {
      p.next();
      p.next();
      const items = p.isSymbol(']') ? [] : expressions(p);
      p.expectSymbol(']');
      const span = p.span(start);
      if (name === 'ARRAY') return { kind: 'ArrayConstructor', span, items };
      if (name === 'MULTISET') return { kind: 'MultisetConstructor', span, items };
      const lastKey = items.length % 2 === 1 ? items.pop() : undefined;
      const entries = [];
      for (let i = 0; i < items.length; i += 2) entries.push({ key: items[i]!, value: items[i + 1]! });
      return { kind: 'MapConstructor', span, entries, lastKey };
    }
    if (!p.isSymbol('(', 1)) return undefined;
    const word = p.next();
    p.next();
    if (isQueryStart(p)) {
      const inner = query(p);
      p.expectSymbol(')');
      return { kind: 'CollectionSubquery', span: p.span(start), collection: name, query: inner };
    }
    if (name === 'MULTISET') return p.fail();
    const identifier: Identifier = {
      kind: 'Identifier',
      span: { start, end: word.end },
      name: p.nameOf(word),
    };
    return functionCall(p, { kind: 'ObjectPath', span: identifier.span, parts: [identifier] });
  };
}

const row: SpecialForm = (p, start) => {
  p.next();
  const items = p.parenthesised(() => expressions(p));
  return { kind: 'RowConstructor', span: p.span(start), items };
};

function exists(test: 'EXISTS' | 'UNIQUE'): SpecialForm {
  return (p, start) => {
    p.next();
    const inner = p.parenthesised(() => query(p));
    return { kind: 'Exists', span: p.span(start), test, query: inner };
  };
}

function bool(value: boolean | null): SpecialForm {
  return (p, start) => {
    p.next();
    return { kind: 'BooleanLiteral', span: p.span(start), value };
  };
}

// Of MATCH_RECOGNIZE: `FINAL LAST(a)`. FINAL is a name elsewhere.
function modifier(operator: 'RUNNING' | 'FINAL'): SpecialForm {
  return (p, start) => {
    const isCall = (p.isName(1) || RESERVED_FUNCTIONS.has(p.peek(1).text)) && p.isSymbol('(', 2);
    if (operator === 'FINAL' && !isCall) return undefined;
    p.next();
    const operand = expression(p, 81);
    return { kind: 'Unary', span: p.span(start), operator, operand };
  };
}

/** By the word they begin with, upper case. */
export const SPECIAL_FORMS: ReadonlyMap<string, SpecialForm> = new Map<string, SpecialForm>([
  ['CASE', caseForm],
  ['CAST', cast(false)],
  ['TRY_CAST', cast(true)],
  ['ROW', row],
  ['PERIOD', row], // an operand of OVERLAPS and its like: the same as (start, end)
  ['ARRAY', collection('ARRAY')],
  ['MAP', collection('MAP')],
  ['MULTISET', collection('MULTISET')],
  ['EXISTS', exists('EXISTS')],
  ['UNIQUE', exists('UNIQUE')],
  ['INTERVAL', interval],
  ['DATE', dateTime('DATE')],
  ['TIME', dateTime('TIME')],
  ['TIMESTAMP', timestamp],
  ['TRUE', bool(true)],
  ['FALSE', bool(false)],
  ['UNKNOWN', bool(null)],
  [
    'NULL',
    (p, start) => {
      p.next();
      return { kind: 'NullLiteral', span: p.span(start) };
    },
  ],
  ['RUNNING', modifier('RUNNING')],
  ['FINAL', modifier('FINAL')],
  [
    'EXTRACT',
    form('EXTRACT', (p) => {
      const unit = symbolArgument(p);
      p.expect('FROM');
      return [unit, expression(p)];
    }),
  ],
  [
    'POSITION',
    form('POSITION', (p) => {
      // 40: nothing that could take the IN.
      const args = [expression(p, 40)];
      p.expect('IN');
      args.push(expression(p));
      if (p.accept('FROM')) args.push(expression(p));
      return args;
    }),
  ],
  ['SUBSTRING', form('SUBSTRING', substring)],
  ['TRIM', form('TRIM', trim)],
  [
    'OVERLAY',
    form('OVERLAY', (p) => {
      const args = [expression(p)];
      p.expect('PLACING');
      args.push(expression(p));
      p.expect('FROM');
      args.push(expression(p));
      if (p.accept('FOR')) args.push(expression(p));
      return args;
    }),
  ],
  ['FLOOR', floorOrCeil('FLOOR')],
  ['CEIL', floorOrCeil('CEIL')],
  ['CEILING', floorOrCeil('CEIL')],
  ['TIMESTAMPADD', form('TIMESTAMPADD', timestampUnit)],
  ['TIMESTAMPDIFF', form('TIMESTAMPDIFF', timestampUnit)],
  ['TRANSLATE', form('TRANSLATE', translate)],
  [
    'CONVERT',
    form('TRANSLATE', (p) => {
      const value = expression(p);
      p.expect('USING');
      return [value, symbolArgument(p)];
    }),
  ],
]);
