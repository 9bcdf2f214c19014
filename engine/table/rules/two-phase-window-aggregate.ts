import type { PhysicalNode, PhysicalWindowAggregate } from '../plan/physical-node.ts';
import { rowTypeOf } from '../plan/rex.ts';
import { isInsertOnly } from './infer-changelog-mode.ts';
import { mapPhysical } from './map-physical.ts';
import { canMerge } from './mergeable-aggregates.ts';

/**
 * Window aggregation in two phases, as Flink plans it: a local one a slice and key before the exchange, a global one behind it. It
 * needs event time and an input that only inserts. Here both phases run as one operator behind the exchange, because batches are
 * folded column by column anyway; the two nodes are what EXPLAIN shows.
 */
export function twoPhaseWindowAggregate(plan: PhysicalNode): PhysicalNode {
  return mapPhysical(plan, (node) =>
    node.kind === 'WindowAggregate' && canSplit(node) ? split(node) : node,
  );
}

function canSplit({ inputs: [exchange], calls }: PhysicalWindowAggregate): boolean {
  return exchange.kind === 'Exchange' && isInsertOnly(exchange) && calls.every(canMerge);
}

function split(node: PhysicalWindowAggregate): PhysicalNode {
  const [exchange] = node.inputs;
  if (exchange.kind !== 'Exchange') return node;
  const { window, group, calls, properties } = node;
  const [input] = exchange.inputs;
  const { changelogMode } = exchange;
  const keys = group.map((column) => input.rowType.fields[column]).filter((field) => field !== undefined);
  // What lies between the phases is never seen by an operator: only its keys are named.
  const rowType = rowTypeOf(keys);
  const mode = changelogMode && { changelogMode };
  const distribution =
    group.length === 0
      ? ({ kind: 'single' } as const)
      : ({ kind: 'hash', keys: group.map((_, i) => i) } as const);
  return {
    ...node,
    kind: 'GlobalWindowAggregate',
    inputs: [
      {
        kind: 'Exchange',
        distribution,
        rowType,
        ...mode,
        inputs: [
          {
            kind: 'LocalWindowAggregate',
            inputs: [input],
            window,
            group,
            calls,
            properties,
            rowType,
            ...mode,
          },
        ],
      },
    ],
  };
}
