/** Connectors and formats of planner tests: what they say of themselves, and nothing behind it. */

import type {
  ConnectorCatalogue,
  ConnectorDescriptor,
  FormatDescriptor,
} from '../../engine/connectors/connector-descriptor.ts';
import { INSERT_ONLY } from '../../engine/types/row-kind.ts';
import type { ChangelogMode } from '../../engine/types/row-kind.ts';

const ALL: ChangelogMode = { insert: true, updateBefore: true, updateAfter: true, delete: true };

const source: ConnectorDescriptor['source'] = () => ({
  changelogMode: INSERT_ONLY,
  bounded: false,
  metadata: [],
});
const sink: ConnectorDescriptor['sink'] = () => ({ metadata: [], overwrites: false, partitions: true });

function connector(name: string, sides: Partial<ConnectorDescriptor>): ConnectorDescriptor {
  return { connector: name, description: '', options: [], ...sides };
}

function format(name: string, changelogMode: ChangelogMode): FormatDescriptor {
  return {
    format: name,
    description: '',
    options: [],
    decoder: () => ({ format: name, changelogMode, metadata: [] }),
    encoder: () => ({ format: name, changelogMode }),
  };
}

/** Flink's connectors by their abilities: datagen and nexmark only insert, print takes all, blackhole needs no `-U`, files take inserts. */
export const TEST_CONNECTORS: ConnectorCatalogue = {
  connectors: [
    connector('datagen', { source }),
    connector('nexmark', { source }),
    connector('print', { sink }),
    connector('blackhole', {
      sink,
      sinkChangelogMode: (_table, requested) => ({ ...requested, updateBefore: false }),
    }),
    connector('filesystem', {
      options: [{ key: 'path', type: 'string', description: 'The folder.' }],
      formatOption: 'format',
      source: (_table, decoder) => ({
        changelogMode: decoder?.changelogMode ?? INSERT_ONLY,
        bounded: true,
        metadata: [],
      }),
      sink: () => ({ metadata: [], overwrites: true, partitions: true }),
      sinkChangelogMode: () => INSERT_ONLY,
    }),
  ],
  formats: [format('json', INSERT_ONLY), format('csv', INSERT_ONLY), format('debezium-json', ALL)],
};
