/** JSON: documents as texts, built, tested and taken apart by paths. The clauses of the calls are the validator's (`json-call.ts`). */

import type { RexNode } from '../../expressions/rex-node.ts';
import { jsonRefusal } from '../../expressions/json/json-conversion.ts';
import { define, defineBridging } from './define.ts';
import type { CallSite, FunctionDefinition } from './function-definition.ts';
import { BOOLEAN, forceNullable, INTEGER, notNull, nullIfAny, STRING } from './result-types.ts';

const json = define('json');
const bridging = defineBridging('json');
const clause = (usage: string, ...definition: Parameters<typeof json>): FunctionDefinition => ({
  ...define('json', 'scalar', 'special')(...definition),
  usage,
  listed: [definition[0]],
});
const test = define('json', 'scalar', 'postfix');

const KINDS: readonly (readonly [kind: string, what: string])[] = [
  ['VALUE', 'JSON'],
  ['OBJECT', 'a JSON object'],
  ['ARRAY', 'a JSON array'],
  ['SCALAR', 'JSON, and neither an object nor an array'],
];

/** A path is not read from a column. */
function refusesColumnPath({ operands }: CallSite): string | undefined {
  const [, path] = operands;
  return path && readsInput(path) ? 'JSON_EXISTS with a path that is not a constant' : undefined;
}

function readsInput(node: RexNode): boolean {
  if (node.kind === 'input') return true;
  if (node.kind === 'field') return readsInput(node.node);
  return node.kind === 'call' && node.operands.some(readsInput);
}

export const JSON_FUNCTIONS: readonly FunctionDefinition[] = [
  ...KINDS.flatMap(([kind, what]) => [
    test(`IS JSON ${kind}`, `Whether a text is ${what}; FALSE for NULL.`, 'CHARACTER', notNull(BOOLEAN), {
      listed: ['IS_JSON'],
    }),
    test(`IS NOT JSON ${kind}`, `Whether a text is not ${what}.`, 'CHARACTER', notNull(BOOLEAN)),
  ]),
  clause(
    'JSON_EXISTS(json, path [{TRUE | FALSE | UNKNOWN | ERROR} ON ERROR])',
    'JSON_EXISTS',
    'Whether a path leads to something.',
    'CHARACTER CHARACTER',
    forceNullable(BOOLEAN),
    { refuses: refusesColumnPath },
  ),
  clause(
    'JSON_VALUE(json, path [RETURNING type] [{NULL | ERROR | DEFAULT value} ON EMPTY] [{NULL | ERROR | DEFAULT value} ON ERROR])',
    'JSON_VALUE',
    'The scalar that a path leads to.',
    'CHARACTER CHARACTER',
    forceNullable(STRING),
  ),
  clause(
    'JSON_QUERY(json, path [RETURNING type] [{WITHOUT | WITH [CONDITIONAL | UNCONDITIONAL]} [ARRAY] WRAPPER] [{NULL | ERROR | EMPTY ARRAY | EMPTY OBJECT} ON EMPTY] [{NULL | ERROR | EMPTY ARRAY | EMPTY OBJECT} ON ERROR])',
    'JSON_QUERY',
    'The JSON that a path leads to.',
    'CHARACTER CHARACTER',
    forceNullable(STRING),
  ),
  clause(
    'JSON_OBJECT([[KEY] key VALUE value, ...] [{NULL | ABSENT} ON NULL])',
    'JSON_OBJECT',
    'Keys and values as a JSON object.',
    ['', 'ANY+'],
    notNull(STRING),
  ),
  clause(
    'JSON_ARRAY([value, ...] [{NULL | ABSENT} ON NULL])',
    'JSON_ARRAY',
    'Values as a JSON array.',
    ['', 'ANY+'],
    notNull(STRING),
  ),
  bridging(
    'JSON',
    'A text taken as JSON inside JSON_OBJECT and JSON_ARRAY.',
    'CHARACTER',
    forceNullable(STRING),
  ),
  bridging('JSON_STRING', 'A value as JSON.', 'ANY', nullIfAny(STRING), {
    check: ({ operands: [operand] }) =>
      operand && operand.type.root !== 'NULL' ? jsonRefusal(operand.type) : undefined,
    acceptsNull: true,
  }),
  bridging('JSON_QUOTE', 'A text as a JSON string.', 'CHARACTER', nullIfAny(STRING), { acceptsNull: true }),
  bridging(
    'JSON_UNQUOTE',
    'The text of a JSON string; other texts as they are.',
    'CHARACTER',
    nullIfAny(STRING),
    {
      acceptsNull: true,
    },
  ),
  json(
    'JSON_LENGTH',
    'Number of elements or members, 1 for a scalar.',
    ['CHARACTER', 'CHARACTER CHARACTER'],
    forceNullable(INTEGER),
    { listed: [] },
  ),
];
