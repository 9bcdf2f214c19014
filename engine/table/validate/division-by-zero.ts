import { DivisionByZero } from '../../types/errors.ts';
import { positionOf } from '../parser/ast.ts';
import type { Expression } from '../parser/ast.ts';

/** The error of `x / 0` with its place: the first division by a literal zero in a statement, if it is not in a view. */
export function placedDivisionByZero(statement: object, source: string): DivisionByZero {
  const division = findDivision(statement);
  if (!division) return new DivisionByZero();
  const { span } = division;
  return new DivisionByZero({
    position: positionOf(source, span),
    found: source.slice(span.start, span.end),
  });
}

function findDivision(node: object): Expression | undefined {
  if (isDivisionByZero(node)) return node;
  for (const child of Object.values(node)) {
    const found = typeof child === 'object' && child !== null ? findDivision(child as object) : undefined;
    if (found) return found;
  }
  return undefined;
}

function isDivisionByZero(node: object): node is Expression {
  const expression = node as Partial<Extract<Expression, { kind: 'Binary' }>>;
  if (expression.kind !== 'Binary' || expression.operator !== '/') return false;
  const { right } = expression;
  return right?.kind === 'NumberLiteral' && Number(right.text) === 0;
}
