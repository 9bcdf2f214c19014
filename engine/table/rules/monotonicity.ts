import type { PhysicalGroupAggregate, PhysicalJoin, PhysicalNode } from '../plan/physical-node.ts';
import type { NamedAggregateCall } from '../plan/rel-node.ts';
import { isInsertOnly } from './infer-changelog-mode.ts';
import { isDeterministic, usedInputs } from '../plan/rex.ts';
import { localInput } from './local-input.ts';

/** How an update changes a column: not at all, or one way only. */
type Monotonicity = 'constant' | 'increasing' | 'decreasing';

/**
 * Which aggregates over an input have to take values back. Of an input that updates, these are all but MAX of what only grows and MIN of
 * what only shrinks, by keys that stay: Flink plans them without retraction.
 */
export function retractingCalls(
  input: PhysicalNode,
  group: readonly number[],
): (call: NamedAggregateCall) => boolean {
  if (isInsertOnly(input)) return () => false;
  if (group.some((key) => monotonicityOf(input, key) !== 'constant')) return () => true;
  return ({ function: name, arguments: [argument] }) => {
    if (argument === undefined || (name !== 'MAX' && name !== 'MIN')) return true;
    const monotonicity = monotonicityOf(input, argument);
    return monotonicity !== 'constant' && monotonicity !== (name === 'MAX' ? 'increasing' : 'decreasing');
  };
}

/** Undefined: it may change either way, or rows may go. */
function monotonicityOf(node: PhysicalNode, column: number): Monotonicity | undefined {
  switch (node.kind) {
    case 'Exchange':
      return monotonicityOf(node.inputs[0], column);
    case 'Calc': {
      const project = node.projects[column];
      if (project?.kind === 'input') return monotonicityOf(node.inputs[0], project.index);
      const isConstant = (index: number): boolean => monotonicityOf(node.inputs[0], index) === 'constant';
      const [input] = node.inputs;
      const isKnown = (): boolean =>
        input.rowType.fields.some((_, i) => monotonicityOf(input, i) !== undefined);
      if (project?.kind === 'literal') return isKnown() ? 'constant' : undefined;
      const used = project && isDeterministic(project) ? [...usedInputs([project])] : [];
      return used.length > 0 && used.every(isConstant) ? 'constant' : undefined;
    }
    case 'GroupAggregate':
      return ofAggregate(node, node.inputs[0], column);
    case 'Join':
      return ofJoin(node, column);
    case 'GlobalGroupAggregate':
      return ofAggregate(node, localInput(node), column);
    default:
      return isInsertOnly(node) && isKnown(node) ? 'constant' : undefined;
  }
}

/** Flink knows nothing of rows that are written out, nor of windows and limits, and so nothing of what is computed of them. */
function isKnown(node: PhysicalNode): boolean {
  switch (node.kind) {
    case 'TableSourceScan':
      return true;
    case 'Calc':
    case 'Correlate':
    case 'Exchange':
    case 'Expand':
    case 'GlobalGroupAggregate':
    case 'GroupAggregate':
    case 'Join':
    case 'LocalGroupAggregate':
    case 'MiniBatchAssigner':
    case 'Union':
    case 'WatermarkAssigner':
      return node.inputs.every(isKnown);
    default:
      return false;
  }
}

/** Rows of a join change as those of its sides, as long as these neither go nor come under other keys. */
function ofJoin(node: PhysicalJoin, column: number): Monotonicity | undefined {
  if (isInsertOnly(node)) return 'constant';
  const { inputs, joinType, leftKeys, rightKeys, residual } = node;
  if (joinType === 'ANTI') return undefined;
  const [left, right] = inputs.map((input) =>
    input.rowType.fields.map((_, i) => monotonicityOf(input, i)),
  ) as [(Monotonicity | undefined)[], (Monotonicity | undefined)[]];
  const isConstant = (each: Monotonicity | undefined): boolean => each === 'constant';
  const all = [...left, ...right];
  const areKeysConstant =
    leftKeys.every((key) => isConstant(left[key])) && rightKeys.every((key) => isConstant(right[key]));
  if (all.includes(undefined) || !areKeysConstant || (residual && !all.every(isConstant))) return undefined;
  return all[column];
}

function ofAggregate(
  { group, calls }: Pick<PhysicalGroupAggregate, 'group' | 'calls'>,
  input: PhysicalNode,
  column: number,
): Monotonicity | undefined {
  const isStable = isInsertOnly(input);
  if (isStable && !isKnown(input)) return undefined;
  if (!isStable && group.some((key) => monotonicityOf(input, key) !== 'constant')) return undefined;
  if (column < group.length) return 'constant';
  const call = calls[column - group.length];
  const own = call && OWN[call.function];
  const [argument] = call?.arguments ?? [];
  if (isStable || !own || argument === undefined) return own;
  const below = monotonicityOf(input, argument);
  return below === own || below === 'constant' ? own : undefined;
}

const OWN: Readonly<Record<string, Monotonicity>> = {
  COUNT: 'increasing',
  MAX: 'increasing',
  MIN: 'decreasing',
};
