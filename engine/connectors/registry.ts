import type { TableSinkSpec, TableSourceSpec } from '../operators/operator-spec.ts';
import type {
  OneInputStreamOperator,
  OperatorContext,
  SourceOperator,
} from '../operators/stream-operator.ts';
import { RuntimeFailure } from '../types/errors.ts';
import { BlackHoleSink } from './blackhole/blackhole-sink.ts';
import { DatagenSource } from './datagen/datagen-source.ts';
import { FileSystemSink } from './filesystem/filesystem-sink.ts';
import { FileSystemSource } from './filesystem/filesystem-source.ts';
import { NexmarkSource } from './nexmark/nexmark-source.ts';
import { PrintSink } from './print/print-sink.ts';
import { TopicSink } from './topic/topic-sink.ts';
import { TopicSource } from './topic/topic-source.ts';

/** The operators of one connector. */
export interface Connector {
  readonly createSource?: (context: OperatorContext, spec: TableSourceSpec) => SourceOperator;
  readonly createSink?: (context: OperatorContext, spec: TableSinkSpec) => OneInputStreamOperator;
}

/** By the name that `'connector'` has; `catalogue.ts` describes the same ones. */
export const CONNECTORS: Readonly<Record<string, Connector>> = {
  blackhole: { createSink: (context) => new BlackHoleSink(context) },
  datagen: { createSource: (context, spec) => new DatagenSource(context, spec) },
  filesystem: {
    createSource: (context, spec) => new FileSystemSource(context, spec),
    createSink: (context, spec) => new FileSystemSink(context, spec),
  },
  nexmark: { createSource: (context, spec) => new NexmarkSource(context, spec) },
  print: { createSink: (context, spec) => new PrintSink(context, spec) },
  topic: {
    createSource: (context, spec) => new TopicSource(context, spec),
    createSink: (context, spec) => new TopicSink(context, spec),
  },
};

/** The operator of a TableSource. Throws a RuntimeFailure if the connector has none. */
export function createTableSource(context: OperatorContext, spec: TableSourceSpec): SourceOperator {
  const create = CONNECTORS[spec.connector]?.createSource;
  if (create) return create(context, spec);
  throw new RuntimeFailure(
    `Reading table ${spec.table} with the connector '${spec.connector}' is not supported.`,
  );
}

/** The operator of a TableSink. Throws a RuntimeFailure if the connector has none. */
export function createTableSink(context: OperatorContext, spec: TableSinkSpec): OneInputStreamOperator {
  const create = CONNECTORS[spec.connector]?.createSink;
  if (create) return create(context, spec);
  throw new RuntimeFailure(
    `Writing table ${spec.table} with the connector '${spec.connector}' is not supported.`,
  );
}
