import type { Value } from '../../data/value.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { parseJavaUrl } from '../java-url.ts';
import { strictFunction as strict } from '../value-function.ts';

/** Parts of URLs; NULL of what is no URL, of a part that it does not have, and of parts that nobody knows. */
export const URL_RUNTIMES: FunctionTable = { PARSE_URL: { ...strict(partOfUrl), cost: 2000 } };

function partOfUrl(text: string, part: string, key?: string): Value {
  const url = parseJavaUrl(text);
  if (!url) return null;
  if (key !== undefined) return part === 'QUERY' && url.query !== null ? parameter(url.query, key) : null;
  switch (part) {
    case 'HOST':
      return url.host;
    case 'PATH':
      return url.path;
    case 'QUERY':
      return url.query;
    case 'REF':
      return url.ref;
    case 'PROTOCOL':
      return url.protocol;
    case 'FILE':
      return url.query === null ? url.path : `${url.path}?${url.query}`;
    case 'AUTHORITY':
      return url.authority;
    case 'USERINFO':
      return url.userInfo;
    default:
      return null;
  }
}

function parameter(query: string, key: string): string | null {
  const start = `${key}=`;
  const found = query.split('&').find((parameter) => parameter.startsWith(start));
  return found === undefined ? null : found.slice(start.length);
}
