import { RuntimeFailure } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { Options } from '../connector-descriptor.ts';
import { CsvDecoder } from './csv-decoder.ts';
import { CsvEncoder } from './csv-encoder.ts';
import { csvOptions } from './csv-format.ts';
import { JsonDecoder } from './json-decoder.ts';
import { JsonEncoder } from './json-encoder.ts';
import { jsonOptions } from './json-format.ts';
import type { RowDecoder, RowEncoder } from './row-format.ts';

/** @param isRead one flag a column: which are converted at all */
export function createRowDecoder(
  tableOptions: Options,
  rowType: RowType,
  isRead: readonly boolean[],
): RowDecoder {
  const { format, options } = formatOf(tableOptions);
  if (format === 'json') return new JsonDecoder(rowType, isRead, jsonOptions(options));
  if (format === 'csv') {
    const { dialect, ignoreParseErrors } = csvOptions(options);
    return new CsvDecoder(rowType, isRead, dialect, ignoreParseErrors);
  }
  throw new RuntimeFailure(`Reading the format '${format}' is not supported.`);
}

export function createRowEncoder(tableOptions: Options, rowType: RowType): RowEncoder {
  const { format, options } = formatOf(tableOptions);
  if (format === 'json') return new JsonEncoder(rowType, jsonOptions(options));
  if (format === 'csv') {
    const { dialect, plainDecimals } = csvOptions(options);
    return new CsvEncoder(rowType, dialect, plainDecimals);
  }
  throw new RuntimeFailure(`Writing the format '${format}' is not supported.`);
}

/** The table's format and its options, their prefix taken off. */
function formatOf(tableOptions: Options): { format: string; options: Options } {
  const format = tableOptions['format'] ?? '';
  const prefix = `${format}.`;
  const own = Object.entries(tableOptions).filter(([key]) => key.startsWith(prefix));
  return { format, options: Object.fromEntries(own.map(([key, text]) => [key.slice(prefix.length), text])) };
}
