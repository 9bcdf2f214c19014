import type { Value } from '../../data/value.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { jsonConverter, jsonRefusal, type JsonConverter } from '../json/json-conversion.ts';
import { jsonLength } from '../json/json-length.ts';
import { jsonQuery, type Fallback, type Wrapper } from '../json/json-query.ts';
import { jsonObjectText, jsonText } from '../json/json-text.ts';
import { writeNormalForms } from '../json/json-normal.ts';
import { JSON_KIND, JsonScan, kindBits, KINDS_OF_JSON, textAt, writeText } from '../json/json-scan.ts';
import { isArray, type JsonValue } from '../json/json-value.ts';
import { jsonQuote, jsonUnquote } from '../json/json-quote.ts';
import { parseJson } from '../json/parse-json.ts';
import { cachedPath, find, sqlJsonPath, type SqlJsonPath } from '../json/sql-json-path.ts';
import { literalText } from '../literal-value.ts';
import { isNullConstant, Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { perRow, strictFunction as strict, withNulls } from '../value-function.ts';
import { JSON_VALUE } from './json-value.ts';

/** JSON in texts (S-60l): built, tested, and taken apart by paths. */
export const JSON_RUNTIMES: FunctionTable = {
  ...tests('VALUE'),
  ...tests('OBJECT'),
  ...tests('ARRAY'),
  ...tests('SCALAR'),
  JSON_EXISTS: { cost: 200, canFail: ({ operands }) => symbolOf(operands[2]) === 'ERROR', compile: exists },
  JSON_VALUE,
  JSON_QUERY: { cost: 1500, canFail: throwsIfMissing, compile: query },
  JSON_OBJECT: { cost: 300, canFail: hasEmbedded, supports: areConvertible, compile: object },
  JSON_ARRAY: { cost: 300, canFail: hasEmbedded, supports: areConvertible, compile: array },
  JSON: { ...strict(embedded), canFail: true },
  JSON_STRING: {
    cost: 200,
    supports: ({ operands: [operand] }) => operand !== undefined && isConvertible(operand.type),
    compile: (call, emitter) => {
      const operand = call.operands[0]!; // the validator has counted
      const value = emitter.value(operand);
      if (isNullConstant(value)) return emitter.program.nullConstant(call.type);
      const convert = isRaw(operand) ? (text: Value) => text as string : jsonConverter(value.type);
      return perRow(emitter, call.type, [value], call, convert);
    },
  },
  JSON_QUOTE: strict(jsonQuote),
  JSON_UNQUOTE: strict(jsonUnquote),
  JSON_LENGTH: strict(jsonLength),
};

function tests(kind: keyof typeof KINDS_OF_JSON): FunctionTable {
  const accepted = KINDS_OF_JSON[kind];
  return {
    [`IS JSON ${kind}`]: { cost: 100, compile: (call, emitter) => isOfKind(call, emitter, accepted) },
    [`IS NOT JSON ${kind}`]: { cost: 100, compile: (call, emitter) => isOfKind(call, emitter, ~accepted) },
  };
}

/** Documents by what they are; a NULL is read as an empty text, which is broken. */
function isOfKind(call: RexCall, emitter: Emitter, accepted: number): Register {
  const documents = emitter.views(emitter.value(call.operands[0]!)); // the validator has counted
  const scan = new JsonScan(emitter, []);
  const result = new Register(call.type);
  emitter.emit([documents], result, (rows) => {
    const { column } = documents;
    const isNull = column.isConstant && column.validity !== 0;
    scan.test(rows, column, accepted, result.values);
    if (isNull)
      new Uint8Array(emitter.program.wasm.memory.buffer, result.values, rows).fill(accepted < 0 ? 1 : 0);
    result.set(0);
  });
  return result;
}

function exists(call: RexCall, emitter: Emitter): Register {
  const onError = symbolOf(call.operands[2]) ?? 'FALSE';
  const test = (document: string, path: SqlJsonPath): boolean | null => {
    const found = find(document, path);
    if (found.kind === 'value') return path.path?.isDefinite !== false || !isEmpty(found.value);
    if (found.kind === 'empty') return false;
    if (onError === 'ERROR') throw new Error(found.message);
    return onError === 'UNKNOWN' ? null : onError === 'TRUE';
  };
  const path = sqlJsonPath(literalText(call.operands[1]) ?? '');
  const steps = path.path?.plainSteps;
  const document = emitter.value(call.operands[0]!);
  if (!steps || document.isConstant || (onError !== 'FALSE' && !path.isLax))
    return overPath(call, emitter, test);
  return existsAt(
    call,
    emitter,
    emitter.views(document),
    new JsonScan(emitter, steps),
    (text) => test(text, path) === true,
  );
}

/** A path of names and indexes, where whatever goes wrong is FALSE. */
function existsAt(
  call: RexCall,
  emitter: Emitter,
  documents: Register,
  scan: JsonScan,
  test: (document: string) => boolean,
): Register {
  const { wasm } = emitter.program;
  return emitter.strict(call.type, [documents], (rows, out) => {
    scan.test(rows, documents.column, ANYTHING_BUT_NULL, out);
    for (const row of scan.undecided(rows)) {
      const found = test(textAt(wasm, documents.column, row));
      new Uint8Array(wasm.memory.buffer)[out + row] = found ? 1 : 0;
    }
  });
}

const ANYTHING_BUT_NULL = KINDS_OF_JSON.VALUE & ~kindBits(JSON_KIND.MISSING, JSON_KIND.NULL);

/** What a path with many places finds: nothing. */
function isEmpty(value: JsonValue): boolean {
  return isArray(value) && value.length === 0;
}

const BEHAVIOR = /\[(.+)\]$/;

function query(call: RexCall, emitter: Emitter): Register {
  const returnsArray = call.type.root === 'ARRAY';
  const wrapper = (symbolOf(call.operands[2]) ?? 'WITHOUT_ARRAY') as Wrapper;
  const [onEmpty, onError] = [3, 4].map((at): Fallback => {
    const [, behavior = 'NULL'] = BEHAVIOR.exec(symbolOf(call.operands[at]) ?? '') ?? [];
    if (behavior === 'ERROR') return 'ERROR';
    if (behavior === 'NULL') return { value: null };
    return { value: returnsArray ? [] : behavior === 'EMPTY_ARRAY' ? '[]' : '{}' };
  }) as [Fallback, Fallback];
  const compute = (document: string, path: SqlJsonPath): Value =>
    jsonQuery(find(document, path), path.isLax, wrapper, returnsArray, { onEmpty, onError });
  const path = sqlJsonPath(literalText(call.operands[1]) ?? '');
  const steps = path.path?.plainSteps;
  const document = emitter.value(call.operands[0]!);
  const isPlain = [onEmpty, onError].every((fallback) => fallback !== 'ERROR' && fallback.value === null);
  if (!steps || document.isConstant || !isPlain || returnsArray || wrapper !== 'WITHOUT_ARRAY') {
    return overPath(call, emitter, compute);
  }
  return partAt(call, emitter, emitter.views(document), new JsonScan(emitter, steps), (text) =>
    compute(text, path),
  );
}

/** The array or object at a path of names and indexes, where whatever goes wrong is NULL. */
function partAt(
  call: RexCall,
  emitter: Emitter,
  documents: Register,
  scan: JsonScan,
  compute: (document: string) => Value,
): Register {
  const { kernels, program } = emitter;
  const { wasm } = program;
  const parts = program.slot(8 * MAX_BATCH_ROWS);
  return emitter.partial(call.type, [documents], (rows, out, _validity, outValidity, heap) => {
    scan.find(rows, documents.column, parts);
    const found = { values: parts, stride: 8 };
    writeNormalForms(kernels, heap, { rows, documents: found, ofVariants: false, out, decided: outValidity });
    for (let row = 0; row < rows; row++) {
      const memory = new Uint8Array(wasm.memory.buffer);
      const kind = memory[scan.kinds + row]!;
      const isPart = kind === JSON_KIND.ARRAY || kind === JSON_KIND.OBJECT;
      if (isPart && memory[outValidity + row] !== 0) continue;
      memory[outValidity + row] = 0;
      if (!isPart && kind !== JSON_KIND.UNDECIDED) continue;
      const text = compute(textAt(wasm, documents.column, row));
      if (typeof text === 'string') writeText(wasm, heap, text, out + 8 * row, outValidity + row);
    }
  });
}

/** Document and path of a call; a constant path is compiled once. */
function overPath(
  call: RexCall,
  emitter: Emitter,
  compute: (document: string, path: SqlJsonPath) => Value,
): Register {
  const [documentNode, pathNode] = call.operands;
  const document = emitter.value(documentNode!);
  const text = literalText(pathNode);
  if (text !== undefined) {
    const path = sqlJsonPath(text);
    return perRow(emitter, call.type, [document], call, (value: string) => compute(value, path));
  }
  const path = emitter.value(pathNode!);
  return perRow(emitter, call.type, [document, path], call, (value: string, each: string) =>
    compute(value, cachedPath(each)),
  );
}

function throwsIfMissing({ operands }: RexCall): boolean {
  return operands.some((operand) => symbolOf(operand)?.includes('ERROR]') ?? false);
}

function symbolOf(node: RexNode | undefined): string | undefined {
  return node?.kind === 'literal' && node.type.root === 'SYMBOL' ? String(node.value) : undefined;
}

// ------------------------------------------------------------------------------------------------ construction

/** `{"key": value, ...}` of a flag, then keys and values in turn. */
function object(call: RexCall, emitter: Emitter): Register {
  const [flag, ...entries] = call.operands;
  const names = entries.filter((_, i) => i % 2 === 0).map((key) => literalText(key) ?? '');
  const values = entries.filter((_, i) => i % 2 === 1);
  const keepsNulls = symbolOf(flag) !== 'ABSENT_ON_NULL';
  return overValues(call, values, emitter, (members) => {
    const pairs = names.map((name, i) => [name, members[i] ?? (keepsNulls ? 'null' : undefined)] as const);
    return jsonObjectText(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
  });
}

function array(call: RexCall, emitter: Emitter): Register {
  const [flag, ...values] = call.operands;
  const keepsNulls = symbolOf(flag) !== 'ABSENT_ON_NULL';
  return overValues(call, values, emitter, (items) => {
    const kept = items
      .map((item) => item ?? (keepsNulls ? 'null' : undefined))
      .filter((item) => item !== undefined);
    return `[${kept.join(',')}]`;
  });
}

/** Values as JSON texts, undefined for NULL; calls that make JSON are taken as what they make. */
function overValues(
  call: RexCall,
  values: readonly RexNode[],
  emitter: Emitter,
  join: (texts: readonly (string | undefined)[]) => string,
): Register {
  const converters = values.map((node): JsonConverter =>
    isRaw(node) ? (text) => text as string : jsonConverter(node.type),
  );
  const registers = values.map((node) => emitter.value(node));
  const compute = (...cells: Value[]): string =>
    join(
      converters.map((convert, i) =>
        cells[i] === null || cells[i] === undefined ? undefined : convert(cells[i]),
      ),
    );
  return withNulls(emitter, call.type, registers, call, compute);
}

const RAW = new Set(['JSON', 'JSON_OBJECT', 'JSON_ARRAY']);

function isRaw(node: RexNode): boolean {
  return node.kind === 'call' && node.userFunction === undefined && RAW.has(node.operator);
}

function hasEmbedded({ operands }: RexCall): boolean {
  return operands.some((operand) => operand.kind === 'call' && operand.operator === 'JSON');
}

function areConvertible({ operands }: RexCall): boolean {
  return operands.every(({ type }) => type.root === 'SYMBOL' || isConvertible(type));
}

function isConvertible(type: LogicalType): boolean {
  return type.root === 'NULL' || jsonRefusal(type) === undefined;
}

/** `JSON(text)`: the document in its one form; an empty text is NULL. */
function embedded(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  try {
    return jsonText(parseJson(trimmed));
  } catch (error) {
    throw new Error(
      `Invalid JSON string in JSON(value) function: "${text}". Error: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
