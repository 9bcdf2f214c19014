/** From what a module exports to the signature that calls are checked against. */

import { flawOf } from '../../expressions/user-function.ts';
import type {
  ParameterDefinition,
  TypeText,
  UserFunctionDefinition,
} from '../../expressions/user-function.ts';
import { ValidationException } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typeText } from '../../types/type-text.ts';
import { parseDataType } from '../parser/parser.ts';
import { typeOfAst } from '../validate/type-of-ast.ts';
import type { UserFunctionParameter, UserFunctionSignature } from './user-function.ts';

/** Throws a ValidationException that says what is wrong with an export, or with a type text in it. */
export function signatureOf(exported: unknown): UserFunctionSignature {
  const flaw = flawOf(exported);
  if (flaw !== undefined) throw new ValidationException(flaw);
  const definition = exported as UserFunctionDefinition; // has no flaw
  const { kind, parameters = [], returns, isVariadic = false, isDeterministic = true } = definition;
  const isAggregate = kind === 'aggregate';
  if (typeof returns === 'string') resultType(kind, returns);
  return {
    kind,
    parameters: parameters.map(parameterOf),
    isVariadic,
    result: (types) =>
      resultType(kind, typeof returns === 'string' ? returns : returns(types.map((type) => typeText(type)))),
    isDeterministic,
    canRetract: isAggregate && definition.retract !== undefined,
    canMerge: isAggregate && definition.merge !== undefined,
  };
}

function parameterOf(parameter: TypeText | ParameterDefinition): UserFunctionParameter {
  const { name, type, isOptional = false } = typeof parameter === 'string' ? { type: parameter } : parameter;
  return {
    ...(name !== undefined && { name }),
    ...(type.trim().toUpperCase() !== 'ANY' && { type: typeOf(type) }),
    isOptional,
  };
}

/** A table function's only column goes by this name, as in Flink. */
const ONLY_COLUMN = 'EXPR$0';

function resultType(kind: UserFunctionDefinition['kind'], text: TypeText): LogicalType {
  const type = typeOf(text);
  if (kind !== 'table' || type.root === 'ROW') return type;
  return { root: 'ROW', fields: [{ name: ONLY_COLUMN, type }], nullable: false };
}

function typeOf(text: unknown): LogicalType {
  if (typeof text !== 'string')
    throw new ValidationException(`${String(text)} is no type of SQL: it is no text`);
  try {
    return typeOfAst(parseDataType(text), text);
  } catch (error) {
    throw new ValidationException(
      `'${text}' is no type of SQL: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
