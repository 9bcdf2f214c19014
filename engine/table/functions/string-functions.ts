/** Operators and functions of texts and bytes. */

import { MAX_LENGTH } from '../../types/logical-type.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { commonType, leastRestrictive } from '../../types/common-type.ts';
import { isBinary, isCharacter, withNullability } from '../../types/type-families.ts';
import { define, defineBridging } from './define.ts';
import type { CallSite, FunctionDefinition, ResultType } from './function-definition.ts';
import { literalNumber } from './numeric-results.ts';
import { regExpRefusal } from './pattern-refusals.ts';
import {
  anyNullable,
  arrayOf,
  BOOLEAN,
  BYTES,
  char,
  forceNullable,
  INTEGER,
  notNull,
  nullIfAny,
  sameAs,
  STRING,
  typeAt,
  varchar,
  varyingOf,
  varyingOfNullable,
} from './result-types.ts';

const scalar = define('string');
const bridging = defineBridging('string');
const hash = define('hash');

/** Brings whole-number operands to INT, which is what positions and lengths are. */
const integers = (call: CallSite): (LogicalType | undefined)[] =>
  call.operands.map(({ type }) =>
    type.root === 'BIGINT' ? withNullability(INTEGER, type.nullable) : undefined,
  );

/** The same, where a bare NULL is taken for the first of the whole-number types. */
const numeralOrNull = (call: CallSite): (LogicalType | undefined)[] =>
  integers(call).map((type, i) =>
    i === 2 && typeAt(call, i).root === 'NULL' ? { root: 'TINYINT', nullable: true } : type,
  );

/** `||` adds up lengths; two CHARs give a CHAR. */
const concatenated: ResultType = (call) => {
  const [left, right] = [typeAt(call, 0), typeAt(call, 1)];
  const nullable = anyNullable(call);
  if ((isCharacter(left) && isCharacter(right)) || (isBinary(left) && isBinary(right))) {
    const length = Math.min(MAX_LENGTH, left.length + right.length);
    const isFixed = left.root === right.root && (left.root === 'CHAR' || left.root === 'BINARY');
    const root = isFixed ? left.root : isCharacter(left) ? 'VARCHAR' : 'VARBINARY';
    return { root, length, nullable };
  }
  return withNullability(leastRestrictive([left, right]) ?? left, nullable);
};

/** Flink has no code for the hash of an instant. */
const zonedHashRefusal = (type: LogicalType): string | undefined =>
  type.root === 'TIMESTAMP_LTZ' ? 'HASH_CODE of a TIMESTAMP_LTZ' : undefined;

/** What a bare NULL among the texts of ELT is taken for. */
function nullTextOf(call: CallSite): LogicalType {
  return withNullability(call.operands.some(({ type }) => isBinary(type)) ? BYTES : varchar(1), true);
}

/** The common type of the texts of ELT. */
function commonOfTexts(call: CallSite): LogicalType {
  const types = call.operands.slice(1).map(({ type }) => (type.root === 'NULL' ? nullTextOf(call) : type));
  return commonType(types) ?? STRING;
}

/** The hash of a constant is computed while planning, so that a length that is none is found there. */
function checkHashLength(call: CallSite): string | undefined {
  const bits = literalNumber(call, 1);
  if (call.operands[0]?.kind !== 'literal' || bits === undefined) return undefined;
  return [224, 256, 384, 512].includes(bits)
    ? undefined
    : `There is no SHA-2 hash of ${bits} bits: 224, 256, 384 and 512 there are`;
}

/** OVERLAY: at most as long as both texts together. */
const overlaid: ResultType = (call) => {
  const [text, placed] = [typeAt(call, 0), typeAt(call, 1)];
  const length = (type: LogicalType) => ('length' in type ? type.length : MAX_LENGTH);
  const root = isBinary(text) ? 'VARBINARY' : 'VARCHAR';
  return { root, length: Math.min(MAX_LENGTH, length(text) + length(placed)), nullable: anyNullable(call) };
};

const test = (name: string, summary: string): FunctionDefinition =>
  bridging(name, summary, ['CHARACTER CHARACTER', 'BINARY BINARY'], nullIfAny(BOOLEAN), {
    acceptsNull: true,
  });

const digest = (name: string, length: number): FunctionDefinition =>
  hash(name, `The ${name} hash in hexadecimal digits.`, ['CHARACTER', 'BINARY'], nullIfAny(char(length)));

export const STRING_FUNCTIONS: readonly FunctionDefinition[] = [
  define('string', 'scalar', 'binary')(
    '||',
    'One text, byte string or array behind another.',
    ['CHARACTER CHARACTER', 'BINARY BINARY', 'ARRAY ARRAY'],
    concatenated,
  ),
  scalar('CHAR_LENGTH', 'Number of characters (code points).', 'CHARACTER', nullIfAny(INTEGER)),
  scalar('CHARACTER_LENGTH', 'Number of characters (code points).', 'CHARACTER', nullIfAny(INTEGER), {
    operator: 'CHAR_LENGTH',
    listed: [],
  }),
  scalar('UPPER', 'In upper case.', 'CHARACTER', sameAs(0), { listed: ['upper', 'upperCase'] }),
  scalar('LOWER', 'In lower case.', 'CHARACTER', sameAs(0), { listed: ['lower', 'lowerCase'] }),
  scalar(
    'INITCAP',
    'First letter of each word in upper case, the others in lower case.',
    'CHARACTER',
    sameAs(0),
    { listed: ['initCap'] },
  ),
  scalar(
    'POSITION',
    'Where a text first occurs in another, from 1; 0 if it does not.',
    ['STRING STRING', 'STRING STRING INTEGER'],
    nullIfAny(INTEGER),
    { casts: integers },
  ),
  scalar(
    'LOCATE',
    'Where a text first occurs in another, from 1; 0 if it does not.',
    ['CHARACTER CHARACTER', 'CHARACTER CHARACTER INTEGER'],
    nullIfAny(INTEGER),
    {
      casts: integers,
    },
  ),
  scalar(
    'INSTR',
    'Where the n-th occurrence of a text in another is, from 1; 0 if there is none.',
    ['CHARACTER CHARACTER', 'CHARACTER CHARACTER INTEGER', 'CHARACTER CHARACTER INTEGER INTEGER'],
    nullIfAny(INTEGER),
    { casts: integers },
  ),
  scalar('TRIM', 'Without blanks (or given characters) at the ends.', 'SYMBOL CHARACTER CHARACTER', (call) =>
    withNullability(varyingOf(2)(call), anyNullable(call)),
  ),
  scalar(
    'LTRIM',
    'Without blanks (or given characters) at the start.',
    ['CHARACTER', 'CHARACTER CHARACTER'],
    varyingOf(0),
  ),
  scalar(
    'RTRIM',
    'Without blanks (or given characters) at the end.',
    ['CHARACTER', 'CHARACTER CHARACTER'],
    varyingOf(0),
  ),
  bridging(
    'BTRIM',
    'Without blanks (or given characters) at both ends.',
    ['CHARACTER', 'CHARACTER CHARACTER'],
    nullIfAny(STRING),
    { acceptsNull: true },
  ),
  scalar(
    'SUBSTRING',
    'A piece from a position (from 1), to the end or of a length.',
    ['CHARACTER INTEGER', 'CHARACTER INTEGER INTEGER'],
    varyingOfNullable(0),
    {
      casts: integers,
    },
  ),
  scalar(
    'SUBSTR',
    'A piece from a position (from 1), to the end or of a length.',
    ['CHARACTER INTEGER', 'CHARACTER INTEGER INTEGER'],
    varyingOfNullable(0),
    {
      casts: integers,
    },
  ),
  scalar('LEFT', 'The first characters.', 'CHARACTER INTEGER', varyingOfNullable(0), { casts: integers }),
  scalar('RIGHT', 'The last characters.', 'CHARACTER INTEGER', varyingOfNullable(0), { casts: integers }),
  scalar(
    'OVERLAY',
    'A text with a piece replaced by another.',
    ['CHARACTER CHARACTER INTEGER', 'CHARACTER CHARACTER INTEGER INTEGER'],
    overlaid,
    {
      casts: integers,
    },
  ),
  scalar(
    'REPLACE',
    'Every occurrence of a text replaced by another.',
    'CHARACTER CHARACTER CHARACTER',
    nullIfAny(STRING),
  ),
  scalar(
    'TRANSLATE',
    'Characters replaced one by one.',
    'CHARACTER CHARACTER CHARACTER',
    (call) => withNullability(STRING, typeAt(call, 0).nullable),
    { operator: 'TRANSLATE3', listed: ['TRANSLATE3'] },
  ),
  scalar('REPEAT', 'A text several times.', 'CHARACTER INTEGER', nullIfAny(STRING), { casts: integers }),
  scalar('REVERSE', 'Backwards.', 'CHARACTER', forceNullable(STRING)),
  scalar('CONCAT', 'Texts in a row; NULL if one is NULL.', 'CHARACTER+', nullIfAny(STRING)),
  scalar(
    'CONCAT_WS',
    'Texts in a row with a separator; NULLs are left out.',
    'CHARACTER+',
    nullIfAny(STRING),
    { listed: ['concat_ws'] },
  ),
  scalar(
    'LPAD',
    'Filled up at the start to a length, or cut to it.',
    'CHARACTER INTEGER CHARACTER',
    nullIfAny(STRING),
    { casts: integers },
  ),
  scalar(
    'RPAD',
    'Filled up at the end to a length, or cut to it.',
    'CHARACTER INTEGER CHARACTER',
    nullIfAny(STRING),
    { casts: integers },
  ),
  scalar(
    'SPLIT_INDEX',
    'The piece of that number (from 0) between separators.',
    ['CHARACTER INTEGER INTEGER', 'CHARACTER CHARACTER INTEGER'],
    forceNullable(STRING),
    { casts: integers },
  ),
  test('STARTSWITH', 'Whether a text starts with another.'),
  test('ENDSWITH', 'Whether a text ends with another.'),
  scalar('ASCII', 'Number of the first byte.', 'CHARACTER', nullIfAny(INTEGER)),
  scalar('CHR', 'The character of a number.', 'INTEGER', forceNullable(STRING)),
  bridging(
    'ELT',
    'The text of that number (from 1).',
    ['INTEGER CHARACTER+', 'INTEGER BINARY+'],
    (call) => withNullability(commonOfTexts(call), true),
    {
      acceptsNull: true,
      casts: (call) => call.operands.map(({ type }) => (type.root === 'NULL' ? nullTextOf(call) : undefined)),
      check: (call) =>
        typeAt(call, 0).root === 'NULL' || (literalNumber(call, 0) ?? 0) < 0
          ? "Index must be an integer starting from '0'."
          : undefined,
    },
  ),
  scalar('ENCODE', 'The bytes of a text in a character set.', 'CHARACTER CHARACTER', nullIfAny(BYTES)),
  scalar('DECODE', 'The text of bytes in a character set.', 'BINARY CHARACTER', nullIfAny(STRING)),
  scalar('TO_BASE64', 'In base 64.', ['CHARACTER', 'BINARY'], nullIfAny(STRING)),
  scalar('FROM_BASE64', 'The text of base 64.', ['CHARACTER', 'BINARY'], nullIfAny(STRING)),
  scalar(
    'REGEXP',
    'Whether a regular expression is found in a text.',
    'CHARACTER CHARACTER',
    nullIfAny(BOOLEAN),
    { refuses: regExpRefusal },
  ),
  scalar(
    'REGEXP_EXTRACT',
    'What a regular expression (or a group of it) finds in a text.',
    ['CHARACTER CHARACTER', 'CHARACTER CHARACTER INTEGER'],
    forceNullable(STRING),
    { casts: integers, refuses: regExpRefusal },
  ),
  scalar(
    'REGEXP_REPLACE',
    'Every match of a regular expression replaced.',
    'CHARACTER CHARACTER CHARACTER',
    nullIfAny(STRING),
    { refuses: regExpRefusal },
  ),
  bridging(
    'REGEXP_COUNT',
    'How often a regular expression matches.',
    'CHARACTER CHARACTER',
    forceNullable(INTEGER),
    { acceptsNull: true, refuses: regExpRefusal },
  ),
  bridging(
    'REGEXP_EXTRACT_ALL',
    'All that a regular expression (or a group of it) finds.',
    ['CHARACTER CHARACTER', 'CHARACTER CHARACTER INTEGER'],
    forceNullable(arrayOf(withNullability(STRING, true))),
    { casts: numeralOrNull, acceptsNull: true, refuses: regExpRefusal },
  ),
  bridging(
    'REGEXP_INSTR',
    'Where a regular expression first matches, from 1.',
    'CHARACTER CHARACTER',
    forceNullable(INTEGER),
    { acceptsNull: true, refuses: regExpRefusal },
  ),
  bridging(
    'REGEXP_SUBSTR',
    'The first match of a regular expression.',
    'CHARACTER CHARACTER',
    forceNullable(STRING),
    { acceptsNull: true, refuses: regExpRefusal },
  ),
  scalar(
    'PARSE_URL',
    'A part of a URL.',
    ['CHARACTER CHARACTER', 'CHARACTER CHARACTER CHARACTER'],
    forceNullable(STRING),
  ),
  bridging('URL_ENCODE', 'Written for a URL.', 'CHARACTER', forceNullable(STRING), { acceptsNull: true }),
  bridging('URL_DECODE', 'Read from a URL.', 'CHARACTER', forceNullable(STRING), { acceptsNull: true }),
  bridging(
    'PRINTF',
    'A text with values put into a pattern.',
    ['CHARACTER', 'CHARACTER ANY+'],
    forceNullable(STRING),
    { acceptsNull: true },
  ),
  scalar('IS_ALPHA', 'Whether a text has letters only.', ['CHARACTER', 'NUMERIC'], notNull(BOOLEAN), {
    listed: [],
  }),
  scalar('IS_DIGIT', 'Whether a text has digits only.', ['CHARACTER', 'NUMERIC'], notNull(BOOLEAN), {
    listed: [],
  }),
  scalar('IS_DECIMAL', 'Whether a text is a number.', ['CHARACTER', 'NUMERIC'], notNull(BOOLEAN), {
    listed: [],
  }),
  digest('MD5', 32),
  digest('SHA1', 40),
  digest('SHA224', 56),
  digest('SHA256', 64),
  digest('SHA384', 96),
  digest('SHA512', 128),
  hash(
    'HASH_CODE',
    'The hash that Java has for a value: `hashCode()`, of a text without its sign.',
    ['BOOLEAN', 'NUMERIC', 'CHARACTER', 'TIMESTAMP', 'TIME', 'DATE'],
    nullIfAny(INTEGER),
    { refuses: (call) => zonedHashRefusal(typeAt(call, 0)), listed: [] },
  ),
  hash(
    'SHA2',
    'A SHA-2 hash of 224, 256, 384 or 512 bits in hexadecimal digits.',
    ['CHARACTER INTEGER', 'BINARY INTEGER'],
    nullIfAny(varchar(128)),
    { check: checkHashLength },
  ),
];
