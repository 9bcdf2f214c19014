/** CREATE, REPLACE and DROP. */

import type {
  ColumnDefinition,
  ColumnName,
  CreateMaterializedTable,
  CreateTable,
  Drop,
  FunctionLanguage,
  FunctionResource,
  ObjectPath,
  RefusedStatement,
  StartMode,
  Statement,
  TableConstraint,
  TableLike,
  TableLikeOption,
  WatermarkDefinition,
} from './ast.ts';
import {
  columnDefinition,
  distribution,
  identifiers,
  oneWatermark,
  modelColumns,
  tableElement,
} from './column-parser.ts';
import { dateTimeLiteral, interval } from './special-forms.ts';
import { comment, stringLiteral, withProperties } from './literal-parser.ts';
import { query } from './query-parser.ts';
import { createConnection, dropConnection } from './refused-parser.ts';
import type { TokenStream } from './token-stream.ts';

/** Behind CREATE. */
export function create(p: TokenStream, start: number): Statement {
  let replace = false;
  if (p.accept('OR')) {
    if (p.accept('ALTER')) {
      p.expect('MATERIALIZED', 'TABLE');
      return createMaterializedTable(p, start, true);
    }
    p.expect('REPLACE');
    replace = true;
  }
  const temporary = p.accept('TEMPORARY');
  switch (
    p.expectOneOf(
      ...(['TABLE', 'VIEW', 'FUNCTION', 'DATABASE', 'CATALOG', 'MODEL', 'MATERIALIZED', 'SYSTEM'] as const),
      'CONNECTION',
    )
  ) {
    case 'TABLE':
      return createTable(p, start, replace ? 'create-or-replace' : 'create', temporary);
    case 'VIEW': {
      const ifNotExists = notExists(p);
      const name = p.objectPath();
      const columns = p.isSymbol('(') ? identifiers(p) : [];
      const text = comment(p);
      p.expect('AS');
      const inner = query(p);
      const head = { kind: 'CreateView', replace, temporary, ifNotExists, name, columns } as const;
      return { ...head, comment: text, query: inner, span: p.span(start) };
    }
    case 'FUNCTION':
      return createFunction(p, start, temporary, false);
    case 'CONNECTION':
      return createConnection(p, start);
    case 'SYSTEM':
      if (temporary && p.accept('CONNECTION')) return createConnection(p, start);
      p.expect('FUNCTION');
      if (!temporary)
        p.fail(
          'a system function can only be temporary: write CREATE TEMPORARY SYSTEM FUNCTION',
          p.span(start),
        );
      return createFunction(p, start, temporary, true);
    case 'DATABASE': {
      const ifNotExists = notExists(p);
      const name = p.objectPath();
      const text = comment(p);
      const properties = withProperties(p);
      return { kind: 'CreateDatabase', span: p.span(start), ifNotExists, name, comment: text, properties };
    }
    case 'CATALOG': {
      const ifNotExists = notExists(p);
      const name = p.identifier();
      const text = comment(p);
      const properties = withProperties(p);
      return { kind: 'CreateCatalog', span: p.span(start), ifNotExists, name, comment: text, properties };
    }
    case 'MODEL': {
      const ifNotExists = notExists(p);
      const name = p.objectPath();
      const input = p.accept('INPUT') ? modelColumns(p) : [];
      const output = p.accept('OUTPUT') ? modelColumns(p) : [];
      const text = comment(p);
      const properties = withProperties(p);
      const inner = p.accept('AS') ? query(p) : undefined;
      const head = { kind: 'CreateModel', temporary, ifNotExists, name, input, output } as const;
      return { ...head, comment: text, properties, query: inner, span: p.span(start) };
    }
    case 'MATERIALIZED': {
      p.expect('TABLE');
      if (temporary) p.fail('CREATE TEMPORARY MATERIALIZED TABLE is not supported', p.span(start));
      if (replace)
        p.fail('CREATE OR REPLACE MATERIALIZED TABLE is not supported: write CREATE OR ALTER', p.span(start));
      return createMaterializedTable(p, start, false);
    }
  }
}

function notExists(p: TokenStream): boolean {
  if (!p.isWords('IF', 'NOT')) return p.miss('IF NOT EXISTS');
  p.expect('IF', 'NOT', 'EXISTS');
  return true;
}

export function ifExists(p: TokenStream): boolean {
  // IF is a name, too; no word that could follow one is like EXISTS.
  const { kind, text } = p.peek(1);
  if (!p.isWord('IF') || kind !== 'word' || !text.startsWith('EXI')) return p.miss('IF EXISTS');
  p.expect('IF', 'EXISTS');
  return true;
}

// --------------------------------------------------------------------------------------------------- table

interface Schema {
  readonly columns: readonly (ColumnDefinition | ColumnName)[];
  readonly constraints: readonly TableConstraint[];
  readonly watermark: WatermarkDefinition | undefined;
}

/** Behind TABLE of CREATE or REPLACE. */
export function createTable(
  p: TokenStream,
  start: number,
  mode: CreateTable['mode'],
  temporary: boolean,
): CreateTable {
  const ifNotExists = mode === 'replace' ? false : notExists(p);
  const name = p.objectPath();
  const definition = schema(p);
  const rest = tableClauses(p);
  let like: TableLike | undefined;
  let inner: CreateTable['query'];
  if (mode === 'replace') {
    p.expect('AS');
    inner = query(p);
  } else if (p.accept('LIKE')) {
    like = tableLike(p);
  } else if (p.accept('AS')) {
    inner = query(p);
  }
  const bare = definition.columns.find((column) => column.kind === 'ColumnName');
  if (bare && !inner) p.fail('a column without a type is possible only in CREATE TABLE ... AS', bare.span);
  const head = { kind: 'CreateTable', mode, temporary, ifNotExists, name } as const;
  return { ...head, ...definition, ...rest, like, query: inner, span: p.span(start) };
}

/** Everything in the parentheses, or nothing. A mistake in one element leaves the others alone. */
function schema(p: TokenStream): Schema {
  const columns: (ColumnDefinition | ColumnName)[] = [];
  const constraints: TableConstraint[] = [];
  const watermarks: WatermarkDefinition[] = [];
  if (!p.isSymbol('(')) return { columns, constraints, watermark: undefined };
  const namesOnly = p.isName(1) && (p.isSymbol(',', 2) || p.isSymbol(')', 2));
  p.parenthesised(() => {
    do {
      const element = p.guard(
        () => (namesOnly ? columnName(p) : (tableElement(p) ?? columnDefinition(p))),
        atElementEnd,
        [',', ')'],
      );
      if (element?.kind === 'WatermarkDefinition') watermarks.push(element);
      else if (element?.kind === 'TableConstraint') constraints.push(element);
      else if (element) columns.push(element);
    } while (p.acceptSymbol(','));
  });
  return { columns, constraints, watermark: oneWatermark(p, watermarks) };
}

function atElementEnd(p: TokenStream): boolean {
  return p.isSymbol(',');
}

function columnName(p: TokenStream): ColumnName {
  const name = p.identifier();
  return { kind: 'ColumnName', span: name.span, name };
}

function tableClauses(
  p: TokenStream,
): Pick<CreateTable, 'comment' | 'distribution' | 'partitionedBy' | 'properties'> {
  const text = comment(p);
  const { start } = p;
  const distributed = p.accept('DISTRIBUTED', 'DISTRIBUTED BY') ? distribution(p, start) : undefined;
  const partitioned = p.accept('PARTITIONED', 'PARTITIONED BY');
  if (partitioned) p.expect('BY');
  const partitionedBy = partitioned ? identifiers(p) : [];
  const properties = withProperties(p);
  return { comment: text, distribution: distributed, partitionedBy, properties };
}

function tableLike(p: TokenStream): TableLike {
  const name = p.objectPath();
  const options: TableLikeOption[] = [];
  if (p.acceptSymbol('(')) {
    do options.push(likeOption(p));
    while (!p.acceptSymbol(')'));
  }
  return { kind: 'TableLike', span: p.span(name.span.start), name, options };
}

function likeOption(p: TokenStream): TableLikeOption {
  const { start } = p;
  const strategy = p.expectOneOf('INCLUDING', 'EXCLUDING', 'OVERWRITING');
  const feature = p.expectOneOf(
    ...([
      'ALL',
      'CONSTRAINTS',
      'DISTRIBUTION',
      'PARTITIONS',
      'GENERATED',
      'METADATA',
      'OPTIONS',
      'WATERMARKS',
    ] as const),
  );
  return { kind: 'TableLikeOption', span: p.span(start), strategy, feature };
}

function createMaterializedTable(p: TokenStream, start: number, orAlter: boolean): CreateMaterializedTable {
  const name = p.objectPath();
  const definition = schema(p);
  const rest = tableClauses(p);
  const startMode = p.accept('START_MODE') ? startModeClause(p) : undefined;
  const freshness = p.accept('FRESHNESS') ? freshnessValue(p) : undefined;
  const refreshMode = p.accept('REFRESH_MODE') ? refreshModeValue(p) : undefined;
  p.expect('AS');
  const inner = query(p);
  const head = { kind: 'CreateMaterializedTable', orAlter, name, ...definition, ...rest } as const;
  return { ...head, startMode, freshness, refreshMode, query: inner, span: p.span(start) };
}

function startModeClause(p: TokenStream): StartMode {
  p.expectSymbol('=');
  const { start } = p;
  const mode = p.expectOneOf(
    ...(['FROM_BEGINNING', 'FROM_NOW', 'FROM_TIMESTAMP', 'RESUME_OR_FROM_BEGINNING'] as const),
    ...(['RESUME_OR_FROM_NOW', 'RESUME_OR_FROM_TIMESTAMP'] as const),
  );
  let value: StartMode['value'];
  if (mode.endsWith('FROM_NOW')) {
    if (p.isSymbol('(')) value = p.parenthesised(() => literalInterval(p));
  } else if (mode.endsWith('FROM_TIMESTAMP')) {
    value = p.parenthesised(() => {
      if (!p.isWord('TIMESTAMP') || p.peek(1).kind !== 'string') {
        p.miss('TIMESTAMP');
        p.fail();
      }
      return dateTimeLiteral(p, p.start, 'TIMESTAMP', 1);
    });
  }
  return { kind: 'StartMode', span: p.span(start), mode, value };
}

/** `= INTERVAL '…' MINUTE` */
export function freshnessValue(p: TokenStream): CreateMaterializedTable['freshness'] & object {
  p.expectSymbol('=');
  return literalInterval(p);
}

function literalInterval(p: TokenStream): CreateMaterializedTable['freshness'] & object {
  const value = interval(p, p.start);
  return value.kind === 'IntervalLiteral' ? value : p.fail('this interval has to be a literal', value.span);
}

/** `= FULL` or `= CONTINUOUS` */
export function refreshModeValue(p: TokenStream): 'FULL' | 'CONTINUOUS' {
  p.expectSymbol('=');
  return p.expectOneOf('FULL', 'CONTINUOUS');
}

// ------------------------------------------------------------------------------------------------ function

function createFunction(p: TokenStream, start: number, temporary: boolean, system: boolean): Statement {
  const ifNotExists = notExists(p);
  const name = system ? simplePath(p) : p.objectPath();
  p.expect('AS');
  const className = stringLiteral(p);
  const language = functionLanguage(p);
  const using = p.accept('USING') ? p.list(() => functionResource(p)) : [];
  const properties = withProperties(p);
  const head = { kind: 'CreateFunction', temporary, system, ifNotExists, name, className } as const;
  return { ...head, language, using, properties, span: p.span(start) };
}

function simplePath(p: TokenStream): ObjectPath {
  const name = p.identifier();
  return { kind: 'ObjectPath', span: name.span, parts: [name] };
}

/** `LANGUAGE …`, or nothing. */
export function functionLanguage(p: TokenStream): FunctionLanguage | undefined {
  return p.accept('LANGUAGE') ? p.expectOneOf('JAVA', 'SCALA', 'PYTHON', 'SQL', 'JAVASCRIPT') : undefined;
}

function functionResource(p: TokenStream): FunctionResource {
  const { start } = p;
  const type = p.expectOneOf('JAR', 'ARTIFACT');
  const path = stringLiteral(p);
  return { kind: 'FunctionResource', span: p.span(start), type, path };
}

// ---------------------------------------------------------------------------------------------------- DROP

/** Behind DROP. */
export function drop(p: TokenStream, start: number): Drop | RefusedStatement {
  const temporary = p.accept('TEMPORARY');
  const system = p.accept('SYSTEM');
  if ((temporary || !system) && p.accept('CONNECTION')) return dropConnection(p, start);
  const word = system
    ? (p.expect('FUNCTION'), 'FUNCTION')
    : p.expectOneOf('TABLE', 'VIEW', 'FUNCTION', 'MODEL', 'MATERIALIZED', 'CATALOG', 'DATABASE');
  if (word === 'MATERIALIZED') {
    p.expect('TABLE');
    if (temporary) p.fail('DROP TEMPORARY MATERIALIZED TABLE is not supported', p.span(start));
  }
  const object = word === 'MATERIALIZED' ? 'MATERIALIZED TABLE' : (word as Drop['object']);
  const exists = ifExists(p);
  const name = p.objectPath();
  const behavior = object === 'DATABASE' ? p.acceptOneOf('RESTRICT', 'CASCADE') : undefined;
  return { kind: 'Drop', span: p.span(start), object, temporary, system, ifExists: exists, name, behavior };
}
