import { ValidationException } from '../../types/errors.ts';
import type { FormatDescriptor, OptionDescriptor } from '../connector-descriptor.ts';

const JSON_KEYS = [
  'ignore-parse-errors',
  'timestamp-format.standard',
  'map-null-key.mode',
  'map-null-key.literal',
  'encode.decimal-as-plain-number',
  'encode.ignore-null-fields',
];

/** Names, and the options that Flink knows, so that not an option but the format is refused. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  avro: ['codec', 'encoding', 'timestamp_mapping.legacy'],
  'canal-json': [...JSON_KEYS, 'database.include', 'table.include'],
  'debezium-json': [...JSON_KEYS, 'schema-include'],
  'maxwell-json': JSON_KEYS,
  'ogg-json': JSON_KEYS,
  orc: [],
  parquet: ['utc-timezone', 'batch-size', 'timestamp.time.unit', 'write.int64.timestamp'],
  protobuf: ['message-class-name', 'ignore-parse-errors', 'read-default-values', 'write-null-string-literal'],
  raw: ['charset', 'endianness'],
};

/** Formats that Flink has and Millrace has not: named, so that a table with one hears what is the matter. */
export const LATER_FORMATS: readonly FormatDescriptor[] = Object.entries(FORMATS).map(([format, keys]) => {
  const refuse = (): never => {
    throw new ValidationException(`The format '${format}' is not supported. Supported are: csv, json.`);
  };
  const options = keys.map((key): OptionDescriptor => ({
    key,
    type: 'string',
    description: `Not supported, as the format ${format} is not.`,
  }));
  return {
    format,
    description: `Flink's ${format}, which is not supported.`,
    options,
    decoder: refuse,
    encoder: refuse,
  };
});
