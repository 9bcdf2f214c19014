import { ValidationException } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';
import type { FormatDescriptor, OptionDescriptor, Options } from '../connector-descriptor.ts';
import { OptionReader } from '../option-reader.ts';
import { typeText } from '../../types/type-text.ts';
import type { TimestampFormat } from './times.ts';

const OPTIONS: readonly OptionDescriptor[] = [
  {
    key: 'fail-on-missing-field',
    type: 'boolean',
    default: 'false',
    description: 'Whether to fail if a field is missing, instead of taking it as NULL.',
  },
  {
    key: 'ignore-parse-errors',
    type: 'boolean',
    default: 'false',
    description:
      'Whether to take fields that do not fit as NULL and to skip broken lines, instead of failing.',
  },
  {
    key: 'timestamp-format.standard',
    type: 'enum',
    values: ['SQL', 'ISO-8601'],
    default: 'SQL',
    description: 'How timestamps are written: `2024-03-01 12:00:00.5`, or with a T between date and time.',
  },
  {
    key: 'map-null-key.mode',
    type: 'enum',
    values: ['FAIL', 'DROP', 'LITERAL'],
    default: 'FAIL',
    description:
      'What the sink does with a NULL key of a map: fail, leave the entry out, or write a literal.',
  },
  {
    key: 'map-null-key.literal',
    type: 'string',
    default: 'null',
    description: "What stands for a NULL key when 'map-null-key.mode' is LITERAL.",
  },
  {
    key: 'encode.decimal-as-plain-number',
    type: 'boolean',
    default: 'false',
    description:
      'Whether the sink writes decimals as plain numbers, instead of scientific notation where that is shorter.',
  },
  {
    key: 'encode.ignore-null-fields',
    type: 'boolean',
    default: 'false',
    description: 'Whether the sink leaves out fields that are NULL.',
  },
  {
    key: 'decode.json-parser.enabled',
    type: 'boolean',
    default: 'true',
    description: "Flink's switch between two parsers; there is one here, and both values mean the same.",
  },
];

export interface JsonOptions {
  readonly failOnMissingField: boolean;
  readonly ignoreParseErrors: boolean;
  readonly timestampFormat: TimestampFormat;
  readonly mapNullKeyMode: 'FAIL' | 'DROP' | 'LITERAL';
  readonly mapNullKeyLiteral: string;
  readonly plainDecimals: boolean;
  readonly ignoreNullFields: boolean;
}

/** Reads and checks options, without the prefix `json.`. */
export function jsonOptions(options: Options): JsonOptions {
  const reader = new OptionReader(options, OPTIONS);
  const failOnMissingField = reader.boolean('fail-on-missing-field');
  const ignoreParseErrors = reader.boolean('ignore-parse-errors');
  if (failOnMissingField && ignoreParseErrors) {
    throw new ValidationException("fail-on-missing-field and ignore-parse-errors shouldn't both be true.");
  }
  return {
    failOnMissingField,
    ignoreParseErrors,
    timestampFormat: reader.enumeration('timestamp-format.standard') as TimestampFormat,
    mapNullKeyMode: reader.enumeration('map-null-key.mode') as JsonOptions['mapNullKeyMode'],
    mapNullKeyLiteral: reader.requiredText('map-null-key.literal'),
    plainDecimals: reader.boolean('encode.decimal-as-plain-number'),
    ignoreNullFields: reader.boolean('encode.ignore-null-fields'),
  };
}

export const JSON_FORMAT: FormatDescriptor = {
  format: 'json',
  description: 'A JSON object a line, its fields by name.',
  options: OPTIONS,
  decoder({ physicalType }, options) {
    jsonOptions(options);
    checkType(physicalType);
    return { format: 'json', changelogMode: INSERT_ONLY, metadata: [] };
  },
  encoder({ physicalType }, options) {
    jsonOptions(options);
    checkType(physicalType);
    return { format: 'json', changelogMode: INSERT_ONLY };
  },
};

function checkType(type: LogicalType): void {
  switch (type.root) {
    case 'ROW':
      for (const field of type.fields) checkType(field.type);
      break;
    case 'ARRAY':
      checkType(type.element);
      break;
    case 'MAP':
    case 'MULTISET': {
      const key = type.root === 'MAP' ? type.key : type.element;
      if (key.root !== 'CHAR' && key.root !== 'VARCHAR') {
        throw new ValidationException(
          `A type of map without texts as keys is not supported in JSON format: ${typeText(type)}.`,
        );
      }
      if (type.root === 'MAP') checkType(type.value);
      break;
    }
    case 'VARIANT':
    case 'BITMAP':
    case 'SYMBOL':
      throw new ValidationException(`The type ${typeText(type)} is not supported in JSON format.`);
    default:
  }
}
