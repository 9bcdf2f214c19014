import type { RexInput, RexNode } from '../../../expressions/rex-node.ts';
import { mapPlan } from '../../plan/builders.ts';
import type { LogicalJoin, LogicalNode } from '../../plan/rel-node.ts';
import { BOOLEAN_NOT_NULL, conjoin, conjunctions, isCall, rexCall } from '../../plan/rex.ts';
import { pushDownFilters } from '../push-down-filters.ts';
import type { ConstantOptions } from '../simplify/constant-reducer.ts';
import { simplifyCondition } from '../simplify/simplify.ts';

/** So often what a join hands down may make equalities of a join below it. */
const MAX_ROUNDS = 10;

/**
 * Of columns that a join asks to be equal across its sides, three and more are equal on each side, and one of each across them: `l.a = r.b AND
 * l.a = r.c` is `l.a = r.b AND r.b = r.c`, of which the last is asked of the right side alone (Flink's JoinConditionEqualityTransferRule).
 */
export function transferEqualities(plan: LogicalNode, options: ConstantOptions): LogicalNode {
  let node = plan;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = mapPlan(node, (each) => (each.kind === 'LogicalJoin' ? transferred(each, options) : each));
    if (next === node) break;
    node = pushDownFilters(next, options);
  }
  return node;
}

function transferred(join: LogicalJoin, { compute }: ConstantOptions): LogicalJoin {
  if (join.joinType !== 'INNER' && join.joinType !== 'SEMI') return join;
  const width = join.inputs[0].rowType.fields.length;
  const isLeft = (column: RexInput): boolean => column.index < width;
  const rest: RexNode[] = [];
  const groups: Group[] = [];
  for (const conjunct of conjunctions(join.condition)) {
    const pair = columnPair(conjunct);
    if (pair && isLeft(pair[0]) !== isLeft(pair[1])) addPair(groups, pair);
    else rest.push(conjunct);
  }
  const large = groups.filter((group) => group.size > 2);
  if (large.length === 0) return join;
  const equalities: RexNode[] = [];
  for (const group of groups) if (group.size === 2) equalities.push(equality(inHashOrder(group)));
  for (const group of large) {
    const columns = inHashOrder(group);
    const left = columns.filter(isLeft);
    const right = columns.filter((column) => !isLeft(column));
    for (const side of [left, right])
      for (const other of side.slice(1)) equalities.push(equality([side[0]!, other])); // there is a first
    equalities.push(equality([left[0]!, right[0]!])); // each pair has one of both
  }
  const condition = conjoin([...rest, simplifyCondition(conjoin(equalities), compute)]);
  return { ...join, condition };
}

/** Columns that are equal to each other, by place. */
type Group = Map<number, RexInput>;

function columnPair(node: RexNode): readonly [RexInput, RexInput] | undefined {
  if (!isCall(node, '=')) return undefined;
  const [a, b] = node.operands;
  return a?.kind === 'input' && b?.kind === 'input' ? [a, b] : undefined;
}

/** To the first group that has one of them; groups that a later pair connects stay apart until the next round. */
function addPair(groups: Group[], pair: readonly [RexInput, RexInput]): void {
  let group = groups.find((each) => pair.some((column) => each.has(column.index)));
  if (!group) groups.push((group = new Map<number, RexInput>()));
  for (const column of pair) group.set(column.index, column);
}

function equality(columns: readonly RexInput[]): RexNode {
  const nullable = columns.some((column) => column.type.nullable);
  return rexCall('=', columns, { ...BOOLEAN_NOT_NULL, nullable });
}

// Of the hash table that Flink keeps a group in.
const SLOT_BITS = 5;
const HASH_FACTOR = 0x9e3775cd;

/** The order in which Flink finds the columns of a group: that of their slots in an open hash table, next ones where those are taken. */
function inHashOrder(group: Group): RexInput[] {
  const slots: (RexInput | undefined)[] = [];
  const count = 1 << SLOT_BITS;
  for (const column of group.values()) {
    let slot = slotOf(column.index);
    while (slots[slot % count]) slot++;
    slots[slot % count] = column;
  }
  return slots.filter((column) => column !== undefined);
}

function slotOf(column: number): number {
  const mixed = Math.imul(reversedBytes(Math.imul(column, HASH_FACTOR)), HASH_FACTOR);
  const rotated = (mixed >>> SLOT_BITS) | (mixed << (32 - SLOT_BITS));
  return rotated >>> (32 - SLOT_BITS);
}

function reversedBytes(value: number): number {
  return (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}
