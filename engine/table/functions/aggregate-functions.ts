/** Aggregate functions, and those that stand with OVER alone. */

import type { LogicalType } from '../../types/logical-type.ts';
import { isNumeric, withNullability } from '../../types/type-families.ts';
import { define, defineBridging } from './define.ts';
import type { CallSite, FunctionDefinition, ResultType } from './function-definition.ts';
import { avgType, sumType } from './numeric-results.ts';
import { BIGINT, DOUBLE, forceNullable, notNull, nullIfEmpty, typeAt, varchar } from './result-types.ts';

const aggregate = define('aggregate', 'aggregate');
const bridging = defineBridging('aggregate', 'aggregate');
const over = define('aggregate', 'over');

const ofArgument =
  (change: (type: LogicalType) => LogicalType = (type) => type): ResultType =>
  (call) =>
    nullIfEmpty(change(typeAt(call, 0)), call);

const shifted: ResultType = (call) => {
  const [value, fallback] = [typeAt(call, 0), call.operands[2]?.type];
  return withNullability(value, value.nullable || fallback === undefined || fallback.nullable);
};

const spread = (name: string, summary: string, listed: string[]) =>
  aggregate(name, summary, 'NUMERIC', ofArgument(avgType), { listed });

const BITMAP: LogicalType = { root: 'BITMAP', nullable: true };

function isInt({ operands: [operand] }: CallSite): string | undefined {
  if (!operand || operand.type.root === 'INTEGER' || operand.type.root === 'NULL') return undefined;
  return `Unsupported argument type. Expected type root 'INTEGER' but actual type was '${operand.type.root}'.`;
}

/** As Calcite has it; longer texts are not cut. */
const JSON_TEXT = varchar(2000);

const PERCENTILES: LogicalType = { root: 'ARRAY', element: { ...DOUBLE, nullable: true }, nullable: true };

function sharesType(type: LogicalType): LogicalType {
  return type.root === 'ARRAY' ? { root: 'ARRAY', element: DOUBLE, nullable: false } : DOUBLE;
}

function sharesFit({ operands }: CallSite): string | undefined {
  const shares = operands[1]?.type;
  if (!shares) return undefined;
  const isArray = shares.root === 'ARRAY';
  const isNumber = isArray ? isNumeric(shares.element) && !shares.element.nullable : true;
  if (isNumber && !shares.nullable) return undefined;
  return 'Invalid input arguments. Expected signatures are:\nPERCENTILE(expr <NUMERIC>, percentage [<NUMERIC NOT NULL> | ARRAY<NUMERIC NOT NULL> NOT NULL])\nPERCENTILE(expr <NUMERIC>, percentage [<NUMERIC NOT NULL> | ARRAY<NUMERIC NOT NULL> NOT NULL], frequency <INTEGER_NUMERIC>)';
}

export const AGGREGATE_FUNCTIONS: readonly FunctionDefinition[] = [
  aggregate('COUNT', 'Number of rows, or of values that are not NULL.', ['ANY', 'ANY+'], notNull(BIGINT)),
  aggregate('SUM', 'Sum of the values; integers keep their type and wrap.', 'NUMERIC', ofArgument(sumType)),
  aggregate('AVG', 'Mean of the values; of integers without its fraction.', 'NUMERIC', ofArgument(avgType)),
  aggregate('MIN', 'Least value.', 'COMPARABLE_TYPE', ofArgument()),
  aggregate('MAX', 'Greatest value.', 'COMPARABLE_TYPE', ofArgument()),
  spread('STDDEV_POP', 'Standard deviation of the population.', ['stddevPop']),
  spread('STDDEV_SAMP', 'Standard deviation of a sample.', ['stddevSamp']),
  spread('STDDEV', 'Standard deviation of a sample.', []),
  spread('VAR_POP', 'Variance of the population.', ['varPop']),
  spread('VAR_SAMP', 'Variance of a sample.', ['varSamp']),
  spread('VARIANCE', 'Variance of a sample.', []),
  aggregate('FIRST_VALUE', 'First value.', 'ANY', ofArgument(), { listed: ['first_value'] }),
  aggregate('LAST_VALUE', 'Last value.', 'ANY', ofArgument(), { listed: ['last_value'] }),
  aggregate(
    'LISTAGG',
    'Texts in a row with a separator (a comma if not given).',
    ['CHARACTER', 'CHARACTER CHARACTER_LITERAL'],
    (call) =>
      // Flink lets the list of no rows count as NOT NULL where the separator is written out.
      withNullability(
        typeAt(call, 0),
        typeAt(call, 0).nullable || call.hasFilter || (!call.isKeyed && call.operands.length === 1),
      ),
    { listed: ['listAgg'] },
  ),
  aggregate('COLLECT', 'The values as a multiset.', 'ANY', (call) => ({
    root: 'MULTISET',
    element: typeAt(call, 0),
    nullable: false,
  })),
  aggregate(
    'ARRAY_AGG',
    'The values as an array.',
    'ANY',
    (call) => ({
      root: 'ARRAY',
      element: typeAt(call, 0),
      nullable: typeAt(call, 0).nullable,
    }),
    { listed: ['ARRAY_AGG'] },
  ),
  bridging(
    'PERCENTILE',
    'The value at a share of the sorted values, or the values at several; each may count as often as a number says.',
    ['NUMERIC NUMERIC', 'NUMERIC ARRAY', 'NUMERIC NUMERIC INTEGER', 'NUMERIC ARRAY INTEGER'],
    (call) => (typeAt(call, 1).root === 'ARRAY' ? PERCENTILES : withNullability(DOUBLE, true)),
    { casts: (call) => [undefined, sharesType(typeAt(call, 1))], check: sharesFit },
  ),
  aggregate('APPROX_COUNT_DISTINCT', 'Number of different values, about.', 'ANY', notNull(BIGINT), {
    listed: [],
  }),
  aggregate(
    'SINGLE_VALUE',
    'The value of the only row; fails if there are more.',
    'ANY',
    (call) => withNullability(typeAt(call, 0), true),
    { listed: [] },
  ),
  aggregate(
    '$SUM0',
    'Sum of the values, 0 if there are none.',
    'NUMERIC',
    (call) => withNullability(sumType(typeAt(call, 0)), false),
    { listed: ['sum0'] },
  ),
  aggregate('JSON_OBJECTAGG', 'Keys and values as a JSON object.', 'CHARACTER ANY', notNull(JSON_TEXT), {
    listed: ['JSON_OBJECTAGG_ABSENT_ON_NULL', 'JSON_OBJECTAGG_NULL_ON_NULL'],
  }),
  aggregate('JSON_ARRAYAGG', 'Values as a JSON array.', 'ANY', notNull(JSON_TEXT), {
    listed: ['JSON_ARRAYAGG_ABSENT_ON_NULL', 'JSON_ARRAYAGG_NULL_ON_NULL'],
  }),
  bridging('BITMAP_AND_AGG', 'What all bitmaps have in common.', 'BITMAP', forceNullable(BITMAP)),
  bridging('BITMAP_OR_AGG', 'All bitmaps together.', 'BITMAP', forceNullable(BITMAP)),
  bridging('BITMAP_XOR_AGG', 'What an odd number of bitmaps have.', 'BITMAP', forceNullable(BITMAP)),
  bridging('BITMAP_BUILD_AGG', 'Numbers as a bitmap.', 'INTEGER', forceNullable(BITMAP), { check: isInt }),
  bridging(
    'BITMAP_AND_CARDINALITY_AGG',
    'How many numbers all bitmaps have in common.',
    'BITMAP',
    forceNullable(BIGINT),
  ),
  bridging(
    'BITMAP_OR_CARDINALITY_AGG',
    'How many numbers the bitmaps have together.',
    'BITMAP',
    forceNullable(BIGINT),
  ),
  bridging(
    'BITMAP_XOR_CARDINALITY_AGG',
    'How many numbers an odd number of bitmaps have.',
    'BITMAP',
    forceNullable(BIGINT),
  ),
  bridging(
    'BITMAP_BUILD_CARDINALITY_AGG',
    'How many different numbers there are.',
    'INTEGER',
    forceNullable(BIGINT),
    { check: isInt },
  ),
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
    { listed: ['lag'] },
  ),
  over(
    'LEAD',
    'Value of a row behind; a distance and a value in place of none may follow.',
    ['ANY', 'ANY INTEGER', 'ANY INTEGER ANY'],
    shifted,
    { listed: ['lead'] },
  ),
];
