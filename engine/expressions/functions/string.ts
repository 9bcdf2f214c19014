import { isBinary, isCharacter } from '../../types/type-families.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { literalText } from '../literal-value.ts';
import { toNumeric } from '../numeric-cast.ts';
import { BOOLEAN, INTEGER, STRING } from '../physical-type.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { castRegister } from './cast.ts';
import { positionFrom } from './text.ts';
import { inViews, perRow } from '../value-function.ts';

/** Functions of texts that are kernels. Pieces are views of the same bytes. */
export const STRING_RUNTIMES: FunctionTable = {
  CHAR_LENGTH: { cost: 4, compile: charLength },
  CHARACTER_LENGTH: { cost: 4, compile: charLength },
  OCTET_LENGTH: { cost: 1, compile: octetLength },
  UPPER: { cost: 7, compile: (call, emitter) => changeCase('upper', call, emitter) },
  LOWER: { cost: 7, compile: (call, emitter) => changeCase('lower', call, emitter) },
  SUBSTRING: { cost: 5, compile: substring },
  SUBSTR: { cost: 5, compile: substring },
  LEFT: { cost: 5, compile: (call, emitter) => side(0, call, emitter) },
  RIGHT: { cost: 5, compile: (call, emitter) => side(1, call, emitter) },
  TRIM: { cost: 5, compile: trimSymbol },
  LTRIM: { cost: 5, compile: (call, emitter) => trim(1, call, emitter) },
  RTRIM: { cost: 5, compile: (call, emitter) => trim(2, call, emitter) },
  BTRIM: { cost: 5, compile: (call, emitter) => trim(3, call, emitter) },
  '||': {
    cost: 6,
    supports: ({ operands }) => operands.every(({ type }) => isCharacter(type) || isBinary(type)),
    compile: concat,
  },
  CONCAT: { cost: 6, compile: concat },
  POSITION: { cost: 12, compile: locate },
  LOCATE: { cost: 12, compile: locate },
  INSTR: { cost: 12, canFail: ({ operands }) => operands.length > 3, compile: inText },
  REPLACE: { cost: 30, compile: replace },
  STARTSWITH: { cost: 4, compile: (call, emitter) => test('startsWith', call, emitter) },
  ENDSWITH: { cost: 4, compile: (call, emitter) => test('endsWith', call, emitter) },
  SPLIT_INDEX: { cost: 8, compile: splitIndex },
};

function viewsOf(call: RexCall, index: number, emitter: Emitter): Register {
  return emitter.views(emitter.value(call.operands[index]!));
}

function integerOf(call: RexCall, index: number, emitter: Emitter): Register {
  return toNumeric(emitter, emitter.value(call.operands[index]!), INTEGER);
}

function charLength(call: RexCall, emitter: Emitter): Register {
  const text = viewsOf(call, 0, emitter);
  return emitter.strict(call.type, [text], (rows, out) =>
    emitter.kernels.charLength(rows, text.column.values, text.column.stride, out),
  );
}

function octetLength(call: RexCall, emitter: Emitter): Register {
  const bytes = viewsOf(call, 0, emitter);
  return emitter.strict(call.type, [bytes], (rows, out) =>
    emitter.kernels.byteLength(rows, bytes.column.values, bytes.column.stride, out),
  );
}

/** ASCII in a kernel; a batch with any other character in JavaScript, whose case rules are Java's. */
function changeCase(name: 'upper' | 'lower', call: RexCall, emitter: Emitter): Register {
  const text = viewsOf(call, 0, emitter);
  const kernel = emitter.kernels[`${name}Ascii`];
  const change =
    name === 'upper' ? (value: string) => value.toUpperCase() : (value: string) => value.toLowerCase();
  const slow = inViews(emitter, text, change);
  return emitter.strict(call.type, [text], (rows, out, _validity, heap) => {
    const { values, stride } = text.column;
    const start = heap.reserve(emitter.kernels.totalLength(rows, values, stride) >>> 0);
    const end = kernel(rows, values, stride, start, out) >>> 0;
    heap.truncate(end === 0 ? start : end);
    if (end === 0) slow(rows, out);
  });
}

function substring(call: RexCall, emitter: Emitter): Register {
  const text = viewsOf(call, 0, emitter);
  const from = integerOf(call, 1, emitter);
  const { kernels } = emitter;
  if (call.operands.length === 2) {
    return emitter.strict(call.type, [text, from], (rows, out) => {
      const { values, stride } = text.column;
      kernels.substring(rows, values, stride, from.column.values, from.column.stride, 0, 0, out, 0);
    });
  }
  const length = integerOf(call, 2, emitter);
  return emitter.partial(call.type, [text, from, length], (rows, out, _validity, outValidity) => {
    const { column } = length;
    kernels.substring(
      rows,
      text.column.values,
      text.column.stride,
      from.column.values,
      from.column.stride,
      column.values,
      column.stride,
      out,
      outValidity,
    );
  });
}

function side(isRight: 0 | 1, call: RexCall, emitter: Emitter): Register {
  const text = viewsOf(call, 0, emitter);
  const count = integerOf(call, 1, emitter);
  return emitter.strict(call.type, [text, count], (rows, out) => {
    const { values, stride } = text.column;
    emitter.kernels.sideOfText(rows, values, stride, count.column.values, count.column.stride, isRight, out);
  });
}

/** `TRIM(BOTH 'x' FROM s)`: the side is a symbol, then the characters, then the text. */
function trimSymbol(call: RexCall, emitter: Emitter): Register {
  const [flag, characters, text] = call.operands;
  const word = flag?.kind === 'literal' ? String(flag.value) : 'BOTH';
  const sides = word.includes('LEADING') ? 1 : word.includes('TRAILING') ? 2 : 3;
  return trim(sides, { ...call, operands: [text!, characters!] }, emitter);
}

function trim(sides: number, call: RexCall, emitter: Emitter): Register {
  const text = viewsOf(call, 0, emitter);
  const node = call.operands[1];
  const characters = node ? literalText(node) : ' ';
  if (characters === undefined || !/^[\0-\x7f]*$/.test(characters)) {
    const set = emitter.value(node!);
    return perRow(emitter, call.type, [text, set], call, (value: string, wanted: string) =>
      trimmed(value, wanted, sides),
    );
  }
  const { program } = emitter;
  const set = program.constantBytes(32);
  const table = new Uint8Array(program.wasm.memory.buffer, set, 32);
  for (const character of characters) {
    const code = character.charCodeAt(0);
    table[code >> 3] = table[code >> 3]! | (1 << (code & 7));
  }
  return emitter.strict(call.type, [text], (rows, out) =>
    emitter.kernels.trimText(rows, text.column.values, text.column.stride, set, sides, out),
  );
}

function trimmed(text: string, characters: string, sides: number): string {
  const set = new Set(characters);
  const points = [...text];
  let [start, end] = [0, points.length];
  if (sides & 2) while (end > 0 && set.has(points[end - 1]!)) end--;
  if (sides & 1) while (start < end && set.has(points[start]!)) start++;
  return points.slice(start, end).join('');
}

function concat(call: RexCall, emitter: Emitter): Register {
  const { program, kernels } = emitter;
  const isBytes = isBinary(call.type);
  const texts = call.operands.map((_, index) => {
    const value = emitter.value(call.operands[index]!);
    return emitter.views(isBytes || isCharacter(value.type) ? value : castRegister(emitter, value, STRING));
  });
  const table = program.constantBytes(8 * texts.length);
  return emitter.strict(call.type, texts, (rows, out, _validity, heap) => {
    let total = 0;
    for (const { column } of texts) total += kernels.totalLength(rows, column.values, column.stride) >>> 0;
    const start = heap.reserve(total);
    const view = new DataView(program.wasm.memory.buffer);
    texts.forEach(({ column }, i) => {
      view.setUint32(table + 8 * i, column.values, true);
      view.setUint32(table + 8 * i + 4, column.stride, true);
    });
    kernels.concatTexts(rows, table, texts.length, start, out);
  });
}

/** The text that is looked for first; places before the text's first one are that one. */
function locate(call: RexCall, emitter: Emitter): Register {
  const [needle, text] = [viewsOf(call, 0, emitter), viewsOf(call, 1, emitter)];
  if (call.operands.length === 2) return position(needle, text, call, emitter);
  const from = integerOf(call, 2, emitter);
  return perRow(emitter, call.type, [needle, text, from], call, (wanted: string, value: string, at: number) =>
    positionFrom(value, wanted, Math.max(1, at)),
  );
}

/** The text first, then what is looked for, a place, and which one of those that are found from there. */
function inText(call: RexCall, emitter: Emitter): Register {
  const [text, needle] = [viewsOf(call, 0, emitter), viewsOf(call, 1, emitter)];
  if (call.operands.length === 2) return position(needle, text, call, emitter);
  const numbers = call.operands.slice(2).map((_, i) => integerOf(call, i + 2, emitter));
  return perRow(emitter, call.type, [text, needle, ...numbers], call, positionFrom);
}

function position(needle: Register, text: Register, call: RexCall, emitter: Emitter): Register {
  return emitter.strict(call.type, [needle, text], (rows, out) => {
    const { values, stride } = text.column;
    emitter.kernels.positionOfText(rows, needle.column.values, needle.column.stride, values, stride, out);
  });
}

/** For an empty search text the replacement goes around every character: that is left to JavaScript. */
function replace(call: RexCall, emitter: Emitter): Register {
  const [text, search, replacement] = [0, 1, 2].map((index) => viewsOf(call, index, emitter)) as [
    Register,
    Register,
    Register,
  ];
  const searched = literalText(call.operands[1]);
  if (!searched) {
    return perRow(
      emitter,
      call.type,
      [text, search, replacement],
      call,
      (value: string, from: string, to: string) => value.replaceAll(from === '' ? /(?:)/gu : from, () => to),
    );
  }
  const { kernels } = emitter;
  const replaced = literalText(call.operands[2]);
  // A result is not longer than its text where the replacement is not longer than what it replaces: no need to measure.
  const encoder = new TextEncoder();
  const shrinks =
    replaced !== undefined && encoder.encode(replaced).length <= encoder.encode(searched).length;
  return emitter.strict(call.type, [text, search, replacement], (rows, out, _validity, heap) => {
    const { values, stride } = text.column;
    const { column: from } = search;
    const { column: to } = replacement;
    const operands = [values, stride, from.values, from.stride, to.values, to.stride] as const;
    const size = shrinks
      ? kernels.totalLength(rows, values, stride)
      : kernels.replaceText(rows, ...operands, 0, 0);
    heap.truncate(kernels.replaceText(rows, ...operands, heap.reserve(size >>> 0), out) >>> 0);
  });
}

export function test(
  name: 'startsWith' | 'endsWith' | 'containsText',
  call: RexCall,
  emitter: Emitter,
): Register {
  return testTexts(name, viewsOf(call, 0, emitter), viewsOf(call, 1, emitter), emitter);
}

export function testTexts(
  name: 'startsWith' | 'endsWith' | 'containsText',
  a: Register,
  b: Register,
  emitter: Emitter,
): Register {
  const kernel = emitter.kernels[name];
  return emitter.strict(BOOLEAN, [a, b], (rows, out) =>
    kernel(rows, a.column.values, a.column.stride, b.column.values, b.column.stride, out),
  );
}

/** A separator that is a number is the character of that code. */
function splitIndex(call: RexCall, emitter: Emitter): Register {
  const text = viewsOf(call, 0, emitter);
  const index = integerOf(call, 2, emitter);
  const separatorNode = call.operands[1]!;
  const separator = separatorOf(call);
  if (!separator) {
    return perRow(emitter, call.type, [text, emitter.value(separatorNode), index], call, splitText);
  }
  const constant = emitter.constant(STRING, separator);
  const view = new DataView(emitter.program.wasm.memory.buffer);
  const address = view.getUint32(constant.column.values, true);
  const length = view.getUint32(constant.column.values + 4, true);
  return emitter.partial(call.type, [text, index], (rows, out, _validity, outValidity) => {
    const { values, stride } = text.column;
    const { column } = index;
    emitter.kernels.splitIndex(
      rows,
      values,
      stride,
      address,
      length,
      column.values,
      column.stride,
      out,
      outValidity,
    );
  });
}

function separatorOf({ operands }: RexCall): string | undefined {
  const node = operands[1];
  if (node?.kind === 'literal' && typeof node.value === 'number') {
    return node.value > 0 && node.value <= 255 ? String.fromCharCode(node.value) : undefined;
  }
  return literalText(node);
}

/** An empty separator splits at blanks, as the library does that Flink uses. */
function splitText(text: string, separator: string | number, index: number): string | null {
  if (typeof separator === 'number' && (separator < 1 || separator > 255)) return null;
  if (index < 0 || text === '') return null;
  const by = typeof separator === 'number' ? String.fromCharCode(separator) : separator;
  return text.split(by === '' ? /\s/ : by)[index] ?? null;
}
