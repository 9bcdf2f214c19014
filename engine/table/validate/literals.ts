/** From literals as written to typed constants. */

import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import { MAX_PRECISION } from '../../types/decimal-arithmetic.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { DateTimeLiteral, Literal, NumberLiteral } from '../parser/ast.ts';
import { illegalDateTime, readDateTime } from '../parser/date-time-text.ts';
import { castTo } from './coercion.ts';
import { intervalLiteral } from './interval-literal.ts';
import { invalid, notSupported } from './validation-error.ts';

const MAX_INT = 2147483647n;
const MAX_BIGINT = 9223372036854775807n;
const MAX_LITERAL_DIGITS = 19;

/** A literal's value as `RexLiteral` says it. NULL has type NULL. */
export function literalOf(literal: Literal, source: string): RexLiteral {
  switch (literal.kind) {
    case 'NumberLiteral':
      return numberLiteral(literal, false, source);
    case 'StringLiteral':
      if (literal.sameLine) throw invalid(source, literal, 'String literal continued on same line');
      // Of literals alone Flink counts UTF-16.
      return constant(literal.value, { root: 'CHAR', length: literal.value.length, nullable: false });
    case 'BinaryLiteral': {
      if (literal.sameLine) throw invalid(source, literal, 'String literal continued on same line');
      const hex = literal.hex.toLowerCase();
      if (hex.length % 2 !== 0)
        throw invalid(source, literal, 'Binary literal string must contain an even number of hexits');
      if (!/^[0-9a-f]*$/.test(hex)) {
        throw invalid(
          source,
          literal,
          "Binary literal string must contain only characters '0' - '9', 'A' - 'F'",
        );
      }
      return constant(hex, { root: 'BINARY', length: hex.length / 2, nullable: false });
    }
    case 'BooleanLiteral':
      return constant(literal.value, { root: 'BOOLEAN', nullable: literal.value === null });
    case 'NullLiteral':
      return constant(null, { root: 'NULL', nullable: true });
    case 'DateTimeLiteral':
      return dateTimeLiteral(literal, source);
    case 'IntervalLiteral':
      return intervalLiteral(literal, source);
  }
}

/** `-2147483648` is an INT although `2147483648` is none, so a sign belongs to its number. */
export function numberLiteral(literal: NumberLiteral, isNegative: boolean, source: string): RexLiteral {
  const sign = isNegative ? '-' : '';
  const outOfRange = () => invalid(source, literal, `Numeric literal '${sign}${literal.text}' out of range`);
  if (literal.form === 'double') {
    const value = Number(sign + literal.text);
    if (!Number.isFinite(value)) throw outOfRange();
    // A zero is written without a sign.
    return { ...constant(value + 0, { root: 'DOUBLE', nullable: false }), digits: sign + literal.text };
  }
  const [whole = '', fraction = ''] = literal.text.split('.');
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const unscaled = BigInt(digits || '0');
  const signed = isNegative ? -unscaled : unscaled;
  if (fraction === '') {
    if (signed <= MAX_INT && signed >= -MAX_INT - 1n)
      return constant(Number(signed), { root: 'INTEGER', nullable: false });
    if (signed > MAX_BIGINT || signed < -MAX_BIGINT - 1n) throw outOfRange();
    return constant(String(signed), { root: 'BIGINT', nullable: false });
  }
  if (digits.length > MAX_LITERAL_DIGITS && unscaled > MAX_BIGINT) throw outOfRange();
  // Every digit counts that is written, zeros in front too: 0.05 is DECIMAL(3, 2).
  const precision = Math.min(whole.length + fraction.length, MAX_PRECISION);
  const text = `${signed < 0n ? '-' : ''}${whole.replace(/^0+(?=\d)/, '') || '0'}.${fraction}`;
  const type = { root: 'DECIMAL', precision, scale: fraction.length, nullable: false } as const;
  return whole === '' ? { ...constant(text, type), written: type } : constant(text, type);
}

/** A literal of a time; that of TIMESTAMP WITH LOCAL TIME ZONE is the wall clock of the session's zone, which only the run knows. */
export function dateTimeNode(literal: DateTimeLiteral, source: string): RexNode {
  if (literal.type !== 'TIMESTAMP WITH LOCAL TIME ZONE') return dateTimeLiteral(literal, source);
  const local = dateTimeLiteral({ ...literal, type: 'TIMESTAMP' }, source);
  const precision = 'precision' in local.type ? local.type.precision : 0;
  return castTo(local, { root: 'TIMESTAMP_LTZ', precision, nullable: false }, 'implicit');
}

function dateTimeLiteral(literal: DateTimeLiteral, source: string): RexLiteral {
  const { text, type } = literal;
  if (type === 'TIMESTAMP WITH LOCAL TIME ZONE') {
    throw notSupported(
      source,
      literal,
      'A literal of TIMESTAMP WITH LOCAL TIME ZONE (write CAST(TIMESTAMP ... AS TIMESTAMP_LTZ))',
    );
  }
  const read = readDateTime(type, text);
  if (!read) throw invalid(source, literal, illegalDateTime(literal));
  const { days, ...time } = read;
  if (type === 'DATE') return constant(days, { root: 'DATE', nullable: false });
  if (type === 'TIME') {
    const fraction = time.fraction.slice(0, 3);
    const ms = time.ms + Number(fraction.padEnd(3, '0'));
    return constant(ms, { root: 'TIME', precision: fraction.length, nullable: false });
  }
  const fraction = time.fraction.slice(0, 9);
  const ms = days * 86_400_000 + time.ms + Number(fraction.slice(0, 3).padEnd(3, '0'));
  const finer = fraction.slice(3).replace(/0+$/, '');
  const timestamp = { root: 'TIMESTAMP', precision: fraction.length, nullable: false } as const;
  const value = constant(finer === '' ? String(ms) : `${ms}.${finer}`, timestamp);
  return fraction.endsWith('0') ? { ...value, written: timestamp } : value;
}

function constant(value: RexLiteral['value'], type: LogicalType): RexLiteral {
  return { kind: 'literal', value, type };
}
