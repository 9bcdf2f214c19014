import type { ConnectorDescriptor } from '../connector-descriptor.ts';
import { OptionReader } from '../option-reader.ts';

export const PRINT_DESCRIPTOR: ConnectorDescriptor = {
  connector: 'print',
  description: 'Writes every row as a line to the output of the job.',
  options: [
    {
      key: 'print-identifier',
      type: 'string',
      description: 'Message that identifies the sink, put before each line.',
    },
    {
      key: 'standard-error',
      type: 'boolean',
      default: 'false',
      description: 'Whether lines go to the error output instead of the standard output.',
    },
    {
      key: 'sink.parallelism',
      type: 'int',
      description: 'Parallelism of the sink. Default: that of its input.',
    },
  ],
  sink({ options }) {
    const parallelism = new OptionReader(options, PRINT_DESCRIPTOR.options).optionalInteger(
      'sink.parallelism',
    );
    return {
      metadata: [],
      overwrites: false,
      partitions: true,
      ...(parallelism !== undefined && { parallelism }),
    };
  },
};
