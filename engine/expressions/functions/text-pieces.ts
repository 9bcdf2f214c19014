import { Column } from '../../data/column.ts';
import { inStringHashOrder } from '../../data/java-hash.ts';
import type { Value } from '../../data/value.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { literalText } from '../literal-value.ts';
import { STRING } from '../physical-type.ts';
import { javaPatternCache } from '../regexp/java-pattern.ts';
import { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { perRow } from '../value-function.ts';

/** Texts that are cut by regular expressions. */
export const TEXT_PIECES_RUNTIMES: FunctionTable = { STR_TO_MAP: { cost: 200, compile: strToMap } };

/** Separators that stand for themselves are looked for by a kernel. */
function strToMap(call: RexCall, emitter: Emitter): Register {
  const [text, ...others] = call.operands.map((operand) => emitter.value(operand)) as [
    Register,
    ...Register[],
  ];
  const [pairSeparator = ',', keySeparator = '='] = call.operands.slice(1).map(literalText);
  const areKnown = others.every((_, i) => literalText(call.operands[i + 1]) !== undefined);
  if (!areKnown || !PLAIN.test(pairSeparator) || !PLAIN.test(keySeparator)) {
    return perRow(emitter, call.type, [text, ...others], call, textToMap);
  }
  return mapsOf(call, emitter, emitter.views(text), [pairSeparator, keySeparator]);
}

function mapsOf(
  { type }: RexCall,
  emitter: Emitter,
  text: Register,
  separators: readonly [pair: string, key: string],
): Register {
  const { kernels, program } = emitter;
  const { memory } = program.wasm;
  const [pair, key] = separators.map((separator) => {
    const { column } = emitter.constant(STRING, separator);
    const view = new DataView(memory.buffer);
    return { at: view.getUint32(column.values, true), length: view.getUint32(column.values + 4, true) };
  }) as [{ at: number; length: number }, { at: number; length: number }];
  const result = new Register(type);
  emitter.emit([text], result, (rows) => {
    const { values, stride, validity, isConstant } = text.column;
    const count = isConstant ? 1 : rows;
    const most = kernels.countPieces(count, values, stride, pair.at, pair.length) >>> 0;
    const keys = Math.ceil(emitter.heap.reserve(21 * most + 8) / 8) * 8;
    const items = keys + 8 * most;
    const scratch = items + 8 * most;
    const flags = scratch + 4 * most;
    kernels.textsToMaps(
      count,
      values,
      stride,
      pair.at,
      pair.length,
      key.at,
      key.length,
      keys,
      items,
      flags,
      scratch,
      result.values,
    );
    const children = [new Column(STRING, keys, 0), new Column(STRING, items, flags)];
    result.column = new Column(type, result.values, validity, isConstant ? 0 : undefined, children);
  });
  return result;
}

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
  if (PLAIN.test(separator)) return splitPlain(text, separator, limit);
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
  return withRest(pieces, text, from, limit);
}

/** A pattern that stands for itself alone. */
const PLAIN = /^[^\\.[\](){}*+?^$|]+$/;

function splitPlain(text: string, separator: string, limit: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  while (limit === 0 || pieces.length < limit - 1) {
    const at = text.indexOf(separator, from);
    if (at < 0) break;
    pieces.push(text.slice(from, at));
    from = at + separator.length;
  }
  return withRest(pieces, text, from, limit);
}

function withRest(pieces: string[], text: string, from: number, limit: number): string[] {
  if (pieces.length === 0) return [text];
  pieces.push(text.slice(from));
  if (limit === 0) while (pieces.at(-1) === '') pieces.pop();
  return pieces;
}
