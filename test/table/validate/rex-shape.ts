import type { RexNode } from '../../../engine/expressions/rex-node.ts';
import { typeText } from '../../../engine/types/type-text.ts';
import { withNullability } from '../../../engine/types/type-families.ts';
import { columnsOfT } from './validate-expression.ts';

/** An expression in one line: columns by name, `cast` for a CAST that plans do not print, literals with their type where it is not plain. */
export function shape(node: RexNode): string {
  switch (node.kind) {
    case 'input':
      return columnsOfT()[node.index]?.name ?? `$${node.index}`;
    case 'field':
      return `${shape(node.node)}.${node.type.root === 'NULL' ? '?' : node.index}`;
    case 'literal': {
      if (node.type.root === 'SYMBOL') return String(node.value);
      const value = typeof node.value === 'string' ? `'${node.value}'` : String(node.value);
      return `${value}:${typeText(withNullability(node.type, true))}`;
    }
    case 'call': {
      const operands = node.operands.map(shape).join(', ');
      if (!node.operator.endsWith('CAST')) return `${node.operator}(${operands})`;
      const name = node.implicit ? 'cast' : node.operator;
      return `${name}(${operands} AS ${typeText(withNullability(node.type, true))})`;
    }
  }
}
