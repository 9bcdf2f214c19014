import { valueText } from '../../data/value-text.ts';
import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import type { RowField, RowType } from '../../types/logical-type.ts';
import type { PhysicalJoin, PhysicalNode, PhysicalTableSourceScan } from '../plan/physical-node.ts';
import type { NamedAggregateCall } from '../plan/rel-node.ts';
import { rowBytes } from '../plan/row-size.ts';
import { guessedSelectivity, selectivity } from './selectivity.ts';

/**
 * What EXPLAIN ESTIMATED_COST says of a node: rows that it is guessed to give, and the costs of it and all below it, by the formulas of
 * Flink's planner for tables without statistics. They rank plans against each other; they are no prediction.
 */
export interface NodeCost {
  readonly rowCount: number;
  readonly rows: number;
  readonly cpu: number;
  readonly io: number;
  readonly network: number;
  readonly memory: number;
}

/** `rowcount = 5.0E7, cumulative cost = {...}`: behind the node's text. */
export function costText({ rowCount, rows, cpu, io, network, memory }: NodeCost): string {
  const costs = `${number(rows)} rows, ${number(cpu)} cpu, ${number(io)} io, ${number(network)} network, ${number(memory)} memory`;
  return `rowcount = ${number(rowCount)}, cumulative cost = {${costs}}`;
}

// Flink's guess of a table without statistics.
const SCANNED_ROWS = 1e8;
// A join costs the same whatever it joins.
const JOIN_COST = 200;
const SERIALIZATION_CPU = 160;
const HASH_CPU = 8;

/** Costs of a plan's nodes; each is worked out once. */
export class EstimatedCosts {
  readonly #known = new Map<PhysicalNode, NodeCost>();

  /** Throws TableException for nodes of which Flink's formula is not known here. */
  of(node: PhysicalNode): NodeCost {
    const known = this.#known.get(node);
    if (known) return known;
    const inputs = node.inputs.map((input) => this.of(input));
    const own = ownCost(
      node,
      inputs.map((input) => input.rowCount),
    );
    const sum = (part: 'rows' | 'cpu' | 'io' | 'network'): number =>
      inputs.reduce((total, input) => total + input[part], own[part]);
    const cost: NodeCost = {
      rowCount: own.rowCount,
      rows: sum('rows'),
      cpu: sum('cpu'),
      io: sum('io'),
      network: sum('network'),
      memory: 0,
    };
    this.#known.set(node, cost);
    return cost;
  }
}

function ownCost(node: PhysicalNode, inputs: readonly number[]): NodeCost {
  const [first = 0] = inputs;
  switch (node.kind) {
    case 'TableSourceScan':
      return scanCost(node);
    case 'Values':
      return { ...plain(atLeastOne(node.rows.length)), cpu: 1 };
    case 'Calc': {
      const guess = node.inputs[0].kind === 'TableSourceScan' ? selectivity : guessedSelectivity;
      const rowCount = atLeastOne(first * (node.condition ? guess(node.condition) : 1));
      return { ...plain(rowCount), cpu: rowCount * node.projects.filter(isComputed).length };
    }
    case 'Exchange': {
      const { distribution } = node;
      const cpu = distribution.kind === 'hash' ? distribution.keys.length * HASH_CPU : 1;
      return {
        ...plain(first),
        cpu: first * (SERIALIZATION_CPU + cpu),
        network: first * rowBytes(exchangedType(node)),
      };
    }
    case 'Join':
      return { ...plain(atLeastOne(joinedRows(node, inputs))), rows: JOIN_COST, cpu: JOIN_COST };
    case 'Sort': {
      const { keys, fetch } = node;
      if (keys.length === 0 || fetch !== undefined) break;
      return { ...plain(first), cpu: first * Math.log(first) * sortedBytes(node.rowType) };
    }
    case 'Limit': {
      const kept = Math.min(first, node.offset + node.fetch);
      return { ...plain(Math.min(first, node.fetch)), cpu: kept * sortedBytes(node.rowType) };
    }
    case 'Expand':
      return plain(first * node.projects.length);
    case 'Union':
      return plain(inputs.reduce((total, rows) => total + rows, 0));
    case 'WindowTableFunction': {
      const { function: kind, sizeMs, slideMs } = node.window;
      return plain(kind === 'HOP' || kind === 'CUMULATE' ? first * Math.ceil(sizeMs / slideMs) : first);
    }
    case 'WatermarkAssigner':
    case 'MiniBatchAssigner':
    case 'LocalGroupAggregate':
    case 'GlobalGroupAggregate':
    case 'IncrementalGroupAggregate':
    case 'GroupAggregate':
    case 'WindowAggregate':
    case 'LocalWindowAggregate':
    case 'GlobalWindowAggregate':
    case 'Correlate':
    case 'ReplicateRows':
    case 'DropUpdateBefore':
    case 'Sink':
      return plain(first);
    default:
  }
  throw new TableException(`EXPLAIN ESTIMATED_COST of ${node.kind} is not supported.`);
}

function scanCost({ limit = SCANNED_ROWS, rowType }: PhysicalTableSourceScan): NodeCost {
  return { ...plain(limit), io: limit * rowBytes(rowType) };
}

/** Bytes that sorting is guessed to move of a row, of whatever types. */
function sortedBytes({ fields }: RowType): number {
  return (3 + fields.length) * 4;
}

function plain(rowCount: number): NodeCost {
  return { rowCount, rows: rowCount, cpu: rowCount, io: 0, network: 0, memory: 0 };
}

/** No node is guessed to give less than a row. */
function atLeastOne(rowCount: number): number {
  return Math.max(1, rowCount);
}

function isComputed(project: RexNode): boolean {
  return project.kind === 'call' && project.operator !== 'CAST' && project.operator !== 'TRY_CAST';
}

function joinedRows(
  { joinType, leftKeys, condition, residual }: PhysicalJoin,
  inputs: readonly number[],
): number {
  const [left = 0, right = 0] = inputs;
  const inner = (leftKeys.length > 0 ? left + right : left * right) * selectivity(condition);
  const matched = residual ? guessedSelectivity(residual) : 1;
  switch (joinType) {
    case 'INNER':
      return inner;
    case 'LEFT':
      return Math.max(inner, left);
    case 'RIGHT':
      return Math.max(inner, right);
    case 'FULL':
      return Math.max(inner, left + right - inner);
    case 'SEMI':
      return left * matched;
    case 'ANTI':
      return left * (matched === 1 ? 0.1 : 1 - matched);
  }
}

/** What goes over the exchange: behind a local window aggregation its counters and the end of the slice, too. */
function exchangedType({ inputs: [input], rowType }: Extract<PhysicalNode, { kind: 'Exchange' }>): RowType {
  if (input.kind === 'LocalGroupAggregate')
    return { ...rowType, fields: [...rowType.fields, ...accumulatorFields(input.calls, true)] };
  if (input.kind === 'IncrementalGroupAggregate')
    return { ...rowType, fields: [...rowType.fields, ...accumulatorFields(input.calls, false)] };
  if (input.kind !== 'LocalWindowAggregate') return rowType;
  const calls = input.calls.map(({ type }, i) => ({ name: `$${i}`, type }));
  return { ...rowType, fields: [...rowType.fields, ...calls, SLICE_END] };
}

/** Accumulators, and, `withSets`, a set for each column of DISTINCT. */
function accumulatorFields(calls: readonly NamedAggregateCall[], withSets: boolean): RowField[] {
  const sets = new Set(calls.flatMap((call) => (withSets && call.distinct ? [call.arguments.join()] : [])));
  return [
    ...calls.flatMap(({ function: name, type }, i) => [
      { name: `$${i}`, type },
      ...(name === 'AVG' ? [{ name: `count$${i}`, type: SLICE_END.type }] : []),
    ]),
    ...[...sets].map((set): RowField => ({
      name: `distinct${set}`,
      type: { root: 'VARIANT', nullable: true },
    })),
  ];
}

const SLICE_END = { name: '$slice_end', type: { root: 'BIGINT', nullable: false } } as const;

/** As Java prints a double. */
function number(value: number): string {
  return valueText(value, { root: 'DOUBLE', nullable: false }) ?? '';
}
