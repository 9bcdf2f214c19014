import type {
  PhysicalGlobalGroupAggregate,
  PhysicalGroupAggregate,
  PhysicalMiniBatchAssigner,
  PhysicalNode,
} from '../plan/physical-node.ts';
import type { NamedAggregateCall } from '../plan/rel-node.ts';
import { rowTypeOf } from '../plan/rex.ts';
import { mapPhysical, withPhysicalInputs } from './map-physical.ts';
import { canMerge } from './mergeable-aggregates.ts';

/** What plans of `table.exec.mini-batch.enabled` depend on. */
export interface MiniBatchOptions {
  /** `table.exec.mini-batch.allow-latency`. */
  readonly latencyMs: number;
  /** `table.optimizer.agg-phase-strategy` is not ONE_PHASE. */
  readonly splitsAggregates: boolean;
  /** `table.optimizer.incremental-agg-enabled`. */
  readonly isIncremental: boolean;
}

/**
 * The plan as Flink shows it with mini-batch: an assigner above every source, and group aggregations in two phases, a local one of each
 * bundle before the exchange. Here one operator behind the exchange does the work of both (`lower-two-phases.ts`).
 */
export function planMiniBatch(
  plan: PhysicalNode,
  { latencyMs, splitsAggregates, isIncremental }: MiniBatchOptions,
): PhysicalNode {
  const assigned = assign(plan, 'ProcTime', latencyMs);
  return mapPhysical(assigned, (node) => {
    if (node.kind === 'Join') return { ...node, isMiniBatch: true };
    if (!splitsAggregates || node.kind !== 'GroupAggregate' || !canSplit(node)) return node;
    return (isIncremental ? incremental(node) : undefined) ?? split(node);
  });
}

/** From the root down: who fires by watermarks wants bundles to end there. */
function assign(
  node: PhysicalNode,
  mode: PhysicalMiniBatchAssigner['mode'],
  intervalMs: number,
): PhysicalNode {
  if (node.kind === 'WatermarkAssigner' || node.kind === 'TableSourceScan') {
    const { rowType, changelogMode } = node;
    const mark = changelogMode && { changelogMode };
    return { kind: 'MiniBatchAssigner', inputs: [node], intervalMs, mode, rowType, ...mark };
  }
  const needs = needsWatermarks(node) ? 'RowTime' : mode;
  return withPhysicalInputs(
    node,
    node.inputs.map((input) => assign(input, needs, intervalMs)),
  );
}

function needsWatermarks(node: PhysicalNode): boolean {
  return node.kind === 'WindowAggregate' || node.kind === 'WindowTableFunction';
}

function canSplit({ inputs: [exchange], calls }: PhysicalGroupAggregate): boolean {
  const isWhole = (call: NamedAggregateCall): boolean =>
    call.function.startsWith('JSON_OBJECTAGG') || (call.function !== 'SINGLE_VALUE' && !canMerge(call));
  return exchange.kind === 'Exchange' && !calls.some(isWhole);
}

function split(node: PhysicalGroupAggregate): PhysicalNode {
  const [exchange] = node.inputs;
  if (exchange.kind !== 'Exchange') return node;
  const { group, calls, partialFinalType } = node;
  const level = partialFinalType && { partialFinalType };
  const [input] = exchange.inputs;
  // What lies between the phases is never seen by an operator: only its keys are named.
  const rowType = rowTypeOf(group.map((column) => input.rowType.fields[column]!)); // GROUP BY columns of it
  const keys = group.map((_, i) => i);
  const between = { rowType, ...(node.changelogMode && { changelogMode: INSERTS_ONLY }) };
  const global: PhysicalGlobalGroupAggregate = {
    ...node,
    kind: 'GlobalGroupAggregate',
    inputs: [
      {
        kind: 'Exchange',
        distribution: keys.length === 0 ? { kind: 'single' } : { kind: 'hash', keys },
        inputs: [{ kind: 'LocalGroupAggregate', inputs: [input], group, calls, ...level, ...between }],
        ...between,
      },
    ],
  };
  return global;
}

/** The FINAL level over a PARTIAL one in two phases: what is between their exchanges is one step. */
function incremental(node: PhysicalGroupAggregate): PhysicalNode | undefined {
  const [exchange] = node.inputs;
  if (exchange.kind !== 'Exchange' || node.partialFinalType !== 'FINAL') return undefined;
  const [partial] = exchange.inputs;
  if (partial.kind !== 'GlobalGroupAggregate' || partial.partialFinalType !== 'PARTIAL') return undefined;
  const [local] = partial.inputs;
  const { group } = node;
  const rowType = rowTypeOf(group.map((column) => partial.rowType.fields[column]!)); // GROUP BY columns of it
  const between = { rowType, ...(node.changelogMode && { changelogMode: INSERTS_ONLY }) };
  const keys = group.map((_, i) => i);
  return {
    ...node,
    kind: 'GlobalGroupAggregate',
    inputs: [
      {
        kind: 'Exchange',
        distribution: keys.length === 0 ? { kind: 'single' } : { kind: 'hash', keys },
        inputs: [
          {
            kind: 'IncrementalGroupAggregate',
            inputs: [local],
            partialGroup: partial.group.map((_, i) => i),
            group,
            calls: partial.calls,
            ...between,
          },
        ],
        ...between,
      },
    ],
  };
}

const INSERTS_ONLY = { insert: true, updateBefore: false, updateAfter: false, delete: false } as const;
