import { isArray, isScalar, JsonNumber, scalarText, type JsonValue } from './json-value.ts';
import { jsonText } from './json-text.ts';
import type { Found } from './sql-json-path.ts';
import type { Value } from '../../data/value.ts';

/** ON EMPTY or ON ERROR of JSON_VALUE and JSON_QUERY: fail, or give this. */
export type Fallback = 'ERROR' | { readonly value: Value };

export interface Fallbacks {
  readonly onEmpty: Fallback;
  readonly onError: Fallback;
}

export type Wrapper = 'WITHOUT_ARRAY' | 'WITH_CONDITIONAL_ARRAY' | 'WITH_UNCONDITIONAL_ARRAY';

/** A scalar for JSON_VALUE, of the type that it returns. */
export type Convert = (value: boolean | string | JsonNumber) => Value;

/** A value that does not fit the type which JSON_VALUE or JSON_QUERY returns: an error for ON ERROR. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
}

/** JSON_VALUE: the scalar that was found. An array or object is empty in lax mode and an error in strict mode. */
export function jsonValue(found: Found, isLax: boolean, convert: Convert, fallbacks: Fallbacks): Value {
  if (found.kind === 'empty') return emptyResult('JSON_VALUE', fallbacks);
  if (found.kind === 'error') return errorResult(found.message, fallbacks);
  const { value } = found;
  if (!isScalar(value)) {
    if (isLax) return emptyResult('JSON_VALUE', fallbacks);
    const message = `Strict jsonpath mode requires scalar value, and the actual value is: '${jsonText(value)}'`;
    return errorResult(message, fallbacks);
  }
  try {
    return convert(value);
  } catch (error) {
    if (error instanceof ConversionError) return errorResult(error.message, fallbacks);
    throw error;
  }
}

/** JSON_QUERY: the array or object that was found, as JSON or, with `returnsArray`, as an array of texts. */
export function jsonQuery(
  found: Found,
  isLax: boolean,
  wrapper: Wrapper,
  returnsArray: boolean,
  fallbacks: Fallbacks,
): Value {
  if (found.kind === 'empty') return emptyResult('JSON_QUERY', fallbacks);
  if (found.kind === 'error') return errorResult(found.message, fallbacks);
  const value = wrapped(found.value, wrapper);
  if (isScalar(value)) {
    if (isLax) return emptyResult('JSON_QUERY', fallbacks);
    const message = `Strict jsonpath mode requires array or object value, and the actual value is: '${jsonText(value)}'`;
    return errorResult(message, fallbacks);
  }
  if (!returnsArray) return jsonText(value);
  if (!isArray(value)) return errorResult('An object was found where an array is returned', fallbacks);
  return value.map((item) => (item === null ? null : isScalar(item) ? scalarText(item) : jsonText(item)));
}

function wrapped(value: JsonValue, wrapper: Wrapper): JsonValue {
  if (wrapper === 'WITHOUT_ARRAY' || (wrapper === 'WITH_CONDITIONAL_ARRAY' && isArray(value))) return value;
  return [value];
}

function emptyResult(name: string, { onEmpty }: Fallbacks): Value {
  if (onEmpty === 'ERROR') throw new Error(`Empty result of ${name} function is not allowed`);
  return onEmpty.value;
}

function errorResult(message: string, { onError }: Fallbacks): Value {
  if (onError === 'ERROR') throw new Error(message);
  return onError.value;
}
