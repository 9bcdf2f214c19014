/** The FROM clause: tables, table functions, sub-queries and their joins. */

import type {
  Expression,
  FromItem,
  FunctionCall,
  Join,
  OnCondition,
  Query,
  TableAlias,
  TableSample,
  UsingCondition,
} from './ast.ts';
import { expression, expressions, isQueryContinuation } from './expression-parser.ts';
import { tableFunctionCall } from './function-parser.ts';
import { numberLiteral } from './literal-parser.ts';
import { matchRecognize } from './match-recognize-parser.ts';
import { hints, isQueryStart, query } from './query-parser.ts';
import type { TokenStream } from './token-stream.ts';

/** Everything behind FROM. A comma binds less tightly than JOIN. */
export function fromClause(p: TokenStream): FromItem {
  const { start } = p;
  let left = joins(p, tableItem(p));
  for (let length = 0; p.acceptSymbol(','); length++) {
    p.bounded(length);
    const right = joins(p, tableItem(p));
    left = {
      kind: 'Join',
      span: p.span(start),
      type: 'COMMA',
      natural: false,
      left,
      right,
      condition: undefined,
    };
  }
  return left;
}

function joins(p: TokenStream, first: FromItem): FromItem {
  let left = first;
  for (let length = 0; ; length++) {
    const natural = p.accept('NATURAL');
    const type = joinType(p);
    if (!type) return natural ? p.fail() : left;
    p.bounded(length);
    const right = tableItem(p);
    const condition = joinCondition(p);
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

function tableItem(p: TokenStream): FromItem {
  const { start } = p;
  if (p.isSymbol('(')) return parenthesisedItem(p);
  if (p.accept('LATERAL')) {
    if (p.accept('TABLE')) return tableFunction(p, start, true);
    if (p.accept('UNNEST')) return unnest(p, start, true);
    const inner = p.parenthesised(() => query(p));
    return patternOver(p, {
      kind: 'SubqueryRef',
      span: p.span(start),
      lateral: true,
      query: inner,
      alias: alias(p),
    });
  }
  if (p.accept('TABLE')) return tableFunction(p, start, false);
  if (p.accept('UNNEST')) return unnest(p, start, false);
  const name = p.objectPath();
  if (p.acceptSymbol('(')) return aliasedFunction(p, start, false, tableFunctionCall(p, name));
  return patternOver(p, {
    kind: 'TableRef',
    name,
    hints: hints(p),
    systemTime: systemTime(p),
    sample: sample(p),
    alias: alias(p),
    span: p.span(start),
  });
}

// Hints, FOR SYSTEM_TIME and alias come after one another, so the span is complete only here.
function patternOver(p: TokenStream, input: FromItem): FromItem {
  const item: FromItem = { ...input, span: p.span(input.span.start) };
  return p.accept('MATCH_RECOGNIZE') ? matchRecognize(p, item) : item;
}

/**
 * `(SELECT …)`, `(a JOIN b …)`, or either of them in more parentheses. A query may go on behind inner parentheses:
 * `((SELECT 1) UNION (SELECT 2))`.
 */
function parenthesisedItem(p: TokenStream): FromItem {
  const { start } = p;
  const content = p.nested(() => inParentheses(p));
  if (content.kind !== 'Query') return content;
  return patternOver(p, {
    kind: 'SubqueryRef',
    span: p.span(start),
    lateral: false,
    query: content,
    alias: alias(p),
  });
}

function inParentheses(p: TokenStream): Query | Join {
  const { start } = p;
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
      const item: FromItem = {
        kind: 'SubqueryRef',
        span: p.span(start),
        lateral: false,
        query: inner,
        alias: alias(p),
      };
      content = joins(p, patternOver(p, { ...item, span: inner.span }));
    }
  }
  if (content.kind !== 'Query' && content.kind !== 'Join') {
    p.fail('parentheses in FROM hold a query or a join, not a single table', content.span);
  }
  p.expectSymbol(')');
  return content;
}

/** Behind `TABLE`: `(f(…))`. */
function tableFunction(p: TokenStream, start: number, lateral: boolean): FromItem {
  const call = p.parenthesised(() => {
    const name = p.objectPath();
    p.expectSymbol('(');
    return tableFunctionCall(p, name);
  });
  return aliasedFunction(p, start, lateral, call);
}

function aliasedFunction(p: TokenStream, start: number, lateral: boolean, call: FunctionCall): FromItem {
  return { kind: 'TableFunctionRef', lateral, call, alias: alias(p), span: p.span(start) };
}

function unnest(p: TokenStream, start: number, lateral: boolean): FromItem {
  const list = p.parenthesised(() => expressions(p));
  const withOrdinality = p.accept('WITH');
  if (withOrdinality) p.expect('ORDINALITY');
  return {
    kind: 'UnnestRef',
    lateral,
    expressions: list,
    withOrdinality,
    alias: alias(p),
    span: p.span(start),
  };
}

/** `FOR SYSTEM_TIME AS OF x`, which stands before the alias. */
function systemTime(p: TokenStream): Expression | undefined {
  if (!p.accept('FOR')) return undefined;
  p.expect('SYSTEM_TIME', 'AS', 'OF');
  return expression(p);
}

function sample(p: TokenStream): TableSample | undefined {
  const { start } = p;
  if (!p.accept('TABLESAMPLE')) return undefined;
  const method = p.expectOneOf('BERNOULLI', 'SYSTEM');
  const percent = p.parenthesised(() => numberLiteral(p));
  const seed = p.accept('REPEATABLE') ? p.parenthesised(() => expression(p)) : undefined;
  return { kind: 'TableSample', span: p.span(start), method, percent, seed };
}

/** `[AS] name [(columns)]`, or nothing. */
export function alias(p: TokenStream): TableAlias | undefined {
  const { start } = p;
  if (!p.accept('AS') && !p.isName()) return undefined;
  const name = p.identifier();
  const columns = p.isSymbol('(') ? p.parenthesised(() => p.list(() => p.identifier())) : [];
  return { kind: 'TableAlias', span: p.span(start), name, columns };
}
