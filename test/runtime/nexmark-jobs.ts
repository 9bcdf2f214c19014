import type { JobGraph, OperatorNode } from '../../engine/graph/job-graph.ts';
import type { OperatorSpec } from '../../engine/operators/operator-spec.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { INSERT_ONLY } from '../../engine/types/row-kind.ts';
import { edge, jobGraph, vertex } from './job-graphs.ts';

const BIGINT: LogicalType = { root: 'BIGINT', nullable: true };

/** A few columns of Nexmark's bids. */
export const BID_TYPE: RowType = {
  root: 'ROW',
  nullable: false,
  fields: [
    { name: 'event_type', type: { root: 'INTEGER', nullable: true } },
    {
      name: 'bid',
      type: {
        root: 'ROW',
        nullable: true,
        fields: ['auction', 'bidder', 'price'].map((name) => ({ name, type: BIGINT })),
      },
    },
  ],
};

/** `events` Nexmark events at `rate` a second, by two sources over a shuffle into a topic (or to the client). */
export function bidsJob(
  target: { readonly topic: string } | 'collect',
  events: number,
  rate: number,
  configuration: Record<string, string>,
): JobGraph {
  const source = operator('source', {
    kind: 'TableSource',
    table: 'bids',
    connector: 'nexmark',
    options: {
      'events.num': String(events),
      'next-event.rate': String(rate),
      'rate.limited': 'true',
    },
    rowType: BID_TYPE,
    metadata: [],
    required: [true, true, true, true],
  });
  const sink = operator(
    'sink',
    target === 'collect'
      ? { kind: 'CollectSink', rowType: BID_TYPE, maxBufferedBytes: 1 << 20 }
      : {
          kind: 'TableSink',
          table: 'target',
          connector: 'topic',
          options: { topic: target.topic, partitions: '2' },
          rowType: BID_TYPE,
          primaryKey: [],
          partitionKeys: [],
          staticPartition: {},
          overwrite: false,
          changelogMode: INSERT_ONLY,
        },
  );
  const sinks = target === 'collect' ? 1 : 2;
  const graph = jobGraph(
    [
      vertex('sources', 2, { operators: [source] }),
      vertex('sinks', sinks, { operators: [{ ...sink, inputs: [{ kind: 'gate', gate: 0 }] }] }),
    ],
    [{ ...edge('sources', 'sinks', 'rebalance'), rowType: BID_TYPE }],
    configuration,
  );
  return target === 'collect' ? { ...graph, resultType: BID_TYPE } : graph;
}

function operator(id: string, spec: OperatorSpec): OperatorNode {
  return { id, name: id, spec, inputs: [] };
}
