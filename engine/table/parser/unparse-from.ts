/** FROM items and MATCH_RECOGNIZE as text. */

import type { AliasedItem, FromItem, Join, MatchRecognize, RowPattern, TableSample } from './ast.ts';
import {
  hints,
  identifier,
  list,
  orderBy,
  path,
  selectItem,
  tableAlias,
  unparseExpression,
  unparseQuery,
  words,
} from './unparse.ts';

export function unparseFromItem(item: FromItem): string {
  if (item.kind === 'Join') return join(item);
  return words(table(item), item.alias && tableAlias(item.alias), item.sample && tableSample(item.sample));
}

function table(item: AliasedItem): string {
  switch (item.kind) {
    case 'MatchRecognize':
      return matchRecognize(item);
    case 'RefusedTable':
      return `${table(item.input)} ${item.text}`;
    case 'TableRef':
      return words(
        path(item.name),
        hints(item.hints),
        item.systemTime && `FOR SYSTEM_TIME AS OF ${unparseExpression(item.systemTime)}`,
      );
    case 'TableFunctionRef':
      return words(item.lateral && 'LATERAL', `TABLE(${unparseExpression(item.call)})`);
    case 'UnnestRef':
      return words(
        item.lateral && 'LATERAL',
        `UNNEST(${list(item.expressions, unparseExpression)})`,
        item.withOrdinality && 'WITH ORDINALITY',
      );
    case 'SubqueryRef':
      return words(item.lateral && 'LATERAL', `(${unparseQuery(item.query)})`);
  }
}

function tableSample({ method, amount, seed }: TableSample): string {
  return words(
    `TABLESAMPLE ${method} (${unparseExpression(amount)})`,
    seed && `REPEATABLE (${unparseExpression(seed)})`,
  );
}

function join({ type, natural, left, right, condition }: Join): string {
  if (type === 'COMMA') return `${unparseFromItem(left)}, ${unparseFromItem(right)}`;
  const joinWords = words(natural && 'NATURAL', type !== 'INNER' && type, 'JOIN');
  const rightText = right.kind === 'Join' ? `(${unparseFromItem(right)})` : unparseFromItem(right);
  const on =
    condition &&
    (condition.kind === 'On'
      ? `ON ${unparseExpression(condition.expression)}`
      : `USING (${list(condition.columns, identifier)})`);
  return words(unparseFromItem(left), joinWords, rightText, on);
}

function matchRecognize(match: MatchRecognize): string {
  const { afterMatch } = match;
  const skip =
    afterMatch &&
    words(
      'AFTER MATCH SKIP',
      afterMatch.to !== 'PAST LAST ROW' && 'TO',
      afterMatch.to,
      afterMatch.variable && identifier(afterMatch.variable),
    );
  const patternText = words(match.strictStart && '^', pattern(match.pattern, 0), match.strictEnd && '$');
  const inside = words(
    match.partitionBy.length > 0 && `PARTITION BY ${list(match.partitionBy, unparseExpression)}`,
    match.orderBy.length > 0 && orderBy(match.orderBy),
    match.measures.length > 0 && `MEASURES ${list(match.measures, selectItem)}`,
    match.rowsPerMatch && `${match.rowsPerMatch} PER MATCH`,
    skip,
    `PATTERN (${patternText})`,
    match.within && `WITHIN ${unparseExpression(match.within)}`,
    match.subsets.length > 0 &&
      `SUBSET ${list(match.subsets, (s) => `${identifier(s.name)} = (${list(s.variables, identifier)})`)}`,
    `DEFINE ${list(match.defines, (d) => `${identifier(d.name)} AS ${unparseExpression(d.condition)}`)}`,
  );
  return words(unparseFromItem(match.input), `MATCH_RECOGNIZE (${inside})`);
}

const ALTERNATION = 1;
const CONCATENATION = 2;
const QUANTIFIED = 3;

/** In parentheses unless it holds together more tightly than `min`. */
function pattern(p: RowPattern, min: number): string {
  const enclosed = (text: string, own: number): string => (own <= min ? `(${text})` : text);
  switch (p.kind) {
    case 'PatternVariable':
      return identifier(p.name);
    case 'PatternAlternation':
      return enclosed(p.items.map((item) => pattern(item, ALTERNATION)).join(' | '), ALTERNATION);
    case 'PatternConcatenation':
      return enclosed(p.items.map((item) => pattern(item, CONCATENATION)).join(' '), CONCATENATION);
    case 'PatternPermutation':
      return `PERMUTE(${list(p.items, (item) => pattern(item, 0))})`;
    case 'PatternExclusion':
      return `{- ${pattern(p.pattern, 0)} -}`;
    case 'PatternQuantified': {
      const { min: from, max, reluctant } = p;
      const text = pattern(p.pattern, QUANTIFIED) + quantifier(from, max) + (reluctant ? '?' : '');
      return enclosed(text, QUANTIFIED);
    }
  }
}

function quantifier(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
