import type { Value } from '../../data/value.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import { decodeBase64 } from './base64.ts';
import type { CsvDialect } from './csv-options.ts';
import { CsvReader } from './csv-reader.ts';
import { parseDecimal } from './decimals.ts';
import { FormatError, inField } from './format-error.ts';
import { parseBoolean, parseDouble, parseFloat32, parseInteger, parseLong, trimmed } from './java-numbers.ts';
import type { RowDecoder } from './row-format.ts';
import { parseLenientDate, parseTime, parseTimestamp } from './times.ts';

type Convert = (text: string) => Value;

/**
 * Rows of a CSV text by position (S-62). With `ignoreParseErrors` a field that does not fit is NULL, missing fields at the end are NULL,
 * and a record with too many of them is left out.
 */
export class CsvDecoder implements RowDecoder {
  readonly #reader: CsvReader;
  readonly #dialect: CsvDialect;
  readonly #ignoreParseErrors: boolean;
  readonly #columns: readonly { readonly name: string; readonly convert: Convert | undefined }[];

  /** @param isRead one flag a column; the others are NULL whatever stands there */
  constructor(rowType: RowType, isRead: readonly boolean[], dialect: CsvDialect, ignoreParseErrors: boolean) {
    this.#reader = new CsvReader(dialect);
    this.#dialect = dialect;
    this.#ignoreParseErrors = ignoreParseErrors;
    this.#columns = rowType.fields.map(({ name, type }, i) => ({
      name,
      convert: isRead[i] === false ? undefined : this.#cellConverter(type),
    }));
  }

  get line(): number {
    return this.#reader.line;
  }

  set line(line: number) {
    this.#reader.line = line;
  }

  read(text: string, from: number, isEnd: boolean, rows: Value[][], maxRows: number): number {
    let at = from;
    while (at < text.length && rows.length < maxRows) {
      const before = this.#reader.line;
      try {
        const end = this.#reader.record(text, at, isEnd);
        if (end < 0) break;
        at = end;
        if (this.#reader.hasRecord) rows.push(this.#row(this.#reader.fields));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        if (!this.#ignoreParseErrors) {
          this.#reader.line = before + 1;
          throw error;
        }
        at = Math.max(at, this.#reader.next);
      }
    }
    return at;
  }

  #row(fields: string[]): Value[] {
    const { length } = this.#columns;
    const [extra] = fields.slice(length);
    // One delimiter too many at the end of a line is forgiven.
    if (extra !== undefined && (fields.length > length + 1 || trimmed(extra) !== '')) {
      throw new FormatError(
        `Too many entries: expected at most ${length} (value #${length} (${extra.length} chars) "${extra}")`,
      );
    }
    if (fields.length < length && !this.#ignoreParseErrors) {
      throw new FormatError(`Row length mismatch. ${length} fields expected but was ${fields.length}.`);
    }
    return this.#columns.map(({ name, convert }, i) => {
      const text = fields[i];
      return convert && text !== undefined ? this.#convert(convert, text, name) : null;
    });
  }

  #convert(convert: Convert, text: string, field: string): Value {
    try {
      return convert(text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      if (this.#ignoreParseErrors) return null;
      throw inField(error, field);
    }
  }

  /** A whole field. */
  #cellConverter(type: LogicalType): Convert {
    if (type.root === 'ARRAY') {
      const element = this.#nullable(scalarConverter(type.element));
      return (text) => this.#pieces(text).map((piece, i) => this.#convert(element, piece, `[${i}]`));
    }
    if (type.root !== 'ROW') return this.#nullable(scalarConverter(type));
    const fields = type.fields.map(({ name, type: inner }) => ({
      name,
      convert: this.#nullable(scalarConverter(inner)),
    }));
    return (text) => {
      const pieces = this.#pieces(text);
      if (pieces.length === 0) return null;
      if (pieces.length !== fields.length && !this.#ignoreParseErrors) {
        throw new FormatError(
          `Row length mismatch. ${fields.length} fields expected but was ${pieces.length}.`,
        );
      }
      return fields.map(({ name, convert }, i) => {
        const piece = pieces[i];
        return piece === undefined ? null : this.#convert(convert, piece, name);
      });
    };
  }

  #nullable(convert: Convert): Convert {
    const { nullLiteral } = this.#dialect;
    return nullLiteral === undefined ? convert : (text) => (text === nullLiteral ? null : convert(text));
  }

  /** Elements of an array, fields of a row. Blanks alone are none. */
  #pieces(text: string): string[] {
    return trimmed(text) === '' ? [] : text.split(this.#dialect.arrayDelimiter);
  }
}

function scalarConverter(type: LogicalType): Convert {
  switch (type.root) {
    case 'NULL':
      return () => null;
    case 'BOOLEAN':
      return parseBoolean;
    case 'TINYINT':
      return (text) => parseInteger(text, 8);
    case 'SMALLINT':
      return (text) => parseInteger(text, 16);
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return (text) => parseInteger(text, 32);
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return parseLong;
    case 'FLOAT':
      return parseFloat32;
    case 'DOUBLE':
      return parseDouble;
    case 'DECIMAL':
      return (text) => parseDecimal(text, type.precision, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return (text) => text;
    case 'BINARY':
    case 'VARBINARY':
      return decodeBase64;
    case 'DATE':
      return parseLenientDate;
    case 'TIME':
      return (text) => parseTime(text, type.precision, 'ISO');
    case 'TIMESTAMP':
      return (text) => parseTimestamp(trimmed(text), 'SQL', type.precision, false);
    case 'TIMESTAMP_LTZ':
      return (text) => parseTimestamp(trimmed(text), 'SQL', type.precision, true);
    default:
      throw new FormatError(`a column of type ${type.root} is not supported in CSV`);
  }
}
