/** Interval qualifiers and the literals that go with them: `INTERVAL '1 10:30' DAY TO MINUTE`. */

import type { RexLiteral } from '../../expressions/rex-node.ts';
import type { IntervalLiteral, IntervalQualifier, IntervalUnit, Span } from '../parser/ast.ts';
import { invalid } from './validation-error.ts';

const MONTHS: Partial<Record<IntervalUnit, number>> = { YEAR: 12, QUARTER: 3, MONTH: 1 };
const MILLISECONDS: Partial<Record<IntervalUnit, number>> = {
  WEEK: 604_800_000,
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
};
const DEFAULT_PRECISION = 2;
const DEFAULT_FRACTION = 6;
const MAX_PRECISION = 10;
const MAX_FRACTION = 9;
/** Calcite's intervals of days have more digits, Flink's have not. */
const MAX_DAY_PRECISION = 3;
// Units from coarse to fine within the two families, and how many of each make one of the unit before.
const FAMILIES: readonly (readonly (readonly [IntervalUnit, number])[])[] = [
  [
    ['YEAR', Infinity],
    ['MONTH', 12],
  ],
  [
    ['DAY', Infinity],
    ['HOUR', 24],
    ['MINUTE', 60],
    ['SECOND', 60],
  ],
];

export function intervalRoot({ from }: IntervalQualifier): 'INTERVAL_YEAR_MONTH' | 'INTERVAL_DAY_TIME' {
  return from in MONTHS ? 'INTERVAL_YEAR_MONTH' : 'INTERVAL_DAY_TIME';
}

/** As plans print it: `DAY TO SECOND(3)`, `DAY(3)`. */
export function unitsText({ from, to, precision, fraction }: IntervalQualifier): string {
  const digits =
    from === 'SECOND' && fraction !== undefined
      ? `${precision ?? DEFAULT_PRECISION}, ${fraction}`
      : precision;
  const start = digits === undefined ? from : `${from}(${digits})`;
  if (to === undefined) return start;
  return `${start} TO ${to === 'SECOND' && fraction !== undefined ? `SECOND(${fraction})` : to}`;
}

/** Months, or milliseconds as text. Throws ValidationException if the text does not fit the qualifier. */
export function intervalLiteral(literal: IntervalLiteral, source: string): RexLiteral {
  const { qualifier, text } = literal;
  const outOfRange = precisionOutOfRange(qualifier);
  if (outOfRange !== undefined)
    throw invalid(source, literal, `${outOfRange} out of range for INTERVAL ${unitsText(qualifier)}`);
  refuseWideInterval(qualifier, literal, source);
  const amount = parseInterval(literal, source) * (literal.negative ? -1 : 1);
  if (!Number.isSafeInteger(amount)) {
    throw invalid(
      source,
      literal,
      `Illegal interval literal format '${text}' for INTERVAL ${unitsText(qualifier)}`,
    );
  }
  const root = intervalRoot(qualifier);
  const value = root === 'INTERVAL_YEAR_MONTH' ? amount + 0 : String(amount + 0);
  return { kind: 'literal', value, type: { root, units: unitsText(qualifier), nullable: false } };
}

/** Throws for an interval of days, hours, minutes or seconds of more digits than Flink has. */
export function refuseWideInterval(
  qualifier: IntervalQualifier,
  at: { readonly span: Span },
  source: string,
): void {
  const { precision = DEFAULT_PRECISION } = qualifier;
  if (intervalRoot(qualifier) === 'INTERVAL_DAY_TIME' && precision > MAX_DAY_PRECISION)
    throw invalid(source, at, `DAY_INTERVAL_TYPES precision is not supported: ${precision}`);
}

function precisionOutOfRange({ precision, fraction }: IntervalQualifier): string | undefined {
  if (precision !== undefined && (precision < 1 || precision > MAX_PRECISION))
    return `Interval leading field precision '${precision}'`;
  if (fraction !== undefined && (fraction < 1 || fraction > MAX_FRACTION))
    return `Interval fractional second precision '${fraction}'`;
  return undefined;
}

function parseInterval(literal: IntervalLiteral, source: string): number {
  const { qualifier } = literal;
  const { from, to = from } = qualifier;
  const units = unitsBetween(from, to);
  const match = pattern(
    units.map(([unit]) => unit),
    qualifier.fraction ?? DEFAULT_FRACTION,
  ).exec(literal.text.trim());
  if (!match) {
    throw invalid(
      source,
      literal,
      `Illegal interval literal format '${literal.text}' for INTERVAL ${unitsText(qualifier)}`,
    );
  }
  let total = 0;
  for (const [i, [unit, limit]] of units.entries()) {
    const digits = match[i + 2] ?? '0';
    const [whole = '0', fraction = ''] = digits.split('.');
    const value = Number(whole);
    const precision = i === 0 ? (qualifier.precision ?? DEFAULT_PRECISION) : 2;
    if (String(value).length > precision) {
      throw invalid(
        source,
        literal,
        `Interval field value ${value} exceeds precision of ${unit}(${precision}) field`,
      );
    }
    if (i > 0 && value >= limit) {
      throw invalid(
        source,
        literal,
        `Illegal interval literal format '${literal.text}' for INTERVAL ${unitsText(qualifier)}`,
      );
    }
    total += value * (MONTHS[unit] ?? MILLISECONDS[unit] ?? 1);
    if (unit === 'SECOND') total += Number(fraction.padEnd(3, '0').slice(0, 3));
  }
  return match[1] === '-' ? -total : total;
}

function unitsBetween(from: IntervalUnit, to: IntervalUnit): readonly (readonly [IntervalUnit, number])[] {
  const family = FAMILIES.find((units) => units.some(([unit]) => unit === from));
  if (from === to || !family) return [[from, Infinity]];
  const [start, end] = [from, to].map((wanted) => family.findIndex(([unit]) => unit === wanted)) as [
    number,
    number,
  ];
  return family.slice(start, end + 1);
}

// `1-2`, `1 02:03:04.567`: a sign, then the fields with what stands between them.
function pattern(units: readonly IntervalUnit[], fraction: number): RegExp {
  const fields = units.map((unit, i) => {
    const digits = unit === 'SECOND' ? `(\\d+(?:\\.\\d{1,${fraction}})?)` : '(\\d+)';
    if (i === 0) return digits;
    return (unit === 'MONTH' ? '-' : unit === 'HOUR' ? ' ' : ':') + digits;
  });
  return new RegExp(`^([+-])?${fields.join('')}$`);
}
