import { INSERT_ONLY } from '../../types/row-kind.ts';
import type { ConnectorDescriptor } from '../connector-descriptor.ts';
import { DATAGEN_OPTIONS, datagenOptions } from './datagen-options.ts';

/** Rows that are made up: random values, and sequences of numbers. */
export const DATAGEN_DESCRIPTOR: ConnectorDescriptor = {
  connector: 'datagen',
  description: 'Makes up rows: random values within bounds, and sequences of numbers.',
  options: DATAGEN_OPTIONS,
  source({ options, physicalType }) {
    const { isBounded, parallelism } = datagenOptions(options, physicalType);
    return {
      changelogMode: INSERT_ONLY,
      bounded: isBounded,
      metadata: [],
      ...(parallelism !== undefined && { parallelism }),
    };
  },
};
