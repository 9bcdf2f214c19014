import type { Family } from '../../engine/table/functions/operand-families.ts';
import type { Form, FunctionDefinition } from '../../engine/table/functions/function-definition.ts';
import { FUNCTIONS } from '../../engine/table/functions/functions.ts';
import { SPECIAL_CALLS } from './sql-samples.ts';

/** A function, and which of its forms the planner refuses, as families of operands. */
export interface FunctionSupport {
  readonly definition: FunctionDefinition;
  readonly works: boolean;
  readonly refused: readonly string[];
}

/** Operands of each family that the samples' table has; a form works if it does for one choice of them. */
const OPERANDS: Readonly<Record<Family, readonly string[]>> = {
  ANY: ['i'],
  BOOLEAN: ['b'],
  NUMERIC: ['i', 'f', '0.5'],
  EXACT_NUMERIC: ['i'],
  INTEGER: ['i', '2'],
  CHARACTER: ['s', "'a'"],
  BINARY: ['y'],
  STRING: ['s', 'y'],
  DATE: ['d'],
  TIME: ['h'],
  TIMESTAMP: ['ts'],
  DATETIME: ['ts', 'd'],
  DATETIME_INTERVAL: ['da', "INTERVAL '1' DAY"],
  ARRAY: ['a', "SPLIT(s, 'a')", 'ARRAY[0.5]'],
  MAP: ['m'],
  MULTISET: ['u'],
  VARIANT: ['PARSE_JSON(s)'],
  BITMAP: ['BITMAP_BUILD(a)'],
  TIME_UNIT: ['DAY'],
  SYMBOL: ['DAY'],
  COMPARABLE_TYPE: ['i'],
  CHARACTER_LITERAL: ["'a'"],
  ROWTIME: ['ts'],
};

/**
 * Tries every function with operands of its families.
 *
 * @param refusals for each query, why it is not planned
 * @throws if a form is refused, and never because it is not supported: then OPERANDS or SPECIAL_CALLS lack something
 */
export function functionSupport(
  refusals: (queries: readonly string[]) => readonly (string | undefined)[],
): FunctionSupport[] {
  const trials = FUNCTIONS.flatMap((definition) =>
    formsOf(definition).map((form) => ({ definition, form, queries: queriesOf(definition, form) })),
  );
  const texts = [...refusals(trials.flatMap(({ queries }) => queries))];
  const refused = trials.filter(({ definition, queries }) => {
    const reasons = texts.splice(0, queries.length);
    if (reasons.includes(undefined)) return false;
    if (reasons.some((text) => /support/i.test(text ?? ''))) return true;
    throw new Error(`${definition.name}: ${queries.join('; ')}: ${reasons.join('; ')}`);
  });
  return FUNCTIONS.map((definition) => {
    const own = refused.filter((trial) => trial.definition === definition);
    return {
      definition,
      works: own.length < formsOf(definition).length,
      refused: own.map(({ form }) => form.families.join(', ') + (form.isVariadic ? ', ...' : '')),
    };
  });
}

function formsOf({ name, forms = [] }: FunctionDefinition): readonly Form[] {
  return name in SPECIAL_CALLS ? [NO_OPERANDS] : forms;
}

function queriesOf(definition: FunctionDefinition, form: Form): string[] {
  const special = SPECIAL_CALLS[definition.name];
  const all = special === undefined ? calls(definition, form) : [special];
  return all.map((call) => queryOf(definition, call));
}

const NO_OPERANDS: Form = { families: [], isVariadic: false };

function queryOf({ kind, name }: FunctionDefinition, call: string): string {
  if (kind === 'over') return `SELECT ${call} OVER (PARTITION BY s ORDER BY ts) FROM t`;
  if (name === 'SOURCE_WATERMARK') return `SELECT ${call} FROM k`;
  return `SELECT ${call} FROM t`;
}

function calls({ name, syntax }: FunctionDefinition, form: Form): string[] {
  return choices(form).map((operands) => {
    const [first = '', second = ''] = operands;
    switch (syntax) {
      case 'binary':
        return `${first} ${name} ${second}`;
      case 'prefix':
        return `${name} ${first}`;
      case 'postfix':
        return `${first} ${name}`;
      case 'bare':
        return name;
      default: // FLOOR(ts TO DAY)
        return form.families.at(-1) === 'TIME_UNIT'
          ? `${name}(${first} TO ${second})`
          : `${name}(${operands.join(', ')})`;
    }
  });
}

/** All ways to choose an operand for each family. */
function choices({ families, isVariadic }: Form): string[][] {
  const last = families.at(-1);
  const wanted = isVariadic && last ? [...families, last] : families;
  return wanted.reduce<string[][]>(
    (lists, family) => lists.flatMap((list) => OPERANDS[family].map((operand) => [...list, operand])),
    [[]],
  );
}
