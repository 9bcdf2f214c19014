/** Calls as text, with the words that the special forms put between their arguments. */

import type { Argument, Expression, FunctionCall, JsonBehavior, JsonClauses } from './ast.ts';
import { SPECIAL_FORMS } from './special-forms.ts';
import { isReserved, RESERVED_FUNCTIONS } from './keywords.ts';
import {
  identifier,
  isPlainWord,
  list,
  operand,
  orderBy,
  orderItem,
  path,
  selectItem,
  star,
  unparseDataType,
  unparseExpression,
  unparseQuery,
  windowSpec,
  words,
} from './unparse.ts';

export function unparseCall(call: FunctionCall): string {
  const qualified = call.name.parts.length > 1;
  const name = call.name.parts.at(-1)!.name;
  if (call.bare) return name.toUpperCase();
  const args = call.args.map(unparseArgument);
  const special = qualified ? undefined : specialArguments(name, call, args);
  const callee = special !== undefined || (!qualified && isFunctionWord(name)) ? name : path(call.name);
  const inside = special ?? args.join(', ');
  return words(
    `${callee}(${words(call.quantifier, inside, call.orderBy.length > 0 && orderBy(call.orderBy))})`,
    call.nullTreatment && `${call.nullTreatment} NULLS`,
    call.withinDistinct && `WITHIN DISTINCT (${list(call.withinDistinct, unparseExpression)})`,
    call.withinGroup && `WITHIN GROUP (${orderBy(call.withinGroup)})`,
    call.filter && `FILTER (WHERE ${unparseExpression(call.filter)})`,
    call.over && `OVER ${call.over.kind === 'Identifier' ? identifier(call.over) : windowSpec(call.over)}`,
  );
}

/** Whether the word before a parenthesis begins a plain call. */
function isFunctionWord(name: string): boolean {
  const word = name.toUpperCase();
  if (!isPlainWord(name) || word === 'DESCRIPTOR') return false;
  if (word === 'ARRAY' || word === 'MAP') return true;
  if (PLAIN_TOO.test(word)) return true;
  return (
    !SPECIAL_FORMS.has(word) &&
    !word.startsWith('JSON_') &&
    (!isReserved(word) || RESERVED_FUNCTIONS.has(word))
  );
}

/** Forms that are calls of plain arguments as well. */
const PLAIN_TOO = /^(?:(?:DATE|TIME|TIMESTAMP|DATETIME)(?:_TRUNC|_DIFF)?|NEXT|TRIM|CONVERT)$/;

/** The arguments, of which `texts` are given, with the words that the special forms put between them; undefined for any other call. */
function specialArguments(
  name: string,
  { args, json }: FunctionCall,
  texts: readonly string[],
): string | undefined {
  const [a, b, c, d] = texts;
  const count = args.length;
  const isUnit = (i: number): boolean => args[i]?.kind === 'Symbol';
  const clauses = json && jsonClauses(json);
  const plain = words(texts.join(', '), clauses);
  switch (name) {
    case 'EXTRACT':
      return count === 2 && isUnit(0) ? `${a} FROM ${b}` : undefined;
    case 'POSITION':
      if (count < 2) return undefined;
      return words(operand(args[0] as Expression, 40, a), `IN ${b}`, c && `FROM ${c}`);
    case 'OVERLAY':
      return count < 3 ? undefined : words(`${a} PLACING ${b} FROM ${c}`, d && `FOR ${d}`);
    case 'TRIM':
      return count === 3 && isUnit(0) ? `${a} ${b} FROM ${c}` : undefined;
    case 'FLOOR':
    case 'CEIL':
      if (isUnit(1)) return `${a} TO ${b}`;
      return count === 1 ? a : undefined;
    case 'TRANSLATE':
      if (isUnit(1)) return `${a} USING ${b}`;
      return count > 0 ? plain : undefined;
    case 'SUBSTRING':
    case 'TIMESTAMPADD':
    case 'TIMESTAMPDIFF':
      return count > 1 ? plain : undefined;
    case 'JSON_VALUE':
    case 'JSON_QUERY':
    case 'JSON_EXISTS':
      return count === 2 ? plain : undefined;
    case 'JSON_ARRAY':
    case 'JSON_ARRAYAGG':
      return plain;
    case 'JSON_OBJECT':
    case 'JSON_OBJECTAGG': {
      const entries: string[] = [];
      for (let i = 0; i + 1 < count; i += 2) {
        entries.push(`KEY ${texts[i]!} VALUE ${texts[i + 1]!}`);
      }
      return words(entries.join(', '), clauses);
    }
  }
  return undefined;
}

function jsonClauses(json: JsonClauses): string {
  const behavior = (b: JsonBehavior): string =>
    typeof b === 'string' ? b : `DEFAULT ${unparseExpression(b.defaultValue)}`;
  return words(
    json.passing && `PASSING ${list(json.passing, selectItem)}`,
    json.returning && `RETURNING ${unparseDataType(json.returning)}`,
    json.wrapper && `${json.wrapper} WRAPPER`,
    json.onEmpty && `${behavior(json.onEmpty)} ON EMPTY`,
    json.onError && `${behavior(json.onError)} ON ERROR`,
    json.onNull && `${json.onNull} ON NULL`,
  );
}

export function unparseArgument(argument: Argument): string {
  switch (argument.kind) {
    case 'Star':
      return star(argument.qualifier);
    case 'Symbol':
      return argument.text;
    case 'NamedArgument':
      return `${identifier(argument.name)} => ${unparseArgument(argument.value)}`;
    case 'TableArgument': {
      const { table, partitionBy, orderBy: order } = argument;
      return words(
        table.kind === 'Query' ? `(${unparseQuery(table)})` : `TABLE ${path(table)}`,
        partitionBy.length > 0 && `PARTITION BY (${list(partitionBy, path)})`,
        order.length > 0 && `ORDER BY (${list(order, orderItem)})`,
      );
    }
    case 'DescriptorArgument':
      return `DESCRIPTOR(${list(argument.columns, path)})`;
    case 'ModelArgument':
      return `MODEL ${path(argument.name)}`;
    default:
      return unparseExpression(argument);
  }
}
