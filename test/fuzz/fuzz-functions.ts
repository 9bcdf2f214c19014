import type { Value } from '../../engine/data/value.ts';
import { valueText } from '../../engine/data/value-text.ts';
import { hasRuntime } from '../../engine/expressions/functions/registry.ts';
import { lowerExpression } from '../../engine/table/exec/lower-expression.ts';
import type { Form, FunctionDefinition } from '../../engine/table/functions/function-definition.ts';
import { FUNCTIONS } from '../../engine/table/functions/functions.ts';
import type { Family } from '../../engine/table/functions/operand-families.ts';
import { parseDataType, parseExpression } from '../../engine/table/parser/parser.ts';
import { ExpressionConverter } from '../../engine/table/validate/expression-converter.ts';
import { Scope } from '../../engine/table/validate/scope.ts';
import { typeOfAst } from '../../engine/table/validate/type-of-ast.ts';
import { MillraceError, RuntimeFailure, toErrorData } from '../../engine/types/errors.ts';
import type { RowField } from '../../engine/types/logical-type.ts';
import { evaluate } from '../expressions/evaluation.ts';
import type { Random } from './random.ts';
import { FUZZ_COLUMNS, fuzzValue, TEXTS } from './values.ts';

/** What a call with random operands came to. */
export type CallOutcome = 'value' | 'refused' | 'failed';

const FIELDS: readonly RowField[] = FUZZ_COLUMNS.map(({ name, type }) => ({
  name,
  type: typeOfAst(parseDataType(type), type),
}));
const SCOPE = new Scope([{ path: ['t'], fields: FIELDS, firstInput: 0 }]);
const ENVIRONMENT = { timeZone: 'Europe/Berlin', isStreaming: true, currentDatabase: 'd', hasRuntime };

const BY_FAMILY: Readonly<Record<Family, readonly string[]>> = {
  ANY: FUZZ_COLUMNS.map(({ name }) => name),
  BOOLEAN: ['b', 'TRUE'],
  NUMERIC: ['t', 'sm', 'i', 'l', 'f', 'd', 'm', 'h', '0', '-1.5', '1e308'],
  EXACT_NUMERIC: ['t', 'i', 'l', 'm', 'h', '0', '-7'],
  INTEGER: ['t', 'sm', 'i', 'l', '0', '-1', '3', '2147483647'],
  CHARACTER: ['s', 's', 'v', 'c', ...TEXTS.filter((text) => text.length < 60).map(quoted)],
  BINARY: ['y', "x''", "x'ff00'"],
  STRING: ['s', 'y', 'c', "'a'"],
  DATE: ['dt'],
  TIME: ['tm'],
  TIMESTAMP: ['ts', 'tn', 'lz'],
  DATETIME: ['ts', 'tn', 'lz', 'dt', 'tm'],
  DATETIME_INTERVAL: ['mo', 'da', "INTERVAL '1' DAY"],
  ARRAY: ['a', 'sa', 'aa', 'ARRAY[1, NULL]'],
  MAP: ['mp', "MAP['k', 1]"],
  MULTISET: ['a'],
  VARIANT: ['TRY_PARSE_JSON(s)'],
  BITMAP: ['BITMAP_BUILD(a)'],
  TIME_UNIT: [
    'YEAR',
    'QUARTER',
    'MONTH',
    'WEEK',
    'DAY',
    'HOUR',
    'MINUTE',
    'SECOND',
    'MILLISECOND',
    'DOW',
    'EPOCH',
  ],
  SYMBOL: ['DAY'],
  COMPARABLE_TYPE: ['i', 'l', 'd', 's', 'ts', 'dt', 'b', 'm', 'y', 'a'],
  CHARACTER_LITERAL: ["','"],
  ROWTIME: ['ts'],
};

/** Scalar functions and operators with a signature. */
export const FUZZED: readonly FunctionDefinition[] = FUNCTIONS.filter(
  ({ kind, forms, name }) => kind === 'scalar' && forms !== undefined && name !== 'SOURCE_WATERMARK',
);

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A call of a function as SQL text; now and then with an operand that does not fit, or another call inside. */
export function randomCall(definition: FunctionDefinition, random: Random, depth = 0): string {
  const form = random.pick(definition.forms!);
  const operands = operandsOf(form, random).map((operand, i) => {
    if (depth > 1 || !random.chance(0.15) || isWord(form, i)) return operand;
    return randomCall(random.pick(FUZZED), random, depth + 1);
  });
  return callText(definition, form, operands);
}

function operandsOf(form: Form, random: Random): string[] {
  const last = form.families.at(-1);
  const families =
    form.isVariadic && last ? [...form.families, ...random.several(0, 3, () => last)] : form.families;
  return families.map((family) =>
    family !== 'TIME_UNIT' && family !== 'SYMBOL' && random.chance(0.05)
      ? random.pick(BY_FAMILY.ANY)
      : random.pick(BY_FAMILY[family]),
  );
}

function isWord(form: Form, index: number): boolean {
  const family = form.families[index];
  return family === 'TIME_UNIT' || family === 'SYMBOL' || family === 'CHARACTER_LITERAL';
}

function callText({ name, syntax }: FunctionDefinition, form: Form, operands: readonly string[]): string {
  const [first = '', second = '', third = ''] = operands;
  switch (name) {
    case 'EXTRACT':
      return `EXTRACT(${first} FROM ${second})`;
    case 'POSITION':
      return `POSITION(${first} IN ${second}${third && ` FROM ${third}`})`;
    case 'TRIM':
      return `TRIM(${['BOTH', 'LEADING', 'TRAILING'][operands.length % 3]} ${second} FROM ${third})`;
    case 'OVERLAY':
      return `OVERLAY(${first} PLACING ${second} FROM ${third}${operands[3] ? ` FOR ${operands[3]}` : ''})`;
    case 'LIKE':
    case 'SIMILAR TO':
      return `(${first} ${name} ${second}${third && ` ESCAPE ${third}`})`;
    case 'JSON_OBJECT':
      return `JSON_OBJECT('k' VALUE ${first || 'i'})`;
    case 'JSON':
      return `JSON_OBJECT('k' VALUE JSON(${first}))`;
    case 'JSON_VALUE':
      return `JSON_VALUE(${first}, ${second} RETURNING ${operands.length % 2 ? 'INT' : 'STRING'} NULL ON EMPTY)`;
    case 'OBJECT_OF':
      return `OBJECT_OF('a.B', 'x', ${first})`;
    case 'OBJECT_UPDATE':
      return `OBJECT_UPDATE(OBJECT_OF('a.B', 'x', ${first}), 'x', ${second || first})`;
  }
  switch (syntax) {
    case 'binary':
      return `(${first} ${name} ${second})`;
    case 'prefix':
      return `(${name} ${first})`;
    case 'postfix':
      return `(${first} ${name})`;
    case 'bare':
      return name;
    default:
      return form.families.at(-1) === 'TIME_UNIT'
        ? `${name}(${first} TO ${second})`
        : `${name}(${operands.join(', ')})`;
  }
}

/**
 * Converts and computes an expression over rows, whole and row by row.
 *
 * @throws Error if something else comes of it than values, a refusal with its place, or a failure that says what failed
 */
export function tryExpression(text: string, rows: readonly (readonly Value[])[]): CallOutcome {
  let node;
  try {
    const context = { source: text, scope: SCOPE, clause: 'SELECT' } as const;
    node = lowerExpression(new ExpressionConverter(ENVIRONMENT, context).convert(parseExpression(text)));
  } catch (error) {
    assertRefusal(error, text);
    return 'refused';
  }
  const { type } = node;
  const setting = { configuration: { 'table.local-time-zone': 'Europe/Berlin' }, now: 1709296496000 };
  const inputType = { root: 'ROW', fields: FIELDS, nullable: false } as const;
  try {
    for (const [value] of evaluate(inputType, rows, [node], setting))
      valueText(value ?? null, type, 'Europe/Berlin');
    return 'value';
  } catch (error) {
    if (error instanceof RuntimeFailure && error.message !== '') return 'failed';
    throw new Error(`${text}: ${String(error)}`, { cause: error });
  }
}

/** Rows of random values for all columns. */
export function randomRows(random: Random, count: number): Value[][] {
  return Array.from({ length: count }, () => FUZZ_COLUMNS.map((column) => fuzzValue(column, random)));
}

function assertRefusal(error: unknown, text: string): void {
  const position = error instanceof MillraceError ? toErrorData(error).position : undefined;
  if (!position || position.line < 1 || position.column < 1 || position.end > text.length)
    throw new Error(`${text}: refused without a place: ${String(error)}`, { cause: error });
}
