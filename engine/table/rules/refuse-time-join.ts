import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import type { LogicalJoin } from '../plan/rel-node.ts';
import { conjunctions, usedInputs } from '../plan/rex.ts';
import { joinKeys } from './join-keys.ts';
import { sameOrigin, windowOrigin } from './window-origin.ts';

/**
 * Refuses the joins that Flink plans as interval joins (S-44) or window joins (S-31). A regular join would keep their state
 * forever, lose their time attributes and emit other changes.
 *
 * The inputs of `node` must show their time attributes as they are, and only those: what an operator below made plain
 * bounds no interval.
 */
export function refuseTimeJoin(node: LogicalJoin): void {
  if (isIntervalJoin(node)) {
    throw new TableException(
      'Interval join is not supported: the join condition bounds a time attribute of one side by one of the other.',
    );
  }
  if (isWindowJoin(node)) {
    throw new TableException(
      'Window join is not supported: the join condition equates window_start and window_end of equal windows.',
    );
  }
}

/** One equality of time attributes, or a lower and an upper bound. */
function isIntervalJoin(node: LogicalJoin): boolean {
  const bounds = conjunctions(node.condition).flatMap((each) => timeBound(each, node) ?? []);
  if (bounds.length === 1) return bounds[0] === 'equal';
  return bounds.length === 2 && bounds.includes('lower') && bounds.includes('upper');
}

/** What the left time is by a comparison of two terms, each over one time attribute, and each of its own side. */
type TimeBound = 'equal' | 'lower' | 'upper';

const COMPARISONS: Readonly<Record<string, TimeBound>> = {
  '=': 'equal',
  '>': 'lower',
  '>=': 'lower',
  '<': 'upper',
  '<=': 'upper',
};

function timeBound(node: RexNode, { inputs: [left, right] }: LogicalJoin): TimeBound | undefined {
  const bound = node.kind === 'call' ? COMPARISONS[node.operator] : undefined;
  if (node.kind !== 'call' || !bound) return undefined;
  const fields = [...left.rowType.fields, ...right.rowType.fields];
  const [first, second] = node.operands.map((operand) => timeTerm(operand, fields));
  if (!first || !second || first.attribute !== second.attribute) return undefined;
  const isLeft = first.column < left.rowType.fields.length;
  if (isLeft === second.column < left.rowType.fields.length) return undefined;
  if (isLeft || bound === 'equal') return bound;
  return bound === 'lower' ? 'upper' : 'lower';
}

/** The time attribute that a term reads, if it reads nothing else. */
function timeTerm(
  node: RexNode,
  fields: readonly RowField[],
): { readonly column: number; readonly attribute: string } | undefined {
  const [column, ...others] = usedInputs([node]);
  if (column === undefined || others.length > 0) return undefined;
  const type = fields[column]?.type;
  const attribute = type && 'attribute' in type ? type.attribute : undefined;
  return attribute && { column, attribute };
}

function isWindowJoin({ inputs: [left, right], condition }: LogicalJoin): boolean {
  const { leftKeys, rightKeys } = joinKeys(condition, left.rowType.fields.length);
  const equated = leftKeys.map((leftKey, i) => {
    const leftOrigin = windowOrigin(left, leftKey);
    const rightOrigin = windowOrigin(right, rightKeys[i] as number);
    return leftOrigin && rightOrigin && sameOrigin(leftOrigin, rightOrigin) ? leftOrigin.kind : undefined;
  });
  return equated.includes('start') && equated.includes('end');
}
