import type { Identifier, Star } from './ast.ts';
import { INFIX_WORDS } from './expression-parser.ts';
import type { TokenStream } from './token-stream.ts';

/** `*`, `t.*`, or undefined, when it is an expression that comes. */
export function star(p: TokenStream): Star | undefined {
  let ahead = 0;
  while (p.isName(ahead) && p.isSymbol('.', ahead + 1)) ahead += 2;
  if (!p.isSymbol('*', ahead)) return undefined;
  if (ahead > 0 && !isItemEnd(p, ahead + 1)) return undefined;
  const { start } = p;
  const qualifier: Identifier[] = [];
  while (!p.isSymbol('*')) {
    qualifier.push(p.identifier());
    p.next();
  }
  p.next();
  return { kind: 'Star', span: p.span(start), qualifier };
}

/** Whether an item of a list ends before the token `ahead`; `t.*` that goes on is an expression, and refused as one. */
function isItemEnd(p: TokenStream, ahead: number): boolean {
  const { kind, text } = p.peek(ahead);
  if (kind === 'word') return !p.isName(ahead) && text !== 'AS' && !INFIX_WORDS.has(text);
  return kind === 'end' || kind === 'hint' || (kind === 'symbol' && [',', ')', ';'].includes(text));
}
