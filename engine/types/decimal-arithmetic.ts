/** Precision and scale of DECIMAL results (S-56): the rules of SQL Server, which Flink took over, capped at 38 digits. */

import type { DecimalType, LogicalType } from './logical-type.ts';

export const MAX_PRECISION = 38;

/** An exact number as the DECIMAL it counts as in mixed arithmetic; undefined for other types. */
export function decimalOf(type: LogicalType): DecimalType | undefined {
  const { nullable } = type;
  const integer = (precision: number): DecimalType => ({ root: 'DECIMAL', precision, scale: 0, nullable });
  switch (type.root) {
    case 'DECIMAL':
      return type;
    case 'TINYINT':
      return integer(3);
    case 'SMALLINT':
      return integer(5);
    case 'INTEGER':
      return integer(10);
    case 'BIGINT':
      return integer(19);
    default:
      return undefined;
  }
}

/** The result of `left operator right`, nullable if one of them is. */
export function decimalResult(
  operator: '+' | '-' | '*' | '/' | '%',
  left: DecimalType,
  right: DecimalType,
): DecimalType {
  const { precision: p1, scale: s1 } = left;
  const { precision: p2, scale: s2 } = right;
  const nullable = left.nullable || right.nullable;
  switch (operator) {
    case '+':
    case '-': {
      const scale = Math.max(s1, s2);
      return capped(Math.max(p1 - s1, p2 - s2) + scale + 1, scale, nullable);
    }
    case '*':
      return capped(p1 + p2 + 1, s1 + s2, nullable);
    case '/': {
      const scale = Math.max(6, s1 + p2 + 1);
      return capped(p1 - s1 + s2 + scale, scale, nullable);
    }
    case '%': {
      const scale = Math.max(s1, s2);
      return capped(Math.min(p1 - s1, p2 - s2) + scale, scale, nullable);
    }
  }
}

// Too many digits: those before the point stay, the fraction keeps at least six (or all it has).
function capped(precision: number, scale: number, nullable: boolean): DecimalType {
  if (precision <= MAX_PRECISION) return { root: 'DECIMAL', precision, scale, nullable };
  const fraction = Math.max(MAX_PRECISION - (precision - scale), Math.min(scale, 6));
  return { root: 'DECIMAL', precision: MAX_PRECISION, scale: fraction, nullable };
}

/** ROUND and TRUNCATE to a known count of digits; undefined digits: not a literal, so the type stays. */
export function roundResult(type: DecimalType, digits: number | undefined): DecimalType {
  const { precision, scale, nullable } = type;
  if (digits === undefined || digits >= scale) return type;
  if (digits < 0)
    return { root: 'DECIMAL', precision: Math.min(MAX_PRECISION, 1 + precision - scale), scale: 0, nullable };
  return { root: 'DECIMAL', precision: 1 + precision - scale + digits, scale: digits, nullable };
}

/** SUM(DECIMAL(p, s)) is DECIMAL(38, s), AVG is DECIMAL(38, max(6, s)) (S-55). */
export function sumResult(type: DecimalType): DecimalType {
  return { ...type, precision: MAX_PRECISION };
}

export function avgResult(type: DecimalType): DecimalType {
  return { ...type, precision: MAX_PRECISION, scale: Math.max(6, type.scale) };
}
