/**
 * A JSON document as values: what paths walk over. Numbers keep their digits; members keep the order in which they
 * first came, and a repeated name has its last value.
 */
export type JsonValue = null | boolean | string | JsonNumber | JsonArray | JsonObject;

export type JsonArray = readonly JsonValue[];
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A number as Java prints it: an integer in plain digits, any other as `BigDecimal.toString()`, so 1e2 is `1E+2`. */
export class JsonNumber {
  readonly text: string;
  readonly isInteger: boolean;

  constructor(text: string, isInteger: boolean) {
    this.text = text;
    this.isInteger = isInteger;
  }
}

export function isArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

/** A text, number, boolean or null. */
export function isScalar(value: JsonValue): value is null | boolean | string | JsonNumber {
  return !isArray(value) && !isObject(value);
}

/** What JSON_VALUE makes of a scalar: texts without quotes. */
export function scalarText(value: boolean | string | JsonNumber): string {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? String(value) : value.text;
}
