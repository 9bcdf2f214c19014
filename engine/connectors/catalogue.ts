import { BLACKHOLE_DESCRIPTOR } from './blackhole/blackhole-descriptor.ts';
import type { ConnectorCatalogue } from './connector-descriptor.ts';
import { DATAGEN_DESCRIPTOR } from './datagen/datagen-descriptor.ts';
import { FILESYSTEM_DESCRIPTOR } from './filesystem/filesystem-descriptor.ts';
import { CSV_FORMAT } from './formats/csv-format.ts';
import { JSON_FORMAT } from './formats/json-format.ts';
import { LATER_FORMATS } from './formats/later-formats.ts';
import { NEXMARK_DESCRIPTOR } from './nexmark/nexmark-descriptor.ts';
import { PRINT_DESCRIPTOR } from './print/print-descriptor.ts';
import { TOPIC_DESCRIPTOR } from './topic/topic-descriptor.ts';

/** What connectors and formats say of themselves; `registry.ts` has the operators behind them. */
export const CONNECTOR_CATALOGUE: ConnectorCatalogue = {
  connectors: [
    BLACKHOLE_DESCRIPTOR,
    DATAGEN_DESCRIPTOR,
    FILESYSTEM_DESCRIPTOR,
    NEXMARK_DESCRIPTOR,
    PRINT_DESCRIPTOR,
    TOPIC_DESCRIPTOR,
  ],
  formats: [CSV_FORMAT, JSON_FORMAT, ...LATER_FORMATS],
};
