import { inStringHashOrder } from '../../data/java-hash.ts';
import type { Value } from '../../data/value.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { javaPatternCache } from '../regexp/java-pattern.ts';
import { strictFunction as strict } from '../value-function.ts';

/** Texts that are cut by regular expressions. */
export const TEXT_PIECES_RUNTIMES: FunctionTable = { STR_TO_MAP: { ...strict(textToMap), cost: 1000 } };

/** A pair without a separator has a NULL value; of equal keys the last one stays. The order is that of Flink's map. */
function textToMap(text: string, pairSeparator = ',', keySeparator = '='): Value {
  const entries = new Map<string, string | null>();
  if (text === '') return [];
  const pairs = splitJava(text, pairSeparator);
  for (const pair of pairs) {
    const [key = '', value = null] = splitJava(pair, keySeparator, 2);
    entries.set(key, value);
  }
  return [...inStringHashOrder([...entries], ([key]) => key, pairs.length)];
}

const separators = javaPatternCache();

/** Java's `String.split`: no empty text before a match of nothing at the start; without a limit, none at the end. */
function splitJava(text: string, separator: string, limit = 0): string[] {
  const pattern = separators(separator);
  if (!pattern) throw new TypeError(`'${separator}' is no regular expression`);
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of pattern.findAll(text)) {
    if (limit > 0 && pieces.length === limit - 1) break;
    if (end === 0) continue;
    pieces.push(text.slice(from, start));
    from = end;
  }
  if (pieces.length === 0) return [text];
  pieces.push(text.slice(from));
  if (limit === 0) while (pieces.at(-1) === '') pieces.pop();
  return pieces;
}
