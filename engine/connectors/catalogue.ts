import { BLACKHOLE_DESCRIPTOR } from './blackhole/blackhole-descriptor.ts';
import type { ConnectorCatalogue } from './connector-descriptor.ts';
import { DATAGEN_DESCRIPTOR } from './datagen/datagen-descriptor.ts';
import { NEXMARK_DESCRIPTOR } from './nexmark/nexmark-descriptor.ts';
import { PRINT_DESCRIPTOR } from './print/print-descriptor.ts';
import { TOPIC_DESCRIPTOR } from './topic/topic-descriptor.ts';

/** What connectors and formats say of themselves; `registry.ts` has the operators behind them. */
export const CONNECTOR_CATALOGUE: ConnectorCatalogue = {
  connectors: [
    BLACKHOLE_DESCRIPTOR,
    DATAGEN_DESCRIPTOR,
    NEXMARK_DESCRIPTOR,
    PRINT_DESCRIPTOR,
    TOPIC_DESCRIPTOR,
  ],
  formats: [],
};
