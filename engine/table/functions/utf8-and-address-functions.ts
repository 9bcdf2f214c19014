/** Bytes that should be UTF-8, IPv4 addresses as numbers, and geographies, which Flink 2.3 knows by their names alone. */

import { define, defineBridging, known } from './define.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { BIGINT, BOOLEAN, forceNullable, nullIfAny, STRING } from './result-types.ts';

const string = define('string');
const bridging = defineBridging('string');

export const UTF8_AND_ADDRESS_FUNCTIONS: readonly FunctionDefinition[] = [
  string('IS_VALID_UTF8', 'Whether bytes are UTF-8.', 'BINARY', nullIfAny(BOOLEAN), { listed: [] }),
  string(
    'MAKE_VALID_UTF8',
    'The text of bytes, with what is not UTF-8 replaced.',
    'BINARY',
    nullIfAny(STRING),
    { listed: [] },
  ),
  bridging(
    'INET_ATON',
    'An IPv4 address as a number; NULL if it is none.',
    'CHARACTER',
    forceNullable(BIGINT),
  ),
  bridging(
    'INET_NTOA',
    'A number as an IPv4 address; NULL if it is out of range.',
    'INTEGER',
    forceNullable(STRING),
  ),
  ...known('string', 'scalar', [
    ['ST_ASTEXT', 'A geography as text.'],
    ['ST_ASWKB', 'A geography as bytes.'],
    ['ST_GEOGFROMTEXT', 'A geography from text.'],
    ['ST_GEOGFROMWKB', 'A geography from bytes.'],
  ]),
];
