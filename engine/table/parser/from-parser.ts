/** The FROM clause: tables, table functions, sub-queries and their joins. */

import type {
  AliasedItem,
  Expression,
  FromItem,
  Join,
  NumberLiteral,
  OnCondition,
  Query,
  TableAlias,
  TableSample,
  UsingCondition,
} from './ast.ts';
import {
  expression,
  expressions,
  isQueryContinuation,
  plainExpression,
  subquery,
} from './expression-parser.ts';
import { tableFunctionCall } from './function-parser.ts';
import { numberLiteral, stringLiteral } from './literal-parser.ts';
import { matchRecognize } from './match-recognize-parser.ts';
import { hints, isQueryStart, query } from './query-parser.ts';
import { extended, pivoted } from './refused-parser.ts';
import type { TokenStream } from './token-stream.ts';
import { TYPE_NAMES } from './type-parser.ts';

/** Everything behind FROM. A comma binds as tightly as JOIN: what stands before it is its left side. */
export function fromClause(p: TokenStream): FromItem {
  return joins(p, tableItem(p), true);
}

function joins(p: TokenStream, first: FromItem, takesCommas = false): FromItem {
  let left = first;
  for (let length = 0; ; length++) {
    const natural = p.accept('NATURAL');
    const type = joinType(p) ?? (takesCommas && !natural && p.acceptSymbol(',') ? 'COMMA' : undefined);
    if (!type) return natural ? p.fail() : left;
    p.bounded(length);
    const right = tableItem(p);
    const condition = type === 'COMMA' ? undefined : joinCondition(p);
    left = { kind: 'Join', span: p.span(first.span.start), type, natural, left, right, condition };
  }
}

function joinType(p: TokenStream): Join['type'] | undefined {
  if (p.accept('JOIN')) return 'INNER';
  const type = p.acceptOneOf('INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS');
  if (!type) return undefined;
  if (type !== 'INNER' && type !== 'CROSS') p.accept('OUTER');
  p.expect('JOIN');
  return type;
}

function joinCondition(p: TokenStream): OnCondition | UsingCondition | undefined {
  const { start } = p;
  if (p.accept('ON')) {
    const condition = expression(p);
    return { kind: 'On', span: p.span(start), expression: condition };
  }
  if (p.accept('USING')) {
    const columns = p.parenthesised(() => p.list(() => p.identifier()));
    return { kind: 'Using', span: p.span(start), columns };
  }
  return undefined;
}

/** One table of a FROM clause, without joins. */
export function tableItem(p: TokenStream): FromItem {
  const { start } = p;
  if (p.isSymbol('(')) return parenthesisedItem(p);
  if (p.accept('LATERAL')) {
    if (p.accept('TABLE')) return tableFunction(p, start, true);
    if (p.accept('UNNEST')) return unnest(p, start, true);
    const inner = p.parenthesised(() => query(p));
    return patternOver(p, { kind: 'SubqueryRef', span: p.span(start), lateral: true, query: inner });
  }
  if (p.accept('TABLE')) return tableFunction(p, start, false);
  if (p.accept('UNNEST')) return unnest(p, start, false);
  const name = p.objectPath();
  if (p.isSymbol('(') && !isColumnType(p)) {
    p.next();
    return aliased(p, {
      kind: 'TableFunctionRef',
      span: p.span(start),
      lateral: false,
      call: tableFunctionCall(p, name),
    });
  }
  const table: FromItem = {
    kind: 'TableRef',
    span: p.span(start),
    name,
    hints: hints(p),
    systemTime: undefined,
  };
  if (p.isWord('EXTEND') || p.isSymbol('(')) return aliased(p, extended(p, table));
  return patternOver(p, { ...table, systemTime: systemTime(p) });
}

/** Whether a column and its type come in parentheses: `t (a INT)` extends `t`. */
function isColumnType(p: TokenStream): boolean {
  const { kind, text } = p.peek(2);
  return p.isName(1) && kind === 'word' && TYPE_NAMES.includes(text);
}

function patternOver(p: TokenStream, item: AliasedItem): FromItem {
  return p.accept('MATCH_RECOGNIZE') ? aliased(p, matchRecognize(p, item)) : aliased(p, item);
}

/** With what may stand behind every table: PIVOT, an alias, TABLESAMPLE. */
function aliased(p: TokenStream, item: AliasedItem): FromItem {
  const input = pivoted(p, item);
  const hasAs = p.isWord('AS');
  const name = alias(p);
  // Behind an alias without AS, Calcite takes no pattern.
  if (hasAs && p.accept('MATCH_RECOGNIZE')) return aliased(p, matchRecognize(p, { ...input, alias: name }));
  const sampling = sample(p);
  return { ...input, alias: name, sample: sampling, span: p.span(item.span.start) };
}

/**
 * `(SELECT …)`, `(a JOIN b …)`, or either of them in more parentheses. A query may go on behind inner parentheses:
 * `((SELECT 1) UNION (SELECT 2))`.
 */
function parenthesisedItem(p: TokenStream): FromItem {
  const { start } = p;
  const content = p.nested(() => inParentheses(p));
  if (content.kind !== 'Query') return content;
  return patternOver(p, { kind: 'SubqueryRef', span: p.span(start), lateral: false, query: content });
}

function inParentheses(p: TokenStream): Query | Join {
  p.expectSymbol('(');
  let content: Query | FromItem;
  if (isQueryStart(p)) {
    content = query(p);
  } else {
    const inner = p.isSymbol('(') ? p.nested(() => inParentheses(p)) : tableItem(p);
    if (inner.kind !== 'Query') {
      content = joins(p, inner);
    } else if (isQueryContinuation(p)) {
      content = query(p, inner);
    } else if (p.isSymbol(')')) {
      content = inner;
    } else {
      const { span } = inner;
      content = joins(p, patternOver(p, { kind: 'SubqueryRef', span, lateral: false, query: inner }));
    }
  }
  if (content.kind !== 'Query' && content.kind !== 'Join') {
    p.fail('parentheses in FROM hold a query or a join, not a single table', content.span);
  }
  p.expectSymbol(')');
  return content;
}

/** Behind `TABLE`: `(f(…))`, where SPECIFIC says nothing. */
function tableFunction(p: TokenStream, start: number, lateral: boolean): FromItem {
  const call = p.parenthesised(() => {
    p.accept('SPECIFIC');
    const name = p.objectPath();
    p.expectSymbol('(');
    return tableFunctionCall(p, name);
  });
  return aliased(p, { kind: 'TableFunctionRef', span: p.span(start), lateral, call });
}

function unnest(p: TokenStream, start: number, lateral: boolean): FromItem {
  const list = p.parenthesised(() => (isQueryStart(p) ? [subquery(p)] : expressions(p)));
  const withOrdinality = p.accept('WITH');
  if (withOrdinality) p.expect('ORDINALITY');
  const span = p.span(start);
  return aliased(p, { kind: 'UnnestRef', span, lateral, expressions: list, withOrdinality });
}

/** `FOR SYSTEM_TIME AS OF x`, which stands before the alias. */
function systemTime(p: TokenStream): Expression | undefined {
  if (!p.accept('FOR')) return undefined;
  p.expect('SYSTEM_TIME', 'AS', 'OF');
  return plainExpression(p);
}

function sample(p: TokenStream): TableSample | undefined {
  const { start } = p;
  if (!p.accept('TABLESAMPLE')) return undefined;
  const method = p.expectOneOf('BERNOULLI', 'SYSTEM', 'SUBSTITUTE');
  const amount = p.parenthesised(() => (method === 'SUBSTITUTE' ? stringLiteral(p) : numberLiteral(p)));
  const seed =
    method !== 'SUBSTITUTE' && p.accept('REPEATABLE') ? p.parenthesised(() => seedOf(p)) : undefined;
  return { kind: 'TableSample', span: p.span(start), method, amount, seed };
}

function seedOf(p: TokenStream): NumberLiteral {
  const { start } = p;
  const isNegative = !p.acceptSymbol('+') && p.acceptSymbol('-');
  const number = numberLiteral(p);
  if (number.form !== 'integer' || Number(number.text) > 0x7fffffff)
    p.fail('the seed of REPEATABLE is a whole number of 32 bits', number.span);
  return isNegative ? { ...number, span: p.span(start), text: `-${number.text}` } : number;
}

/** `[AS] name [(columns)]`, or nothing. */
export function alias(p: TokenStream): TableAlias | undefined {
  const { start } = p;
  if (!p.accept('AS') && !p.isName()) return undefined;
  const name = p.identifier();
  const columns = p.isSymbol('(') ? p.parenthesised(() => p.list(() => p.identifier())) : [];
  return { kind: 'TableAlias', span: p.span(start), name, columns };
}
