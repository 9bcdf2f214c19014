import { compilePath } from './compile-path.ts';
import type { JsonPath } from './json-path.ts';
import { isArray, isObject, type JsonValue } from './json-value.ts';
import { tryParseJson } from './parse-json.ts';
import { InvalidPath } from './path-reader.ts';

/**
 * JSON_LENGTH: items of an array, members of an object, 1 for a scalar (null, too). NULL for what is no JSON, for a
 * path that is none or leads nowhere, and for one that leads to many places, unless it finds just one.
 */
export function jsonLength(document: string, path?: string): number | null {
  const root = tryParseJson(document);
  if (root === undefined) return null;
  if (path === undefined) return lengthOf(root);
  if (path === '') return null;
  try {
    const compiled = compiledPath(path);
    const found = compiled.read(root, { root, isLax: false });
    if (found === undefined) return null;
    if (compiled.isDefinite) return lengthOf(found);
    const [only, ...others] = isArray(found) ? found : [];
    return only !== undefined && others.length === 0 ? lengthOf(only) : null;
  } catch (error) {
    if (error instanceof InvalidPath) return null;
    throw error;
  }
}

function lengthOf(value: JsonValue): number {
  if (isArray(value)) return value.length;
  return isObject(value) ? value.size : 1;
}

let last: { readonly text: string; readonly path: JsonPath } | undefined;

function compiledPath(text: string): JsonPath {
  if (last?.text !== text) last = { text, path: compilePath(text) };
  return last.path;
}
