import type { Value } from '../../data/value.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime } from '../function-runtime.ts';
import { jsonValue, type Convert, type Fallback, type Fallbacks } from '../json/json-query.ts';
import { literalScalar } from '../json/literal-scalar.ts';
import { returning } from '../json/returning.ts';
import { cachedPath, find, sqlJsonPath } from '../json/sql-json-path.ts';
import { literalText } from '../literal-value.ts';
import type { Register } from '../register.ts';
import type { RexCall, RexNode } from '../rex-node.ts';
import { perRow } from '../value-function.ts';

/** JSON_VALUE(document, path, clauses...): the scalar at a path, in the type that the call returns. */
export const JSON_VALUE: FunctionRuntime = {
  cost: 500,
  canFail: ({ operands }) => operands.some((operand) => symbolOf(operand) === 'ERROR'),
  supports: ({ type }) => returning(type) !== undefined,
  compile: value,
};

function value(call: RexCall, emitter: Emitter): Register {
  const [documentNode, pathNode, ...clauses] = call.operands;
  const convert = returning(call.type)!; // `supports` says so
  const fallbacks = fallbacksOf(clauses, convert);
  const document = emitter.value(documentNode!);
  const text = literalText(pathNode);
  if (text !== undefined) {
    const path = sqlJsonPath(text);
    return perRow(emitter, call.type, [document], call, (each: string) =>
      jsonValue(find(each, path), path.isLax, convert, fallbacks),
    );
  }
  return perRow(
    emitter,
    call.type,
    [document, emitter.value(pathNode!)],
    call,
    (each: string, spec: string) => {
      const path = cachedPath(spec);
      return jsonValue(find(each, path), path.isLax, convert, fallbacks);
    },
  );
}

/** What ON EMPTY and ON ERROR give, NULL if nothing is said: `[word or DEFAULT value] ON EMPTY ... ON ERROR`. */
function fallbacksOf(clauses: readonly RexNode[], convert: Convert): Fallbacks {
  const result: Record<'onEmpty' | 'onError', Fallback> = {
    onEmpty: { value: null },
    onError: { value: null },
  };
  clauses.forEach((clause, i) => {
    const when = symbolOf(clause);
    if (when !== 'ON EMPTY' && when !== 'ON ERROR') return;
    result[when === 'ON EMPTY' ? 'onEmpty' : 'onError'] = fallbackOf(clauses[i - 1]!, convert);
  });
  return result;
}

function fallbackOf(node: RexNode, convert: Convert): Fallback {
  if (symbolOf(node) === 'ERROR') return 'ERROR';
  const scalar = literalScalar(node);
  return { value: scalar === undefined ? null : convert(scalar) };
}

function symbolOf(node: RexNode | undefined): string | undefined {
  return node?.kind === 'literal' && node.type.root === 'SYMBOL' ? String(node.value) : undefined;
}
