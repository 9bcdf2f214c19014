import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { coerce } from './coercion.ts';

/** MOD and `%`: whole numbers are divided in the wider type; what is left fits the type of the divisor. */
export function remainder(operands: readonly RexNode[], type: LogicalType): RexNode {
  const [dividend] = operands;
  if (!dividend || type.root === 'DECIMAL' || dividend.type.root === type.root) {
    return { kind: 'call', operator: 'MOD', operands, type };
  }
  const wide = withNullability(dividend.type, type.nullable);
  return coerce({ kind: 'call', operator: 'MOD', operands, type: wide }, type, 'implicit');
}
