import { functionNames } from './functions/functions.ts';
import { RESERVED_WORDS, UNRESERVED_KEYWORDS } from './parser/keywords.ts';
import { TYPE_NAMES as PARSED_TYPE_NAMES } from './parser/type-parser.ts';

/** The words of Flink SQL, for editors: upper case, from the tables that parser and validator read. */
export const KEYWORDS: readonly string[] = [...RESERVED_WORDS, ...UNRESERVED_KEYWORDS];
export const FUNCTION_NAMES: readonly string[] = functionNames();
export const TYPE_NAMES: readonly string[] = PARSED_TYPE_NAMES;
