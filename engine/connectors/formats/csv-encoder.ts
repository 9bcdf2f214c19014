import type { Value } from '../../data/value.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import type { CsvDialect } from './csv-options.ts';
import { FormatError } from './format-error.ts';
import type { RowEncoder } from './row-format.ts';
import { scalarWriter } from './text-writers.ts';

/** Longer texts are quoted unseen. */
const LONGEST_CHECKED = 24;

type Write = (value: Value) => string;

/**
 * A row as a line of CSV, with Jackson's idea of what needs quotes: a text of more than 24 characters, and one with any character up to the
 * delimiter, quote or escape character, whichever comes last in Unicode (S-62, S-92).
 */
export class CsvEncoder implements RowEncoder {
  readonly #dialect: CsvDialect;
  readonly #plainDecimals: boolean;
  readonly #lowestSafe: number;
  readonly #columns: readonly Write[];

  constructor(rowType: RowType, dialect: CsvDialect, plainDecimals: boolean) {
    this.#dialect = dialect;
    this.#plainDecimals = plainDecimals;
    const { fieldDelimiter, quote, escape } = dialect;
    this.#lowestSafe =
      1 + Math.max(...[fieldDelimiter, quote, escape, '\n'].map((unit) => unit?.charCodeAt(0) ?? 0));
    this.#columns = rowType.fields.map((field) => this.#cellWriter(field.type));
  }

  encode(values: readonly Value[]): string {
    const cells = this.#columns.map((write, i) => write(values[i] ?? null));
    return `${cells.join(this.#dialect.fieldDelimiter)}\n`;
  }

  #cellWriter(type: LogicalType): Write {
    const nothing = this.#dialect.nullLiteral ?? '';
    const write = this.#textWriter(type);
    if (isBare(type)) return (value) => (value === null ? nothing : write(value));
    return (value) => (value === null ? nothing : this.#quoted(write(value)));
  }

  /** Arrays and rows are one text of their parts. */
  #textWriter(type: LogicalType): Write {
    const { arrayDelimiter, nullLiteral = '' } = this.#dialect;
    const part = (of: LogicalType): Write => {
      const write = scalarWriter(of, 'SQL', this.#plainDecimals);
      if (!write)
        throw new FormatError(`a column of type ${type.root} of ${of.root} is not supported in CSV`);
      return (value) => (value === null ? nullLiteral : write(value));
    };
    switch (type.root) {
      case 'NULL':
        return () => nullLiteral;
      case 'ARRAY': {
        const element = part(type.element);
        return (value) => (value as readonly Value[]).map(element).join(arrayDelimiter);
      }
      case 'ROW': {
        const fields = type.fields.map((field) => part(field.type));
        return (value) =>
          fields.map((field, i) => field((value as readonly Value[])[i] ?? null)).join(arrayDelimiter);
      }
      default:
        return part(type);
    }
  }

  #quoted(text: string): string {
    const { quote } = this.#dialect;
    if (quote === undefined || !this.#needsQuotes(text)) return text;
    return quote + text.replaceAll(quote, quote + quote) + quote;
  }

  #needsQuotes(text: string): boolean {
    if (text.length > LONGEST_CHECKED) return true;
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < this.#lowestSafe) return true;
    return false;
  }
}

/** Numbers and truth values have no quotes. */
function isBare(type: LogicalType): boolean {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DECIMAL':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
    case 'NULL':
      return true;
    default:
      return false;
  }
}
