import { isCharacter } from '../types/type-families.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { readTexts } from './column-values.ts';
import type { Emitter } from './emitter.ts';
import type { FunctionTable } from './function-runtime.ts';
import { literalText } from './literal-value.ts';
import { keyOf } from './node-facts.ts';
import { BOOLEAN } from './physical-type.ts';
import type { Register } from './register.ts';
import type { RexCall, RexNode } from './rex-node.ts';

/**
 * Texts compared with several short constants: each text is turned into a 16-byte key once, and every comparison is then one
 * of 16 bytes. The key is an expression like any other, so it is shared and gathered as others are.
 */
const SHORT_TEXT_KEY = 'SHORT_TEXT_KEY';
const MAX_BYTES = 15;
/** From so many comparisons on a key is worth making. */
const WORTH_A_KEY = 2;

const KEY: LogicalType = { root: 'DECIMAL', precision: 38, scale: 0, nullable: true };

export const SHORT_TEXT_RUNTIMES: FunctionTable = {
  [SHORT_TEXT_KEY]: {
    cost: 2,
    compile: (call, emitter) => {
      const [node] = call.operands as readonly [RexNode];
      if (node.kind === 'call' && (node.operator === 'LOWER' || node.operator === 'UPPER')) {
        return keysOfChangedCase(node, node.operator, emitter);
      }
      const views = emitter.views(emitter.value(node));
      return emitter.strict(KEY, [views], (rows, out) =>
        emitter.kernels.shortTextKeys(rows, views.column.values, views.column.stride, out),
      );
    },
  },
};

/** Keys of LOWER or UPPER, without writing those texts; a batch that is not ASCII is changed in JavaScript. */
function keysOfChangedCase(call: RexCall, operator: 'LOWER' | 'UPPER', emitter: Emitter): Register {
  const { wasm, kernels } = emitter.program;
  const text = emitter.views(emitter.value(call.operands[0]!));
  const kernel = operator === 'LOWER' ? kernels.lowerTextKeys : kernels.upperTextKeys;
  const change = (value: string): string =>
    operator === 'LOWER' ? value.toLowerCase() : value.toUpperCase();
  return emitter.strict(KEY, [text], (rows, out) => {
    const { column } = text;
    if (kernel(rows, column.values, column.stride, out) !== 0) return;
    const values = readTexts(wasm, emitter.heap, column, rows);
    const memory = new Uint8Array(wasm.memory.buffer);
    values.forEach((value, row) =>
      writeKey(memory, out + 16 * row, encoder.encode(change((value ?? '') as string))),
    );
  });
}

const encoder = new TextEncoder();

function writeKey(memory: Uint8Array, at: number, text: Uint8Array): void {
  memory.fill(0, at, at + 16);
  memory.set(text.subarray(0, MAX_BYTES), at);
  memory[at + MAX_BYTES] = text.length > MAX_BYTES ? 255 : text.length;
}

/** How often each text is compared with a short constant, by the key of its expression. */
export function countShortComparisons(nodes: Iterable<RexNode>): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (node: RexNode): void => {
    if (node.kind === 'field') visit(node.node);
    if (node.kind !== 'call') return;
    node.operands.forEach(visit);
    const compared = shortComparison(node);
    if (!compared) return;
    const key = keyOf(compared.node);
    counts.set(key, (counts.get(key) ?? 0) + compared.texts.length);
  };
  for (const node of nodes) visit(node);
  return counts;
}

/** `text = 'constant'`, `<>` or IN, with constants that fit a key. */
function shortComparison(call: RexCall): { node: RexNode; texts: readonly Uint8Array[] } | undefined {
  if (call.operator !== '=' && call.operator !== '<>' && call.operator !== 'IN') return undefined;
  const isSwapped = call.operands[0]?.kind === 'literal';
  const [node, ...list] = isSwapped && call.operator !== 'IN' ? [...call.operands].reverse() : call.operands;
  if (!node || !isCharacter(node.type) || node.kind === 'literal') return undefined;
  const texts = list.map((item) => literalText(item));
  if (!texts.every((text) => text !== undefined)) return undefined;
  const bytes = texts.map((text) => encoder.encode(text));
  return bytes.every(({ length }) => length <= MAX_BYTES) ? { node, texts: bytes } : undefined;
}

/** The comparison by key, or undefined where it is none or not worth it. */
export function compareByKey(call: RexCall, emitter: Emitter): Register | undefined {
  const compared = shortComparison(call);
  const { program, kernels } = emitter;
  if (!compared || (program.shortComparisons.get(keyOf(compared.node)) ?? 0) < WORTH_A_KEY) return undefined;
  const keys = emitter.value({
    kind: 'call',
    operator: SHORT_TEXT_KEY,
    operands: [compared.node],
    type: KEY,
  });
  const list = program.constantBytes(16 * compared.texts.length);
  const memory = new Uint8Array(program.wasm.memory.buffer);
  compared.texts.forEach((text, i) => writeKey(memory, list + 16 * i, text));
  const count = compared.texts.length;
  const isIn = emitter.strict(BOOLEAN, [keys], (rows, out) => {
    const { values, stride } = keys.column;
    if (count === 1) kernels.compareEqKeys(rows, values, stride, list, out);
    else kernels.inListKeys(rows, values, stride, list, count, out);
  });
  if (call.operator !== '<>') return isIn;
  return emitter.strict(BOOLEAN, [isIn], (rows, out) =>
    kernels.notBoolean(rows, isIn.column.values, isIn.column.stride, out),
  );
}
