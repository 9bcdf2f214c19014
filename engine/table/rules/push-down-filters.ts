import type { RexNode } from '../../expressions/rex-node.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import type { RowType } from '../../types/logical-type.ts';
import { logicalCorrelate, logicalFilter, logicalProject, withInputs } from '../plan/builders.ts';
import { joinWithPushedKeys } from '../plan/join-converter.ts';
import type {
  JoinType,
  LogicalAggregate,
  LogicalCorrelate,
  LogicalJoin,
  LogicalNode,
  LogicalProject,
} from '../plan/rel-node.ts';
import {
  combine,
  conjoin,
  conjunctions,
  fieldNames,
  flatten,
  inputOf,
  isDeterministic,
  isLiteral,
  mapRex,
  moveInputs,
  rexCast,
  sameRex,
  substitute,
  usedInputs,
} from '../plan/rex.ts';
import { joinKeys } from './join-keys.ts';
import { rejectsNullOf } from './null-rejection.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import { isComparison } from './simplify/sarg.ts';
import { nullTestsFirst } from './simplify/simplify-junction.ts';
import { simplifyCondition, simplifyMergedCondition } from './simplify/simplify.ts';

/**
 * Filters as low as they can go without changing the answer: past projections, to the sides of a join (or into its condition), into
 * every branch of a union, below an aggregation where they speak of its keys alone. They stop above a watermark assigner, which
 * has to see every row, and above a window function.
 *
 * On the way an outer join whose padded rows a filter would drop becomes an inner one, and what holds for one side's key
 * is asked of the other side's, too.
 */
export function pushDownFilters(node: LogicalNode, options: ConstantOptions): LogicalNode {
  return push(node, [], options);
}

/** The plan of `node` filtered by all `predicates`, which speak of its columns. */
function push(node: LogicalNode, predicates: readonly RexNode[], options: ConstantOptions): LogicalNode {
  switch (node.kind) {
    case 'LogicalFilter':
      return push(node.inputs[0], distinct([...conjunctions(node.condition), ...predicates]), options);
    case 'LogicalProject':
      return pushPastProject(node, predicates, options);
    case 'LogicalJoin':
      return pushIntoJoin(node, predicates, options);
    case 'LogicalCorrelate':
      return pushIntoCorrelate(node, predicates, options);
    case 'LogicalUnion':
      return { ...node, inputs: node.inputs.map((input) => push(input, predicates, options)) };
    case 'LogicalAggregate':
      return pushPastAggregate(node, predicates, options);
    default: {
      const inputs = node.inputs.map((input) => push(input, [], options)) as unknown as LogicalNode['inputs'];
      return filtered(withInputs<LogicalNode>(node, inputs), predicates, options);
    }
  }
}

function filtered(node: LogicalNode, predicates: readonly RexNode[], options: ConstantOptions): LogicalNode {
  return predicates.length === 0 ? node : logicalFilter(node, simplified(conjoin(predicates), options));
}

function simplified(condition: RexNode, { compute, isReduced }: ConstantOptions): RexNode {
  return isReduced ? simplifyMergedCondition(condition, compute) : simplifyCondition(condition, compute);
}

function pushPastProject(
  node: LogicalProject,
  predicates: readonly RexNode[],
  options: ConstantOptions,
): LogicalNode {
  const canMove = [...usedInputs(predicates)].every((index) =>
    isDeterministic(node.projects[index] as RexNode),
  );
  const moved = canMove ? predicates.map((predicate) => substitute(predicate, node.projects)) : [];
  const project = withInputs(node, [push(node.inputs[0], moved, options)]);
  return canMove ? project : filtered(project, predicates, options);
}

function pushPastAggregate(
  node: LogicalAggregate,
  predicates: readonly RexNode[],
  options: ConstantOptions,
): LogicalNode {
  const { group, groupSets } = node;
  const isKey = (index: number): boolean =>
    index < group.length && (groupSets ?? []).every((set) => set.includes(group[index] as number));
  const isOnKeys = (predicate: RexNode): boolean =>
    group.length > 0 && isDeterministic(predicate) && [...usedInputs([predicate])].every(isKey);
  const [below, above] = partition(predicates, isOnKeys);
  const moved = below.map((predicate) => moveInputs(predicate, (index) => group[index] as number));
  return filtered(withInputs(node, [push(node.inputs[0], moved, options)]), above, options);
}

function pushIntoJoin(
  node: LogicalJoin,
  predicates: readonly RexNode[],
  options: ConstantOptions,
): LogicalNode {
  const [left, right] = node.inputs;
  const leftWidth = left.rowType.fields.length;
  const joinType = strengthened(node.joinType, predicates, leftWidth);
  const { toLeft, toRight, toJoin, above } = placesOf(node, joinType, predicates, options);
  const condition = simplified(conjoin(distinct(toJoin)), options);
  const inferred = inferAcross(condition, joinType, node, toLeft, toRight);
  const join = joinWithPushedKeys(
    push(
      left,
      distinct([...toLeft, ...inferred.left]).map((each) => columnsOf(left, each, 0)),
      options,
    ),
    push(
      right,
      distinct([...toRight, ...inferred.right]).map((each) => columnsOf(right, each, leftWidth)),
      options,
    ),
    joinType,
    condition,
    node,
  );
  return filtered(joinType === node.joinType ? join : asNullable(join, node.rowType), above, options);
}

/** Where a join asks its own condition and the predicates above it: of one side before, of both together, or behind. */
function placesOf(
  { condition, inputs: [left] }: LogicalJoin,
  joinType: JoinType,
  predicates: readonly RexNode[],
  { compute }: ConstantOptions,
): Readonly<Record<'toLeft' | 'toRight' | 'toJoin' | 'above', readonly RexNode[]>> {
  const leftWidth = left.rowType.fields.length;
  const isLeft = (predicate: RexNode): boolean =>
    [...usedInputs([predicate])].every((index) => index < leftWidth);
  const isRight = (predicate: RexNode): boolean =>
    [...usedInputs([predicate])].every((index) => index >= leftWidth);
  const toLeft: RexNode[] = [];
  const toRight: RexNode[] = [];
  const toJoin: RexNode[] = [];
  const above: RexNode[] = [];
  // What the condition asks of one side alone may be asked before, of the side whose rows it cannot save.
  const asksLeft = joinType === 'INNER' || joinType === 'RIGHT' || joinType === 'SEMI';
  const asksRight = joinType === 'INNER' || joinType === 'LEFT' || joinType === 'SEMI';
  for (const predicate of conjunctions(condition)) {
    const isOneSided = usedInputs([predicate]).size > 0 && isDeterministic(predicate);
    if (isOneSided && asksLeft && isLeft(predicate)) toLeft.push(predicate);
    else if (isOneSided && asksRight && isRight(predicate)) toRight.push(predicate);
    else toJoin.push(predicate);
  }
  const keepsLeft = joinType === 'INNER' || joinType === 'LEFT' || joinType === 'SEMI' || joinType === 'ANTI';
  const keepsRight = joinType === 'INNER' || joinType === 'RIGHT';
  for (const predicate of predicates) {
    if (!isDeterministic(predicate)) above.push(predicate);
    else if (isLeft(predicate) && keepsLeft) toLeft.push(predicate);
    else if (isRight(predicate) && keepsRight && usedInputs([predicate]).size > 0) toRight.push(predicate);
    else if (joinType === 'INNER') toJoin.push(predicate);
    else above.push(predicate);
  }
  if (joinType === 'INNER') {
    const implied = (isOfSide: (predicate: RexNode) => boolean): RexNode[] =>
      impliedBy(toJoin, isOfSide).map((each) => simplifyCondition(each, compute));
    toLeft.push(...implied(isLeft));
    toRight.push(...implied(isRight));
  }
  return { toLeft, toRight, toJoin, above };
}

/** The columns of one side, from `first` on in the join, in its own types: NOT NULL ones may have been padded. */
function columnsOf({ rowType }: LogicalNode, predicate: RexNode, first: number): RexNode {
  return mapRex(predicate, (each) => (each.kind === 'input' ? inputOf(rowType, each.index - first) : each));
}

/** `(l = 1 AND r = 2) OR (l = 3 AND r = 4)` says of the left side alone that `l = 1 OR l = 3`: the join asks the whole all the same. */
function impliedBy(predicates: readonly RexNode[], isOfSide: (predicate: RexNode) => boolean): RexNode[] {
  return predicates.flatMap((predicate) => {
    const alternatives = flatten('OR', predicate);
    if (alternatives.length === 1 || !isDeterministic(predicate)) return [];
    const own = alternatives.map((each) =>
      conjunctions(each).filter((term) => usedInputs([term]).size > 0 && isOfSide(term)),
    );
    if (own.some((terms) => terms.length === 0)) return [];
    return [combine('OR', nullTestsFirst(own.map((terms) => combine('AND', terms))))];
  });
}

/** To the rows that a function is called for, or to those that it gives: these only where none is padded with NULLs. */
function pushIntoCorrelate(
  node: LogicalCorrelate,
  predicates: readonly RexNode[],
  options: ConstantOptions,
): LogicalNode {
  const [left, right] = node.inputs;
  const leftWidth = left.rowType.fields.length;
  const sideOf = (predicate: RexNode): 'left' | 'right' | 'above' => {
    const used = [...usedInputs([predicate])];
    if (!isDeterministic(predicate)) return 'above';
    if (used.every((index) => index < leftWidth)) return 'left';
    return node.joinType === 'INNER' && used.every((index) => index >= leftWidth) ? 'right' : 'above';
  };
  const toLeft = predicates.filter((predicate) => sideOf(predicate) === 'left');
  const toRight = predicates
    .filter((predicate) => sideOf(predicate) === 'right')
    .map((predicate) => moveInputs(predicate, (index) => index - leftWidth));
  return filtered(
    logicalCorrelate(push(left, toLeft, options), push(right, toRight, options), node.joinType),
    predicates.filter((predicate) => sideOf(predicate) === 'above'),
    options,
  );
}

/** Columns that are no longer padded, in the types that they had while they were. */
function asNullable(join: LogicalNode, { fields }: RowType): LogicalNode {
  const columns = fields.map(({ type }, i) => {
    const column = inputOf(join.rowType, i);
    return type.nullable && !column.type.nullable ? rexCast(column, type) : column;
  });
  if (columns.every((column) => column.kind === 'input')) return join;
  return logicalProject(join, columns, fieldNames(join.rowType));
}

/** The join type once rows padded with NULLs that a filter above drops anyway are not made. */
function strengthened(joinType: JoinType, predicates: readonly RexNode[], leftWidth: number): JoinType {
  const rejects = (isSide: (index: number) => boolean): boolean =>
    predicates.some((predicate) => rejectsNullOf(predicate, isSide));
  const rejectsLeft = rejects((index) => index < leftWidth);
  const rejectsRight = rejects((index) => index >= leftWidth);
  if (joinType === 'LEFT') return rejectsRight ? 'INNER' : 'LEFT';
  if (joinType === 'RIGHT') return rejectsLeft ? 'INNER' : 'RIGHT';
  if (joinType !== 'FULL') return joinType;
  if (rejectsLeft) return rejectsRight ? 'INNER' : 'LEFT';
  return rejectsRight ? 'RIGHT' : 'FULL';
}

/** Of outer joins, what compares with a constant. */
function isInferred(predicate: RexNode, joinType: JoinType): boolean {
  if (joinType === 'INNER') return true;
  return predicate.kind === 'call' && isComparison(predicate.operator) && predicate.operands.some(isLiteral);
}

/** From `l = r` and a condition on l follows the same condition on r, where r's other rows would find no partner. */
function inferAcross(
  condition: RexNode,
  joinType: JoinType,
  node: LogicalJoin,
  toLeft: readonly RexNode[],
  toRight: readonly RexNode[],
): { left: RexNode[]; right: RexNode[] } {
  const leftWidth = node.inputs[0].rowType.fields.length;
  const { leftKeys, rightKeys, filterNulls } = joinKeys(condition, leftWidth);
  const across = (
    predicate: RexNode,
    from: readonly number[],
    to: readonly number[],
  ): RexNode | undefined => {
    if (!isInferred(predicate, joinType)) return undefined;
    const used = [...usedInputs([predicate])];
    const partners = used.map(
      (index) => to[from.findIndex((key, i) => key === index && filterNulls[i] === true)],
    );
    if (used.length === 0 || partners.includes(undefined)) return undefined;
    const isSameType = used.every((index, i) =>
      typesEqualSansNullability(
        inputOf(node.rowType, index).type,
        inputOf(node.rowType, partners[i] as number).type,
      ),
    );
    return isSameType ? moveInputs(predicate, (index) => partners[used.indexOf(index)] as number) : undefined;
  };
  const present = (nodes: readonly (RexNode | undefined)[]): RexNode[] =>
    nodes.filter((each) => each !== undefined);
  const rightPositions = rightKeys.map((key) => key + leftWidth);
  return {
    left:
      joinType === 'INNER' || joinType === 'RIGHT'
        ? present(toRight.map((each) => across(each, rightPositions, leftKeys)))
        : [],
    right:
      joinType === 'INNER' || joinType === 'LEFT'
        ? present(toLeft.map((each) => across(each, leftKeys, rightPositions)))
        : [],
  };
}

function distinct(nodes: readonly RexNode[]): RexNode[] {
  return nodes.filter((node, i) => nodes.findIndex((other) => sameRex(node, other)) === i);
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
