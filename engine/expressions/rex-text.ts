import { typeText } from '../types/type-text.ts';
import { withNullability } from '../types/type-families.ts';
import type { RexCall, RexNode } from './rex-node.ts';

const INFIX = new Set(['+', '-', '*', '/', '%', '=', '<>', '<', '<=', '>', '>=', 'AND', 'OR', '||', 'LIKE']);

/** An expression as somebody would write it, for messages: `a / b`, `CAST(s AS INT)`. Casts that the types ask for are left out. */
export function rexText(node: RexNode, fieldNames: readonly string[]): string {
  switch (node.kind) {
    case 'input':
      return fieldNames[node.index] ?? `$${node.index}`;
    case 'field': {
      const type = node.node.type;
      const name = type.root === 'ROW' ? type.fields[node.index]?.name : undefined;
      return `${rexText(node.node, fieldNames)}.${name ?? node.index}`;
    }
    case 'literal':
      return typeof node.value === 'string' && /CHAR/.test(node.type.root)
        ? `'${node.value.replaceAll("'", "''")}'`
        : String(node.value ?? 'NULL');
    case 'call':
      return callText(node, fieldNames);
  }
}

function callText(call: RexCall, fieldNames: readonly string[]): string {
  const { operator, operands } = call;
  const texts = operands.map((operand) => {
    const text = rexText(operand, fieldNames);
    const isNested = operand.kind === 'call' && INFIX.has(operator) && INFIX.has(operand.operator);
    return isNested && operand.operands.length > 1 ? `(${text})` : text;
  });
  if (operator === 'CAST' || operator === 'TRY_CAST') {
    if (call.implicit) return texts[0] ?? '';
    return `${operator}(${texts[0] ?? ''} AS ${typeText(withNullability(call.type, true))})`;
  }
  if (operator === 'MOD' && texts.length === 2) return texts.join(' % ');
  if (INFIX.has(operator) && texts.length > 1) return texts.join(` ${operator} `);
  if (operator.startsWith('IS ')) return `${texts[0] ?? ''} ${operator}`;
  return `${operator}(${texts.join(', ')})`;
}
