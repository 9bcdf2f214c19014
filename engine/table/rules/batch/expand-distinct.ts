import type { RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { typesEqual } from '../../../types/type-equality.ts';
import { withNullability } from '../../../types/type-families.ts';
import { logicalAggregate, logicalProject } from '../../plan/builders.ts';
import { compareSets } from '../../plan/grouping-sets.ts';
import { mapShared } from '../../plan/map-shared.ts';
import type {
  LogicalAggregate,
  LogicalNode,
  LogicalProject,
  NamedAggregateCall,
} from '../../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  fieldNames,
  fieldOf,
  inputOf,
  nullLiteral,
  rexCall,
  rexCast,
  substitute,
} from '../../plan/rex.ts';
import { COMPUTES_NOTHING } from '../simplify/constant-reducer.ts';
import { expandGroupingSets } from '../expand-grouping-sets.ts';
import { canMerge } from '../merge-projects.ts';

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };

/**
 * DISTINCT aggregates in batch mode: grouped by their arguments first, then aggregated as plain ones. Where all have one argument, a
 * SELECT DISTINCT is below; otherwise GROUPING SETS, of which each call takes the rows of its own set by a filter, and other calls
 * hand on what was aggregated there.
 */
export function expandDistinct(plan: LogicalNode, isBelowCalc = false): LogicalNode {
  const inputs = mapShared<LogicalNode>(plan.inputs, (input) => expandDistinct(input, onlySelects(plan)));
  const node = inputs === plan.inputs ? plan : ({ ...plan, inputs } as LogicalNode);
  if (node.kind !== 'LogicalAggregate' || node.groupSets) return node;
  if (!node.calls.some((call) => call.distinct)) return node;
  const read = node.calls.filter((call) => call.distinct || ignoresDistinct(call));
  const different = new Set(read.map((call) => `${call.arguments.join()} ${call.filter}`));
  if (read.length === node.calls.length && different.size === 1) return overDistinctRows(node);
  return overSets(isBelowCalc ? node : withoutNulls(node));
}

/** Whether a node is a Calc that computes nothing: one more cast in it costs nothing. */
function onlySelects(node: LogicalNode): boolean {
  if (node.kind === 'LogicalProject') return node.projects.every((project) => project.kind === 'input');
  return node.kind === 'LogicalFilter';
}

/** Sums of what is never NULL count from 0, where no call needs a cast to be NOT NULL behind its filter then. */
function withoutNulls(node: LogicalAggregate): LogicalAggregate {
  const isCastFree = node.calls.every(
    ({ function: name, type, distinct }) =>
      distinct && (name === 'COUNT' || (name === 'SUM' && !type.nullable)),
  );
  if (!isCastFree) return node;
  const calls = node.calls.map((call) => (call.function === 'SUM' ? { ...call, function: 'SUM0' } : call));
  return { ...node, calls };
}

/** Functions that are the same with DISTINCT. */
function ignoresDistinct({ function: name }: NamedAggregateCall): boolean {
  return name === 'MIN' || name === 'MAX';
}

/** All calls have the same arguments. */
function overDistinctRows(node: LogicalAggregate): LogicalNode {
  const [input] = node.inputs;
  const [{ arguments: operands, filter }] = node.calls as readonly [NamedAggregateCall]; // one at least
  const { rowType } = input;
  const projects: RexNode[] = node.group.map((column) => inputOf(rowType, column));
  const names = node.group.map((column) => fieldOf(rowType, column).name);
  const places = new Map(node.group.map((column, i) => [column, i]));
  if (filter >= 0) {
    projects.push(inputOf(rowType, filter));
    names.push(fieldOf(rowType, filter).name);
  }
  for (const column of operands) {
    if (filter < 0 && places.has(column)) continue;
    places.set(column, projects.length);
    const { name, type } = fieldOf(rowType, column);
    const value = inputOf(rowType, column);
    if (filter < 0) projects.push(value);
    else {
      const none = nullLiteral(withNullability(type, true));
      projects.push(rexCall('CASE', [inputOf(rowType, filter), value, none], withNullability(type, true)));
    }
    names.push(filter < 0 ? name : `i$${name}`);
  }
  // Put together as it stands: plans show the FILTER as IS TRUE in the CASE, too.
  const isOverProject = input.kind === 'LogicalProject' && canMerge(projects, input.projects);
  const projected = isOverProject
    ? logicalProject(
        input.inputs[0],
        projects.map((project) => substitute(project, input.projects)),
        names,
      )
    : logicalProject(input, projects, names);
  const all = projects.map((_, i) => i);
  const distinct = logicalAggregate(projected, all, []);
  const calls = node.calls.map((call): NamedAggregateCall => {
    const moved = call.arguments.map((column) => places.get(column) as number);
    const argumentTypes = moved.map((column) => fieldOf(distinct.rowType, column).type);
    return { ...call, distinct: false, filter: -1, arguments: moved, argumentTypes };
  });
  const group = node.group.map((_, i) => i);
  return { ...logicalAggregate(distinct, group, calls), rowType: node.rowType };
}

function overSets(node: LogicalAggregate): LogicalNode {
  const sets = groupSets(node);
  const full = ascending(sets.flat());
  const kept = node.calls.filter((call) => !call.distinct);
  const { projected, passed } = filteredSets(node, sets, full, kept);
  const filterOf = (set: readonly number[]): number =>
    passed.length + sets.findIndex((each) => each.join() === ascending(set).join());
  const placeOf = (column: number): number => passed.indexOf(full.indexOf(column));
  const calls = node.calls.map((call): NamedAggregateCall => {
    const moved = call.distinct
      ? call.arguments.map(placeOf)
      : [passed.indexOf(full.length + kept.indexOf(call))];
    const argumentTypes = moved.map((column) => fieldOf(projected.rowType, column).type);
    const filter = filterOf(call.distinct ? setOf(node, call) : node.group);
    const isNeverNull = call.function === 'COUNT' || call.function === 'SUM0';
    const type = isNeverNull ? call.type : withNullability(call.type, true);
    if (call.distinct) return { ...call, distinct: false, filter, arguments: moved, argumentTypes, type };
    // There is one row of that set, of which this is the only value.
    return {
      name: call.name,
      function: 'MIN',
      distinct: false,
      filter,
      arguments: moved,
      argumentTypes,
      type: withNullability(call.type, true),
    };
  });
  const group = node.group.map(placeOf);
  const outer = logicalAggregate(projected, group, calls);
  return withTypesOf(node, outer);
}

/** A row a group of each set: those of its columns that are read, by their places in the aggregation, and for each set whether it is of that. */
function filteredSets(
  node: LogicalAggregate,
  sets: readonly (readonly number[])[],
  full: readonly number[],
  kept: readonly NamedAggregateCall[],
): { readonly projected: LogicalNode; readonly passed: readonly number[] } {
  const grouping: NamedAggregateCall = {
    name: '$g',
    function: 'GROUPING',
    arguments: full,
    argumentTypes: [],
    distinct: false,
    filter: -1,
    type: BIGINT,
  };
  const [input] = node.inputs;
  const inner = logicalAggregate(input, full, [...kept, grouping], sets.length > 1 ? sets : undefined);
  const read = new Set([
    ...node.group.map((column) => full.indexOf(column)),
    ...node.calls.flatMap((call) =>
      call.distinct
        ? call.arguments.map((column) => full.indexOf(column))
        : [full.length + kept.indexOf(call)],
    ),
  ]);
  const passed = inner.rowType.fields.map((_, i) => i).filter((column) => read.has(column));
  const filters = sets.map((set) => setFilter(node, inner, full, set));
  const projects = [
    ...passed.map((column) => inputOf(inner.rowType, column)),
    ...filters.map(({ condition }) => condition),
  ];
  // Put together as it stands: plans show how GROUPING is computed.
  const expanded = expandGroupingSets(inner, {
    compute: COMPUTES_NOTHING,
    keepsNames: true,
  }) as LogicalProject; // of an aggregation with GROUPING
  const projected = logicalProject(
    expanded.inputs[0],
    projects.map((project) => substitute(project, expanded.projects)),
    [...passed.map((column) => fieldOf(inner.rowType, column).name), ...filters.map(({ name }) => name)],
  );
  return { projected, passed };
}

/** The keys, and for each DISTINCT call its arguments with them, in Calcite's order. */
function groupSets(node: LogicalAggregate): number[][] {
  const sets = node.calls.map((call) => ascending(call.distinct ? setOf(node, call) : node.group));
  const different = sets.filter((set, i) => sets.findIndex((other) => other.join() === set.join()) === i);
  return different.sort(compareSets);
}

function setOf({ group }: LogicalAggregate, { arguments: operands, filter }: NamedAggregateCall): number[] {
  return [...group, ...operands, ...(filter < 0 ? [] : [filter])];
}

/** `$g_1`: whether a row is one of a set, and passes the FILTER of the calls that it is for. */
function setFilter(
  node: LogicalAggregate,
  inner: LogicalAggregate,
  full: readonly number[],
  set: readonly number[],
): { readonly name: string; readonly condition: RexNode } {
  const value = full.reduce((bits, column) => 2n * bits + (set.includes(column) ? 0n : 1n), 0n);
  const id = inputOf(inner.rowType, inner.rowType.fields.length - 1);
  const isOfSet = rexCall(
    '=',
    [id, { kind: 'literal', value: String(value), type: BIGINT }],
    BOOLEAN_NOT_NULL,
  );
  const own = node.calls.findLast(
    (call) => call.distinct && ascending(setOf(node, call)).join() === set.join(),
  );
  if (!own || own.filter < 0) return { name: `$g_${value}`, condition: isOfSet };
  const passes = rexCall('IS TRUE', [inputOf(inner.rowType, full.indexOf(own.filter))], BOOLEAN_NOT_NULL);
  return { name: `$g_${value}`, condition: rexCall('AND', [isOfSet, passes], BOOLEAN_NOT_NULL) };
}

/** Results of the same types as before; COUNT of nothing is 0. */
function withTypesOf(node: LogicalAggregate, outer: LogicalAggregate): LogicalNode {
  const { rowType } = outer;
  const projects = rowType.fields.map((field, i): RexNode => {
    const wanted = fieldOf(node.rowType, i).type;
    const call = node.calls[i - node.group.length];
    let value: RexNode = inputOf(rowType, i);
    if (node.group.length === 0 && call?.function === 'COUNT' && !call.distinct) {
      const isThere = rexCall('IS NOT NULL', [value], BOOLEAN_NOT_NULL);
      const zero: RexNode = { kind: 'literal', value: '0', type: BIGINT };
      value = rexCall('CASE', [isThere, value, zero], BIGINT);
    }
    return typesEqual(value.type, wanted) ? value : rexCast(value, wanted);
  });
  const isSame = projects.every((each) => each.kind === 'input');
  return isSame
    ? { ...outer, rowType: node.rowType }
    : logicalProject(outer, projects, fieldNames(node.rowType));
}

function ascending(columns: readonly number[]): number[] {
  return [...new Set(columns)].sort((a, b) => a - b);
}
