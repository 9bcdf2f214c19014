import { doubleText } from '../../data/java-number-text.ts';
import { jsonText } from './json-text.ts';
import { isArray, isObject, JsonNumber, type JsonValue } from './json-value.ts';
import { JsonSyntaxError, parseJson } from './parse-json.ts';

/**
 * A VARIANT is kept as JSON: names in order, no blanks, and numbers as Flink's variants print them. A number without an
 * exponent is a decimal if 38 digits hold it, with as many as it needs; any other is a double, which may be `Infinity`.
 */

const DIGITS_MAX = 38;

/** The VARIANT of a JSON document. Throws a JsonSyntaxError. */
export function variantOf(json: string, allowsRepeats: boolean): string {
  return jsonText(parseJson(json, { refusesRepeats: !allowsRepeats, number: variantNumber }));
}

/** The same, undefined for what is no JSON. */
export function tryVariantOf(json: string, allowsRepeats: boolean): string | undefined {
  try {
    return variantOf(json, allowsRepeats);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** An element, counted from 1, or a member: null if there is none. Throws an Error if the VARIANT is of the wrong kind. */
export function variantItem(variant: string, key: number | string): string | null {
  const value = variantValue(variant);
  if (typeof key === 'string') {
    if (!isObject(value)) {
      throw new TypeError(
        'String key access on variant requires an object variant, but a non-object variant was provided.',
      );
    }
    const member = value.get(key);
    return member === undefined ? null : jsonText(member);
  }
  if (!isArray(value)) {
    throw new TypeError(
      'Integer index access on variant requires an array variant, but a non-array variant was provided.',
    );
  }
  const item = value[key - 1];
  return item === undefined ? null : jsonText(item);
}

function variantValue(variant: string): JsonValue {
  // `Infinity` is no JSON; as a number of 400 digits it is.
  const text = variant.includes('Infinity')
    ? variant.replace(INFINITY_OUTSIDE_TEXTS, (found) => (found === 'Infinity' ? HUGE : found))
    : variant;
  return parseJson(text, {
    number: (number, isInteger) =>
      new JsonNumber(
        number === HUGE || number === `-${HUGE}` ? number.replace(HUGE, 'Infinity') : number,
        isInteger,
      ),
  });
}

const INFINITY_OUTSIDE_TEXTS = /"(?:[^"\\]|\\.)*"|Infinity/g;
const HUGE = '1e999';

function variantNumber(text: string, isInteger: boolean): JsonNumber {
  if (isInteger && text.length <= DIGITS_MAX) return new JsonNumber(text === '-0' ? '0' : text, true);
  if (!/[eE]/.test(text)) {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.');
    const digits = (whole + fraction).replace(/^0+/, '').length;
    if (digits <= DIGITS_MAX && fraction.length <= DIGITS_MAX)
      return new JsonNumber(shortest(text), fraction === '');
  }
  return new JsonNumber(doubleText(Number(text)), false);
}

/** Without zeros at the end of the fraction, and without a sign before zero. */
function shortest(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}
