/** Comparison, logic, CASE and its like, casts: mostly syntax of its own, which `ExpressionConverter` understands. */

import type { RexNode } from '../../expressions/rex-node.ts';
import { commonType, leastRestrictive } from '../../types/common-type.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isCharacter, isNumeric, withNullability } from '../../types/type-families.ts';
import { likeFault } from '../../expressions/like-pattern.ts';
import { literalText } from '../../expressions/literal-value.ts';
import { define, defineBridging, special } from './define.ts';
import type { CallSite, FunctionDefinition, ResultType } from './function-definition.ts';
import { common } from './numeric-results.ts';
import { anyNullable, BOOLEAN, forceNullable, notNull, nullIfAny, STRING, typeAt } from './result-types.ts';

const scalar = define('conditional');
const bridging = defineBridging('conditional');
const compare = define('comparison', 'scalar', 'binary');
const postfix = define('logical', 'scalar', 'postfix');
const NULL: LogicalType = { root: 'NULL', nullable: true };

const comparison = (
  name: string,
  summary: string,
  listed: string[],
  result: ResultType = nullIfAny(BOOLEAN),
): FunctionDefinition =>
  compare(name, summary, 'COMPARABLE_TYPE COMPARABLE_TYPE', result, { acceptsNull: true, listed });

/** COALESCE: NULL only if all are. */
const coalesced: ResultType = (call) =>
  withNullability(
    common(call) ?? NULL,
    call.operands.every((operand) => operand.type.nullable),
  );

const castToCommon = (call: CallSite): (LogicalType | undefined)[] => {
  const type = common(call);
  return call.operands.map(() => type);
};

/** IFNULL: a text that cannot be NULL is never replaced, and keeps its length. */
const keepsText = (call: CallSite): boolean => {
  const [first, second] = [typeAt(call, 0), typeAt(call, 1)];
  return !first.nullable && isCharacter(first) && isCharacter(second);
};
const replaced: ResultType = (call) => (keepsText(call) ? typeAt(call, 0) : coalesced(call));

/** IF: numbers and texts meet, other types are those of the second operand. */
const chosen: ResultType = (call) => {
  const [left, right] = [typeAt(call, 1), typeAt(call, 2)];
  const meets = (isNumeric(left) && isNumeric(right)) || (isCharacter(left) && isCharacter(right));
  const type = meets ? leastRestrictive([left, right]) : left;
  return withNullability(type ?? left, anyNullable(call));
};

const extreme: ResultType = (call) => withNullability(common(call) ?? NULL, anyNullable(call));

const isTest = (name: string, summary: string, listed: string): FunctionDefinition =>
  postfix(name, summary, 'BOOLEAN', notNull(BOOLEAN), { listed: [listed] });

// UNKNOWN is the NULL of BOOLEAN.
const isUnknown = (name: string, summary: string): FunctionDefinition =>
  postfix(name, summary, 'BOOLEAN', notNull(BOOLEAN), { operator: name.replace('UNKNOWN', 'NULL') });

export const LOGICAL_FUNCTIONS: readonly FunctionDefinition[] = [
  comparison('=', 'Equal.', ['equals']),
  comparison('<>', 'Not equal.', ['notEquals']),
  comparison('<', 'Less.', ['lessThan']),
  comparison('<=', 'Less or equal.', ['lessThanOrEqual']),
  comparison('>', 'Greater.', ['greaterThan']),
  comparison('>=', 'Greater or equal.', ['greaterThanOrEqual']),
  comparison('IS DISTINCT FROM', 'Not equal, where NULL equals NULL.', [], notNull(BOOLEAN)),
  comparison('IS NOT DISTINCT FROM', 'Equal, where NULL equals NULL.', [], notNull(BOOLEAN)),
  define('comparison', 'scalar', 'postfix')('IS NULL', 'Whether it is NULL.', 'ANY', notNull(BOOLEAN), {
    acceptsNull: true,
    listed: ['isNull'],
  }),
  define('comparison', 'scalar', 'postfix')(
    'IS NOT NULL',
    'Whether it is not NULL.',
    'ANY',
    notNull(BOOLEAN),
    {
      acceptsNull: true,
      listed: ['isNotNull'],
    },
  ),
  define('comparison')(
    'LIKE',
    'Whether a text fits a pattern of % and _.',
    ['CHARACTER CHARACTER', 'CHARACTER CHARACTER CHARACTER'],
    nullIfAny(BOOLEAN),
    {
      syntax: 'special',
      check: ({ operands: [, pattern, escape] }) => {
        const [text, character] = [literalText(pattern), literalText(escape)];
        return text === undefined || character === undefined ? undefined : likeFault(text, character);
      },
      listed: ['LIKE'],
    },
  ),
  define('comparison')(
    'SIMILAR TO',
    'Whether a text fits a regular expression of SQL.',
    ['CHARACTER CHARACTER', 'CHARACTER CHARACTER CHARACTER'],
    nullIfAny(BOOLEAN),
    {
      syntax: 'special',
      listed: ['similar'],
    },
  ),
  ...special('comparison', [
    [
      'BETWEEN',
      'value BETWEEN [SYMMETRIC] low AND high',
      'Whether a value lies between two others.',
      'between',
      'notBetween',
    ],
    ['IN', 'value IN (value, ...) or value IN (query)', 'Whether a value is one of several.', 'in'],
    ['EXISTS', 'EXISTS (query)', 'Whether a query has a row.'],
  ]),
  define('logical', 'scalar', 'binary')('AND', 'Both.', 'BOOLEAN BOOLEAN', nullIfAny(BOOLEAN), {
    listed: ['and'],
  }),
  define('logical', 'scalar', 'binary')('OR', 'One or both.', 'BOOLEAN BOOLEAN', nullIfAny(BOOLEAN), {
    listed: ['or'],
  }),
  define('logical', 'scalar', 'prefix')('NOT', 'The contrary.', 'BOOLEAN', nullIfAny(BOOLEAN), {
    listed: ['not'],
  }),
  isTest('IS TRUE', 'Whether it is TRUE.', 'isTrue'),
  isTest('IS NOT TRUE', 'Whether it is FALSE or unknown.', 'isNotTrue'),
  isTest('IS FALSE', 'Whether it is FALSE.', 'isFalse'),
  isTest('IS NOT FALSE', 'Whether it is TRUE or unknown.', 'isNotFalse'),
  isUnknown('IS UNKNOWN', 'Whether it is neither TRUE nor FALSE.'),
  isUnknown('IS NOT UNKNOWN', 'Whether it is TRUE or FALSE.'),
  ...special('conditional', [
    [
      'CASE',
      'CASE WHEN condition THEN value ... [ELSE value] END',
      'The value of the first condition that holds.',
    ],
    ['NULLIF', 'NULLIF(value, other)', 'The value, or NULL if it equals the other.'],
  ]),
  bridging('COALESCE', 'The first value that is not NULL.', 'ANY+', coalesced, {
    casts: castToCommon,
    acceptsNull: true,
  }),
  bridging('IFNULL', 'A value, or another in place of NULL.', 'ANY ANY', replaced, {
    casts: (call) => (keepsText(call) ? [] : castToCommon(call)),
    acceptsNull: true,
  }),
  scalar(
    'IF',
    'One value if a condition holds, another if not.',
    [
      'BOOLEAN NUMERIC NUMERIC',
      'BOOLEAN CHARACTER CHARACTER',
      'BOOLEAN BOOLEAN BOOLEAN',
      'BOOLEAN BINARY BINARY',
      'BOOLEAN DATE DATE',
      'BOOLEAN TIMESTAMP TIMESTAMP',
      'BOOLEAN TIME TIME',
    ],
    chosen,
    { casts: (call) => [undefined, chosen(call), chosen(call)], listed: ['ifThenElse'] },
  ),
  bridging('GREATEST', 'The greatest value; NULL if one is NULL.', 'COMPARABLE_TYPE+', extreme, {
    casts: castToCommon,
  }),
  bridging('LEAST', 'The least value; NULL if one is NULL.', 'COMPARABLE_TYPE+', extreme, {
    casts: castToCommon,
  }),
  ...special('conversion', [
    [
      'CAST',
      'CAST(value AS type)',
      'A value of another type; what cannot be converted fails the job.',
      'cast',
    ],
    [
      'TRY_CAST',
      'TRY_CAST(value AS type)',
      'A value of another type; what cannot be converted is NULL.',
      'TRY_CAST',
    ],
  ]),
  defineBridging('conversion')(
    'TYPEOF',
    'The type of an expression as text.',
    ['ANY', 'ANY BOOLEAN'],
    forceNullable(STRING),
    { acceptsNull: true, check: checkProctime },
  ),
];

/** A processing time is taken for the time of each row, and of that Flink does not know whether it may be NULL. */
function checkProctime(call: CallSite): string | undefined {
  const type = call.operands[0]?.type;
  return type?.root === 'TIMESTAMP_LTZ' && type.attribute === 'PROCTIME'
    ? "Mismatch of function's argument data type 'TIMESTAMP_LTZ(3) NOT NULL' and actual argument type 'TIMESTAMP_LTZ(3)'."
    : undefined;
}

/** Whether operands of COALESCE, IFNULL, GREATEST and LEAST meet at all. */
export function haveCommonType(operands: readonly RexNode[]): boolean {
  return commonType(operands.map((operand) => operand.type)) !== undefined;
}
