import { tryParseJson } from './parse-json.ts';

/** JSON_QUOTE: a text as a JSON string of ASCII characters, in which a slash is escaped, too. */
export function jsonQuote(text: string): string {
  return `"${text.replace(SPECIALS, escaped)}"`;
}

/** JSON_UNQUOTE: the text of a JSON string; whatever is none stays as it is. */
export function jsonUnquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  const value = tryParseJson(text);
  return typeof value === 'string' ? value : text;
}

const SPECIALS = /["\\/\u0000-\u001f\u0080-\uffff]/g;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escaped(unit: string): string {
  return ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
