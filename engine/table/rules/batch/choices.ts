import { TableException } from '../../../types/errors.ts';
import type { RowField } from '../../../types/logical-type.ts';
import type {
  PhysicalBatchAggregate,
  PhysicalGroupAggregate,
  PhysicalLimit,
  PhysicalLocalAggregate,
  PhysicalNode,
  PhysicalSort,
} from '../../plan/physical-node.ts';
import type { NamedAggregateCall } from '../../plan/rel-node.ts';
import { rowTypeOf } from '../../plan/rex.ts';
import { accumulatorFields, areFixedLength } from './accumulators.ts';
import { collationOf } from './collations.ts';
import { AUXILIARY_GROUP } from './reduce-grouping.ts';
import { withPhysicalInputs } from '../map-physical.ts';
import { canMerge } from '../mergeable-aggregates.ts';
import { joinChoices } from './joins.ts';
import type { BatchOptions } from './options.ts';
import type { BatchStatistics } from './statistics.ts';
import { ANY, SINGLE, hashed } from './traits.ts';
import type { Pushed, Traits } from './traits.ts';
import * as traits from './traits.ts';

/** A way to run a node. */
export interface Choice {
  /** The nodes that the node reads, and what it asks of their rows. */
  readonly inputs: readonly PhysicalNode[];
  readonly needs: readonly Traits[];
  /** What can be said of its own rows. */
  readonly delivers: Traits;
  /** The node over inputs that have been planned. */
  readonly make: (inputs: readonly PhysicalNode[]) => PhysicalNode;
  /** How its inputs can see to it that its rows are as needed. */
  readonly push?: (need: Traits) => Pushed | undefined;
}

/** Every way in which Flink may run a node of a plan without exchanges; the one that it prefers at equal cost comes first. */
export function choicesOf(node: PhysicalNode, options: BatchOptions, statistics: BatchStatistics): Choice[] {
  const needsAny = node.inputs.map(() => ANY);
  const simple: Choice = {
    inputs: node.inputs,
    needs: needsAny,
    delivers: ANY,
    make: (inputs) => withPhysicalInputs(node, inputs),
  };
  switch (node.kind) {
    case 'Calc':
      return [{ ...simple, push: (need) => inOrder(traits.pushThroughCalc(node.projects, need), node) }];
    case 'Correlate':
    case 'ReplicateRows': {
      const width = node.inputs[0].rowType.fields.length;
      return [{ ...simple, push: (need) => inOrder(traits.pushThroughCorrelate(width, need), node) }];
    }
    case 'Union':
      return [{ ...simple, push: (need) => traits.pushThroughUnion(node.inputs.length, need) }];
    case 'GroupAggregate':
      return aggregateChoices(node, options);
    case 'LocalHashAggregate':
    case 'LocalSortAggregate':
      return [localChoice(node, options)];
    case 'Join':
      return joinChoices(node, options, statistics);
    case 'Sort':
    case 'Limit':
      return [node.isLocal ? simple : sortChoice(node)];
    case 'Sink':
      return [{ ...simple, needs: [{ place: ANY.place, sort: partitionColumns(node) }] }];
    default:
      return [simple];
  }
}

/** What is asked of an input for its place alone keeps the order that its rows happen to have. */
function inOrder(
  pushed: Pushed | undefined,
  { inputs: [input] }: { readonly inputs: readonly PhysicalNode[] },
): Pushed | undefined {
  const [need] = pushed?.needs ?? [];
  if (!pushed || !need || !input || need.sort.length > 0) return pushed;
  return { ...pushed, needs: [{ ...need, sort: collationOf(input) }] };
}

/** LIMIT takes what is enough from each subtask first. */
function sortChoice(node: PhysicalSort | PhysicalLimit): Choice {
  const [input] = node.inputs;
  const { fetch } = node;
  const first: PhysicalNode =
    fetch === undefined || fetch === Number.MAX_SAFE_INTEGER
      ? input
      : { ...node, offset: 0, fetch: node.offset + fetch, isLocal: true };
  const keys = node.kind === 'Sort' ? node.keys : [];
  const isAscending = keys.every((key) => !key.descending && key.nullsFirst);
  const isCut = node.kind === 'Sort' && first !== input;
  // The first rows of sorted ones are looked for where these are sorted again.
  const sorted = (rows: PhysicalNode): PhysicalNode =>
    node.kind === 'Limit' && input.kind === 'Sort'
      ? { kind: 'Sort', inputs: [rows], keys: input.keys, offset: 0, isGrouping: true, rowType: rows.rowType }
      : rows;
  return {
    inputs: [first],
    needs: [isCut ? SINGLE : { ...SINGLE, sort: collationOf(input) }],
    delivers: { place: SINGLE.place, sort: isAscending ? keys.map((key) => key.column) : [] },
    make: (inputs) => withPhysicalInputs<PhysicalNode>(node, inputs.map(sorted)),
  };
}

/** Columns that say which partition a row is written to: a folder is written as a whole, unless the query has an order of its own. */
function partitionColumns({ target, inputs: [input] }: Extract<PhysicalNode, { kind: 'Sink' }>): number[] {
  if (target.kind !== 'table' || target.table.connector !== 'filesystem' || isSorted(input)) return [];
  const { partitionKeys, storedType } = target.table;
  return partitionKeys
    .filter((key) => !(key in target.staticPartition))
    .map((key) => storedType.fields.findIndex((field) => field.name === key))
    .filter((column) => column >= 0 && column < input.rowType.fields.length);
}

function isSorted(node: PhysicalNode): boolean {
  return node.kind === 'Calc' ? isSorted(node.inputs[0]) : node.kind === 'Sort';
}

/** An aggregation of which the columns that the keys determine are told apart from the calls. */
type Grouped = Pick<PhysicalBatchAggregate, 'group' | 'auxGroup' | 'calls' | 'inputs' | 'rowType'>;

function grouped({ group, calls, inputs, rowType }: PhysicalGroupAggregate): Grouped {
  const isAuxiliary = (call: NamedAggregateCall): boolean => call.function === AUXILIARY_GROUP;
  const auxGroup = calls.filter(isAuxiliary).flatMap((call) => call.arguments);
  return { group, auxGroup, calls: calls.filter((call) => !isAuxiliary(call)), inputs, rowType };
}

function aggregateChoices(aggregate: PhysicalGroupAggregate, options: BatchOptions): Choice[] {
  const node = grouped(aggregate);
  const { calls } = node;
  const { aggregatePhases: phases, disabledOperators } = options;
  const isMergeable = calls.every((call) => call.function === 'SINGLE_VALUE' || canMerge(call));
  const hasTwo = isMergeable && phases !== 'ONE_PHASE';
  const hasOne = !isMergeable || phases !== 'TWO_PHASE';
  const choices: Choice[] = [];
  if (areFixedLength(calls) && !disabledOperators.has('HashAgg')) {
    if (hasTwo) choices.push(twoPhases(node, 'HashAggregate'));
    if (hasOne) choices.push(onePhase(node, 'HashAggregate'));
  }
  if (!disabledOperators.has('SortAgg')) {
    if (hasTwo) choices.push(twoPhases(node, 'SortAggregate'));
    if (hasOne) choices.push(onePhase(node, 'SortAggregate'));
  }
  if (choices.length === 0)
    throw new TableException(
      'Cannot generate a valid execution plan: all aggregations that fit are disabled.',
    );
  return choices;
}

function onePhase(node: Grouped, kind: PhysicalBatchAggregate['kind']): Choice {
  const need = keyed(node.group, kind === 'SortAggregate', collationOf(node.inputs[0]));
  return {
    inputs: node.inputs,
    needs: [need],
    delivers: ANY,
    make: ([input]) => ({ ...batchAggregate(node, kind), inputs: [input!] }), // one input
    push: (wanted) => traits.pushThroughAggregate(node.group, kind === 'SortAggregate', need, wanted),
  };
}

function twoPhases(node: Grouped, kind: PhysicalBatchAggregate['kind']): Choice {
  const local = localAggregate(node, kind === 'HashAggregate' ? 'LocalHashAggregate' : 'LocalSortAggregate');
  const group = node.group.map((_, i) => i);
  const auxGroup = node.auxGroup.map((_, i) => group.length + i);
  // Flink takes the first phase of a hash aggregation to keep the order of its input's columns, whatever it puts into them.
  const kept = kind === 'HashAggregate' ? collationOf(node.inputs[0]) : [];
  const need = keyed(group, kind === 'SortAggregate', kept);
  return {
    inputs: [local],
    needs: [need],
    delivers: ANY,
    make: ([input]) => ({ ...batchAggregate(node, kind), isMerge: true, group, auxGroup, inputs: [input!] }), // one input
    push: (wanted) => traits.pushThroughAggregate(group, kind === 'SortAggregate', need, wanted),
  };
}

function batchAggregate(
  { group, auxGroup, calls, rowType, inputs }: Grouped,
  kind: PhysicalBatchAggregate['kind'],
): PhysicalBatchAggregate {
  return { kind, inputs, isMerge: false, group, auxGroup, calls, rowType };
}

/** The first phase over an input. */
export function localAggregate(
  { group, auxGroup, calls, inputs: [input], rowType }: Grouped,
  kind: PhysicalLocalAggregate['kind'],
): PhysicalLocalAggregate {
  const columns = [...group, ...auxGroup];
  const keys = columns.map((column): RowField => input.rowType.fields[column]!); // counts through them
  const named = calls.map((call, i) => ({
    ...call,
    name: rowType.fields[columns.length + i]?.name ?? call.name,
  }));
  return {
    kind,
    inputs: [input],
    group,
    auxGroup,
    calls,
    rowType: rowTypeOf([...keys, ...accumulatorFields(named).flat()]),
  };
}

function localChoice(node: PhysicalLocalAggregate, { aggregatePhases }: BatchOptions): Choice {
  const isSorting = node.kind === 'LocalSortAggregate';
  const sort = isSorting ? node.group : [];
  const need: Traits = { place: ANY.place, sort };
  return {
    inputs: node.inputs,
    needs: [need],
    delivers: { place: ANY.place, sort: isSorting ? node.group.map((_, i) => i) : [] },
    make: (inputs) => withPhysicalInputs<PhysicalNode>(node, inputs),
    ...(aggregatePhases !== 'TWO_PHASE' && {
      push: (wanted: Traits) => traits.pushThroughLocal(node.group, isSorting, need, wanted),
    }),
  };
}

/** All rows of a group in one place, and one after the other if they are to be sorted; otherwise in the order that they have. */
function keyed(group: readonly number[], isSorting: boolean, collation: readonly number[]): Traits {
  if (group.length === 0) return { ...SINGLE, sort: collation };
  return { ...hashed(group, false), sort: isSorting ? group : collation };
}
