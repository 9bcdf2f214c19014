/** Expressions that begin with a word of their own: literals, constructors, and functions with words between their arguments. */

import type {
  Argument,
  CaseBranch,
  Cast,
  CollectionSubquery,
  DateTimeLiteral,
  Expression,
  Identifier,
  IntervalExpression,
  IntervalLiteral,
  Node,
  SymbolArgument,
} from './ast.ts';
import {
  columnPath,
  expression,
  expressions,
  plainExpression,
  refusedExpression,
} from './expression-parser.ts';
import { argument, calledName, functionCall, plainCall } from './function-parser.ts';
import { RESERVED_FUNCTIONS } from './keywords.ts';
import { numberLiteral } from './literal-parser.ts';
import { isQueryStart, query } from './query-parser.ts';
import type { TokenStream } from './token-stream.ts';
import { castType, intervalQualifier, TYPE_NAMES } from './type-parser.ts';

/** Parses a form that begins with its word at `start`; undefined, with nothing taken, when it is not that form. */
export type SpecialForm = (p: TokenStream, start: number) => Expression | undefined;

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

const UNIT_WORDS = new Set(['WEEK', 'YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

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

// BigQuery's functions, which Flink's validator does not know: DATE_TRUNC(x, MONTH), whose unit may be an expression, too.
function truncated(p: TokenStream, name: string): Argument[] {
  const value = expression(p);
  p.expectSymbol(',');
  const isUnit = name !== 'DATE_TRUNC' || UNIT_WORDS.has(p.peek().text);
  return [value, isUnit ? dateUnit(p) : expression(p)];
}

/** A unit; of WEEK, which may say with what day it begins. */
function dateUnit(p: TokenStream): SymbolArgument {
  const unit = symbolArgument(p);
  if (unit.text === 'WEEK' && p.acceptSymbol('(')) {
    p.expectOneOf(...DAYS);
    p.expectSymbol(')');
  }
  return unit;
}

const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;

function difference(p: TokenStream): Argument[] {
  const first = expression(p);
  p.expectSymbol(',');
  const second = expression(p);
  p.expectSymbol(',');
  return [first, second, dateUnit(p)];
}

/** CONVERT(s USING charset); CONVERT(type, x, style), which is a cast; CONVERT(s, from, to). */
const convert: SpecialForm = (p, start) => {
  if (!p.isSymbol('(', 1)) return undefined;
  const { end } = p.next();
  const name: Identifier = { kind: 'Identifier', span: { start, end }, name: 'TRANSLATE' };
  p.expectSymbol('(');
  if (p.peek().kind === 'word' && TYPE_NAMES.includes(p.peek().text) && !isTypedLiteral(p)) {
    const type = castType(p);
    p.expectSymbol(',');
    const operand = expression(p);
    if (p.acceptSymbol(',')) expression(p);
    p.expectSymbol(')');
    return { kind: 'Cast', span: p.span(start), isTry: false, operand, type };
  }
  const value = expression(p);
  if (p.accept('USING')) {
    const charset = symbolArgument(p);
    p.expectSymbol(')');
    return plainCall(p, start, name, [value, charset]);
  }
  const parts: Node[] = [value];
  for (let i = 0; i < 2; i++) {
    p.expectSymbol(',');
    parts.push(p.identifier());
  }
  p.expectSymbol(')');
  return refusedExpression(p, start, 'CONVERT between character sets', parts);
};

// `DATE '2020-01-01'`, `ARRAY[1]`, `ROW(1)`
function isTypedLiteral(p: TokenStream): boolean {
  return p.peek(1).kind === 'string' || p.isSymbol('[', 1) || (p.isWord('ROW') && p.isSymbol('(', 1));
}

function substring(p: TokenStream): Argument[] {
  const args: Argument[] = [expression(p)];
  if (!p.accept('FROM')) p.expectSymbol(',');
  args.push(expression(p));
  if (p.accept('FOR') || p.acceptSymbol(',')) args.push(expression(p));
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
  if (p.isSymbol(')')) return word ? [side] : []; // which the validator refuses
  const first = expression(p);
  return p.accept('FROM') ? [side, first, expression(p)] : [side, blank, first];
}

function timestampUnit(p: TokenStream): Argument[] {
  const args: Argument[] = [symbolArgument(p)];
  for (let i = 0; i < 2; i++) {
    p.expectSymbol(',');
    args.push(expression(p));
  }
  return args;
}

function cast(isTry: boolean): (p: TokenStream, start: number) => Cast {
  return (p, start) => {
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
    const value = quotedText(p);
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
  const qualifier = intervalQualifier(p, false);
  return { kind: 'IntervalExpression', span: p.span(start), value, qualifier };
}

/** One string without a prefix: the text of a literal is not continued. */
function quotedText(p: TokenStream): string {
  const { kind, text, charset } = p.peek();
  if (kind !== 'string' || charset !== undefined) {
    p.miss('string');
    p.fail();
  }
  p.next();
  return text;
}

/** `DATE '…'`; undefined when it is the function of that name. */
function dateTime(type: 'DATE' | 'TIME' | 'TIMESTAMP'): SpecialForm {
  return (p, start) => (p.peek(1).kind === 'string' ? dateTimeLiteral(p, start, type, 1) : undefined);
}

/** `DECIMAL '…'`: the number of the text, as if it stood there without its zeros in front. */
const decimal: SpecialForm = (p, start) => {
  if (p.peek(1).kind !== 'string') return undefined;
  p.next();
  const text = quotedText(p);
  const plain = plainDecimal(text.trim());
  if (plain === undefined) return p.fail(`Illegal DECIMAL literal '${text}'`, p.span(start));
  const span = p.span(start);
  const form = plain.includes('.') ? 'decimal' : 'integer';
  const operand = { kind: 'NumberLiteral', span, text: plain.replace('-', ''), form } as const;
  return plain.startsWith('-') ? { kind: 'Unary', span, operator: '-', operand } : operand;
};

/** A number without an exponent. */
function plainDecimal(text: string): string | undefined {
  const match = /^([+-]?)(?=\.?\d)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent);
  const digits = `${whole}${fraction}`
    .padEnd(point, '0')
    .padStart(whole.length + fraction.length - point, '0');
  const at = point < 0 ? 0 : point;
  const plain = `${digits.slice(0, at).replace(/^0+/, '') || '0'}.${digits.slice(at)}`.replace(/\.$/, '');
  return sign === '-' ? `-${plain}` : plain;
}

/** A typed literal whose string follows after `words` words. */
export function dateTimeLiteral(
  p: TokenStream,
  start: number,
  type: DateTimeLiteral['type'],
  words: number,
): DateTimeLiteral {
  for (let i = 0; i < words; i++) p.next();
  const text = quotedText(p);
  return { kind: 'DateTimeLiteral', span: p.span(start), type, text };
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
      const next = name === 'MULTISET' ? plainExpression : expression;
      const items = p.isSymbol(']') ? [] : [plainExpression(p), ...p.rest(() => next(p))];
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
      if (name === 'MULTISET' && (inner.orderBy.length > 0 || inner.limit || inner.offset))
        p.fail('the query of a MULTISET has no order and no limit', inner.span);
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

/** An operand of OVERLAPS and its like: the same as `(start, end)`. */
const period: SpecialForm = (p, start) => {
  const pair = row(p, start);
  if (pair?.kind === 'RowConstructor' && pair.items.length !== 2)
    p.fail('PERIOD takes 2 arguments', pair.span);
  return pair;
};

function exists(test: 'EXISTS' | 'UNIQUE'): SpecialForm {
  return (p, start) => {
    p.next();
    const operand = expression(p, 40);
    if (operand.kind === 'ScalarSubquery')
      return { kind: 'Exists', span: p.span(start), test, query: operand.query };
    return refusedExpression(p, start, `${test} of anything but a query`, [operand]);
  };
}

/** `NEW f(x)`. */
const newValue: SpecialForm = (p, start) => {
  p.next();
  const name = p.objectPath();
  p.expectSymbol('(');
  return refusedExpression(p, start, 'NEW', [functionCall(p, name)]);
};

/** `SPECIFIC f(x)`, which is `f(x)`. */
const specific: SpecialForm = (p, start) => {
  p.next();
  const call = functionCall(p, calledName(p));
  return { ...call, span: p.span(start) };
};

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
  [
    'SAFE_CAST',
    (p, start) => refusedExpression(p, start, 'SAFE_CAST (write TRY_CAST)', [cast(true)(p, start)]),
  ],
  ['ROW', row],
  ['PERIOD', period],
  ['ARRAY', collection('ARRAY')],
  ['MAP', collection('MAP')],
  ['MULTISET', collection('MULTISET')],
  ['EXISTS', exists('EXISTS')],
  ['UNIQUE', exists('UNIQUE')],
  ['NEW', newValue],
  ['SPECIFIC', specific],
  ['INTERVAL', interval],
  [
    'DATETIME',
    (p, start) => {
      if (p.peek(1).kind !== 'string') return undefined;
      p.next();
      quotedText(p);
      return refusedExpression(p, start, 'A literal of DATETIME', []);
    },
  ],
  ['DECIMAL', decimal],
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
      const args = [plainExpression(p, 40)];
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
  ...['DATE_TRUNC', 'TIMESTAMP_TRUNC', 'TIME_TRUNC', 'DATETIME_TRUNC'].map(
    (name) => [name, form(name, (p) => truncated(p, name))] as const,
  ),
  ...['DATE_DIFF', 'TIMESTAMP_DIFF', 'TIME_DIFF', 'DATETIME_DIFF'].map(
    (name) => [name, form(name, difference)] as const,
  ),
  ['TRANSLATE', form('TRANSLATE', translate)],
  ['CONVERT', convert],
]);
