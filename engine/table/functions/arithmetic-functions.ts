/** Operators and functions of numbers. */

import type { RexNode } from '../../expressions/rex-node.ts';
import { isDatetime, isInterval, withNullability } from '../../types/type-families.ts';
import { define, defineBridging } from './define.ts';
import type { CallSite, FunctionDefinition } from './function-definition.ts';
import { arithmetic, arithmeticCasts, rounded, toDouble, wholeNumber } from './numeric-results.ts';
import {
  char,
  DOUBLE,
  forceNullable,
  INTEGER,
  notNull,
  nullIfAny,
  sameAs,
  STRING,
  typeAt,
} from './result-types.ts';

const binary = define('arithmetic', 'scalar', 'binary');
const prefix = define('arithmetic', 'scalar', 'prefix');
const scalar = define('arithmetic');
const bridging = defineBridging('arithmetic');

const double = (name: string, summary: string): FunctionDefinition =>
  scalar(name, summary, 'NUMERIC', nullIfAny(DOUBLE), { casts: toDouble });

const HALF: RexNode = {
  kind: 'literal',
  value: '0.5',
  type: { root: 'DECIMAL', precision: 2, scale: 1, nullable: false },
};

// As Flink plans it, so that a root has the digits of its power function.
const squareRoot = (operands: readonly RexNode[], type: FunctionCallType): RexNode => ({
  kind: 'call',
  operator: 'POWER',
  operands: [...operands, { kind: 'call', operator: 'CAST', operands: [HALF], type: DOUBLE, implicit: true }],
  type,
});
type FunctionCallType = RexNode['type'];

/** They pass the check of families, as in Flink, and are refused there for want of code. */
const intervalRefusal = (call: CallSite): string | undefined =>
  isInterval(typeAt(call, 0)) ? 'Rounding an interval, or its absolute value,' : undefined;

// A plan has the time before the interval.
const timeFirst = (operands: readonly RexNode[], type: FunctionCallType): RexNode => {
  const [left, right] = operands;
  const isTurned = left && right && isInterval(left.type) && isDatetime(right.type);
  return { kind: 'call', operator: '+', operands: isTurned ? [right, left] : operands, type };
};

const digits = (call: CallSite) => [
  undefined,
  call.operands[1] && withNullability(INTEGER, call.operands[1].type.nullable),
];

/** Months and milliseconds do not add up. */
const areOfOneKind = ({ operands }: CallSite): string | undefined => {
  const [first, second] = operands.map(({ type }) => type);
  if (first && isInterval(first) && second?.root === 'TIMESTAMP_LTZ')
    return 'Unsupported temporal arithmetic: an interval goes behind a TIMESTAMP_LTZ.';
  const roots = new Set(
    operands
      .map(({ type }) => type)
      .filter(isInterval)
      .map(({ root }) => root),
  );
  return roots.size > 1 ? 'An interval of months and one of days or less have nothing in common.' : undefined;
};

export const ARITHMETIC_FUNCTIONS: readonly FunctionDefinition[] = [
  binary(
    '+',
    'Sum of two numbers or intervals; a time moved on by an interval.',
    [
      'NUMERIC NUMERIC',
      'DATETIME_INTERVAL DATETIME_INTERVAL',
      'DATETIME DATETIME_INTERVAL',
      'DATETIME_INTERVAL DATETIME',
    ],
    arithmetic('+'),
    { casts: arithmeticCasts, check: areOfOneKind, rewrite: timeFirst, listed: ['plus'] },
  ),
  binary(
    '-',
    'Difference of two numbers or intervals; a time moved back by an interval.',
    ['NUMERIC NUMERIC', 'DATETIME_INTERVAL DATETIME_INTERVAL', 'DATETIME DATETIME_INTERVAL'],
    arithmetic('-'),
    { casts: arithmeticCasts, check: areOfOneKind, listed: ['minus'] },
  ),
  binary(
    '*',
    'Product of two numbers; a multiple of an interval.',
    ['NUMERIC NUMERIC', 'DATETIME_INTERVAL INTEGER', 'INTEGER DATETIME_INTERVAL'],
    arithmetic('*'),
    { casts: arithmeticCasts, listed: ['times'] },
  ),
  binary(
    '/',
    'Quotient; of integers the whole part, and division by zero fails.',
    'NUMERIC NUMERIC',
    arithmetic('/'),
    { casts: arithmeticCasts, listed: ['divide'] },
  ),
  binary(
    '%',
    'Remainder with the sign of the dividend and the type of the divisor.',
    'EXACT_NUMERIC EXACT_NUMERIC',
    arithmetic('%'),
    {
      casts: arithmeticCasts,
      operator: 'MOD',
    },
  ),
  scalar(
    'MOD',
    'Remainder with the sign of the dividend and the type of the divisor.',
    'EXACT_NUMERIC EXACT_NUMERIC',
    arithmetic('%'),
    {
      casts: arithmeticCasts,
    },
  ),
  // The names of the prefix operators are those of the binary ones, so the table keeps them apart by a blank.
  prefix('- ', 'The negative of a number or interval.', ['NUMERIC', 'DATETIME_INTERVAL'], sameAs(0), {
    operator: '-',
    listed: ['minusPrefix'],
  }),
  prefix('+ ', 'The number or interval itself.', ['NUMERIC', 'DATETIME_INTERVAL'], sameAs(0), {
    rewrite: ([operand]) => operand as RexNode,
  }),
  scalar('POWER', 'A number raised to a power.', 'NUMERIC NUMERIC', nullIfAny(DOUBLE), { casts: toDouble }),
  scalar('SQRT', 'Square root.', 'NUMERIC', nullIfAny(DOUBLE), { casts: toDouble, rewrite: squareRoot }),
  scalar('ABS', 'Absolute value.', ['NUMERIC', 'DATETIME_INTERVAL'], sameAs(0), {
    refuses: intervalRefusal,
  }),
  scalar('SIGN', '-1, 0 or 1.', 'NUMERIC', sameAs(0)),
  scalar(
    'ROUND',
    'Rounds half up to a count of digits (0 if not given).',
    ['NUMERIC INTEGER', 'NUMERIC'],
    rounded,
    {
      casts: digits,
    },
  ),
  scalar(
    'TRUNCATE',
    'Cuts off digits behind a count of digits (0 if not given).',
    ['NUMERIC INTEGER', 'NUMERIC'],
    rounded,
    {
      casts: digits,
    },
  ),
  scalar(
    'FLOOR',
    'Rounds a number down, or a time down to a unit.',
    ['NUMERIC', 'DATETIME_INTERVAL', 'DATE TIME_UNIT', 'TIME TIME_UNIT', 'TIMESTAMP TIME_UNIT'],
    wholeNumber,
    { refuses: intervalRefusal },
  ),
  scalar(
    'CEIL',
    'Rounds a number up, or a time up to a unit.',
    ['NUMERIC', 'DATETIME_INTERVAL', 'DATE TIME_UNIT', 'TIME TIME_UNIT', 'TIMESTAMP TIME_UNIT'],
    wholeNumber,
    { refuses: intervalRefusal },
  ),
  double('LN', 'Natural logarithm.'),
  double('LOG10', 'Logarithm to the base 10.'),
  double('LOG2', 'Logarithm to the base 2.'),
  scalar(
    'LOG',
    'Natural logarithm, or that of the second number to the base of the first.',
    ['NUMERIC', 'NUMERIC NUMERIC'],
    nullIfAny(DOUBLE),
    {
      casts: toDouble,
    },
  ),
  double('EXP', 'e raised to a power.'),
  double('SIN', 'Sine.'),
  double('SINH', 'Hyperbolic sine.'),
  double('COS', 'Cosine.'),
  double('COSH', 'Hyperbolic cosine.'),
  double('TAN', 'Tangent.'),
  double('TANH', 'Hyperbolic tangent.'),
  double('COT', 'Cotangent.'),
  double('ASIN', 'Arc sine.'),
  double('ACOS', 'Arc cosine.'),
  double('ATAN', 'Arc tangent.'),
  scalar('ATAN2', 'Arc tangent of a coordinate (y, x).', 'NUMERIC NUMERIC', nullIfAny(DOUBLE), {
    casts: toDouble,
  }),
  double('DEGREES', 'Radians as degrees.'),
  double('RADIANS', 'Degrees as radians.'),
  scalar('PI', 'The number pi.', '', notNull(DOUBLE), { syntax: 'bare' }),
  scalar('E', 'The base of natural logarithms.', '', notNull(DOUBLE)),
  scalar(
    'RAND',
    'A random number in [0, 1); a seed gives the same series every time.',
    ['', 'INTEGER'],
    nullIfAny(DOUBLE),
    {
      determinism: 'volatile',
    },
  ),
  scalar(
    'RAND_INTEGER',
    'A random whole number in [0, bound), optionally by a seed.',
    ['INTEGER', 'INTEGER INTEGER'],
    nullIfAny(INTEGER),
    {
      determinism: 'volatile',
    },
  ),
  scalar('UUID', 'A random UUID (RFC 4122, type 4).', '', notNull(char(36)), { determinism: 'volatile' }),
  scalar('BIN', 'A whole number in binary digits.', 'INTEGER', nullIfAny(STRING)),
  scalar(
    'HEX',
    'A whole number or a text in hexadecimal digits.',
    ['INTEGER', 'CHARACTER'],
    nullIfAny(STRING),
  ),
  bridging(
    'UNHEX',
    'The bytes of hexadecimal digits.',
    'CHARACTER',
    forceNullable({ root: 'VARBINARY', length: 2147483647, nullable: true }),
    { acceptsNull: true },
  ),
];
