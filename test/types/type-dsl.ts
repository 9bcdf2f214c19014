import type { LogicalType } from '../../engine/types/logical-type.ts';
import { MAX_LENGTH } from '../../engine/types/logical-type.ts';

/** Types by short names for tables of cases: `INT`, `DECIMAL(8, 2)`, `TIMESTAMP(3) NOT NULL`, `ARRAY<INT>`, `MAP<STRING, INT>`, `ROW<x INT>`. */
export function type(text: string): LogicalType {
  const parser = new TypeReader(text);
  const result = parser.read();
  parser.end();
  return result;
}

class TypeReader {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/\w+|[<>(),]/g) ?? [];
  }

  read(): LogicalType {
    const name = this.#next();
    const bare = this.#bare(name);
    const isNotNull = this.#peek() === 'NOT';
    if (isNotNull) this.#at += 2;
    return { ...bare, nullable: !isNotNull };
  }

  end(): void {
    if (this.#at !== this.#tokens.length)
      throw new Error(`unread: ${this.#tokens.slice(this.#at).join(' ')}`);
  }

  #bare(name: string): LogicalType {
    const nullable = true;
    switch (name) {
      case 'INT':
        return { root: 'INTEGER', nullable };
      case 'STRING':
        return { root: 'VARCHAR', length: MAX_LENGTH, nullable };
      case 'BYTES':
        return { root: 'VARBINARY', length: MAX_LENGTH, nullable };
      case 'CHAR':
      case 'VARCHAR':
      case 'BINARY':
      case 'VARBINARY':
        return { root: name, length: this.#numbers()[0] ?? 1, nullable };
      case 'DECIMAL': {
        const [precision = 10, scale = 0] = this.#numbers();
        return { root: 'DECIMAL', precision, scale, nullable };
      }
      case 'TIME':
      case 'TIMESTAMP':
      case 'TIMESTAMP_LTZ':
        return { root: name, precision: this.#numbers()[0] ?? (name === 'TIME' ? 0 : 6), nullable };
      case 'INTERVAL': {
        const units = this.#next();
        return {
          root: /YEAR|MONTH/.test(units) ? 'INTERVAL_YEAR_MONTH' : 'INTERVAL_DAY_TIME',
          units,
          nullable,
        };
      }
      case 'ARRAY':
      case 'MULTISET': {
        this.#at++;
        const element = this.read();
        this.#at++;
        return { root: name, element, nullable };
      }
      case 'MAP': {
        this.#at++;
        const key = this.read();
        this.#at++;
        const value = this.read();
        this.#at++;
        return { root: 'MAP', key, value, nullable };
      }
      case 'ROW': {
        const fields: { name: string; type: LogicalType }[] = [];
        this.#at++;
        while (this.#peek() !== '>') {
          if (this.#peek() === ',') this.#at++;
          fields.push({ name: this.#next(), type: this.read() });
        }
        this.#at++;
        return { root: 'ROW', fields, nullable };
      }
      case 'BOOLEAN':
      case 'TINYINT':
      case 'SMALLINT':
      case 'BIGINT':
      case 'FLOAT':
      case 'DOUBLE':
      case 'DATE':
      case 'NULL':
      case 'VARIANT':
        return { root: name, nullable };
      default:
        throw new Error(`no type ${name}`);
    }
  }

  #numbers(): number[] {
    if (this.#peek() !== '(') return [];
    const numbers: number[] = [];
    while (this.#next() !== ')') if (/\d/.test(this.#peek() ?? '')) numbers.push(Number(this.#peek()));
    return numbers;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error('type ended');
    return token;
  }
}
