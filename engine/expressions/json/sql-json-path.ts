import { compilePath } from './compile-path.ts';
import type { JsonPath } from './json-path.ts';
import type { JsonValue } from './json-value.ts';
import { tryParseJson } from './parse-json.ts';
import { InvalidPath } from './path-reader.ts';

/** A path as SQL writes it: `lax $.a`, `strict $.a`, and strict without a word. */
export interface SqlJsonPath {
  readonly isLax: boolean;
  /** Absent: the text is no path, which is an error in either mode. */
  readonly path?: JsonPath;
  readonly text: string;
}

/** What a path finds in a document: nothing (or null), an error, or a value. */
export type Found =
  | { readonly kind: 'empty' }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'value'; readonly value: Exclude<JsonValue, null> };

const MODE = /^\s*(strict|lax)\s+(.+)$/is;

export function sqlJsonPath(text: string): SqlJsonPath {
  const [, mode, rest = text] = MODE.exec(text) ?? [];
  const isLax = mode?.toLowerCase() === 'lax';
  try {
    return { isLax, path: compilePath(rest), text };
  } catch (error) {
    if (error instanceof InvalidPath) return { isLax, text };
    throw error;
  }
}

const COMPILED_MAX = 400;
const compiled = new Map<string, SqlJsonPath>();

/** The same for paths that come in columns: each is compiled once, as long as there are not too many. */
export function cachedPath(text: string): SqlJsonPath {
  let path = compiled.get(text);
  if (!path) {
    path = sqlJsonPath(text);
    if (compiled.size === COMPILED_MAX) compiled.clear();
    compiled.set(text, path);
  }
  return path;
}

/**
 * Applies a path to the text of a document. A broken document and a path that leads nowhere, or to null, are empty in
 * lax mode and an error in strict mode; so is a function or filter that fails, in both.
 */
export function find(document: string, { isLax, path, text }: SqlJsonPath): Found {
  const root = tryParseJson(document);
  if (root === undefined) return isLax ? EMPTY : failure('The document is no JSON');
  if (!path)
    return failure(`Illegal jsonpath spec '${text}', format of the spec should be: '<lax|strict> \${expr}'`);
  try {
    const value = path.read(root, { root, isLax }) ?? null;
    if (value !== null) return { kind: 'value', value };
    return isLax ? EMPTY : failure('Strict jsonpath mode requires a non empty returned value, but is null');
  } catch (error) {
    if (error instanceof InvalidPath) return failure(error.message);
    throw error;
  }
}

const EMPTY: Found = { kind: 'empty' };

function failure(message: string): Found {
  return { kind: 'error', message };
}
