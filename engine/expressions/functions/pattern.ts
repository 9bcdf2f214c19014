import type { Value } from '../../data/value.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { ANY_ONE, ANY_RUN, likeByRow, likeTokens } from '../like-pattern.ts';
import { literalText } from '../literal-value.ts';
import { STRING } from '../physical-type.ts';
import type { Register } from '../register.ts';
import { javaPatternCache, type JavaMatch, type JavaPattern } from '../regexp/java-pattern.ts';
import { compileRegexp, STEP_KINDS, type RegexpProgram } from '../regexp-program.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { similarPattern } from '../regexp/similar-pattern.ts';
import { perRow } from '../value-function.ts';
import { compareRegisters } from './comparison.ts';
import { testTexts } from './string.ts';

/** LIKE, SIMILAR TO and regular expressions (S-60g, S-60i): patterns that are literals are compiled to kernels where they are simple enough. */
export const PATTERN_RUNTIMES: FunctionTable = {
  LIKE: { cost: 12, compile: like },
  'SIMILAR TO': { cost: 150, compile: similar },
  REGEXP: { cost: 25, compile: regexp },
  REGEXP_EXTRACT: { cost: 25, compile: regexpExtract },
  REGEXP_REPLACE: { cost: 150, compile: regexpReplace },
  REGEXP_EXTRACT_ALL: { cost: 150, compile: extractAll },
  REGEXP_COUNT: {
    cost: 150,
    compile: (call, emitter) => overMatches(call, emitter, (pattern, text) => pattern.findAll(text).length),
  },
  REGEXP_SUBSTR: {
    cost: 150,
    compile: (call, emitter) =>
      overMatches(call, emitter, (pattern, text) => {
        return pattern.find(text)?.group(0) ?? null;
      }),
  },
  REGEXP_INSTR: {
    cost: 150,
    compile: (call, emitter) =>
      overMatches(call, emitter, (pattern, text) => placeOfFirst(pattern.find(text))),
  },
};

function like(call: RexCall, emitter: Emitter): Register {
  const [textNode, patternNode, escapeNode] = call.operands;
  const text = emitter.views(emitter.value(textNode!));
  const pattern = literalText(patternNode);
  const escape = escapeNode ? literalText(escapeNode) : '';
  if (pattern === undefined || escape === undefined) {
    const operands = call.operands.map((operand) => emitter.value(operand));
    return perRow(emitter, call.type, operands, call, likeByRow());
  }
  return likeTokensOver(likeTokens(pattern, escape), text, emitter);
}

/** Patterns that are a text with `%` at its ends need no matcher. */
function likeTokensOver(tokens: readonly number[], text: Register, emitter: Emitter): Register {
  const isRun = (token: number | undefined): boolean => token === ANY_RUN;
  const [startsOpen, endsOpen] = [isRun(tokens[0]), isRun(tokens.at(-1))];
  const inner = tokens.filter((token) => token !== ANY_RUN);
  const runs = tokens.length - inner.length;
  const isPlain =
    !inner.includes(ANY_ONE) && runs === Number(startsOpen) + Number(endsOpen && tokens.length > 1);
  if (isPlain) {
    const bytes = new TextDecoder().decode(Uint8Array.from(inner));
    const constant = emitter.constant(STRING, bytes);
    if (startsOpen && endsOpen) return testTexts('containsText', text, constant, emitter);
    if (startsOpen) return testTexts('endsWith', text, constant, emitter);
    if (endsOpen) return testTexts('startsWith', text, constant, emitter);
    return compareRegisters('Eq', text, constant, emitter);
  }
  const { program, kernels } = emitter;
  const address = program.constantBytes(2 * tokens.length);
  const view = new DataView(program.wasm.memory.buffer);
  tokens.forEach((token, i) => view.setUint16(address + 2 * i, token, true));
  return emitter.strict({ root: 'BOOLEAN', nullable: true }, [text], (rows, out) =>
    kernels.likeBytes(rows, text.column.values, text.column.stride, address, tokens.length, out),
  );
}

function similar(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const cache = new Map<string, JavaPattern>();
  return perRow(emitter, call.type, operands, call, (text: string, pattern: string, escape?: string) => {
    const key = `${escape}:${pattern}`;
    let compiled = cache.get(key);
    if (!compiled) {
      if (cache.size > 1000) cache.clear();
      cache.set(key, (compiled = similarPattern(pattern, escape)));
    }
    return compiled.matchesStart(text);
  });
}

/** A program in the memory of constants. */
function writeProgram({ steps, hasGroup, literal, literalOffset }: RegexpProgram, emitter: Emitter): number {
  const { program } = emitter;
  const bytes = (content: Uint8Array): number => {
    const address = program.constantBytes(content.length);
    new Uint8Array(program.wasm.memory.buffer).set(content, address);
    return address;
  };
  const words: number[] = [steps.length, hasGroup ? 1 : 0, bytes(literal), literal.length, literalOffset, 0];
  for (const { kind, literal: text, set, min, max, groupBits } of steps) {
    let data = 0;
    if (text) data = bytes(text);
    else if (set) data = kind === 'UNTIL' ? set.has.indexOf(0) : bytes(set.bits());
    words.push(STEP_KINDS[kind], data, text?.length ?? 0, min, max, groupBits);
  }
  const address = program.constantBytes(4 * words.length);
  const view = new DataView(program.wasm.memory.buffer);
  words.forEach((word, i) => view.setUint32(address + 4 * i, word, true));
  return address;
}

function regexp(call: RexCall, emitter: Emitter): Register {
  const pattern = literalText(call.operands[1]);
  const text = emitter.views(emitter.value(call.operands[0]!));
  const compiled = pattern ? compileRegexp(pattern, 0) : undefined;
  const operands = [text, emitter.value(call.operands[1]!)];
  if (!compiled || compiled.isAsciiOnly) {
    // An empty pattern finds nothing, and neither does one that is none (S-60i).
    const find = withPattern((by, value: string) => by?.occursIn(value) ?? false);
    return perRow(
      emitter,
      call.type,
      operands,
      call,
      (value: string, by: string) => by !== '' && find(value, by),
    );
  }
  const address = writeProgram(compiled, emitter);
  return emitter.strict(call.type, [text], (rows, out) =>
    emitter.kernels.regexpFind(rows, text.column.values, text.column.stride, address, out),
  );
}

function regexpExtract(call: RexCall, emitter: Emitter): Register {
  const [textNode, patternNode, groupNode] = call.operands;
  const pattern = literalText(patternNode);
  const group = !groupNode ? 0 : numberOf(groupNode);
  const text = emitter.views(emitter.value(textNode!));
  const isPlain = pattern !== undefined && group !== undefined && group >= 0;
  const compiled = isPlain ? compileRegexp(pattern, group) : undefined;
  if (!compiled || compiled.isAsciiOnly) {
    const operands = [text, ...call.operands.slice(1).map((operand) => emitter.value(operand))];
    return perRow(emitter, call.type, operands, call, extractByRow());
  }
  const address = writeProgram(compiled, emitter);
  return emitter.partial(call.type, [text], (rows, out, _validity, outValidity) =>
    emitter.kernels.regexpExtract(rows, text.column.values, text.column.stride, address, out, outValidity),
  );
}

function numberOf(node: RexNode): number | undefined {
  return node.kind === 'literal' && node.value !== null ? Number(node.value) : undefined;
}

function extractByRow(): (text: string, pattern: string, group?: number) => string | null {
  return withPattern((pattern, text: string, group: number = 0) => {
    const match = group >= 0 ? pattern?.find(text) : undefined;
    return match?.group(group) ?? null;
  });
}

/** Compiles each pattern once; `undefined` is one that Java refuses. The pattern is the second argument. */
function withPattern<Rest extends unknown[], Result>(
  compute: (pattern: JavaPattern | undefined, text: string, ...rest: Rest) => Result,
): (text: string, pattern: string, ...rest: Rest) => Result {
  const compiled = javaPatternCache();
  return (text, pattern, ...rest) => compute(compiled(pattern), text, ...rest);
}

/** The replacement is a text, not a template. */
function regexpReplace(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const replace = withPattern((pattern, text: string, replacement: string) => {
    return pattern ? pattern.replaceAll(text, replacement) : null;
  });
  return perRow(emitter, call.type, operands, call, replace);
}

/** In characters, from 1. */
function placeOfFirst(match: JavaMatch | undefined): number {
  return match ? [...match.text.slice(0, match.start)].length + 1 : 0;
}

/** A function of a text and a pattern; NULL where the pattern is none. */
function overMatches(
  call: RexCall,
  emitter: Emitter,
  compute: (pattern: JavaPattern, text: string) => Value,
): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const find = withPattern((pattern, text: string) => (pattern ? compute(pattern, text) : null));
  return perRow(emitter, call.type, operands, call, find);
}

/** All that a group found, group 1 if none is named; NULL for a group that is not there. */
function extractAll(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const find = withPattern((pattern, text: string, group: number = 1) => {
    if (!pattern || group < 0 || group > pattern.groupCount) return null;
    return pattern.findAll(text).map((match): Value => match.group(group) ?? null);
  });
  return perRow(emitter, call.type, operands, call, find);
}
