/**
 * What a syntax tree says about the tokens that it was made of, for the formatter: which words are names, which parentheses and signs
 * stand close to their neighbours.
 */

import type { FunctionCall, Identifier, Node, Statement } from './ast.ts';

export interface TokenNotes {
  /** Starts of names, with the name of each: everything else that is a word is a keyword. */
  readonly names: ReadonlyMap<number, string>;
  /** Starts of signs that belong to the operand behind them. */
  readonly signs: ReadonlySet<number>;
  /** Ends of what calls something: a parenthesis behind it stands close. */
  readonly callees: ReadonlySet<number>;
  /** Data types and units of intervals, in which nothing but words and what follows a comma has a blank before it. */
  readonly types: readonly { readonly start: number; readonly end: number }[];
  /** Where the quantifiers of pattern variables begin and end. */
  readonly quantifiers: readonly { readonly start: number; readonly end: number }[];
  /** What is refused, in which words stay as they are written. */
  readonly refused: readonly { readonly start: number; readonly end: number }[];
}

const TYPES = /DataType$|^IntervalQualifier$/;

export function tokenNotes(statement: Statement): TokenNotes {
  const names = new Map<number, string>();
  const signs = new Set<number>();
  const callees = new Set<number>();
  const types: { start: number; end: number }[] = [];
  const quantifiers: { start: number; end: number }[] = [];
  const refused: { start: number; end: number }[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (isNode(value)) note(value);
    for (const each of Object.values(value)) visit(each);
  };
  const note = (value: Node): void => {
    const { start, end } = value.span;
    if (value.kind === 'Identifier') names.set(start, (value as Identifier).name);
    else if (value.kind === 'FunctionCall') callees.add(calleeEnd(value as FunctionCall));
    else if (value.kind === 'Hint') callees.add((value as unknown as { name: Identifier }).name.span.end);
    else if (value.kind === 'Unary') signs.add(start);
    else if (value.kind === 'PatternQuantified') {
      quantifiers.push({ start: (value as unknown as { pattern: Node }).pattern.span.end, end });
    } else if (value.kind.startsWith('Refused')) {
      refused.push({ start: (value as { input?: Node }).input?.span.end ?? start, end });
    } else if (TYPES.test(value.kind)) types.push({ start, end });
  };
  visit(statement);
  return { names, signs, callees, types, quantifiers, refused };
}

function calleeEnd(call: FunctionCall): number {
  return call.name.parts.at(-1)!.span.end;
}

function isNode(value: object): value is Node {
  return 'kind' in value && 'span' in value;
}
