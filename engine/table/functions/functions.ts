/** All functions and operators by name: the one table that validator, completion, SHOW FUNCTIONS and docs read. */

import { AGGREGATE_FUNCTIONS } from './aggregate-functions.ts';
import { ARITHMETIC_FUNCTIONS } from './arithmetic-functions.ts';
import { COLLECTION_FUNCTIONS } from './collection-functions.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { BITMAP_FUNCTIONS } from './bitmap-functions.ts';
import { JSON_FUNCTIONS } from './json-functions.ts';
import { LOGICAL_FUNCTIONS } from './logical-functions.ts';
import { OTHER_FUNCTIONS } from './other-functions.ts';
import { STRING_FUNCTIONS } from './string-functions.ts';
import { STRUCTURED_FUNCTIONS } from './structured-functions.ts';
import { TEMPORAL_FUNCTIONS } from './temporal-functions.ts';
import { UTF8_AND_ADDRESS_FUNCTIONS } from './utf8-and-address-functions.ts';
import { VARIANT_FUNCTIONS } from './variant-functions.ts';

/** In the order of the docs. */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  ...LOGICAL_FUNCTIONS,
  ...ARITHMETIC_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...TEMPORAL_FUNCTIONS,
  ...COLLECTION_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...VARIANT_FUNCTIONS,
  ...BITMAP_FUNCTIONS,
  ...STRUCTURED_FUNCTIONS,
  ...UTF8_AND_ADDRESS_FUNCTIONS,
  ...OTHER_FUNCTIONS,
  ...AGGREGATE_FUNCTIONS,
];

const BY_NAME = new Map(FUNCTIONS.map((definition) => [definition.name, definition]));

// Spellings that only differ in name.
const ALIASES: Readonly<Record<string, string>> = { CEILING: 'CEIL', TRANSLATE3: 'TRANSLATE' };

/** The definition of a built-in function or operator; names are not case-sensitive. */
export function findFunction(name: string): FunctionDefinition | undefined {
  const known = BY_NAME.get(name);
  if (known) return known;
  const upper = name.toUpperCase();
  return BY_NAME.get(ALIASES[upper] ?? upper);
}

/** Names that a call may begin with, for completion and suggestions: lower case, sorted. */
export function functionNames(): string[] {
  const names = FUNCTIONS.filter(
    ({ syntax }) => syntax === 'function' || syntax === 'bare' || syntax === 'special',
  )
    .map(({ name }) => name.toLowerCase())
    .filter((name) => /^[a-z_0-9]+$/.test(name));
  return [...new Set([...names, ...Object.keys(ALIASES).map((name) => name.toLowerCase())])].sort();
}

/** What SHOW FUNCTIONS lists of the core module, sorted. */
export function listedNames(): string[] {
  return [...new Set([...FUNCTIONS.flatMap(({ listed }) => listed), ...NOT_IN_SQL])].sort();
}

/** Functions of the Table API and of plans that Flink lists with the others, though no SQL text calls them by these names. */
const NOT_IN_SQL: readonly string[] = (
  'AGG_DECIMAL_MINUS AGG_DECIMAL_PLUS ASSIGNMENT DEFAULT HIVE_AGG_DECIMAL_PLUS as asc desc distinct end flatten get over rangeTo ' +
  'reinterpretCast rowtime start streamRecordTimestamp withColumns withoutColumns'
).split(' ');
