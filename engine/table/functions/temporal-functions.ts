/** Functions of dates, times, timestamps and intervals. */

import { parseDateTimePattern } from '../../expressions/java-time/date-time-pattern.ts';
import { literalText } from '../../expressions/literal-value.ts';
import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import { zoneOffsetMs } from '../../data/zone-offset.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isCharacter, isTimestamp, withNullability, withoutAttribute } from '../../types/type-families.ts';
import { define, defineBridging, special } from './define.ts';
import type {
  CallSite,
  Determinism,
  FunctionDefinition,
  FunctionSyntax,
  ResultType,
} from './function-definition.ts';
import { literalNumber } from './numeric-results.ts';
import { timePatternRefusal } from './pattern-refusals.ts';
import {
  always,
  anyNullable,
  BIGINT,
  DATE,
  forceNullable,
  INTEGER,
  notNull,
  nullIfAny,
  STRING,
  timestamp,
  timestampLtz,
  typeAt,
} from './result-types.ts';

const scalar = define('temporal');
const bridging = defineBridging('temporal');
const TIME_0: LogicalType = { root: 'TIME', precision: 0, nullable: false };
const SYMBOL: LogicalType = { root: 'SYMBOL', nullable: false };

/** Units may bear the prefix that ODBC gives them, whose fractions are finer than those without it, and have other names. */
export function symbolLiteral(word: string): RexLiteral {
  return { kind: 'literal', value: OTHER_NAMES[word] ?? word.replace(/^SQL_TSI_/, ''), type: SYMBOL };
}

const OTHER_NAMES: Readonly<Record<string, string>> = {
  DAYOFYEAR: 'DOY',
  DAYOFWEEK: 'DOW',
  FRAC_SECOND: 'MICROSECOND',
  SQL_TSI_FRAC_SECOND: 'NANOSECOND',
};

/** The word of a symbol operand: the unit of EXTRACT, FLOOR, TIMESTAMPADD. */
export function symbolAt(call: Pick<CallSite, 'operands'>, index: number): string {
  const operand = call.operands[index];
  return operand?.kind === 'literal' && operand.type.root === 'SYMBOL' ? String(operand.value) : '';
}

/** `YEAR(x)` and its like are EXTRACT. */
const part = (name: string, unit: string, summary: string): FunctionDefinition =>
  scalar(name, summary, ['DATETIME', 'DATETIME_INTERVAL'], nullIfAny(BIGINT), {
    listed: [],
    expand: (operands) => ({ name: 'EXTRACT', operands: [symbolLiteral(unit), ...operands] }),
  });

const clock = (
  name: string,
  summary: string,
  type: LogicalType,
  syntax: FunctionSyntax = 'bare',
  determinism: Determinism = 'dynamic',
): FunctionDefinition => scalar(name, summary, '', notNull(type), { syntax, determinism });

const TIME_OF_DAY_UNITS = new Set(['HOUR', 'MINUTE', 'SECOND']);

/** Milliseconds (or months) of one unit, and the kind of interval it makes. */
const INTERVAL_OF_UNIT: Readonly<
  Record<string, readonly [root: 'INTERVAL_YEAR_MONTH' | 'INTERVAL_DAY_TIME', amount: number]>
> = {
  MILLENNIUM: ['INTERVAL_YEAR_MONTH', 12_000],
  CENTURY: ['INTERVAL_YEAR_MONTH', 1200],
  DECADE: ['INTERVAL_YEAR_MONTH', 120],
  YEAR: ['INTERVAL_YEAR_MONTH', 12],
  QUARTER: ['INTERVAL_YEAR_MONTH', 3],
  MONTH: ['INTERVAL_YEAR_MONTH', 1],
  WEEK: ['INTERVAL_DAY_TIME', 604_800_000],
  DAY: ['INTERVAL_DAY_TIME', 86_400_000],
  HOUR: ['INTERVAL_DAY_TIME', 3_600_000],
  MINUTE: ['INTERVAL_DAY_TIME', 60_000],
  SECOND: ['INTERVAL_DAY_TIME', 1000],
  MILLISECOND: ['INTERVAL_DAY_TIME', 1],
};

/** One unit as an interval literal; undefined for units finer than intervals are. */
export function intervalOfUnit(unit: string): RexLiteral | undefined {
  const interval = INTERVAL_OF_UNIT[unit];
  if (!interval) return undefined;
  const [root, amount] = interval;
  const value = root === 'INTERVAL_YEAR_MONTH' ? amount : String(amount);
  return { kind: 'literal', value, type: { root, units: unit, nullable: false } };
}

/** A DATE moved by hours becomes a TIMESTAMP; every other time keeps its type. */
const moved: ResultType = (call) => {
  const type = typeAt(call, 2);
  const unit = symbolAt(call, 0);
  const nullable = anyNullable(call);
  if (type.root === 'DATE' && (TIME_OF_DAY_UNITS.has(unit) || unit.endsWith('SECOND'))) {
    return withNullability(timestamp(6), nullable);
  }
  if (unit === 'MILLISECOND' && isTimestamp(type) && type.precision < 3)
    return { ...type, precision: 3, nullable };
  return withNullability(type, nullable);
};

// As Flink plans it: the time plus a multiple of one unit.
const addUnits = ([unit, count, time]: readonly RexNode[], type: LogicalType): RexNode => {
  const one = intervalOfUnit(symbolAt({ operands: unit ? [unit] : [] }, 0)) as RexNode;
  const [amount, moment] = [count as RexNode, time as RexNode];
  const root = one.type.root === 'INTERVAL_YEAR_MONTH' ? 'INTEGER' : 'BIGINT';
  const { nullable } = amount.type;
  const factor: RexNode =
    amount.type.root === root
      ? amount
      : { kind: 'call', operator: 'CAST', operands: [amount], type: { root, nullable }, implicit: true };
  const distance: RexNode = {
    kind: 'call',
    operator: '*',
    operands: [one, factor],
    type: withNullability(one.type, nullable),
  };
  return { kind: 'call', operator: '+', operands: [moment, distance], type };
};

/** A bare NULL is taken for a text. */
const isTextOrNull = (type: LogicalType): boolean => type.root === 'NULL' || isCharacter(type);

/** The digits of the second with which a pattern ends: `ss.SSSSSS` has six. */
const patternPrecision = ({ operands }: CallSite): number =>
  /S*$/.exec(literalText(operands[1]) ?? '')?.[0].length ?? 0;

const ltzPrecision: ResultType = (call) => {
  const digits = isTextOrNull(typeAt(call, 0)) ? patternPrecision(call) : (literalNumber(call, 1) ?? 3);
  return withNullability(timestampLtz(Math.min(9, Math.max(3, digits))), true);
};

/** Only the text itself may be a bare NULL. */
const checkNull = ({ operands: [first, ...others] }: CallSite): string | undefined => {
  const isNull = first?.type.root === 'NULL';
  const isText = first !== undefined && isCharacter(first.type);
  const isWrong = others.some(
    ({ type }) => (isNull && !isCharacter(type)) || (isText && type.root === 'NULL'),
  );
  return isWrong ? "Illegal use of 'NULL'" : undefined;
};

/** Smaller and larger integers are none here. */
const checkPrecisionType = (call: CallSite): string | undefined => {
  const isInteger = isTextOrNull(typeAt(call, 0)) || (call.operands[1]?.type.root ?? 'INTEGER') === 'INTEGER';
  return isInteger
    ? undefined
    : 'Unsupported argument type. TO_TIMESTAMP_LTZ(<NUMERIC>, <INTEGER>) requires the second argument to be <INTEGER>.';
};

const checkPrecision = (call: CallSite): string | undefined => {
  const precision = isTextOrNull(typeAt(call, 0)) ? patternPrecision(call) : (literalNumber(call, 1) ?? 3);
  if (precision >= 0 && precision <= 9) return undefined;
  return `Precision for TO_TIMESTAMP_LTZ must be between 0 and 9 but was ${precision}.`;
};

const checkPattern = ({ operands }: CallSite): string | undefined => {
  const pattern = literalText(operands[1]);
  if (pattern === undefined || !operands[0] || !isCharacter(operands[0].type)) return undefined;
  try {
    parseDateTimePattern(pattern);
    return undefined;
  } catch (error) {
    return `Invalid pattern for parsing TIMESTAMP_LTZ: ${(error as Error).message}`;
  }
};

const checkZone = ({ operands }: CallSite): string | undefined => {
  const zone = operands[2]?.kind === 'literal' ? operands[2].value : null;
  if (typeof zone !== 'string') return undefined;
  try {
    zoneOffsetMs(0, zone);
    return undefined;
  } catch {
    return `Invalid timezone for parsing TIMESTAMP_LTZ: Unknown time-zone ID: ${zone}`;
  }
};

export const TEMPORAL_FUNCTIONS: readonly FunctionDefinition[] = [
  ...special('temporal', [
    ['DATE', "DATE '2024-03-01'", 'A day.'],
    ['TIME', "TIME '12:34:56'", 'A time of day.'],
    ['TIMESTAMP', "TIMESTAMP '2024-03-01 12:34:56.789'", 'A day and time without a zone.'],
    ['INTERVAL', "INTERVAL '1 10:30' DAY TO MINUTE", 'A span of time: months, or days and less.'],
    [
      'OVERLAPS',
      '(start, end) OVERLAPS (start, end or interval)',
      'Whether two periods have a moment in common.',
      'temporalOverlaps',
    ],
  ]),
  { ...clock('LOCALTIME', 'Time of day in the session zone.', TIME_0), listed: ['localTime'] },
  {
    ...clock('LOCALTIMESTAMP', 'Day and time in the session zone.', timestamp(3)),
    listed: ['localTimestamp'],
  },
  clock('CURRENT_TIME', 'Time of day in the session zone.', TIME_0),
  clock('CURRENT_DATE', 'Day in the session zone.', DATE),
  clock(
    'CURRENT_TIMESTAMP',
    'This moment; of every row in streaming, of the query in batch.',
    timestampLtz(3),
  ),
  clock('NOW', 'This moment; of every row in streaming, of the query in batch.', timestampLtz(3), 'function'),
  clock(
    'CURRENT_ROW_TIMESTAMP',
    'The moment at which a row is computed.',
    timestampLtz(3),
    'function',
    'volatile',
  ),
  scalar(
    'EXTRACT',
    'A part of a time or an interval, as a number.',
    ['TIME_UNIT DATETIME_INTERVAL', 'TIME_UNIT DATETIME'],
    nullIfAny(BIGINT),
    {
      syntax: 'special',
    },
  ),
  part('YEAR', 'YEAR', 'The year.'),
  part('QUARTER', 'QUARTER', 'The quarter, 1 to 4.'),
  part('MONTH', 'MONTH', 'The month, 1 to 12.'),
  part('WEEK', 'WEEK', 'The week of ISO 8601, 1 to 53.'),
  part('DAYOFYEAR', 'DOY', 'The day of the year, 1 to 366.'),
  part('DAYOFMONTH', 'DAY', 'The day of the month, 1 to 31.'),
  part('DAYOFWEEK', 'DOW', 'The day of the week, Sunday is 1.'),
  part('HOUR', 'HOUR', 'The hour, 0 to 23.'),
  part('MINUTE', 'MINUTE', 'The minute, 0 to 59.'),
  part('SECOND', 'SECOND', 'The second, 0 to 59.'),
  scalar(
    'DATE_FORMAT',
    'A time written by a pattern of Java.',
    ['TIMESTAMP CHARACTER', 'CHARACTER CHARACTER'],
    forceNullable(STRING),
  ),
  scalar('TIMESTAMPADD', 'A time moved by a count of units.', 'TIME_UNIT INTEGER DATETIME', moved, {
    syntax: 'special',
    casts: (call) => [undefined, undefined, castOfMoved(call)],
    rewrite: addUnits,
    listed: [],
  }),
  scalar(
    'TIMESTAMPDIFF',
    'Whole units between two times.',
    'TIME_UNIT DATETIME DATETIME',
    (call) => withNullability(symbolAt(call, 0) === 'NANOSECOND' ? BIGINT : INTEGER, anyNullable(call)),
    {
      syntax: 'special',
      listed: ['timestampDiff'],
    },
  ),
  scalar(
    'CONVERT_TZ',
    'A time as text in another zone.',
    'CHARACTER CHARACTER CHARACTER',
    forceNullable(STRING),
  ),
  scalar(
    'FROM_UNIXTIME',
    'Seconds since 1970 as text in the session zone.',
    ['INTEGER', 'INTEGER CHARACTER'],
    forceNullable(STRING),
  ),
  scalar(
    'UNIX_TIMESTAMP',
    'Seconds since 1970, now or of a text in the session zone.',
    ['', 'CHARACTER', 'CHARACTER CHARACTER'],
    nullIfAny(BIGINT),
    {
      determinism: 'volatile',
    },
  ),
  scalar(
    'TO_DATE',
    'The day of a text; NULL if it is none.',
    ['CHARACTER', 'CHARACTER CHARACTER'],
    forceNullable(DATE),
  ),
  scalar(
    'TO_TIMESTAMP',
    'The timestamp of a text; NULL if it is none.',
    ['CHARACTER', 'CHARACTER CHARACTER'],
    forceNullable(timestamp(3)),
    { refuses: timePatternRefusal },
  ),
  bridging(
    'TO_TIMESTAMP_LTZ',
    'The moment of seconds (precision 0) or milliseconds (3) since 1970, or of a text.',
    ['NUMERIC', 'NUMERIC INTEGER', 'CHARACTER', 'CHARACTER CHARACTER', 'CHARACTER CHARACTER CHARACTER'],
    ltzPrecision,
    {
      check: (call) =>
        checkNull(call) ??
        checkPrecisionType(call) ??
        checkPrecision(call) ??
        checkPattern(call) ??
        checkZone(call),
      refuses: timePatternRefusal,
      acceptsNull: true,
      casts: (call) => [
        typeAt(call, 0).root === 'NULL' ? { root: 'VARCHAR', length: 1, nullable: true } : undefined,
      ],
    },
  ),
  bridging(
    'CURRENT_WATERMARK',
    'The watermark of the operator at this row; NULL before the first.',
    'ROWTIME',
    (call) => withNullability(withoutAttribute(typeAt(call, 0)), true),
    {
      determinism: 'volatile',
    },
  ),
  scalar(
    'PROCTIME',
    'The time at which a row is processed, as a time attribute.',
    '',
    always({ root: 'TIMESTAMP_LTZ', precision: 3, attribute: 'PROCTIME', nullable: false }),
    { determinism: 'volatile' },
  ),
  bridging(
    'SOURCE_WATERMARK',
    'Watermarks are those of the connector; only in WATERMARK FOR.',
    '',
    forceNullable(timestamp(3)),
    {
      determinism: 'volatile',
    },
  ),
];

function castOfMoved(call: CallSite): LogicalType | undefined {
  const type = moved(call);
  return typeAt(call, 2).root === 'DATE' && type.root === 'TIMESTAMP' ? type : undefined;
}
