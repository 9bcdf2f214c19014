import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import type { RowType } from '../../types/logical-type.ts';
import { joinRowType, logicalJoin, logicalProject } from './builders.ts';
import type { JoinType, LogicalJoin, LogicalNode } from './rel-node.ts';
import {
  conjoin,
  conjunctions,
  fieldNames,
  fieldOf,
  inputOf,
  isImplicitCast,
  moveInputs,
  rexInput,
  usedInputs,
} from './rex.ts';

/**
 * A join whose key expressions (`a + 1 = b`) are columns: each is computed below, on the side it reads, and left out again above. Other
 * conditions stay as they are.
 */
export function joinWithPushedKeys(
  left: LogicalNode,
  right: LogicalNode,
  joinType: JoinType,
  condition: RexNode,
  kept: Pick<LogicalJoin, 'hints' | 'keepsRight'> = {},
): LogicalNode {
  const hinted = {
    ...(kept.hints && { hints: kept.hints }),
    ...(kept.keepsRight && { keepsRight: true as const }),
  };
  const leftWidth = left.rowType.fields.length;
  const sides = [new SideKeys(left, 0), new SideKeys(right, leftWidth)] as const;
  const pending = conjunctions(condition).map((conjunct) => pushed(conjunct, sides, leftWidth));
  const extraLeft = sides[0].extra.length;
  if (extraLeft + sides[1].extra.length === 0)
    return { ...logicalJoin(left, right, joinType, condition), ...hinted };

  // Extra columns of the left side stand between its own and those of the right.
  const place = (index: number): number => (index < leftWidth ? index : index + extraLeft);
  const rightWidth = right.rowType.fields.length;
  const keys: readonly [RexNode, RexNode][] = pending.map(({ node, leftKey, rightKey }) => [
    leftKey === undefined ? node : rexInput(leftWidth + leftKey.index, leftKey.type),
    rightKey === undefined
      ? node
      : rexInput(leftWidth + extraLeft + rightWidth + rightKey.index, rightKey.type),
  ]);
  const moved = pending.map(({ node, leftKey, rightKey, isSwapped }, i) => {
    if (leftKey === undefined && rightKey === undefined) return moveInputs(node, place);
    const call = node as RexCall;
    const [first, second] = call.operands as [RexNode, RexNode];
    const [leftOperand, rightOperand] = isSwapped ? [second, first] : [first, second];
    const [leftColumn, rightColumn] = keys[i] as [RexNode, RexNode];
    const operands = [
      leftKey === undefined ? moveInputs(leftOperand, place) : leftColumn,
      rightKey === undefined ? moveInputs(rightOperand, place) : rightColumn,
    ];
    return { ...call, operands: isSwapped ? operands.reverse() : operands };
  });
  const join = { ...logicalJoin(sides[0].build(), sides[1].build(), joinType, conjoin(moved)), ...hinted };
  const { fields } = joinRowType(left.rowType, right.rowType, joinType);
  return logicalProject(
    join,
    fields.map((_, i) => inputOf(join.rowType, place(i))),
    fields.map((_, i) => fieldOf(join.rowType, place(i)).name),
  );
}

interface PushedConjunct {
  readonly node: RexNode;
  readonly leftKey?: ExtraColumn;
  readonly rightKey?: ExtraColumn;
  readonly isSwapped: boolean;
}

interface ExtraColumn {
  readonly index: number;
  readonly type: RexNode['type'];
}

function pushed(
  node: RexNode,
  [left, right]: readonly [SideKeys, SideKeys],
  leftWidth: number,
): PushedConjunct {
  const none: PushedConjunct = { node, isSwapped: false };
  if (node.kind !== 'call' || (node.operator !== '=' && node.operator !== 'IS NOT DISTINCT FROM'))
    return none;
  const [first, second] = node.operands as [RexNode, RexNode];
  const [sideOfFirst, sideOfSecond] = [sideOf(first, leftWidth), sideOf(second, leftWidth)];
  if (!sideOfFirst || !sideOfSecond || sideOfFirst === sideOfSecond) return none;
  const isSwapped = sideOfFirst === 'right';
  const leftKey = left.push(isSwapped ? second : first);
  const rightKey = right.push(isSwapped ? first : second);
  return { node, ...(leftKey && { leftKey }), ...(rightKey && { rightKey }), isSwapped };
}

function sideOf(node: RexNode, leftWidth: number): 'left' | 'right' | undefined {
  const used = [...usedInputs([node])];
  if (used.length === 0) return undefined;
  if (used.every((index) => index < leftWidth)) return 'left';
  return used.every((index) => index >= leftWidth) ? 'right' : undefined;
}

/** As a column, a cast that no plan has shown is one that is computed. */
function shown(node: RexNode): RexNode {
  if (!isImplicitCast(node) || node.kind !== 'call') return node;
  const { implicit: _hidden, ...call } = node;
  return call;
}

/** One side of a join with the key expressions that are computed on it. */
class SideKeys {
  readonly extra: RexNode[] = [];
  readonly #input: LogicalNode;
  readonly #first: number;

  constructor(input: LogicalNode, first: number) {
    this.#input = input;
    this.#first = first;
  }

  /** Undefined for a plain column, which is there already. */
  push(node: RexNode): ExtraColumn | undefined {
    if (node.kind === 'input') return undefined;
    const own = moveInputs(shown(node), (index) => index - this.#first);
    return { index: this.extra.push(own) - 1, type: node.type };
  }

  build(): LogicalNode {
    if (this.extra.length === 0) return this.#input;
    const { rowType } = this.#input;
    const own = rowType.fields.map((_, i) => inputOf(rowType, i));
    const names = this.extra.map(
      (node, i) => castColumnName(rowType, node) ?? `$f${rowType.fields.length + i}`,
    );
    return logicalProject(this.#input, [...own, ...this.extra], [...fieldNames(rowType), ...names]);
  }
}

/** The name of an expression of a row that is a column, or one that is only cast: it keeps its name. */
export function castColumnName(rowType: RowType, node: RexNode): string | undefined {
  if (node.kind === 'input') return fieldOf(rowType, node.index).name;
  return node.kind === 'call' && node.operator === 'CAST'
    ? castColumnName(rowType, node.operands[0] as RexNode)
    : undefined;
}
