import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { movedCall } from '../plan/aggregate-columns.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalExpand, LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  fieldNames,
  fieldOf,
  inputOf,
  nullLiteral,
  rexCall,
  rowTypeOf,
  uniqueNames,
} from '../plan/rex.ts';
import { namedByPlace } from './name-results.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import { simplifyMerged } from './simplify/simplify.ts';

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };

interface ExpandOptions extends ConstantOptions {
  /** Results that are named by their place keep that name. */
  readonly keepsNames?: boolean;
}

/**
 * GROUPING SETS as one GROUP BY: every row once for each set, with NULL in place of the keys that the set leaves out, grouped by all keys
 * and `$e`, whose bits say which these are (the first key has the highest). GROUPING and GROUPING_ID follow from it.
 */
export function expandGroupingSets(plan: LogicalNode, options: ExpandOptions): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate') return node;
    const hasGrouping = node.calls.some(isGrouping);
    return node.groupSets || hasGrouping ? expanded(node, node.groupSets ?? [node.group], options) : node;
  });
}

function isGrouping({ function: name }: NamedAggregateCall): boolean {
  return name === 'GROUPING' || name === 'GROUPING_ID';
}

function expanded(
  node: LogicalAggregate,
  sets: readonly (readonly number[])[],
  { compute, keepsNames = false }: ExpandOptions,
): LogicalNode {
  const [input] = node.inputs;
  const { group } = node;
  const isPlain = !node.groupSets;
  const expand = isPlain ? undefined : expandOf(node, sets);
  const kept = node.calls.filter((call) => !isGrouping(call));
  const calls = expand ? kept.map((call) => expand.moved(call)) : kept;
  const allKeys = expand ? [...group, expand.id] : group;
  const named = keepsNames ? calls : namedByPlace(calls, allKeys.length);
  const aggregate = logicalAggregate(expand?.node ?? input, allKeys, named);
  const width = aggregate.group.length;
  const ids = sets.map((set) => groupingOf(group, set));
  const results = node.calls.map((call): RexNode => {
    if (!isGrouping(call)) return inputOf(aggregate.rowType, width + kept.indexOf(call));
    const values = sets.map((set) => groupingOf(call.arguments, set));
    return isPlain ? number(values[0]!) : chosen(inputOf(aggregate.rowType, width - 1), ids, values); // one set at least
  });
  const keys = group.map((_, i) => inputOf(aggregate.rowType, i));
  const projects = simplifyMerged([...keys, ...results], compute);
  return logicalProject(aggregate, projects, fieldNames(node.rowType));
}

/** A bit a column, the first one highest: 1 where the set leaves it out. */
export function groupingOf(columns: readonly number[], set: readonly number[]): bigint {
  return columns.reduce((bits, column) => 2n * bits + (set.includes(column) ? 0n : 1n), 0n);
}

function number(value: bigint): RexNode {
  return { kind: 'literal', value: String(value), type: BIGINT };
}

/** CASE over the ids: neighbours of one value share a condition, and the last value needs none. */
function chosen(id: RexNode, ids: readonly bigint[], values: readonly bigint[]): RexNode {
  const last = values.at(-1)!; // one set at least
  const operands: RexNode[] = [];
  for (let i = 0; i < ids.length;) {
    const from = i;
    while (i < ids.length && values[i] === values[from]) i++;
    if (i === ids.length) break;
    const conditions = ids.slice(from, i).map((each) => rexCall('=', [id, number(each)], BOOLEAN_NOT_NULL));
    const [only] = conditions;
    operands.push(
      conditions.length === 1 && only ? only : rexCall('OR', conditions, BOOLEAN_NOT_NULL),
      number(values[from]!),
    ); // below i
  }
  return operands.length === 0 ? number(last) : rexCall('CASE', [...operands, number(last)], BIGINT);
}

/** `$e`, or `$e_0` beside another one. */
function idName(taken: readonly string[]): string {
  if (!taken.includes('$e')) return '$e';
  let i = 0;
  while (taken.includes(`$e_${i}`)) i++;
  return `$e_${i}`;
}

/** The Expand below, the column of `$e`, and calls that read what they read before. */
export function expandOf(node: LogicalAggregate, sets: readonly (readonly number[])[]) {
  const [input] = node.inputs;
  const { group, calls } = node;
  const { fields } = input.rowType;
  const read = new Set(
    calls.filter((call) => !isGrouping(call)).flatMap((call) => [...call.arguments, call.filter]),
  );
  // A key that is aggregated, too, is kept beside its copies with NULLs.
  const isPartial = (column: number): boolean =>
    group.includes(column) && sets.some((set) => !set.includes(column));
  const doubled = group.filter((key) => read.has(key) && isPartial(key));
  const at = (column: number): number => {
    const place = doubled.indexOf(column);
    return place < 0 ? column : fields.length + 1 + place;
  };
  const names = uniqueNames([
    ...fields.map((field) => field.name),
    idName(fields.map((field) => field.name)),
    ...doubled.map((key) => `${fieldOf(input.rowType, key).name}_0`),
  ]);
  const types = [
    ...fields.map(({ type }, i) => (isPartial(i) ? withNullability(type, true) : type)),
    BIGINT,
    ...doubled.map((key) => fieldOf(input.rowType, key).type),
  ];
  const expand: LogicalExpand = {
    kind: 'LogicalExpand',
    inputs: [input],
    projects: sets.map((set) => [
      ...fields.map(({ type }, i) =>
        group.includes(i) && !set.includes(i) ? nullLiteral(type) : inputOf(input.rowType, i),
      ),
      number(groupingOf(group, set)),
      ...doubled.map((key) => inputOf(input.rowType, key)),
    ]),
    rowType: rowTypeOf(types.map((type, i): RowField => ({ name: names[i] as string, type }))),
  };
  return {
    node: expand,
    id: fields.length,
    moved: (call: NamedAggregateCall): NamedAggregateCall => movedCall(call, at),
  };
}
