/** Calls of users' functions: arguments by place and by name, brought to the types of the parameters. */

import type { RexNode } from '../../expressions/rex-node.ts';
import { supportsImplicitCast } from '../../types/cast-rules.ts';
import { ValidationException } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability, withoutAttribute } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import type { UserFunction, UserFunctionParameter, UserFunctionSignature } from '../catalog/user-function.ts';
import { userFunctionKey } from '../catalog/user-function.ts';
import type { Argument, FunctionCall, NamedArgument } from '../parser/ast.ts';
import { coerce, nullOf } from './coercion.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid, notSupported } from './validation-error.ts';

/** The signature of a function that can be called; throws with the place of the call for one that cannot. */
export function signatureOfCall(
  user: UserFunction,
  call: FunctionCall,
  source: string,
): UserFunctionSignature {
  const key = userFunctionKey(user);
  if (user.language !== 'JAVASCRIPT') {
    throw notSupported(
      source,
      call,
      `Function '${key}' in ${user.language} (a browser runs LANGUAGE JAVASCRIPT)`,
    );
  }
  if (user.problem !== undefined)
    throw invalid(source, call, `Function '${key}' ('${user.className}') cannot be called: ${user.problem}`);
  if (!user.signature) throw new UnknownSignatureException(source, call, key);
  return user.signature;
}

/** What is called, with its arguments as the function takes them. */
export interface UserCall {
  readonly operands: readonly RexNode[];
  readonly result: LogicalType;
}

export interface UserCallPlace {
  readonly source: string;
  readonly convert: (argument: Argument) => RexNode;
}

/** Throws a ValidationException with both signatures, the one of the call and that of the function, if they do not fit. */
export function checkUserCall(
  user: UserFunction,
  signature: UserFunctionSignature,
  call: FunctionCall,
  { source, convert }: UserCallPlace,
): UserCall {
  const slots = argumentsByPlace(signature, call, source);
  const operands = slots.map((argument) => (argument ? convert(argument) : undefined));
  const types = operands.map((operand) => operand?.type);
  const mismatch = (): never => {
    const given = types.filter((type) => type !== undefined).map((type) => typeText(type));
    throw invalid(
      source,
      call,
      `Invalid function call:\n${userFunctionKey(user)}(${given.join(', ')})\n` +
        `Invalid input arguments. Expected signatures are:\n${signatureText(user, signature)}`,
    );
  };
  const required = signature.parameters.length - (signature.isVariadic ? 1 : 0);
  if (operands.length < required || (!signature.isVariadic && operands.length > required)) mismatch();
  const cast = operands.map((operand, i) => {
    const parameter = parameterAt(signature, i);
    if (!parameter) return mismatch();
    if (!operand) return parameter.isOptional ? omitted(parameter) : mismatch();
    return fitted(operand, parameter) ?? mismatch();
  });
  try {
    return { operands: cast, result: signature.result(cast.map(({ type }) => type)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(
      source,
      call,
      `Function '${userFunctionKey(user)}' has no result type for this call: ${why}`,
    );
  }
}

function parameterAt(
  { parameters, isVariadic }: UserFunctionSignature,
  index: number,
): UserFunctionParameter | undefined {
  return parameters[isVariadic ? Math.min(index, parameters.length - 1) : index];
}

/** An argument in the parameter's type; undefined if it cannot be brought to it. */
function fitted(operand: RexNode, { type }: UserFunctionParameter): RexNode | undefined {
  if (!type) return operand.type.root === 'NULL' ? undefined : plain(operand);
  if (!supportsImplicitCast(operand.type, type)) return undefined;
  // A parameter that is NOT NULL is never given what may be NULL.
  if (!type.nullable && operand.type.nullable) return undefined;
  return coerce(operand, withNullability(type, true), 'implicit');
}

/** A time attribute is an ordinary timestamp to a function. */
function plain(operand: RexNode): RexNode {
  return 'attribute' in operand.type ? coerce(operand, withoutAttribute(operand.type), 'implicit') : operand;
}

function omitted({ type }: UserFunctionParameter): RexNode {
  return nullOf(type ?? { root: 'INTEGER', nullable: true });
}

/** Arguments in the order of the parameters; undefined where one is left out. */
function argumentsByPlace(
  { parameters }: UserFunctionSignature,
  call: FunctionCall,
  source: string,
): (Argument | undefined)[] {
  const named = call.args.filter((argument): argument is NamedArgument => argument.kind === 'NamedArgument');
  if (named.length === 0) {
    const places: (Argument | undefined)[] = call.args.map((argument) => withoutDefault(argument));
    while (parameters[places.length]?.isOptional) places.push(undefined);
    return places;
  }
  const positional = call.args.find((argument) => argument.kind !== 'NamedArgument');
  if (positional)
    throw invalid(source, positional, 'Arguments by place and by name are not mixed in one call');
  const places = parameters.map((): Argument | undefined => undefined);
  const given = new Set<number>();
  for (const { name, value } of named) {
    const index = parameters.findIndex((parameter) => parameter.name === name.name);
    const names = parameters.flatMap((parameter) => parameter.name ?? []);
    if (index < 0)
      throw invalid(
        source,
        name,
        `The function has no parameter '${name.name}'; its parameters are ${names.join(', ') || 'without names'}`,
        nearestNames(name.name, names),
      );
    if (given.has(index)) throw invalid(source, name, `Parameter '${name.name}' is given twice`);
    given.add(index);
    places[index] = withoutDefault(value);
  }
  return places;
}

function withoutDefault(argument: Argument): Argument | undefined {
  return argument.kind === 'Default' ? undefined : argument;
}

/** As Flink words what a function takes: `c.d.f(x => INT, [y => STRING])`. */
export function signatureText(user: UserFunction, { parameters, isVariadic }: UserFunctionSignature): string {
  const texts = parameters.map(({ name, type, isOptional }, i) => {
    const text = `${name === undefined ? '' : `${name} => `}${type ? typeText(type) : '<ANY>'}`;
    const repeated = isVariadic && i === parameters.length - 1 ? `${text}...` : text;
    return isOptional ? `[${repeated}]` : repeated;
  });
  return `${userFunctionKey(user)}(${texts.join(', ')})`;
}

/** A call of a function whose module was not looked at yet: whoever only checks a text does not know. */
export class UnknownSignatureException extends ValidationException {
  constructor(source: string, call: FunctionCall, key: string) {
    const { message, position, found } = notSupported(
      source,
      call,
      `Calling the user-defined function '${key}'`,
    );
    super(`${message}: its module is not loaded`, { position, found });
  }
}
