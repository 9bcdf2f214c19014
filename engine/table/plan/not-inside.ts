import type { Expression } from '../parser/ast.ts';

/**
 * `NOT (a IN (...) OR b)` as `a NOT IN (...) AND NOT b`: what Calcite's converter does to conditions of WHERE and HAVING that hold an IN or
 * a quantified comparison anywhere (SqlToRelConverter.pushDownNotForIn). Plans show it, and a sub-query may become a join then.
 */
export function withNotInside(condition: Expression): Expression {
  if (!containsIn(condition)) return condition;
  if (condition.kind === 'Binary' && (condition.operator === 'AND' || condition.operator === 'OR'))
    return { ...condition, left: withNotInside(condition.left), right: withNotInside(condition.right) };
  if (condition.kind !== 'Unary' || condition.operator !== 'NOT') return condition;
  const { operand } = condition;
  const negated = (each: Expression): Expression => withNotInside({ ...condition, operand: each });
  switch (operand.kind) {
    case 'Unary':
      return operand.operator === 'NOT' ? withNotInside(operand.operand) : condition;
    case 'Binary': {
      if (operand.operator !== 'AND' && operand.operator !== 'OR') return condition;
      const operator = operand.operator === 'AND' ? 'OR' : 'AND';
      return { ...operand, operator, left: negated(operand.left), right: negated(operand.right) };
    }
    case 'InList':
    case 'InSubquery':
      return { ...operand, negated: !operand.negated };
    case 'Case': {
      const branches = operand.branches.map((branch) => ({ ...branch, then: negated(branch.then) }));
      return { ...operand, branches, ...(operand.otherwise && { otherwise: negated(operand.otherwise) }) };
    }
    default:
      return condition;
  }
}

const IN_KINDS: ReadonlySet<unknown> = new Set(['InList', 'InSubquery', 'Quantified']);

function containsIn(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('kind' in part && IN_KINDS.has(part.kind)) return true;
  return Object.values(part).some(containsIn);
}
