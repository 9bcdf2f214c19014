import type { ConnectorDescriptor } from '../connector-descriptor.ts';

export const BLACKHOLE_DESCRIPTOR: ConnectorDescriptor = {
  connector: 'blackhole',
  description: 'Swallows all rows: for measuring, and for tables whose rows are not of interest.',
  options: [],
  sink: () => ({ metadata: [], overwrites: false, partitions: true }),
  sinkChangelogMode: (_table, requested) => ({ ...requested, updateBefore: false }),
};
