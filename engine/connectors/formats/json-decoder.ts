import { inHashOrder } from '../../data/java-hash.ts';
import type { Value } from '../../data/value.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import { decodeBase64 } from './base64.ts';
import { parseDecimal } from './decimals.ts';
import { FormatError, inField, shown } from './format-error.ts';
import {
  checkedInteger,
  longOfDouble,
  parseBoolean,
  parseDouble,
  parseFloat32,
  parseInteger,
  parseLong,
  trimmed,
} from './java-numbers.ts';
import { JsonReader, JsonSyntaxError } from './json-reader.ts';
import type { RowDecoder } from './row-format.ts';
import { parseIsoDate, parseTime, parseTimestamp, type TimestampFormat } from './times.ts';

export interface JsonDecoderOptions {
  readonly failOnMissingField: boolean;
  readonly ignoreParseErrors: boolean;
  readonly timestampFormat: TimestampFormat;
}

/** Reads exactly one value that is not null. */
type Convert = (reader: JsonReader) => Value;

/**
 * One JSON object a line, or an array of them (S-63): fields by name, others are passed over, missing ones are NULL.
 *
 * With `ignoreParseErrors` a field that does not fit is NULL, and a line that is no JSON gives the rows before the place where it breaks.
 */
export class JsonDecoder implements RowDecoder {
  line = 0;
  readonly #options: JsonDecoderOptions;
  readonly #reader = new JsonReader();
  readonly #hasDecimals: boolean;
  readonly #row: Convert;

  /** @param isRead one flag a column; the others are passed over and NULL */
  constructor(rowType: RowType, isRead: readonly boolean[], options: JsonDecoderOptions) {
    this.#options = options;
    this.#hasDecimals = hasDecimal(rowType);
    this.#row = this.#rowConverter(rowType, isRead);
  }

  read(text: string, from: number, isEnd: boolean, rows: Value[][], maxRows: number): number {
    let at = from;
    while (at < text.length && rows.length < maxRows) {
      let end = text.indexOf('\n', at);
      if (end < 0 && !isEnd) break;
      if (end < 0) end = text.length;
      this.line++;
      const isReturn = end > at && text.charCodeAt(end - 1) === 13;
      this.#readLine(text, at, isReturn ? end - 1 : end, rows);
      at = end + 1;
    }
    return Math.min(at, text.length);
  }

  #readLine(text: string, from: number, end: number, rows: Value[][]): void {
    if (from === end) return;
    const reader = this.#reader;
    reader.reset(text, from, end);
    try {
      const kind = reader.kind();
      if (kind === 'object') rows.push(this.#row(reader) as Value[]);
      else if (kind === 'array') {
        reader.enter();
        for (let isFirst = true; reader.nextElement(isFirst); isFirst = false) {
          rows.push(this.#row(reader) as Value[]);
        }
      } else throw new FormatError('a JSON object was expected');
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof JsonSyntaxError)) throw error;
      if (this.#options.ignoreParseErrors) return;
      const field = error instanceof FormatError ? error.field : undefined;
      throw new FormatError(`${error.message}; the line is ${shown(text.slice(from, end))}`, field, {
        cause: error,
      });
    }
  }

  #rowConverter(rowType: RowType, isRead: readonly boolean[]): Convert {
    const { failOnMissingField } = this.#options;
    const converters = rowType.fields.map((field) => this.#converter(field.type));
    const indexes = new Map<string, number>();
    rowType.fields.forEach(({ name }, i) => isRead[i] !== false && indexes.set(name, i));
    return (reader) => {
      if (reader.kind() !== 'object') throw new FormatError('a JSON object was expected');
      const row = new Array<Value>(converters.length).fill(null);
      let found = 0;
      reader.enter();
      for (let isFirst = true; ; isFirst = false) {
        const name = reader.nextField(isFirst);
        if (name === undefined) break;
        const index = indexes.get(name);
        // Once there are as many fields as columns the others are passed over, duplicates too.
        if (index === undefined || found === indexes.size) reader.skip();
        else {
          row[index] = this.#convert(reader, converters[index]!, name); // one a column
          found++;
        }
      }
      if (failOnMissingField && found < indexes.size) {
        const missing = [...indexes.keys()].filter((name) => row[indexes.get(name)!] === null);
        throw new FormatError(`some field is missing in the JSON data: one of ${missing.join(', ')}`);
      }
      return row;
    };
  }

  #convert(reader: JsonReader, convert: Convert, field: string): Value {
    const start = reader.position;
    if (reader.kind() === 'null') {
      reader.skip();
      return null;
    }
    try {
      return convert(reader);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      if (!this.#options.ignoreParseErrors) throw inField(error, field);
      reader.seek(start);
      reader.skip();
      return null;
    }
  }

  #converter(type: LogicalType): Convert {
    const { timestampFormat } = this.#options;
    const text =
      (parse: (text: string) => Value): Convert =>
      (reader) =>
        parse(scalarOf(reader));
    switch (type.root) {
      case 'NULL':
        return (reader) => {
          reader.skip();
          return null;
        };
      case 'BOOLEAN':
        return (reader) => {
          const kind = reader.kind();
          if (kind !== 'object' && kind !== 'array') return parseBoolean(reader.scalar());
          reader.skip();
          return false;
        };
      case 'TINYINT':
        return text((value) => parseInteger(value, 8));
      case 'SMALLINT':
        return text((value) => parseInteger(value, 16));
      case 'INTEGER':
      case 'INTERVAL_YEAR_MONTH':
        return (reader) => {
          const isFraction = reader.kind() === 'fraction';
          const value = scalarOf(reader);
          return isFraction ? checkedInteger(Math.trunc(Number(value)), 32, value) : parseInteger(value, 32);
        };
      case 'BIGINT':
      case 'INTERVAL_DAY_TIME':
        return (reader) => {
          const isFraction = reader.kind() === 'fraction';
          const value = scalarOf(reader);
          return isFraction ? longOfDouble(Number(value), value) : parseLong(value);
        };
      case 'FLOAT':
        return text(parseFloat32);
      case 'DOUBLE':
        return text(parseDouble);
      case 'DECIMAL':
        return (reader) => {
          const isText = reader.kind() === 'string';
          const value = scalarOf(reader);
          return parseDecimal(isText ? trimmed(value) : value, type.precision, type.scale);
        };
      case 'CHAR':
      case 'VARCHAR':
        return (reader) => {
          const kind = reader.kind();
          return kind === 'object' || kind === 'array' ? reader.compact(this.#hasDecimals) : reader.scalar();
        };
      case 'BINARY':
      case 'VARBINARY':
        return (reader) => {
          if (reader.kind() !== 'string') throw new FormatError('a Base64 text was expected');
          return decodeBase64(reader.scalar());
        };
      case 'DATE':
        return text(parseIsoDate);
      case 'TIME':
        return text((value) => parseTime(value, type.precision, 'SQL'));
      case 'TIMESTAMP':
        return text((value) => parseTimestamp(value, timestampFormat, type.precision, false));
      case 'TIMESTAMP_LTZ':
        return text((value) => parseTimestamp(value, timestampFormat, type.precision, true));
      case 'ARRAY':
        return this.#arrayConverter(this.#converter(type.element));
      case 'MAP':
        return this.#mapConverter(type.key, this.#converter(type.value));
      case 'MULTISET':
        return this.#mapConverter(type.element, this.#converter({ root: 'INTEGER', nullable: false }));
      case 'ROW':
        return this.#rowConverter(type, []);
      default:
        throw new FormatError(`a column of type ${type.root} is not supported in JSON`);
    }
  }

  #arrayConverter(element: Convert): Convert {
    return (reader) => {
      if (reader.kind() !== 'array') throw new FormatError('a JSON array was expected');
      const items: Value[] = [];
      reader.enter();
      for (let isFirst = true; reader.nextElement(isFirst); isFirst = false) {
        items.push(this.#convert(reader, element, `[${items.length}]`));
      }
      return items;
    };
  }

  /** The last value of a key counts; entries come in the order of Flink's map. */
  #mapConverter(keyType: LogicalType, value: Convert): Convert {
    return (reader) => {
      if (reader.kind() !== 'object') throw new FormatError('a JSON object was expected');
      const entries = new Map<string, Value>();
      reader.enter();
      for (let isFirst = true; ; isFirst = false) {
        const key = reader.nextField(isFirst);
        if (key === undefined) return [...inHashOrder([...entries], ([name]) => name, keyType)];
        entries.set(key, this.#convert(reader, value, key));
      }
    };
  }
}

function scalarOf(reader: JsonReader): string {
  const kind = reader.kind();
  if (kind !== 'object' && kind !== 'array') return reader.scalar();
  throw new FormatError(`an ${kind} stands where a single value was expected`);
}

function hasDecimal(type: LogicalType): boolean {
  switch (type.root) {
    case 'DECIMAL':
      return true;
    case 'ROW':
      return type.fields.some((field) => hasDecimal(field.type));
    case 'ARRAY':
    case 'MULTISET':
      return hasDecimal(type.element);
    case 'MAP':
      return hasDecimal(type.key) || hasDecimal(type.value);
    default:
      return false;
  }
}
