/**
 * Calls as JDBC writes them, `{fn UCASE('a')}`: they are calls of Flink's functions by other names, and read as such.
 * Names are in upper case. What Flink has no function for is refused by its name.
 */

import type { Argument, Expression, FunctionCall, Identifier, Node, Star, SymbolArgument } from './ast.ts';
import { expression, refusedExpression } from './expression-parser.ts';
import { plainCall } from './function-parser.ts';
import type { Token } from './lexer.ts';
import { SPECIAL_FORMS } from './special-forms.ts';
import { star } from './star-parser.ts';
import type { TokenStream } from './token-stream.ts';
import { jdbcType } from './type-parser.ts';

/** JDBC's name -> Flink's, for calls of the same arguments. */
const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ...(
    'ABS ACOS ASIN ATAN ATAN2 CEILING COS COT DEGREES EXP FLOOR LOG10 MOD PI POWER RADIANS SIGN SIN SQRT TAN ' +
    'DAYOFMONTH DAYOFWEEK DAYOFYEAR HOUR MINUTE SECOND MONTH QUARTER WEEK YEAR'
  )
    .split(' ')
    .map((name) => [name, name] as const),
  ['IFNULL', 'COALESCE'],
  ['LCASE', 'LOWER'],
  ['LENGTH', 'CHAR_LENGTH'],
  ['LOCATE', 'POSITION'],
  ['LOG', 'LN'],
  ['UCASE', 'UPPER'],
]);

/** Functions with words between their arguments, which JDBC's form does not take. */
const WITH_WORDS = new Set(['CEIL', 'EXTRACT', 'POSITION', 'TRIM']);

/** What CONVERT may name and Flink has no type for. */
const INTERVALS =
  /^SQL_INTERVAL_(?:YEAR(?:_TO_MONTH)?|MONTH|DAY(?:_TO_(?:HOUR|MINUTE|SECOND))?|HOUR(?:_TO_(?:MINUTE|SECOND))?|MINUTE(?:_TO_SECOND)?|SECOND)$/;

/** Undefined, with nothing taken, where no `{fn` comes. */
export function jdbcCall(p: TokenStream): Expression | undefined {
  if (!p.isSymbol('{') || !p.isWord('FN', 1)) return undefined;
  const { start } = p.next();
  p.next();
  const call = callOf(p, start);
  p.expectSymbol('}');
  if (call.kind !== 'RefusedExpression') return { ...call, span: p.span(start) };
  return refusedExpression(p, start, call.what, call.parts);
}

function callOf(p: TokenStream, start: number): Expression {
  const token = p.peek();
  if (p.isWord('TIMESTAMPADD') || p.isWord('TIMESTAMPDIFF')) {
    return SPECIAL_FORMS.get(token.text)?.(p, token.start) ?? p.fail();
  }
  const isName = token.kind === 'quoted' || (token.kind === 'word' && !WITH_WORDS.has(token.text));
  if (!isName || !p.isSymbol('(', 1)) {
    p.miss('identifier');
    p.fail();
  }
  p.next();
  if (p.nameOf(token).toUpperCase() === 'CONVERT') return conversion(p, start, p.nameOf(token));
  if (p.isSymbol('*', 1)) {
    const all = p.parenthesised(() => star(p)) as Star; // as there is one
    return unknown(p, start, token, [all]);
  }
  const args = p.parenthesised(() => (p.isSymbol(')') ? [] : p.list(() => expression(p))));
  return named(p, start, token, args);
}

/** `CONVERT(x, SQL_INTEGER)`: a cast, if it is in upper case. */
function conversion(p: TokenStream, start: number, name: string): Expression {
  const [operand, type] = p.parenthesised(() => {
    const value = expression(p);
    p.expectSymbol(',');
    const word = p.peek();
    if (!INTERVALS.test(word.text)) return [value, jdbcType(p)] as const;
    return [value, { kind: 'Identifier', span: p.next(), name: word.text }] as const;
  });
  if (name !== 'CONVERT' || type.kind === 'Identifier')
    return refusedExpression(p, start, `The function {fn ${name}}`, [operand, type]);
  return { kind: 'Cast', span: p.span(start), isTry: false, operand, type };
}

function named(p: TokenStream, start: number, token: Token, args: readonly Expression[]): Expression {
  const name = p.nameOf(token);
  const call = (flink: string, items: readonly Argument[]): FunctionCall =>
    plainCall(p, start, { kind: 'Identifier', span: token, name: flink }, items);
  const side = (text: string): SymbolArgument => ({ kind: 'Symbol', span: token, text });
  const [first, second, third, fourth] = args;
  switch (name) {
    case 'LTRIM':
    case 'RTRIM':
      if (!first || second) break;
      return call('TRIM', [side(name === 'LTRIM' ? 'LEADING' : 'TRAILING'), blank(token), first]);
    case 'CONCAT':
      if (!first || !second || third) break;
      return { kind: 'Binary', span: p.span(start), operator: '||', left: first, right: second };
    case 'INSERT':
      if (!first || !second || !third || !fourth) break;
      return call('OVERLAY', [first, fourth, second, third]);
  }
  const flink = FUNCTIONS.get(name);
  return flink === undefined ? unknown(p, start, token, args) : call(flink, args);
}

function unknown(p: TokenStream, start: number, token: Token, args: readonly Node[]): Expression {
  const name: Identifier = { kind: 'Identifier', span: token, name: p.nameOf(token) };
  return refusedExpression(p, start, `The function {fn ${name.name}}`, [name, ...args]);
}

function blank({ start, end }: Token): Expression {
  return { kind: 'StringLiteral', span: { start, end }, value: ' ', charset: undefined, sameLine: undefined };
}
