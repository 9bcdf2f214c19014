/** The JSON functions of the SQL standard, with their clauses inside the parentheses. */

import type { Argument, Expression, FunctionCall, JsonBehavior, JsonClauses } from './ast.ts';
import { expression, plainExpression } from './expression-parser.ts';
import { plainCall, withinGroupClause } from './function-parser.ts';
import { orderBy } from './query-parser.ts';
import type { SpecialForm } from './special-forms.ts';
import type { TokenStream } from './token-stream.ts';
import { dataType } from './type-parser.ts';

type Clauses = Omit<JsonClauses, 'kind' | 'span'>;

interface Inside {
  readonly args: readonly Argument[];
  readonly clauses?: Clauses;
  readonly orderBy?: FunctionCall['withinGroup'];
}

function form(name: string, inside: (p: TokenStream) => Inside): readonly [string, SpecialForm] {
  return [
    name,
    (p, start) => {
      if (!p.isSymbol('(', 1)) return undefined;
      const { end } = p.next();
      const open = p.start;
      const content = p.parenthesised(() => inside(p));
      const call = plainCall(p, start, { kind: 'Identifier', span: { start, end }, name }, content.args);
      const clauses = content.clauses;
      const json: JsonClauses | undefined =
        clauses && Object.values(clauses).some((clause) => clause !== undefined)
          ? { kind: 'JsonClauses', span: p.span(open), ...clauses }
          : undefined;
      const withinGroup = name === 'JSON_ARRAYAGG' ? (withinGroupClause(p) ?? content.orderBy) : undefined;
      return { ...call, json, withinGroup, span: p.span(start) };
    },
  ];
}

function documentAndPath(p: TokenStream): Expression[] {
  const document = plainExpression(p);
  p.expectSymbol(',');
  return [document, plainExpression(p)];
}

/** `PASSING 1 AS a`, or nothing. */
function passing(p: TokenStream): Clauses['passing'] {
  if (!p.accept('PASSING')) return undefined;
  return p.list(() => {
    const value = plainExpression(p);
    p.expect('AS');
    const alias = p.identifier();
    return { kind: 'ExpressionItem', span: p.span(value.span.start), expression: value, alias };
  });
}

/** JSON_VALUE may give a default, JSON_QUERY something empty. */
function behavior(p: TokenStream, name: 'JSON_VALUE' | 'JSON_QUERY'): JsonBehavior | undefined {
  if (name === 'JSON_VALUE' && p.accept('DEFAULT')) return { defaultValue: expression(p) };
  if (name === 'JSON_QUERY' && p.accept('EMPTY')) return `EMPTY ${p.expectOneOf('ARRAY', 'OBJECT')}`;
  return p.acceptOneOf('ERROR', 'NULL');
}

/** `… ON EMPTY` and `… ON ERROR`, in any order. */
function behaviors(p: TokenStream, name: 'JSON_VALUE' | 'JSON_QUERY'): Pick<Clauses, 'onEmpty' | 'onError'> {
  let onEmpty: JsonBehavior | undefined;
  let onError: JsonBehavior | undefined;
  for (let found = behavior(p, name); found !== undefined; found = behavior(p, name)) {
    p.expect('ON');
    if (p.expectOneOf('EMPTY', 'ERROR') === 'EMPTY') onEmpty = found;
    else onError = found;
  }
  return { onEmpty, onError };
}

function returning(p: TokenStream): Clauses['returning'] {
  return p.accept('RETURNING') ? dataType(p, false) : undefined;
}

function wrapper(p: TokenStream): Clauses['wrapper'] {
  let result: Clauses['wrapper'];
  if (p.accept('WITHOUT')) result = 'WITHOUT ARRAY';
  else if (p.accept('WITH'))
    result = `WITH ${p.acceptOneOf('CONDITIONAL', 'UNCONDITIONAL') ?? 'UNCONDITIONAL'} ARRAY`;
  else return undefined;
  p.accept('ARRAY');
  p.expect('WRAPPER');
  return result;
}

/** `NULL ON NULL`, `ABSENT ON NULL`. */
function onNull(p: TokenStream): Clauses['onNull'] {
  if (p.acceptWords('NULL', 'ON', 'NULL')) return 'NULL';
  return p.acceptWords('ABSENT', 'ON', 'NULL') ? 'ABSENT' : undefined;
}

function isOnNull(p: TokenStream): boolean {
  return (p.isWord('NULL') || p.isWord('ABSENT')) && p.isWord('ON', 1);
}

/** `[KEY] k VALUE v` or `k : v`. */
function entry(p: TokenStream): Expression[] {
  // KEY is a name too: `KEY VALUE 1` has a column for its key.
  if (p.isWord('KEY') && !p.isWord('VALUE', 1) && !p.isSymbol(':', 1) && !p.isSymbol('.', 1)) p.next();
  const key = plainExpression(p);
  if (!p.acceptSymbol(':')) p.expect('VALUE');
  return [key, plainExpression(p)];
}

export const JSON_FORMS: ReadonlyMap<string, SpecialForm> = new Map([
  form('JSON_EXISTS', (p) => {
    const args = documentAndPath(p);
    const variables = passing(p);
    const onError = p.acceptOneOf('TRUE', 'FALSE', 'UNKNOWN', 'ERROR');
    if (onError) p.expect('ON', 'ERROR');
    return { args, clauses: { passing: variables, onError } };
  }),
  form('JSON_VALUE', (p) => ({
    args: documentAndPath(p),
    clauses: { passing: passing(p), returning: returning(p), ...behaviors(p, 'JSON_VALUE') },
  })),
  form('JSON_QUERY', (p) => ({
    args: documentAndPath(p),
    clauses: {
      passing: passing(p),
      returning: returning(p),
      wrapper: wrapper(p),
      ...behaviors(p, 'JSON_QUERY'),
    },
  })),
  form('JSON_OBJECT', (p) => {
    const args = p.isSymbol(')') || isOnNull(p) ? [] : p.list(() => entry(p)).flat();
    return { args, clauses: { onNull: onNull(p) } };
  }),
  form('JSON_ARRAY', (p) => {
    const args = p.isSymbol(')') ? [] : p.list(() => plainExpression(p));
    return { args, clauses: { onNull: onNull(p) } };
  }),
  form('JSON_OBJECTAGG', (p) => ({ args: entry(p), clauses: { onNull: onNull(p) } })),
  form('JSON_ARRAYAGG', (p) => {
    const args = [plainExpression(p)];
    const inside = orderBy(p);
    return { args, clauses: { onNull: onNull(p) }, orderBy: inside.length > 0 ? inside : undefined };
  }),
]);
