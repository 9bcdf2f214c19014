import type { Value } from '../../data/value.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { groupOf, javaRegExp, javaRegExpCache, type JavaRegExp } from '../java-regexp.ts';
import { literalText } from '../literal-value.ts';
import { STRING } from '../physical-type.ts';
import type { Register } from '../register.ts';
import { compileRegexp, STEP_KINDS, type RegexpProgram } from '../regexp-program.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
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
    compile: (call, emitter) => overMatches(call, emitter, (matches) => matches.length),
  },
  REGEXP_SUBSTR: {
    cost: 150,
    compile: (call, emitter) => overMatches(call, emitter, (matches) => matches[0]?.[0] ?? null),
  },
  REGEXP_INSTR: {
    cost: 150,
    compile: (call, emitter) => overMatches(call, emitter, placeOfFirst),
  },
};

const ANY_ONE = 256;
const ANY_RUN = 257;

function like(call: RexCall, emitter: Emitter): Register {
  const [textNode, patternNode, escapeNode] = call.operands;
  const text = emitter.views(emitter.value(textNode!));
  const pattern = literalText(patternNode);
  const escape = escapeNode ? literalText(escapeNode) : '';
  if (pattern === undefined || escape === undefined) {
    const operands = call.operands.map((operand) => emitter.value(operand));
    return perRow(emitter, call.type, operands, call, likeByRow());
  }
  const tokens = likeTokens(pattern, escape);
  if (!tokens) throw emitter.failure(`'${pattern}' is no pattern with the escape '${escape}'`, call, 0);
  return likeTokensOver(tokens, text, emitter);
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

/** Bytes and wild cards; undefined where an escape stands before anything else than `%`, `_` or itself. */
function likeTokens(pattern: string, escape: string): number[] | undefined {
  const tokens: number[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    let character = characters[i]!;
    if (escape !== '' && character === escape) {
      const next = characters[++i];
      if (next !== '%' && next !== '_' && next !== escape) return undefined;
      character = next;
    } else if (character === '_' || character === '%') {
      // Two runs are one.
      if (character === '_') tokens.push(ANY_ONE);
      else if (tokens.at(-1) !== ANY_RUN) tokens.push(ANY_RUN);
      continue;
    }
    tokens.push(...new TextEncoder().encode(character));
  }
  return tokens;
}

/** Patterns from a column: each is turned into a regular expression once. */
function likeByRow(): (text: string, pattern: string, escape?: string) => boolean {
  const cache = new Map<string, RegExp>();
  return (text, pattern, escape = '') => {
    const key = `${escape}:${pattern}`;
    let expression = cache.get(key);
    if (!expression) {
      expression = likeExpression(pattern, escape);
      if (cache.size > 1000) cache.clear();
      cache.set(key, expression);
    }
    return expression.test(text);
  };
}

function likeExpression(pattern: string, escape: string): RegExp {
  let source = '';
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (escape !== '' && character === escape) {
      const next = characters[++i];
      if (next === undefined) throw new TypeError(`'${pattern}' ends in its escape`);
      source += quoted(next);
    } else if (character === '_') source += '[^]';
    else source += character === '%' ? '[^]*' : quoted(character);
  }
  return new RegExp(`^${source}$`, 'u');
}

function quoted(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function similar(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const cache = new Map<string, RegExp>();
  return perRow(emitter, call.type, operands, call, (text: string, pattern: string, escape = '') => {
    const key = `${escape}:${pattern}`;
    let expression = cache.get(key);
    if (!expression) {
      if (cache.size > 1000) cache.clear();
      cache.set(key, (expression = similarExpression(pattern, escape)));
    }
    return expression.test(text);
  });
}

/** As Calcite does it: a regular expression of Java in which `%` and `_` are wild cards, and all else is what Java takes it for. */
function similarExpression(pattern: string, escape: string): RegExp {
  let source = '';
  let isInSet = false;
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (escape !== '' && character === escape) {
      const next = characters[++i] ?? '';
      if (next !== escape && !'[]()|^-+*_%?{}'.includes(next || ' ')) {
        throw new TypeError(`Invalid escape sequence '${pattern}', ${i - 1}`);
      }
      source += quoted(next);
    } else if (isInSet) {
      const name = /^\[:(\w+):\]/.exec(characters.slice(i).join(''));
      const set = name && SIMILAR_SETS[name[1]!.toUpperCase()];
      if (name && set) {
        source += set;
        i += name[0].length - 1;
      } else source += character === '[' ? '\\[' : character;
      isInSet = character !== ']';
    } else if (character === '%') source += '.*';
    else if (character === '_') source += '.';
    else {
      source += character;
      isInSet = character === '[';
    }
  }
  const regExp = javaRegExp(`(?s)^(?:${source})\\z`);
  if (!regExp) throw new TypeError(`Invalid regular expression '${pattern}'`);
  return regExp.expression;
}

/** `[:ALPHA:]` and its like in sets. */
const SIMILAR_SETS: Readonly<Record<string, string>> = {
  ALPHA: '\\p{Alpha}',
  UPPER: '\\p{Upper}',
  LOWER: '\\p{Lower}',
  DIGIT: '\\d',
  ALNUM: '\\p{Alnum}',
  SPACE: ' ',
  WHITESPACE: '\\s',
};

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
    const find = withExpression((regExp, value: string) => regExp?.expression.test(value) ?? false);
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
  const compiled = pattern === undefined || group === undefined ? undefined : compileRegexp(pattern, group);
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
  return withExpression((regExp, text: string, group: number = 0) => {
    const match = regExp && group >= 0 ? regExp.expression.exec(text) : null;
    return match ? (groupOf(match, group) ?? null) : null;
  });
}

/** Compiles each pattern once; `undefined` is one that Java refuses. The pattern is the second argument. */
function withExpression<Rest extends unknown[], Result>(
  compute: (regExp: JavaRegExp | undefined, text: string, ...rest: Rest) => Result,
  flags = '',
): (text: string, pattern: string, ...rest: Rest) => Result {
  const find = javaRegExpCache(flags);
  return (text, pattern, ...rest) => compute(find(pattern), text, ...rest);
}

/** The replacement is a text, not a template. */
function regexpReplace(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const replace = withExpression(
    (regExp, text: string, replacement: string) =>
      regExp ? text.replace(regExp.expression, () => replacement) : null,
    'g',
  );
  return perRow(emitter, call.type, operands, call, replace);
}

/** In characters, from 1. */
function placeOfFirst([match]: readonly RegExpMatchArray[]): Value {
  return match ? [...match.input!.slice(0, match.index)].length + 1 : 0;
}

function overMatches(
  call: RexCall,
  emitter: Emitter,
  compute: (matches: readonly RegExpMatchArray[]) => Value,
): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const find = withExpression(
    (regExp, text: string) => (regExp ? compute([...text.matchAll(regExp.expression)]) : null),
    'g',
  );
  return perRow(emitter, call.type, operands, call, find);
}

/** All that a group found, group 1 if none is named; NULL for a group that is not there. */
function extractAll(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  const find = withExpression((regExp, text: string, group: number = 1) => {
    if (!regExp || group < 0 || group > regExp.groupCount) return null;
    return [...text.matchAll(regExp.expression)].map((match): Value => groupOf(match, group) ?? null);
  }, 'g');
  return perRow(emitter, call.type, operands, call, find);
}
