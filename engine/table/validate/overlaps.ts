/**
 * `(start, end) OVERLAPS (start, end)`, where an end may also be an interval behind the start: each period is put in order, and each has to
 * begin before the other has ended, ends included.
 */

import type { RexNode } from '../../expressions/rex-node.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { isDatetime, isInterval, withNullability } from '../../types/type-families.ts';
import { calciteTypeText } from '../../types/type-text.ts';
import type { Span } from '../parser/ast.ts';
import { coerce } from './coercion.ts';
import { combine } from './rex.ts';
import { invalid } from './validation-error.ts';

/** What is needed of the converter. */
export interface OverlapsContext {
  readonly source: string;
  compare(operator: '>=' | '<=', left: RexNode, right: RexNode): RexNode;
}

export function overlaps(
  left: readonly RexNode[] | undefined,
  right: readonly RexNode[] | undefined,
  at: { readonly span: Span },
  context: OverlapsContext,
): RexNode {
  const [first, second] = [periodOf(left, context), periodOf(right, context)];
  const isComparable =
    first &&
    second &&
    leastRestrictive([first.start.type, second.start.type]) &&
    (first.start.type.root === 'TIMESTAMP_LTZ') === (second.start.type.root === 'TIMESTAMP_LTZ');
  if (!first || !second || !isComparable) {
    const types = [...(left ?? []), ...(right ?? [])].map(({ type }) => `<${calciteTypeText(type)}>`);
    throw invalid(
      context.source,
      at,
      `Cannot apply 'OVERLAPS' to arguments of type '${types.join(', ')}'. Supported form(s): ` +
        "'(<DATETIME>, <DATETIME>) OVERLAPS (<DATETIME>, <DATETIME>)'\n'(<DATETIME>, <DATETIME>) OVERLAPS (<DATETIME>, <INTERVAL>)'",
    );
  }
  return combine('AND', [
    context.compare('>=', first.end, second.start),
    context.compare('>=', second.end, first.start),
  ]);
}

interface Period {
  readonly start: RexNode;
  readonly end: RexNode;
}

/** Undefined for what is no pair of times, or of a time and an interval. */
function periodOf(items: readonly RexNode[] | undefined, context: OverlapsContext): Period | undefined {
  const [from, second] = items ?? [];
  if (!from || !second || items?.length !== 2 || !isDatetime(from.type)) return undefined;
  const nullable = from.type.nullable || second.type.nullable;
  const moved = withNullability(from.type, nullable);
  const to: RexNode = isInterval(second.type)
    ? { kind: 'call', operator: '+', operands: [from, second], type: moved }
    : second;
  const type = leastRestrictive([from.type, to.type]);
  if (!type || !isDatetime(to.type)) return undefined;
  const [a, b] = [coerce(from, type, 'implicit'), coerce(to, type, 'implicit')];
  const isOrdered = context.compare('<=', a, b);
  const choice = (whenOrdered: RexNode, otherwise: RexNode): RexNode => ({
    kind: 'call',
    operator: 'CASE',
    operands: [isOrdered, whenOrdered, otherwise],
    type,
  });
  return { start: choice(a, b), end: choice(b, a) };
}
