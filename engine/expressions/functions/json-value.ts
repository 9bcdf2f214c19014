import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import type { Value } from '../../data/value.ts';
import { ConstantEvaluator } from '../constant-evaluator.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime } from '../function-runtime.ts';
import {
  ConversionError,
  jsonValue,
  type Convert,
  type Fallback,
  type Fallbacks,
} from '../json/json-query.ts';
import { JsonScan, textAt, writeText } from '../json/json-scan.ts';
import { scalarText } from '../json/json-value.ts';
import { literalScalar } from '../json/literal-scalar.ts';
import { returning } from '../json/returning.ts';
import { cachedPath, find, sqlJsonPath, type SqlJsonPath } from '../json/sql-json-path.ts';
import { literalText } from '../literal-value.ts';
import { STRING } from '../physical-type.ts';
import { isNullConstant, type Register } from '../register.ts';
import type { RexCall, RexLiteral, RexNode } from '../rex-node.ts';
import { perRow, withNulls } from '../value-function.ts';

/**
 * JSON_VALUE(document, path, clauses...): the scalar at a path, in the type that the call returns.
 *
 * A constant path of names and indexes is followed in the bytes of the documents, and what it finds is a view of them;
 * only texts with escapes and numbers in other notations are parsed.
 */
export const JSON_VALUE: FunctionRuntime = {
  cost: 200,
  canFail: ({ operands, type }) =>
    operands.slice(2).some(isComputedDefault) ||
    Object.values(fallbacksOf(operands.slice(2), returning(type)!)).includes('ERROR'),
  supports: ({ type }) => returning(type) !== undefined,
  compile,
};

/** What a call says, compiled. */
interface Spec {
  readonly call: RexCall;
  readonly path: SqlJsonPath;
  readonly convert: Convert;
  readonly fallbacks: Fallbacks;
}

function compile(call: RexCall, emitter: Emitter): Register {
  const [documentNode, pathNode, ...clauses] = call.operands;
  const convert = returning(call.type)!; // `supports` says so
  const fallbacks = fallbacksOf(
    clauses.map((clause) => (isComputedDefault(clause) ? computedLiteral(clause, emitter) : clause)),
    convert,
  );
  const document = emitter.value(documentNode!);
  const text = literalText(pathNode);
  if (text === undefined) {
    const paths = emitter.value(pathNode!);
    return perRow(emitter, call.type, [document, paths], call, (each: string, path: string) =>
      parsed(each, { call, path: cachedPath(path), convert, fallbacks }),
    );
  }
  const spec = { call, path: sqlJsonPath(text), convert, fallbacks };
  const steps = spec.path.path?.plainSteps;
  if (isNullConstant(document)) return emitter.program.nullConstant(call.type);
  if (!steps || document.isConstant) {
    return perRow(emitter, call.type, [document], call, (each: string) => parsed(each, spec));
  }
  const isText = call.type.root === 'VARCHAR';
  return isText ? scanned(spec, emitter, document, steps) : converted(spec, emitter, document, steps);
}

function parsed(document: string, { path, convert, fallbacks }: Spec): Value {
  return jsonValue(find(document, path), path.isLax, convert, fallbacks);
}

/** Texts, as views of the documents; what the scan leaves open is parsed. */
function scanned(
  spec: Spec,
  emitter: Emitter,
  document: Register,
  steps: readonly (string | number)[],
): Register {
  const { call, path, fallbacks } = spec;
  const { kernels, program } = emitter;
  const { wasm } = program;
  const scan = new JsonScan(emitter, steps);
  const again = program.slot(4 * MAX_BATCH_ROWS);
  const missing = path.isLax ? fallbacks.onEmpty : fallbacks.onError;
  const asksForMissing = missing === 'ERROR' ? 1 : 0;
  const other =
    missing === 'ERROR' || missing.value === null ? undefined : emitter.constant(call.type, missing.value);
  const documents = emitter.views(document);
  return emitter.partial(call.type, [documents], (rows, out, validity, outValidity, heap) => {
    scan.find(rows, documents.column, out);
    const view = other?.column.values ?? 0;
    const open = kernels.jsonScalars(rows, out, scan.kinds, view, asksForMissing, outValidity, again) >>> 0;
    for (let i = 0; i < open; i++) {
      const { buffer } = wasm.memory;
      const row = new Uint32Array(buffer, again, open)[i]!; // below `open`
      if (validity !== 0 && new Uint8Array(buffer)[validity + row] === 0) continue;
      const text = parsedRow(textAt(wasm, documents.column, row), row, spec, emitter);
      if (typeof text === 'string') writeText(wasm, heap, text, out + 8 * row, outValidity + row);
    }
  });
}

/** Other types: the text that is found is converted. What is not found, or does not fit, is looked for in the document. */
function converted(
  spec: Spec,
  emitter: Emitter,
  document: Register,
  steps: readonly (string | number)[],
): Register {
  const { call, convert, fallbacks } = spec;
  const asText: Spec = { ...spec, call: { ...call, type: STRING }, convert: scalarText, fallbacks: NULLS };
  const found = scanned(asText, emitter, document, steps);
  const hasFallbacks = fallbacks.onEmpty !== NULL || fallbacks.onError !== NULL;
  if (call.type.root === 'BOOLEAN' || hasFallbacks) {
    return withNulls(emitter, call.type, [found, document], call, (text, whole) => {
      if (typeof whole !== 'string') return null;
      return (typeof text === 'string' ? exact(text, spec) : undefined) ?? parsed(whole, spec);
    });
  }
  return perRow(emitter, call.type, [found], call, (text: string) =>
    jsonValue({ kind: 'value', value: text }, false, convert, fallbacks),
  );
}

/** The value of a text that means the same in quotes and without. */
function exact(text: string, { call, convert }: Spec): Value | undefined {
  if (call.type.root === 'BOOLEAN') return text === 'true' ? true : text === 'false' ? false : undefined;
  try {
    return convert(text);
  } catch {
    return undefined;
  }
}

const NULL: Fallback = { value: null };
const NULLS: Fallbacks = { onEmpty: NULL, onError: NULL };

/** What ON EMPTY and ON ERROR give, NULL if nothing is said: `[word or DEFAULT value] ON EMPTY ... ON ERROR`. */
function fallbacksOf(clauses: readonly RexNode[], convert: Convert): Fallbacks {
  const result: Record<'onEmpty' | 'onError', Fallback> = { ...NULLS };
  clauses.forEach((clause, i) => {
    const when = symbolOf(clause);
    if (when !== 'ON EMPTY' && when !== 'ON ERROR') return;
    result[when === 'ON EMPTY' ? 'onEmpty' : 'onError'] = fallbackOf(clauses[i - 1]!, convert);
  });
  return result;
}

/** A DEFAULT that is no constant yet: `1 + 2`, where no plan has computed it. A cast constant of a type without a form in JSON counts as NULL. */
function isComputedDefault(node: RexNode): node is RexCall {
  return node.kind === 'call' && !(node.operator === 'CAST' && node.operands[0]?.kind === 'literal');
}

function computedLiteral(node: RexCall, { program, context }: Emitter): RexLiteral {
  const [value = null] = new ConstantEvaluator(program.wasm).evaluate([node], context.configuration);
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return {
    kind: 'literal',
    value: isScalar ? value : typeof value === 'bigint' ? String(value) : null,
    type: node.type,
  };
}

function fallbackOf(node: RexNode, convert: Convert): Fallback {
  if (symbolOf(node) === 'ERROR') return 'ERROR';
  const scalar = literalScalar(node);
  if (scalar === undefined) return NULL;
  try {
    return { value: convert(scalar) };
  } catch (error) {
    if (error instanceof ConversionError) return 'ERROR'; // fails where it is needed, as in Flink
    throw error;
  }
}

function symbolOf(node: RexNode | undefined): string | undefined {
  return node?.kind === 'literal' && node.type.root === 'SYMBOL' ? String(node.value) : undefined;
}

function parsedRow(document: string, row: number, spec: Spec, emitter: Emitter): Value {
  try {
    return parsed(document, spec);
  } catch (error) {
    throw emitter.failure((error as Error).message, spec.call, row, error);
  }
}
