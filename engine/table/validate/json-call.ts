/** Calls of JSON functions with clauses of their own: the clauses become operands, as Calcite has them. */

import { returning } from '../../expressions/json/returning.ts';
import { jsonRefusal } from '../../expressions/json/json-conversion.ts';
import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isCharacter, withNullability } from '../../types/type-families.ts';
import { calciteTypeText, typeText } from '../../types/type-text.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { findFunction } from '../functions/functions.ts';
import { symbolLiteral } from '../functions/temporal-functions.ts';
import type { Argument, FunctionCall, JsonBehavior, Span } from '../parser/ast.ts';
import { checkCall } from './function-call.ts';
import { typeOfAst } from './type-of-ast.ts';
import { invalid, notSupported } from './validation-error.ts';

/** Where a call stands and how its arguments become nodes. */
export interface JsonCallContext {
  readonly source: string;
  readonly convert: (argument: Argument) => RexNode;
}

const CONVERTERS: Readonly<
  Record<string, (definition: FunctionDefinition, call: FunctionCall, context: JsonCallContext) => RexNode>
> = {
  JSON_EXISTS: exists,
  JSON_VALUE: value,
  JSON_QUERY: query,
  JSON_OBJECT: object,
  JSON_ARRAY: array,
  JSON: alone,
};

/** The node of a call of JSON_VALUE and its like; undefined for every other function. */
export function jsonCall(
  definition: FunctionDefinition,
  call: FunctionCall,
  context: JsonCallContext,
): RexNode | undefined {
  return CONVERTERS[definition.name]?.(definition, call, context);
}

/** Document and path, checked. */
function documentAndPath(definition: FunctionDefinition, call: FunctionCall, context: JsonCallContext) {
  const operands = call.args.map(context.convert);
  const place = { source: context.source, call, operands: call.args };
  return checkCall(definition, { operands, isKeyed: false, hasFilter: false }, place);
}

function exists(definition: FunctionDefinition, call: FunctionCall, context: JsonCallContext): RexNode {
  const { operands, type } = documentAndPath(definition, call, context);
  const onError = call.json?.onError;
  const flags = typeof onError === 'string' ? [symbolLiteral(onError)] : [];
  return { kind: 'call', operator: 'JSON_EXISTS', operands: [...operands, ...flags], type };
}

function value(definition: FunctionDefinition, call: FunctionCall, context: JsonCallContext): RexNode {
  const { operands, type } = documentAndPath(definition, call, context);
  const { json } = call;
  const result = json?.returning ? withNullability(typeOfAst(json.returning, context.source), true) : type;
  if (!returning(result)) {
    throw invalid(
      context.source,
      json?.returning ?? call,
      `Unsupported type '${typeText(result)}' for RETURNING in JSON_VALUE().`,
    );
  }
  const clauses = [
    ...valueBehavior(json?.onEmpty, 'ON EMPTY', context),
    ...valueBehavior(json?.onError, 'ON ERROR', context),
  ];
  return { kind: 'call', operator: 'JSON_VALUE', operands: [...operands, ...clauses], type: result };
}

function valueBehavior(
  behavior: JsonBehavior | undefined,
  when: string,
  context: JsonCallContext,
): RexNode[] {
  if (behavior === undefined) return [];
  if (typeof behavior === 'string') return [symbolLiteral(behavior), symbolLiteral(when)];
  const { defaultValue } = behavior;
  const node = context.convert(defaultValue);
  if (node.type.root === 'NULL') throw invalid(context.source, defaultValue, "Illegal use of 'NULL'");
  // What has no form in JSON, as a DATE, counts as NULL.
  if (!isConstant(node))
    throw notSupported(context.source, defaultValue, 'A DEFAULT that depends on the row');
  return [symbolLiteral('DEFAULT'), node, symbolLiteral(when)];
}

/** Whether a value is the same for ever. */
function isConstant(node: RexNode): boolean {
  if (node.kind === 'literal') return true;
  if (node.kind !== 'call' || node.userFunction !== undefined || node.operator.startsWith('$')) return false;
  const isPure = (findFunction(node.operator)?.determinism ?? 'pure') === 'pure';
  return isPure && node.operands.every(isConstant);
}

function query(definition: FunctionDefinition, call: FunctionCall, context: JsonCallContext): RexNode {
  const { operands, type } = documentAndPath(definition, call, context);
  const { json } = call;
  const result = json?.returning ? withNullability(typeOfAst(json.returning, context.source), true) : type;
  refuseQueryType(result, json?.returning ?? call, context);
  const clauses = [
    symbolLiteral(json?.wrapper?.replaceAll(' ', '_') ?? 'WITHOUT_ARRAY'),
    queryBehavior(json?.onEmpty, 'empty', result, call, context),
    queryBehavior(json?.onError, 'error', result, call, context),
  ];
  return { kind: 'call', operator: 'JSON_QUERY', operands: [...operands, ...clauses], type: result };
}

function refuseQueryType(type: LogicalType, at: { readonly span: Span }, { source }: JsonCallContext): void {
  if (type.root === 'VARCHAR' || (type.root === 'ARRAY' && type.element.root === 'VARCHAR')) return;
  const message =
    type.root === 'ARRAY'
      ? `Unsupported array element type '${calciteTypeText(type.element)}' for RETURNING ARRAY in JSON_QUERY().`
      : `Unsupported type '${typeText(type)}' for RETURNING in JSON_QUERY().`;
  throw invalid(source, at, message);
}

function queryBehavior(
  behavior: JsonBehavior = 'NULL',
  when: 'empty' | 'error',
  type: LogicalType,
  call: FunctionCall,
  { source }: JsonCallContext,
): RexNode {
  const name = typeof behavior === 'string' ? behavior : 'DEFAULT';
  if (name === 'EMPTY OBJECT' && type.root === 'ARRAY') {
    const message = `Illegal on ${when} behavior 'EMPTY OBJECT' for return type: ${calciteTypeText(type)}`;
    throw invalid(source, call, message);
  }
  return symbolLiteral(`SqlJsonQueryEmptyOrErrorBehavior[${name.replace(' ', '_')}]`);
}

function object(definition: FunctionDefinition, call: FunctionCall, context: JsonCallContext): RexNode {
  const operands = call.args.map((argument, index) => {
    const node = index % 2 === 0 ? context.convert(argument) : jsonOperand(argument, context);
    if (index % 2 === 0 && !(node.kind === 'literal' && isCharacter(node.type) && node.value !== null)) {
      throw invalid(context.source, argument, 'Keys of JSON_OBJECT must be non-null string literals.');
    }
    return node;
  });
  return constructed(definition, symbolLiteral(`${call.json?.onNull ?? 'NULL'}_ON_NULL`), operands);
}

function array(definition: FunctionDefinition, call: FunctionCall, context: JsonCallContext): RexNode {
  const operands = call.args.map((argument) => jsonOperand(argument, context));
  return constructed(definition, symbolLiteral(`${call.json?.onNull ?? 'ABSENT'}_ON_NULL`), operands);
}

function constructed(
  { name, result }: FunctionDefinition,
  flag: RexNode,
  values: readonly RexNode[],
): RexNode {
  const operands = [flag, ...values];
  const type = result?.({ operands, isKeyed: false, hasFilter: false }) ?? flag.type;
  return { kind: 'call', operator: name, operands, type };
}

/** A value that becomes JSON. `JSON(text)` stands here and nowhere else. */
function jsonOperand(argument: Argument, context: JsonCallContext): RexNode {
  const node = isJsonCall(argument) ? embedded(argument, context) : context.convert(argument);
  if (node.type.root === 'NULL') throw invalid(context.source, argument, "Illegal use of 'NULL'");
  const refusal = jsonRefusal(node.type);
  if (refusal !== undefined) throw invalid(context.source, argument, refusal);
  return node;
}

function isJsonCall(argument: Argument): argument is FunctionCall {
  if (argument.kind !== 'FunctionCall') return false;
  return argument.name.parts.length === 1 && argument.name.parts[0]?.name.toUpperCase() === 'JSON';
}

function embedded(call: FunctionCall, context: JsonCallContext): RexNode {
  const operands = call.args.map(context.convert);
  const [text] = operands;
  if (operands.length !== 1 || !text || !(isCharacter(text.type) || text.type.root === 'NULL')) {
    throw invalid(context.source, call, 'JSON() takes one text');
  }
  if (text.type.root === 'NULL') throw invalid(context.source, call.args[0] ?? call, "Illegal use of 'NULL'");
  const written = call.name.parts[0]?.name;
  return {
    kind: 'call',
    operator: 'JSON',
    ...(written !== 'JSON' && { written }),
    operands,
    type: withNullability(text.type, true),
  };
}

function alone(_: FunctionDefinition, call: FunctionCall, { source }: JsonCallContext): never {
  throw invalid(
    source,
    call,
    'The JSON() function is currently only supported inside JSON_ARRAY() or as the VALUE param of JSON_OBJECT().',
  );
}
