import type { Value } from '../data/value.ts';
import type { RexLiteral } from './rex-node.ts';

/** The value of a literal as columns are filled with it. */
export function literalValue({ value, type }: RexLiteral): Value {
  if (value === null) return null;
  switch (type.root) {
    case 'BIGINT':
      return BigInt(value);
    case 'FLOAT':
    case 'DOUBLE':
    case 'INTERVAL_DAY_TIME':
      return Number(value);
    case 'DECIMAL':
      return String(value);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const [ms = '0', fraction = ''] = String(value).split('.');
      return { epochMs: Number(ms), nanoOfMs: Number(fraction.padEnd(6, '0')) };
    }
    case 'BINARY':
    case 'VARBINARY': {
      const text = String(value);
      return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
        Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
      );
    }
    default:
      return value;
  }
}

/** The text of a CHAR or VARCHAR literal; undefined for every other node. */
export function literalText(node: unknown): string | undefined {
  const literal = node as Partial<RexLiteral> | undefined;
  return literal?.kind === 'literal' &&
    typeof literal.value === 'string' &&
    (literal.type?.root === 'CHAR' || literal.type?.root === 'VARCHAR')
    ? literal.value
    : undefined;
}
