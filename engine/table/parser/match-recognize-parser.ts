/** MATCH_RECOGNIZE, with the whole pattern language of the standard; what Flink refuses of it the planner refuses. */

import type {
  AfterMatchSkip,
  Expression,
  ExpressionItem,
  FromItem,
  MatchRecognize,
  PatternDefinition,
  PatternSubset,
  RowPattern,
} from './ast.ts';
import { expression, plainExpression } from './expression-parser.ts';
import { interval } from './special-forms.ts';
import { orderBy } from './query-parser.ts';
import type { TokenStream } from './token-stream.ts';
import { unsigned } from './type-parser.ts';

/** Behind the word; `input` is what stands before it. */
export function matchRecognize(p: TokenStream, input: FromItem): MatchRecognize {
  const parts = p.nested(() => p.parenthesised(() => clauses(p)));
  return { kind: 'MatchRecognize', input, ...parts, span: p.span(input.span.start) };
}

function clauses(p: TokenStream): Omit<MatchRecognize, 'kind' | 'span' | 'input' | 'alias'> {
  let partitionBy: Expression[] = [];
  if (p.accept('PARTITION', 'PARTITION BY')) {
    p.expect('BY');
    partitionBy = [plainExpression(p), ...p.rest(() => expression(p))];
  }
  const order = orderBy(p);
  const measures = p.accept('MEASURES') ? p.list(() => measure(p)) : [];
  let rowsPerMatch: MatchRecognize['rowsPerMatch'];
  if (p.accept('ONE')) {
    p.expect('ROW', 'PER', 'MATCH');
    rowsPerMatch = 'ONE ROW';
  } else if (p.accept('ALL')) {
    p.expect('ROWS', 'PER', 'MATCH');
    rowsPerMatch = 'ALL ROWS';
  }
  const afterMatch = p.accept('AFTER') ? afterMatchSkip(p) : undefined;

  p.expect('PATTERN');
  p.expectSymbol('(');
  const strictStart = p.acceptSymbol('^');
  const pattern = alternation(p);
  const strictEnd = p.acceptSymbol('$');
  p.expectSymbol(')');

  const within = p.accept('WITHIN') ? interval(p, p.start) : undefined;
  if (within?.kind === 'IntervalExpression')
    p.fail('the interval of WITHIN is a literal: the number stands in quotes', within.span);
  const subsets = p.accept('SUBSET') ? p.list(() => subset(p)) : [];
  p.expect('DEFINE');
  const defines = p.list(() => definition(p));
  return {
    partitionBy,
    orderBy: order,
    measures,
    rowsPerMatch,
    afterMatch,
    pattern,
    strictStart,
    strictEnd,
    within,
    subsets,
    defines,
  };
}

function measure(p: TokenStream): ExpressionItem {
  const value = plainExpression(p);
  p.expect('AS');
  const name = p.identifier();
  return { kind: 'ExpressionItem', span: p.span(value.span.start), expression: value, alias: name };
}

function afterMatchSkip(p: TokenStream): AfterMatchSkip {
  const { start } = p;
  p.expect('MATCH', 'SKIP');
  if (p.accept('PAST')) {
    p.expect('LAST', 'ROW');
    return { kind: 'AfterMatchSkip', span: p.span(start), to: 'PAST LAST ROW', variable: undefined };
  }
  p.expect('TO');
  if (p.accept('NEXT')) {
    p.expect('ROW');
    return { kind: 'AfterMatchSkip', span: p.span(start), to: 'NEXT ROW', variable: undefined };
  }
  // A variable may be called FIRST or LAST.
  const to = p.isName(1) ? p.expectOneOf('FIRST', 'LAST') : 'LAST';
  const variable = p.identifier();
  return { kind: 'AfterMatchSkip', span: p.span(start), to, variable };
}

function subset(p: TokenStream): PatternSubset {
  const name = p.identifier();
  p.expectSymbol('=');
  const variables = p.parenthesised(() => p.list(() => p.identifier()));
  return { kind: 'PatternSubset', span: p.span(name.span.start), name, variables };
}

function definition(p: TokenStream): PatternDefinition {
  const name = p.identifier();
  p.expect('AS');
  const condition = expression(p);
  return { kind: 'PatternDefinition', span: p.span(name.span.start), name, condition };
}

// ------------------------------------------------------------------------------------------------- pattern

function alternation(p: TokenStream): RowPattern {
  const { start } = p;
  const items = [concatenation(p)];
  while (p.acceptSymbol('|')) items.push(concatenation(p));
  return items.length === 1 ? items[0]! : { kind: 'PatternAlternation', span: p.span(start), items };
}

function concatenation(p: TokenStream): RowPattern {
  const { start } = p;
  const items = [quantified(p)];
  while (isPatternStart(p)) items.push(quantified(p));
  return items.length === 1 ? items[0]! : { kind: 'PatternConcatenation', span: p.span(start), items };
}

function isPatternStart(p: TokenStream): boolean {
  return p.isName() || p.isSymbol('(') || p.isSymbol('{') || (p.isWord('PERMUTE') && p.isSymbol('(', 1));
}

function quantified(p: TokenStream): RowPattern {
  const { start } = p;
  const pattern = term(p);
  const range = quantifier(p);
  if (!range) return pattern;
  const reluctant = p.acceptSymbol('?');
  return { kind: 'PatternQuantified', span: p.span(start), pattern, ...range, reluctant };
}

function quantifier(p: TokenStream): { min: number; max: number | undefined } | undefined {
  if (p.acceptSymbol('*')) return { min: 0, max: undefined };
  if (p.acceptSymbol('+')) return { min: 1, max: undefined };
  if (p.acceptSymbol('?')) return { min: 0, max: 1 };
  if (!p.isSymbol('{') || p.isSymbol('-', 1)) return undefined;
  p.next();
  let min = 0;
  let max: number | undefined;
  if (p.acceptSymbol(',')) {
    max = unsigned(p);
  } else {
    min = unsigned(p);
    if (!p.acceptSymbol(',')) max = min;
    else if (!p.isSymbol('}')) max = unsigned(p);
  }
  p.expectSymbol('}');
  return { min, max };
}

function term(p: TokenStream): RowPattern {
  return p.nested(() => {
    const { start } = p;
    if (p.isSymbol('(')) return p.parenthesised(() => alternation(p));
    if (p.acceptSymbol('{')) {
      p.expectSymbol('-');
      const pattern = alternation(p);
      p.expectSymbol('-');
      p.expectSymbol('}');
      return { kind: 'PatternExclusion', span: p.span(start), pattern };
    }
    if (p.isWord('PERMUTE') && p.isSymbol('(', 1)) {
      p.next();
      const items = p.parenthesised(() => p.list(() => alternation(p)));
      return { kind: 'PatternPermutation', span: p.span(start), items };
    }
    const name = p.identifier();
    return { kind: 'PatternVariable', span: p.span(start), name };
  });
}
