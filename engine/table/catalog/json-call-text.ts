/** Calls of the SQL/JSON functions as Calcite writes them: with every clause that it has a default for. */

import type { DataType, Expression, JsonBehavior, JsonClauses } from '../parser/ast.ts';

export interface JsonPrinters {
  readonly expression: (expression: Expression) => string;
  readonly type: (type: DataType) => string;
}

type Clauses = Partial<JsonClauses>;

/** `args`: the texts of the arguments. Undefined where `name` is none of these functions. */
export function jsonCallText(
  name: string,
  args: readonly string[],
  json: JsonClauses | undefined,
  printers: JsonPrinters,
): string | undefined {
  const clauses: Clauses = json ?? {};
  const inside = insideText(name, args, clauses, printers);
  return inside === undefined ? undefined : `${name}(${inside})`;
}

function insideText(
  name: string,
  args: readonly string[],
  { returning, wrapper, onEmpty, onError, onNull }: Clauses,
  printers: JsonPrinters,
): string | undefined {
  const list = args.join(', ');
  const on = (behavior: JsonBehavior | undefined, event: 'EMPTY' | 'ERROR'): string =>
    behavior === undefined ? '' : ` ${behaviorText(behavior, printers)} ON ${event}`;
  const type = returning ? ` RETURNING ${printers.type(returning)}` : '';
  switch (name) {
    case 'JSON_EXISTS':
      return `${list}${on(onError, 'ERROR')}`;
    case 'JSON_VALUE':
      return `${list}${type}${on(onEmpty, 'EMPTY')}${on(onError, 'ERROR')}`;
    case 'JSON_QUERY':
      return `${list}${type} ${wrapper ?? 'WITHOUT ARRAY'} WRAPPER${on(onEmpty ?? 'NULL', 'EMPTY')}${on(onError ?? 'NULL', 'ERROR')}`;
    case 'JSON_OBJECT':
    case 'JSON_OBJECTAGG': {
      const entries = args.flatMap((key, i) =>
        i % 2 === 0 ? [`KEY ${key} VALUE ${args[i + 1] ?? ''}`] : [],
      );
      return [...(entries.length > 0 ? [entries.join(', ')] : []), `${onNull ?? 'NULL'} ON NULL`].join(' ');
    }
    case 'JSON_ARRAY':
    case 'JSON_ARRAYAGG':
      return args.length === 0 ? '' : `${list} ${onNull ?? 'ABSENT'} ON NULL`;
    default:
      return undefined;
  }
}

function behaviorText(behavior: JsonBehavior, { expression }: JsonPrinters): string {
  return typeof behavior === 'string' ? behavior : `DEFAULT ${expression(behavior.defaultValue)}`;
}
