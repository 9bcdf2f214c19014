/**
 * Expressions, by precedence climbing over Calcite's table (`SqlStdOperatorTable`), where a larger number binds
 * tighter and every operator associates to the left:
 *
 *   MULTISET UNION, EXCEPT 14 · MULTISET INTERSECT 18 · OR 22 · AND 24 · NOT 26 · IS, FORMAT JSON 28
 *   = <> < <= > >=, IS DISTINCT FROM, MEMBER OF, SUBMULTISET OF, OVERLAPS and its like 30
 *   BETWEEN, IN 32 · LIKE, SIMILAR TO 33 · + - 40 · * / % || 60 · sign · then [i] and .field
 *
 * Calcite gives LIKE 32 as well and a pattern that reaches as far as it can: a right side from 32 on, and 33
 * seen from the left, come to the same (`a LIKE b LIKE c` nests to the right, a BETWEEN's upper bound takes a
 * LIKE but no IN). The lower bound of BETWEEN goes up to its AND and may hold anything but one.
 */

import type {
  BinaryOperator,
  ColumnPath,
  ComparisonOperator,
  Expression,
  Identifier,
  IsTest,
  Like,
  Node,
  Query,
  RefusedExpression,
} from './ast.ts';
import { illegalDateTime, readDateTime } from './date-time-text.ts';
import { functionCall, plainCall } from './function-parser.ts';
import { jdbcCall } from './jdbc-parser.ts';
import { JSON_FORMS } from './json-parser.ts';
import { BARE_FUNCTIONS, RESERVED_FUNCTIONS } from './keywords.ts';
import { binaryLiteral, numberLiteral, stringLiteral } from './literal-parser.ts';
import { isQueryStart, query } from './query-parser.ts';
import { dateTimeLiteral, SPECIAL_FORMS } from './special-forms.ts';
import type { TokenStream } from './token-stream.ts';
import { intervalQualifier, isIntervalUnit } from './type-parser.ts';

const MULTISET_UNION = 14;
const MULTISET_INTERSECT = 18;
const OR = 22;
const AND = 24;
const NOT = 26;
const IS = 28;
const COMPARISON = 30;
const IN = 32;
const LIKE = 33;

const SYMBOLS: Record<string, readonly [operator: BinaryOperator, precedence: number]> = {
  '=': ['=', COMPARISON],
  '<>': ['<>', COMPARISON],
  '<': ['<', COMPARISON],
  '<=': ['<=', COMPARISON],
  '>': ['>', COMPARISON],
  '>=': ['>=', COMPARISON],
  '+': ['+', 40],
  '-': ['-', 40],
  '*': ['*', 60],
  '/': ['/', 60],
  '%': ['%', 60],
  '||': ['||', 60],
};

const WORDS: Record<string, readonly [operator: BinaryOperator, precedence: number, second?: string]> = {
  OR: ['OR', OR],
  AND: ['AND', AND],
  MEMBER: ['MEMBER OF', COMPARISON, 'OF'],
  SUBMULTISET: ['SUBMULTISET OF', COMPARISON, 'OF'],
  OVERLAPS: ['OVERLAPS', COMPARISON],
  CONTAINS: ['CONTAINS', COMPARISON],
  EQUALS: ['EQUALS', COMPARISON],
  PRECEDES: ['PRECEDES', COMPARISON],
  SUCCEEDS: ['SUCCEEDS', COMPARISON],
};

const ENCODINGS = new Set(['UTF8', 'UTF16', 'UTF32']);

/** The words that an operator behind an expression begins with. */
export const INFIX_WORDS: ReadonlySet<string> = new Set([
  ...Object.keys(WORDS),
  'IS',
  'NOT',
  'IN',
  'BETWEEN',
  'LIKE',
  'SIMILAR',
  'MULTISET',
]);

/** The keywords that can follow an expression, for completion. */
export const OPERATOR_WORDS: readonly string[] = [
  ...['AND', 'OR', 'IS NULL', 'IS NOT NULL', 'IN', 'NOT IN', 'BETWEEN', 'LIKE', 'NOT LIKE', 'SIMILAR TO'],
  ...['IS TRUE', 'IS FALSE', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'],
];

/** An expression whose operators have at least the precedence `min`; `first` is its left end when that is read already. */
export function expression(p: TokenStream, min = 0, first?: Expression): Expression {
  return p.nested(() => {
    let left = first ?? prefix(p);
    for (let length = 0; ; length++) {
      const longer = infix(p, left, min);
      if (longer === undefined) {
        p.miss('operator');
        return left;
      }
      left = longer;
      p.bounded(length);
    }
  });
}

/** An expression where Calcite allows none that begins with a query: `(SELECT 1) + a`, though `a + (SELECT 1)` is one. */
export function plainExpression(p: TokenStream, min = 0): Expression {
  let ahead = 0;
  while (LEADING_WORDS.has(p.peek(ahead).text) && p.peek(ahead).kind !== 'quoted') ahead++;
  const open = ahead;
  while (p.isSymbol('(', ahead)) ahead++;
  const { kind, text } = p.peek(ahead);
  const isQuery =
    kind === 'word' &&
    (['SELECT', 'WITH', 'VALUES'].includes(text) || (text === 'TABLE' && p.isName(ahead + 1)));
  if (isQuery && ahead > open) p.fail('a query may not stand here', p.peek(ahead));
  return expression(p, min);
}

/** What may stand before an operand. */
const LEADING_WORDS = new Set(['NOT', '+', '-', 'EXISTS', 'UNIQUE']);

export function expressions(p: TokenStream): Expression[] {
  return p.list(() => expression(p));
}

// ----------------------------------------------------------------------------------------------- operators

function prefix(p: TokenStream): Expression {
  const start = p.start;
  if (p.isWord('NOT')) {
    p.next();
    const operand = expression(p, NOT);
    return { kind: 'Unary', span: p.span(start), operator: 'NOT', operand };
  }
  if (p.isSymbol('-') || p.isSymbol('+')) {
    const operator = p.next().text as '-' | '+';
    const operand = p.nested(() => prefix(p));
    return { kind: 'Unary', span: p.span(start), operator, operand };
  }
  return postfix(p, primary(p));
}

/** `left` and the operator behind it with its right side; undefined when there is none that binds tightly enough. */
function infix(p: TokenStream, left: Expression, min: number): Expression | undefined {
  const { kind, text } = p.peek();
  if (kind === 'symbol') {
    const known = Object.hasOwn(SYMBOLS, text) ? SYMBOLS[text]! : undefined;
    if (text === '!=') p.fail('!= is not an operator of Flink SQL: write <>');
    if (text === '=' && p.isSymbol('=', 1)) p.fail('== is not an operator of Flink SQL: write =');
    if (text === ':' && p.isSymbol(':', 1))
      p.fail(':: is not an operator of Flink SQL: write CAST(... AS type)');
    if (text === '=>' && COMPARISON >= min) p.fail('=> is for named arguments: write >= to compare');
    if (!known || known[1] < min) return undefined;
    p.next();
    return known[1] === COMPARISON
      ? comparison(p, left, known[0] as ComparisonOperator)
      : binary(p, left, ...known);
  }
  if (kind !== 'word') return undefined;
  const known = Object.hasOwn(WORDS, text) ? WORDS[text]! : undefined;
  if (known) {
    if (known[1] < min) return undefined;
    p.next();
    if (known[2]) p.expect(known[2]);
    return binary(p, left, known[0], known[1]);
  }
  switch (text) {
    case 'IS':
      return IS < min && !(COMPARISON >= min && isDistinctFrom(p)) ? undefined : is(p, left);
    case 'NOT':
      return negatable(p, left, min, 1);
    case 'IN':
    case 'BETWEEN':
    case 'LIKE':
    case 'SIMILAR':
    case 'ILIKE':
    case 'RLIKE':
      return negatable(p, left, min, 0);
    case 'MULTISET':
      return multiset(p, left, min);
    case 'IMMEDIATELY': {
      if (COMPARISON < min || !(p.isWord('PRECEDES', 1) || p.isWord('SUCCEEDS', 1))) return undefined;
      p.next();
      return binary(p, left, `IMMEDIATELY ${p.next().text as 'PRECEDES' | 'SUCCEEDS'}`, COMPARISON);
    }
    case 'FORMAT': {
      if (IS < min || !p.isWord('JSON', 1)) return undefined;
      p.next();
      p.next();
      if (p.isWord('ENCODING') && ENCODINGS.has(p.peek(1).text)) {
        p.next();
        p.next();
      }
      return { kind: 'Unary', span: p.span(left.span.start), operator: 'FORMAT JSON', operand: left };
    }
  }
  return undefined;
}

function binary(p: TokenStream, left: Expression, operator: BinaryOperator, precedence: number): Expression {
  const right = expression(p, precedence + 1);
  return { kind: 'Binary', span: p.span(left.span.start), operator, left, right };
}

// `a > ALL (SELECT …)`, `a = ANY (1, 2)`; SOME( and ANY( are nothing else here.
function comparison(p: TokenStream, operand: Expression, operator: ComparisonOperator): Expression {
  const word = p.peek().text;
  const quantified = (p.isWord('ALL') || p.isWord('ANY') || p.isWord('SOME')) && p.isSymbol('(', 1);
  if (!quantified) return binary(p, operand, operator, COMPARISON);
  p.next();
  const source = queryOrList(p);
  const quantifier = word === 'ALL' ? 'ALL' : 'SOME';
  return { kind: 'Quantified', span: p.span(operand.span.start), operator, quantifier, operand, source };
}

function queryOrList(p: TokenStream): Query | readonly Expression[] {
  const source = p.parenthesised(() => {
    if (isQueryStart(p)) return query(p);
    if (!p.isSymbol('(')) return expressions(p);
    // What begins with a parenthesis may turn out to be the left end of a query.
    const first = parenthesis(p);
    if (first.kind === 'ScalarSubquery' && isQueryContinuation(p)) return query(p, first.query);
    return [expression(p, 0, postfix(p, first)), ...p.rest(() => expression(p))];
  });
  // IN ((SELECT …)) is the query too.
  if (!('kind' in source) && source.length === 1 && source[0]!.kind === 'ScalarSubquery')
    return source[0].query;
  return source;
}

function isDistinctFrom(p: TokenStream): boolean {
  return p.isWord('DISTINCT', 1) || (p.isWord('NOT', 1) && p.isWord('DISTINCT', 2));
}

function is(p: TokenStream, operand: Expression): Expression {
  p.next();
  const negated = p.accept('NOT');
  if (p.accept('DISTINCT')) {
    p.expect('FROM');
    return binary(p, operand, negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM', COMPARISON);
  }
  const word = p.expectOneOf('NULL', 'TRUE', 'FALSE', 'UNKNOWN', 'EMPTY', 'A', 'JSON');
  let test: IsTest;
  if (word === 'A') {
    p.expect('SET');
    test = 'A SET';
  } else if (word === 'JSON') {
    test = `JSON ${p.acceptOneOf('VALUE', 'OBJECT', 'ARRAY', 'SCALAR') ?? 'VALUE'}`;
  } else {
    test = word;
  }
  return { kind: 'Is', span: p.span(operand.span.start), negated, test, operand };
}

/** The operators that NOT may stand before; `at` is the distance of their first word. */
function negatable(p: TokenStream, operand: Expression, min: number, at: 0 | 1): Expression | undefined {
  const token = p.peek(at);
  if (token.kind !== 'word') return undefined;
  const negated = at === 1;
  const start = operand.span.start;
  const take = (precedence: number): boolean => {
    if (precedence < min) return false;
    for (let i = 0; i <= at; i++) p.next();
    return true;
  };
  switch (token.text) {
    case 'IN': {
      if (!take(IN)) return undefined;
      const source = queryOrList(p);
      if ('kind' in source)
        return { kind: 'InSubquery', span: p.span(start), negated, operand, query: source };
      return { kind: 'InList', span: p.span(start), negated, operand, values: source };
    }
    case 'BETWEEN': {
      if (!take(IN)) return undefined;
      const symmetric = p.acceptOneOf('SYMMETRIC', 'ASYMMETRIC') === 'SYMMETRIC';
      let low = expression(p, AND + 1);
      while (p.accept('OR')) low = binary(p, low, 'OR', AND);
      p.expect('AND');
      const high = expression(p, LIKE);
      return { kind: 'Between', span: p.span(start), negated, symmetric, operand, low, high };
    }
    case 'LIKE':
    case 'ILIKE':
    case 'RLIKE':
    case 'SIMILAR': {
      if (!take(LIKE)) return undefined;
      if (token.text === 'SIMILAR') p.expect('TO');
      const operator: Like['operator'] = token.text === 'SIMILAR' ? 'SIMILAR TO' : token.text;
      const pattern = expression(p, IN);
      const escape = p.accept('ESCAPE') ? expression(p, IN) : undefined;
      return { kind: 'Like', span: p.span(start), operator, negated, operand, pattern, escape };
    }
    case 'SUBMULTISET': {
      if (!take(COMPARISON)) return undefined;
      p.expect('OF');
      return binary(p, operand, 'NOT SUBMULTISET OF', COMPARISON);
    }
  }
  return undefined;
}

function multiset(p: TokenStream, left: Expression, min: number): Expression | undefined {
  const precedence = p.isWord('INTERSECT', 1) ? MULTISET_INTERSECT : MULTISET_UNION;
  if (precedence < min) return undefined;
  p.next();
  const operation = p.expectOneOf('UNION', 'EXCEPT', 'INTERSECT');
  const quantifier = p.acceptOneOf('ALL', 'DISTINCT') ?? 'ALL';
  return binary(p, left, `MULTISET ${operation} ${quantifier}`, precedence);
}

// ------------------------------------------------------------------------------------------------ operands

export function refusedExpression(
  p: TokenStream,
  start: number,
  what: string,
  parts: readonly Node[],
): RefusedExpression {
  return { kind: 'RefusedExpression', span: p.span(start), what, text: p.written(start), parts };
}

const STAR = 'A star inside an expression';

function postfix(p: TokenStream, operand: Expression): Expression {
  let result = operand;
  const { start } = operand.span;
  let isElement = false;
  for (let length = 0; ; length++) {
    p.bounded(length);
    if (p.acceptSymbol('[')) {
      isElement = true;
      const isMarked = p.acceptOneOf('OFFSET', 'ORDINAL', 'SAFE_OFFSET', 'SAFE_ORDINAL') !== undefined;
      const index = expression(p);
      p.expectSymbol(']');
      if (isMarked) result = refusedExpression(p, start, 'An index by OFFSET or ORDINAL', [result, index]);
      else result = { kind: 'ItemAccess', span: p.span(start), operand: result, index };
    } else if (p.acceptSymbol('.')) {
      const field = p.identifier();
      if (!isElement && p.isSymbol('(')) {
        const args = p.parenthesised(() => (p.isSymbol(')') ? [] : expressions(p)));
        result = refusedExpression(p, start, 'A call of a method', [result, field, ...args]);
        continue;
      }
      result = { kind: 'FieldAccess', span: p.span(start), operand: result, field };
    } else {
      return result;
    }
  }
}

function primary(p: TokenStream): Expression {
  const token = p.peek();
  const start = token.start;
  p.miss('expression');
  switch (token.kind) {
    case 'number':
      return numberLiteral(p);
    case 'string':
      return stringLiteral(p);
    case 'binary':
      return binaryLiteral(p);
    case 'quoted':
      return pathOrCall(p);
    case 'word': {
      const special = (SPECIAL_FORMS.get(token.text) ?? JSON_FORMS.get(token.text))?.(p, start);
      if (special) return special;
      if (p.isName() || (p.isSymbol('(', 1) && RESERVED_FUNCTIONS.has(token.text))) return pathOrCall(p);
      if ((token.text === 'NEXT' || token.text === 'CURRENT') && p.isWord('VALUE', 1)) return sequence(p);
      if (BARE_FUNCTIONS.has(token.text)) return bareCall(p);
      return p.takesReservedWord() ? pathOrCall(p) : p.fail();
    }
    case 'symbol':
      if (token.text === '(') return parenthesis(p);
      if (token.text === '{') return jdbcCall(p) ?? escapedLiteral(p) ?? p.fail();
      if (token.text === '?') {
        p.next();
        return { kind: 'DynamicParameter', span: p.span(start), index: p.parameters++ };
      }
  }
  return p.fail();
}

/** JDBC's `{d '2020-01-01'}`, `{t '10:00:00'}` and `{ts '2020-01-01 10:00:00'}`. */
function escapedLiteral(p: TokenStream): Expression | undefined {
  const type = ({ D: 'DATE', T: 'TIME', TS: 'TIMESTAMP' } as const)[p.peek(1).text];
  if (!type || p.peek(2).kind !== 'string') return undefined;
  const { start } = p.next();
  const literal = dateTimeLiteral(p, start, type, 1);
  if (!readDateTime(type, literal.text)) p.fail(illegalDateTime(literal), literal.span);
  p.expectSymbol('}');
  return { ...literal, span: p.span(start) };
}

/** `NEXT VALUE FOR s`. */
function sequence(p: TokenStream): Expression {
  const { start } = p.next();
  p.expect('VALUE', 'FOR');
  return refusedExpression(p, start, 'A sequence', [p.objectPath()]);
}

function bareCall(p: TokenStream): Expression {
  const { start, end } = p.next();
  const name = p.text.slice(start, end);
  const call = plainCall(p, start, { kind: 'Identifier', span: { start, end }, name }, []);
  return { ...call, bare: true };
}

/** `a.b.c`, or `a.b.f(…)`. The first word may be a reserved one that is a function. */
function pathOrCall(p: TokenStream): Expression {
  const first = p.next();
  const parts: Identifier[] = [{ kind: 'Identifier', span: p.span(first.start), name: p.nameOf(first) }];
  while (p.acceptSymbol('.')) {
    if (p.acceptSymbol('*')) return refusedExpression(p, first.start, STAR, parts);
    parts.push(p.identifier());
  }
  const span = p.span(first.start);
  if (p.acceptSymbol('(')) return functionCall(p, { kind: 'ObjectPath', span, parts });
  return { kind: 'ColumnPath', span, parts };
}

export function columnPath(p: TokenStream): ColumnPath {
  const { parts, span } = p.objectPath();
  return { kind: 'ColumnPath', span, parts };
}

/** `(a)`, `(a, b)`, `(SELECT …)`, `((SELECT …) UNION …)`, `((SELECT …) + 1)`. */
function parenthesis(p: TokenStream): Expression {
  return p.nested(() => {
    const start = p.start;
    p.expectSymbol('(');
    let result: Expression;
    if (isQueryStart(p)) {
      const inner = query(p);
      if (p.isSymbol(',')) {
        const first: Expression = { kind: 'ScalarSubquery', span: inner.span, query: inner };
        const items = [first, ...p.rest(() => expression(p))];
        p.expectSymbol(')');
        return { kind: 'RowConstructor', span: p.span(start), items };
      }
      result = closedSubquery(p, start, inner);
    } else {
      // What begins with a parenthesis may turn out to be the left end of a query.
      const first = p.isSymbol('(') ? parenthesis(p) : undefined;
      if (first?.kind === 'ScalarSubquery' && isQueryContinuation(p)) {
        result = closedSubquery(p, start, query(p, first.query));
      } else {
        const items = [expression(p, 0, first && postfix(p, first))];
        while (p.acceptSymbol(',')) items.push(expression(p));
        p.expectSymbol(')');
        const difference = items.length === 1 && intervalDifference(p, start, items[0]!);
        if (difference) return difference;
        result = items.length === 1 ? items[0]! : { kind: 'RowConstructor', span: p.span(start), items };
      }
    }
    return result;
  });
}

// `(a - b) DAY`: a qualifier behind the parentheses of a difference.
function intervalDifference(p: TokenStream, start: number, item: Expression): Expression | undefined {
  if (item.kind !== 'Binary' || item.operator !== '-' || !isIntervalUnit(p.peek())) return undefined;
  const qualifier = intervalQualifier(p);
  const { left, right } = item;
  return { kind: 'IntervalDifference', span: p.span(start), left, right, qualifier };
}

function closedSubquery(p: TokenStream, start: number, inner: Query): Expression {
  p.expectSymbol(')');
  return { kind: 'ScalarSubquery', span: p.span(start), query: inner };
}

/** A query that stands without parentheses of its own. */
export function subquery(p: TokenStream): Expression {
  const inner = query(p);
  return { kind: 'ScalarSubquery', span: inner.span, query: inner };
}

/** Whether a query in parentheses goes on behind them. */
export function isQueryContinuation(p: TokenStream): boolean {
  const { kind, text } = p.peek();
  return (
    kind === 'word' && ['UNION', 'EXCEPT', 'INTERSECT', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH'].includes(text)
  );
}
