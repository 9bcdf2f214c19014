import { logicalJoin, logicalProject, withInputs } from '../plan/builders.ts';
import type { LogicalJoin, LogicalNode } from '../plan/rel-node.ts';
import { conjunctions, fieldNames, moveInputs, usedInputs } from '../plan/rex.ts';
import { joinKeys } from './join-keys.ts';

/**
 * An anti-join by keys of one table of an inner join stands below that join, at its table (Flink's FlinkSemiAntiJoinJoinTransposeRule, as far
 * as its costs let it): fewer rows are joined. Semi-joins stay above, and so do anti-joins beside one, or without a projection above.
 */
export function pushAntiJoins(node: LogicalNode): LogicalNode {
  return visit(node, false);
}

function visit(node: LogicalNode, isBelowSemiJoin: boolean): LogicalNode {
  const isSemiJoin = node.kind === 'LogicalJoin' && node.joinType === 'SEMI';
  const isThrough =
    node.kind === 'LogicalProject' || (node.kind === 'LogicalJoin' && node.joinType === 'ANTI');
  const inputs = node.inputs.map((input, i) =>
    visit(input, i === 0 && (isSemiJoin || (isThrough && isBelowSemiJoin))),
  );
  const visited = withInputs<LogicalNode>(node, inputs);
  return visited.kind === 'LogicalJoin' && !isBelowSemiJoin ? (pushed(visited) ?? visited) : visited;
}

/** Undefined: it stays. */
function pushed(join: LogicalJoin): LogicalNode | undefined {
  const [left, right] = join.inputs;
  if (join.joinType !== 'ANTI' || (join.keepsRight && left.kind !== 'LogicalProject')) return undefined;
  const width = left.rowType.fields.length;
  const { leftKeys, residual } = joinKeys(join.condition, width);
  if (leftKeys.length === 0 || residual) return undefined;
  if (left.kind === 'LogicalProject') return belowProject(join, left.inputs[0]);
  if (left.kind !== 'LogicalJoin' || left.joinType !== 'INNER') return undefined;
  const [first, second] = left.inputs;
  const firstWidth = first.rowType.fields.length;
  const antiJoin = (side: LogicalNode, from: number): LogicalNode => {
    const sideWidth = side.rowType.fields.length;
    const place = (column: number): number => (column < width ? column - from : column - width + sideWidth);
    const own = logicalJoin(side, right, 'ANTI', moveInputs(join.condition, place));
    return pushed(own) ?? own;
  };
  if (leftKeys.every((key) => key < firstWidth)) return withInputs(left, [antiJoin(first, 0), second]);
  if (leftKeys.every((key) => key >= firstWidth))
    return withInputs(left, [first, antiJoin(second, firstWidth)]);
  return undefined;
}

/** Past a projection that hands the keys on. */
function belowProject(join: LogicalJoin, below: LogicalNode): LogicalNode | undefined {
  const [left, right] = join.inputs;
  if (left.kind !== 'LogicalProject') return undefined;
  const width = left.rowType.fields.length;
  const belowWidth = below.rowType.fields.length;
  const columns = left.projects.map((each) => (each.kind === 'input' ? each.index : -1));
  const read = [...usedInputs(conjunctions(join.condition))].filter((column) => column < width);
  if (read.some((column) => (columns[column] as number) < 0)) return undefined;
  const place = (column: number): number =>
    column < width ? (columns[column] as number) : column - width + belowWidth;
  const own = pushed(logicalJoin(below, right, 'ANTI', moveInputs(join.condition, place)));
  return own && logicalProject(own, left.projects, fieldNames(left.rowType));
}
