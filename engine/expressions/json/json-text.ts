import { isArray, isObject, JsonNumber, type JsonValue } from './json-value.ts';

/** A JSON text, without blanks and with the names of objects in order, as Flink's functions write it. */
export function jsonText(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoteJson(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  let text = '';
  for (const name of inOrder([...value.keys()]))
    text += `${text === '' ? '' : ','}${quoteJson(name)}:${jsonText(value.get(name) ?? null)}`;
  return `{${text}}`;
}

/** Names by their UTF-16 units; most objects have few, and in order. */
function inOrder(names: string[]): readonly string[] {
  for (let i = 1; i < names.length; i++) if (names[i]! < names[i - 1]!) return names.sort(byUnits);
  return names;
}

function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An object of members that are JSON texts already. Of equal names the last one counts. */
export function jsonObjectText(members: Iterable<readonly [name: string, json: string]>): string {
  const sorted = [...new Map(members)].sort(([a], [b]) => byUnits(a, b));
  return `{${sorted.map(([name, json]) => `${quoteJson(name)}:${json}`).join(',')}}`;
}

/** A text as a JSON string: only what has to be is escaped. */
export function quoteJson(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(SPECIALS, escaped)}"` : `"${text}"`;
}

const SPECIAL = /["\\\u0000-\u001f]/;
const SPECIALS = new RegExp(SPECIAL, 'g');

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase();
  return ESCAPES[character] ?? `\\u${code.padStart(4, '0')}`;
}

/** Whether two documents are the same; the order of members does not count, 1 and 1.0 differ. */
export function jsonEquals(left: JsonValue, right: JsonValue): boolean {
  return (
    left === right ||
    (isArray(left) === isArray(right) &&
      isObject(left) === isObject(right) &&
      jsonText(left) === jsonText(right))
  );
}
