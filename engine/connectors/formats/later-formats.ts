import { ValidationException } from '../../types/errors.ts';
import type { FormatDescriptor } from '../connector-descriptor.ts';

const NAMES = [
  'avro',
  'canal-json',
  'debezium-json',
  'maxwell-json',
  'ogg-json',
  'orc',
  'parquet',
  'protobuf',
  'raw',
];

/** Formats that Flink has and Millrace has not: named, so that a table with one hears what is the matter. */
export const LATER_FORMATS: readonly FormatDescriptor[] = NAMES.map((format) => {
  const refuse = (): never => {
    throw new ValidationException(`The format '${format}' is not supported. Supported are: csv, json.`);
  };
  return {
    format,
    description: `Flink's ${format}, which is not supported.`,
    options: [],
    decoder: refuse,
    encoder: refuse,
  };
});
