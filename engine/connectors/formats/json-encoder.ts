import type { Value } from '../../data/value.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import { FormatError, inField } from './format-error.ts';
import { quoteJson } from '../../expressions/json/json-text.ts';
import type { RowEncoder } from './row-format.ts';
import { scalarWriter } from './text-writers.ts';
import type { TimestampFormat } from './times.ts';

export interface JsonEncoderOptions {
  readonly timestampFormat: TimestampFormat;
  /** What to do with a NULL key of a map: fail, leave the entry out, or write the literal. */
  readonly mapNullKeyMode: 'FAIL' | 'DROP' | 'LITERAL';
  readonly mapNullKeyLiteral: string;
  readonly plainDecimals: boolean;
  readonly ignoreNullFields: boolean;
}

type Write = (value: Value) => string;

/** A row as a JSON object on a line (S-63): fields in the order of the columns. */
export class JsonEncoder implements RowEncoder {
  readonly #options: JsonEncoderOptions;
  readonly #row: Write;

  constructor(rowType: RowType, options: JsonEncoderOptions) {
    this.#options = options;
    this.#row = this.#rowWriter(rowType);
  }

  encode(values: readonly Value[]): string {
    return `${this.#row(values)}\n`;
  }

  #writer(type: LogicalType): Write {
    const write = this.#notNull(type);
    return (value) => (value === null ? 'null' : write(value));
  }

  #notNull(type: LogicalType): Write {
    const { timestampFormat, plainDecimals } = this.#options;
    const write = scalarWriter(type, timestampFormat, plainDecimals);
    switch (type.root) {
      case 'NULL':
        return () => 'null';
      case 'FLOAT':
      case 'DOUBLE':
        return (value) => (Number.isFinite(value) ? write!(value) : quoteJson(write!(value))); // a scalar has a writer
      case 'ARRAY': {
        const element = this.#writer(type.element);
        return (value) => `[${(value as readonly Value[]).map(element).join(',')}]`;
      }
      case 'MAP':
        return this.#mapWriter(type.key, this.#writer(type.value));
      case 'MULTISET':
        return this.#mapWriter(type.element, this.#writer({ root: 'INTEGER', nullable: false }));
      case 'ROW':
        return this.#rowWriter(type);
      default:
        if (!write) throw new FormatError(`a column of type ${type.root} is not supported in JSON`);
        return isBare(type) ? write : (value) => quoteJson(write(value));
    }
  }

  #rowWriter({ fields }: RowType): Write {
    const { ignoreNullFields } = this.#options;
    const writers = fields.map(({ name, type }) => ({
      name,
      key: `${quoteJson(name)}:`,
      write: this.#writer(type),
    }));
    return (row) => {
      const values = row as readonly Value[];
      const parts: string[] = [];
      for (const [i, { name, key, write }] of writers.entries()) {
        const value = values[i] ?? null;
        if (value === null && ignoreNullFields) continue;
        try {
          parts.push(key + write(value));
        } catch (error) {
          throw inField(error, name);
        }
      }
      return `{${parts.join(',')}}`;
    };
  }

  #mapWriter(keyType: LogicalType, write: Write): Write {
    if (keyType.root !== 'CHAR' && keyType.root !== 'VARCHAR') {
      throw new FormatError(
        `a map with keys of type ${keyType.root} is not supported in JSON: keys have to be texts`,
      );
    }
    const { mapNullKeyMode, mapNullKeyLiteral } = this.#options;
    return (value) => {
      // A later value takes the place of an earlier one with the same key.
      const entries = new Map<string, string>();
      for (const [key, item] of value as readonly (readonly [string | null, Value])[]) {
        if (key === null && mapNullKeyMode === 'FAIL') {
          throw new FormatError(
            "JSON format doesn't support to serialize map data with null keys. You can drop null key entries or encode null in literals by specifying map-null-key.mode option.",
          );
        }
        if (key !== null || mapNullKeyMode === 'LITERAL') entries.set(key ?? mapNullKeyLiteral, write(item));
      }
      return `{${[...entries].map(([key, text]) => `${quoteJson(key)}:${text}`).join(',')}}`;
    };
  }
}

/** Whether the text of a value stands without quotes. */
function isBare(type: LogicalType): boolean {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'DECIMAL':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return true;
    default:
      return false;
  }
}
