/** Aggregate functions, and those that stand with OVER alone. */

import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { define, known } from './define.ts';
import type { FunctionDefinition, ResultType } from './function-definition.ts';
import { avgType, sumType, toDouble } from './numeric-results.ts';
import { BIGINT, DOUBLE, forceNullable, notNull, nullIfEmpty, STRING, typeAt } from './result-types.ts';

const aggregate = define('aggregate', 'aggregate');
const over = define('aggregate', 'over');

const ofArgument =
  (change: (type: LogicalType) => LogicalType = (type) => type): ResultType =>
  (call) =>
    nullIfEmpty(change(typeAt(call, 0)), call);

const shifted: ResultType = (call) => {
  const [value, fallback] = [typeAt(call, 0), call.operands[2]?.type];
  return withNullability(value, value.nullable || fallback === undefined || fallback.nullable);
};

const spread = (name: string, summary: string) => aggregate(name, summary, 'NUMERIC', ofArgument(avgType));

export const AGGREGATE_FUNCTIONS: readonly FunctionDefinition[] = [
  aggregate('COUNT', 'Number of rows, or of values that are not NULL.', ['ANY', 'ANY+'], notNull(BIGINT)),
  aggregate('SUM', 'Sum of the values; integers keep their type and wrap.', 'NUMERIC', ofArgument(sumType)),
  aggregate('AVG', 'Mean of the values; of integers without its fraction.', 'NUMERIC', ofArgument(avgType)),
  aggregate('MIN', 'Least value.', 'COMPARABLE_TYPE', ofArgument()),
  aggregate('MAX', 'Greatest value.', 'COMPARABLE_TYPE', ofArgument()),
  spread('STDDEV_POP', 'Standard deviation of the population.'),
  spread('STDDEV_SAMP', 'Standard deviation of a sample.'),
  spread('STDDEV', 'Standard deviation of a sample.'),
  spread('VAR_POP', 'Variance of the population.'),
  spread('VAR_SAMP', 'Variance of a sample.'),
  spread('VARIANCE', 'Variance of a sample.'),
  aggregate('FIRST_VALUE', 'First value.', 'ANY', ofArgument()),
  aggregate('LAST_VALUE', 'Last value.', 'ANY', ofArgument()),
  aggregate(
    'LISTAGG',
    'Texts in a row with a separator (a comma if not given).',
    ['CHARACTER', 'CHARACTER CHARACTER_LITERAL'],
    (call) =>
      // Flink lets the list of no rows count as NOT NULL where the separator is written out.
      withNullability(
        STRING,
        typeAt(call, 0).nullable || call.hasFilter || (!call.isKeyed && call.operands.length === 1),
      ),
  ),
  aggregate('COLLECT', 'The values as a multiset.', 'ANY', (call) => ({
    root: 'MULTISET',
    element: typeAt(call, 0),
    nullable: false,
  })),
  aggregate('ARRAY_AGG', 'The values as an array.', 'ANY', (call) => ({
    root: 'ARRAY',
    element: typeAt(call, 0),
    nullable: typeAt(call, 0).nullable,
  })),
  aggregate(
    'PERCENTILE',
    'The value at a share of the sorted values.',
    ['NUMERIC NUMERIC', 'NUMERIC NUMERIC INTEGER'],
    forceNullable(DOUBLE),
    {
      casts: (call) => toDouble(call).slice(0, 2),
    },
  ),
  aggregate('APPROX_COUNT_DISTINCT', 'Number of different values, about.', 'ANY', notNull(BIGINT)),
  aggregate('SINGLE_VALUE', 'The value of the only row; fails if there are more.', 'ANY', (call) =>
    withNullability(typeAt(call, 0), true),
  ),
  ...known('aggregate', 'aggregate', [
    ['JSON_OBJECTAGG', 'Keys and values as a JSON object.'],
    ['JSON_ARRAYAGG', 'Values as a JSON array.'],
    ['BITMAP_AND_AGG', 'What all bitmaps have in common.'],
    ['BITMAP_OR_AGG', 'All bitmaps together.'],
    ['BITMAP_XOR_AGG', 'What an odd number of bitmaps have.'],
    ['BITMAP_BUILD_AGG', 'Numbers as a bitmap.'],
    ['BITMAP_AND_CARDINALITY_AGG', 'How many numbers all bitmaps have in common.'],
    ['BITMAP_OR_CARDINALITY_AGG', 'How many numbers the bitmaps have together.'],
    ['BITMAP_XOR_CARDINALITY_AGG', 'How many numbers an odd number of bitmaps have.'],
    ['BITMAP_BUILD_CARDINALITY_AGG', 'How many different numbers there are.'],
  ]),
  over('ROW_NUMBER', 'Number of a row in its partition, from 1.', '', notNull(BIGINT)),
  over('RANK', 'Rank of a row; equal rows share one and leave gaps.', '', notNull(BIGINT)),
  over('DENSE_RANK', 'Rank of a row; equal rows share one without gaps.', '', notNull(BIGINT)),
  over('CUME_DIST', 'Share of the rows up to this one.', '', notNull(DOUBLE)),
  over('PERCENT_RANK', 'Rank as a share of the partition.', '', notNull(DOUBLE)),
  over('NTILE', 'Number of the part, when a partition is cut into that many.', 'INTEGER', notNull(BIGINT)),
  over(
    'LAG',
    'Value of a row before; a distance and a value in place of none may follow.',
    ['ANY', 'ANY INTEGER', 'ANY INTEGER ANY'],
    shifted,
  ),
  over(
    'LEAD',
    'Value of a row behind; a distance and a value in place of none may follow.',
    ['ANY', 'ANY INTEGER', 'ANY INTEGER ANY'],
    shifted,
  ),
];
