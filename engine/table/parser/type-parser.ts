/** Data types: `DECIMAL(10, 2)`, `ROW<a INT NOT NULL, b ARRAY<STRING>>`, `INT ARRAY`; in CAST `INTERVAL DAY TO SECOND(3)`, too. */

import type {
  DataType,
  IntervalQualifier,
  IntervalUnit,
  RowField,
  SimpleDataType,
  SimpleTypeName,
  StringLiteral,
} from './ast.ts';
import { stringLiteral } from './literal-parser.ts';
import type { Token } from './lexer.ts';
import type { TokenStream } from './token-stream.ts';

/** Written name -> name in the tree, and how many numbers may follow it. */
const SIMPLE_TYPES: Record<string, readonly [name: SimpleTypeName, parameters: 0 | 1 | 2]> = {
  CHAR: ['CHAR', 1],
  CHARACTER: ['CHAR', 1],
  VARCHAR: ['VARCHAR', 1],
  STRING: ['STRING', 0],
  BINARY: ['BINARY', 1],
  VARBINARY: ['VARBINARY', 1],
  BYTES: ['BYTES', 0],
  BOOLEAN: ['BOOLEAN', 0],
  DECIMAL: ['DECIMAL', 2],
  DEC: ['DECIMAL', 2],
  NUMERIC: ['DECIMAL', 2],
  TINYINT: ['TINYINT', 0],
  SMALLINT: ['SMALLINT', 0],
  INT: ['INT', 0],
  INTEGER: ['INT', 0],
  BIGINT: ['BIGINT', 0],
  FLOAT: ['FLOAT', 0],
  REAL: ['REAL', 0],
  DOUBLE: ['DOUBLE', 0],
  DATE: ['DATE', 0],
  TIME: ['TIME', 1],
  TIMESTAMP: ['TIMESTAMP', 1],
  TIMESTAMP_LTZ: ['TIMESTAMP_LTZ', 1],
  VARIANT: ['VARIANT', 0],
  BITMAP: ['BITMAP', 0],
};

/** The names a type may begin with, for completion. */
export const TYPE_NAMES: readonly string[] = [
  ...Object.keys(SIMPLE_TYPES),
  ...['ARRAY', 'MAP', 'MULTISET', 'ROW', 'RAW', 'STRUCTURED'],
];

/** `nullability` tells whether NULL or NOT NULL may follow: in a column and inside of types, not in CAST. */
export function dataType(p: TokenStream, nullability: boolean): DataType {
  return p.nested(() => {
    const start = p.start;
    let type = plainType(p, start);
    for (let length = 0; ; length++) {
      p.bounded(length);
      // `INT NOT NULL ARRAY`: the nullability of the element, which a type in CAST cannot tell.
      const notNull = !nullability ? 0 : p.isWords('NOT', 'NULL') ? 2 : p.isWord('NULL') ? 1 : 0;
      const collection = p.isWord('ARRAY', notNull)
        ? 'ARRAY'
        : p.isWord('MULTISET', notNull)
          ? 'MULTISET'
          : undefined;
      if (collection === undefined) {
        p.miss('ARRAY');
        p.miss('MULTISET');
        return nullability ? nullable(p, type) : type;
      }
      // There, elements are NOT NULL, as in Calcite.
      const element = nullability ? nullable(p, type) : { ...type, nullable: false };
      p.next();
      type = { kind: 'CollectionDataType', span: p.span(start), collection, element, nullable: undefined };
    }
  });
}

/** The type of a CAST, which alone may be an interval. */
export function castType(p: TokenStream): DataType {
  const { start } = p;
  if (!p.accept('INTERVAL')) return dataType(p, false);
  const qualifier = intervalQualifier(p);
  return { kind: 'IntervalDataType', span: p.span(start), qualifier, nullable: undefined };
}

/** The type that `{fn CONVERT(x, SQL_INTEGER)}` names, with or without `SQL_`. */
export function jdbcType(p: TokenStream): DataType {
  const token = p.peek();
  const name = token.text.replace(/^SQL_/, '');
  const simple = token.kind === 'word' && JDBC_TYPES.has(name) ? SIMPLE_TYPES[name] : undefined;
  if (!simple) {
    p.miss('data type');
    return p.fail();
  }
  p.next();
  const type = { kind: 'SimpleDataType', span: p.span(token.start), name: simple[0] } as const;
  return { ...type, precision: undefined, scale: undefined, nullable: undefined };
}

const JDBC_TYPES = new Set(
  (
    'BIGINT BINARY BOOLEAN CHAR DATE DECIMAL DOUBLE FLOAT INTEGER NUMERIC REAL SMALLINT TIME TIMESTAMP TINYINT ' +
    'VARBINARY VARCHAR'
  ).split(' '),
);

function nullable(p: TokenStream, type: DataType): DataType {
  if (p.acceptWords('NOT', 'NULL')) return { ...type, nullable: false, span: p.span(type.span.start) };
  if (p.accept('NULL')) return { ...type, nullable: true, span: p.span(type.span.start) };
  return type;
}

function plainType(p: TokenStream, start: number): DataType {
  const token = p.peek();
  p.miss('data type');
  if (token.text === 'INTERVAL' && p.takesIntervalTypes) return castType(p);
  if (token.kind === 'word') {
    switch (token.text) {
      case 'ARRAY':
      case 'MULTISET': {
        p.next();
        const element = angled(p, () => dataType(p, true));
        return {
          kind: 'CollectionDataType',
          span: p.span(start),
          collection: token.text,
          element,
          nullable: undefined,
        };
      }
      case 'MAP': {
        if (!p.isSymbol('<', 1)) break; // a name, and no type
        p.next();
        const [key, value] = angled(p, () => {
          const keyType = dataType(p, true);
          p.expectSymbol(',');
          return [keyType, dataType(p, true)] as const;
        });
        return { kind: 'MapDataType', span: p.span(start), key, value, nullable: undefined };
      }
      case 'ROW': {
        p.next();
        const fields = rowFields(p);
        return { kind: 'RowDataType', span: p.span(start), fields, nullable: undefined };
      }
      case 'STRUCTURED': {
        p.next();
        const [className, fields] = angled(p, () => {
          const name = stringLiteral(p);
          return [name, p.acceptSymbol(',') ? p.list(() => rowField(p)) : []] as const;
        });
        return { kind: 'StructuredDataType', span: p.span(start), className, fields, nullable: undefined };
      }
      case 'RAW': {
        p.next();
        const [className, serializer] = p.parenthesised(() => {
          const name = stringLiteral(p);
          p.expectSymbol(',');
          return [name, stringLiteral(p)] as const;
        });
        return { kind: 'RawDataType', span: p.span(start), className, serializer, nullable: undefined };
      }
    }
    const simple = Object.hasOwn(SIMPLE_TYPES, token.text) ? SIMPLE_TYPES[token.text] : undefined;
    if (simple) return simpleType(p, start, simple);
  }
  if (p.isWord('ANY')) {
    const part = { kind: 'Identifier', span: p.next(), name: 'ANY' } as const;
    const path = { kind: 'ObjectPath', span: part.span, parts: [part] } as const;
    return { kind: 'NamedDataType', span: p.span(start), name: path, nullable: undefined };
  }
  if (!p.isName()) p.fail();
  if (p.isWord('GEOMETRY')) p.fail('The type GEOMETRY is not enabled');
  const name = p.objectPath();
  return { kind: 'NamedDataType', span: p.span(start), name, nullable: undefined };
}

function simpleType(
  p: TokenStream,
  start: number,
  [plain, parameters]: readonly [SimpleTypeName, number],
): DataType {
  let name = plain;
  let precision: number | undefined;
  let scale: number | undefined;
  p.next();
  if (name === 'DOUBLE') p.accept('PRECISION');
  if (name === 'CHAR' && p.accept('VARYING')) name = 'VARCHAR';
  if (name === 'BINARY' && p.accept('VARYING')) name = 'VARBINARY';
  if (parameters > 0 && p.acceptSymbol('(')) {
    precision = unsigned(p);
    if (parameters > 1 && p.acceptSymbol(',')) scale = unsigned(p);
    p.expectSymbol(')');
  }
  if (name === 'TIME' || name === 'TIMESTAMP') {
    if (p.accept('WITHOUT')) {
      p.expect('TIME', 'ZONE');
    } else if (p.accept('WITH')) {
      p.expect('LOCAL', 'TIME', 'ZONE');
      name = `${name} WITH LOCAL TIME ZONE`;
    }
  }
  let charset: SimpleDataType['charset'];
  if ((name === 'CHAR' || name === 'VARCHAR') && p.accept('CHARACTER')) {
    p.expect('SET');
    charset = p.identifier();
  }
  return {
    kind: 'SimpleDataType',
    span: p.span(start),
    name,
    precision,
    scale,
    charset,
    nullable: undefined,
  };
}

function angled<T>(p: TokenStream, content: () => T): T {
  p.expectSymbol('<');
  const result = content();
  p.expectSymbol('>');
  return result;
}

// `ROW<>` has its brackets in one token.
function rowFields(p: TokenStream): RowField[] {
  if (p.acceptSymbol('<>')) return [];
  const close = p.acceptSymbol('<') ? '>' : ')';
  if (close === ')') p.expectSymbol('(');
  if (p.acceptSymbol(close)) return [];
  const fields = p.list(() => rowField(p));
  p.expectSymbol(close);
  return fields;
}

function rowField(p: TokenStream): RowField {
  const name = p.identifier();
  const type = dataType(p, true);
  const comment: StringLiteral | undefined = p.peek().kind === 'string' ? stringLiteral(p) : undefined;
  return { kind: 'RowField', span: p.span(name.span.start), name, type, comment };
}

/** A whole number without sign. */
export function unsigned(p: TokenStream): number {
  const token = p.peek();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) {
    p.miss('number');
    p.fail();
  }
  const value = Number(token.text);
  if (value > 0x7fffffff) p.fail('the number is too large: at most 2147483647');
  p.next();
  return value;
}

const UNITS: Record<string, IntervalUnit> = {
  YEAR: 'YEAR',
  YEARS: 'YEAR',
  QUARTER: 'QUARTER',
  QUARTERS: 'QUARTER',
  MONTH: 'MONTH',
  MONTHS: 'MONTH',
  WEEK: 'WEEK',
  WEEKS: 'WEEK',
  DAY: 'DAY',
  DAYS: 'DAY',
  HOUR: 'HOUR',
  HOURS: 'HOUR',
  MINUTE: 'MINUTE',
  MINUTES: 'MINUTE',
  SECOND: 'SECOND',
  SECONDS: 'SECOND',
};

/** What may follow TO, by the unit before it. */
const TO_UNITS: Partial<Record<IntervalUnit, readonly IntervalUnit[]>> = {
  YEAR: ['MONTH'],
  DAY: ['HOUR', 'MINUTE', 'SECOND'],
  HOUR: ['MINUTE', 'SECOND'],
  MINUTE: ['SECOND'],
};

/** `DAY`, `DAY(3) TO SECOND(2)`, `SECOND(2, 3)`. Without `hasEnd` TO is left to who called. */
export function intervalQualifier(p: TokenStream, hasEnd = true): IntervalQualifier {
  const start = p.start;
  const from = intervalUnit(p, undefined) ?? p.fail();
  let precision: number | undefined;
  let fraction: number | undefined;
  let to: IntervalUnit | undefined;
  if (p.acceptSymbol('(')) {
    precision = unsigned(p);
    if (from === 'SECOND' && p.acceptSymbol(',')) fraction = unsigned(p);
    p.expectSymbol(')');
  }
  const allowed = hasEnd ? TO_UNITS[from] : undefined;
  // In FLOOR(INTERVAL '1' DAY TO YEAR) the second unit is that of FLOOR.
  if (allowed && p.isWord('TO') && allowed.some((unit) => unit === p.peek(1).text.replace(/S$/, ''))) {
    p.next();
    to = intervalUnit(p, allowed) ?? p.fail();
    if (to === 'SECOND' && p.acceptSymbol('(')) {
      fraction = unsigned(p);
      p.expectSymbol(')');
    }
  }
  return { kind: 'IntervalQualifier', span: p.span(start), from, to, precision, fraction };
}

export function isIntervalUnit({ kind, text }: Token): boolean {
  return kind === 'word' && Object.hasOwn(UNITS, text);
}

function intervalUnit(
  p: TokenStream,
  allowed: readonly IntervalUnit[] | undefined,
): IntervalUnit | undefined {
  const token = p.peek();
  const unit = isIntervalUnit(token) ? UNITS[token.text] : undefined;
  if (unit && (!allowed || allowed.includes(unit))) {
    p.next();
    return unit;
  }
  for (const word of allowed ?? ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']) p.miss(word);
  return undefined;
}
