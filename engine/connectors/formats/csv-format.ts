import { ValidationException } from '../../types/errors.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';
import { typeText } from '../../types/type-text.ts';
import type { FormatDescriptor, OptionDescriptor, Options } from '../connector-descriptor.ts';
import { OptionReader } from '../option-reader.ts';
import type { CsvDialect } from './csv-options.ts';

const OPTIONS: readonly OptionDescriptor[] = [
  {
    key: 'field-delimiter',
    type: 'string',
    default: ',',
    description: 'Character between fields; `\\t` is a tab, `\\u0001` a character by its number.',
  },
  {
    key: 'disable-quote-character',
    type: 'boolean',
    default: 'false',
    description: 'Whether no character quotes a field.',
  },
  {
    key: 'quote-character',
    type: 'string',
    default: '"',
    description: 'Character around fields that need it.',
  },
  {
    key: 'allow-comments',
    type: 'boolean',
    default: 'false',
    description: 'Whether lines that begin with # are passed over.',
  },
  {
    key: 'ignore-parse-errors',
    type: 'boolean',
    default: 'false',
    description:
      'Whether to take fields that do not fit as NULL and to skip broken lines, instead of failing.',
  },
  {
    key: 'array-element-delimiter',
    type: 'string',
    default: ';',
    description: 'Text between the elements of an array and the fields of a row.',
  },
  { key: 'escape-character', type: 'string', description: 'Character that takes the next one as it is.' },
  { key: 'null-literal', type: 'string', description: 'Text that stands for NULL.' },
  {
    key: 'write-bigdecimal-in-scientific-notation',
    type: 'boolean',
    default: 'true',
    description: 'Whether the sink writes decimals in scientific notation where that is shorter.',
  },
];

export interface CsvOptions {
  readonly dialect: CsvDialect;
  readonly ignoreParseErrors: boolean;
  readonly plainDecimals: boolean;
}

/** Reads and checks options, without the prefix `csv.`. */
export function csvOptions(options: Options): CsvOptions {
  const reader = new OptionReader(options, OPTIONS);
  const hasNoQuote = reader.boolean('disable-quote-character');
  if (hasNoQuote && reader.given('quote-character') !== undefined) {
    throw new ValidationException(
      'Format cannot define a quote character and disabled quote character at the same time.',
    );
  }
  const fieldDelimiter = unescapeJava(reader.requiredText('field-delimiter'));
  checkSingle('field-delimiter', fieldDelimiter);
  const quote = reader.requiredText('quote-character');
  checkSingle('quote-character', quote);
  const escape = reader.text('escape-character');
  if (escape !== undefined) checkSingle('escape-character', escape);
  return {
    dialect: {
      fieldDelimiter,
      quote: hasNoQuote ? undefined : quote,
      escape,
      arrayDelimiter: reader.requiredText('array-element-delimiter'),
      nullLiteral: reader.text('null-literal'),
      allowComments: reader.boolean('allow-comments'),
    },
    ignoreParseErrors: reader.boolean('ignore-parse-errors'),
    plainDecimals: !reader.boolean('write-bigdecimal-in-scientific-notation'),
  };
}

export const CSV_FORMAT: FormatDescriptor = {
  format: 'csv',
  description: 'Lines of fields in the order of the columns.',
  options: OPTIONS,
  decoder({ physicalType }, options) {
    csvOptions(options);
    checkColumns(physicalType);
    return { format: 'csv', changelogMode: INSERT_ONLY, metadata: [] };
  },
  encoder({ physicalType }, options) {
    csvOptions(options);
    checkColumns(physicalType);
    return { format: 'csv', changelogMode: INSERT_ONLY };
  },
};

function checkSingle(key: string, text: string): void {
  if (text.length === 1) return;
  throw new ValidationException(
    `Option 'csv.${key}' must be a string with single character, but was: ${text}`,
  );
}

function checkColumns({ fields }: RowType): void {
  for (const { type } of fields) {
    if (type.root === 'ARRAY') checkScalar(type.element);
    else if (type.root === 'ROW') for (const field of type.fields) checkScalar(field.type);
    else checkScalar(type);
  }
}

function checkScalar(type: LogicalType): void {
  switch (type.root) {
    case 'ARRAY':
    case 'ROW':
    case 'MAP':
    case 'MULTISET':
    case 'VARIANT':
    case 'BITMAP':
    case 'SYMBOL':
      throw new ValidationException(
        `The type ${typeText(type)} is not supported in CSV format: a column is a single value, or an ARRAY or ROW of them.`,
      );
    case 'TIME':
      if (type.precision > 3) {
        throw new ValidationException(
          `Csv does not support TIME type with precision: ${type.precision}, it only supports precision 0 ~ 3.`,
        );
      }
      break;
    default:
  }
}

const JAVA_ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f' };

function unescapeJava(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/gs,
    (_, code: string | undefined, letter: string | undefined) =>
      code === undefined
        ? (JAVA_ESCAPES[letter ?? ''] ?? letter ?? '')
        : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
