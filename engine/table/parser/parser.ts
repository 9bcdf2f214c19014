/**
 * From Flink SQL text to its syntax tree: the entry points.
 *
 * `parseScript` reads a whole script and gives every statement it could read and every mistake it found;
 * the others read one thing and throw the first mistake. All mistakes are `SqlSyntaxError`s with a position.
 */

import { SqlSyntaxError } from '../../types/errors.ts';
import { isStackOverflow } from '../../types/stack-overflow.ts';
import { alter } from './alter-parser.ts';
import type { DataType, Expression, Span, Statement } from './ast.ts';
import { create, createTable, drop } from './create-parser.ts';
import {
  analyze,
  call,
  compilePlan,
  deleteFrom,
  execute,
  insert,
  statementSet,
  truncate,
  update,
  upsert,
} from './dml-parser.ts';
import { expression, OPERATOR_WORDS } from './expression-parser.ts';
import { type Comment, lex, type LexerResult, type Token } from './lexer.ts';
import { isQueryStart, query } from './query-parser.ts';
import { merge, strayEnd } from './refused-parser.ts';
import { TokenStream } from './token-stream.ts';
import { dataType, TYPE_NAMES } from './type-parser.ts';
import {
  desc,
  describe,
  explain,
  jar,
  loadModule,
  resetOption,
  setOption,
  show,
  stopJob,
  unloadModule,
  use,
} from './utility-parser.ts';

export interface Script {
  /** The statements that were read without a mistake; their spans tell their places in the text. */
  readonly statements: readonly Statement[];
  /** In the order of their places. */
  readonly errors: readonly SqlSyntaxError[];
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

/** Reads statements separated by `;`, of which empty ones do not count. Never throws. */
export function parseScript(text: string): Script {
  const read = readScript(text, lex(text));
  return read.errors.length === 0 ? read : withUnclosedQuotes(text, read);
}

function readScript(text: string, { tokens, comments }: LexerResult): Script {
  return { ...script(new TokenStream(text, tokens)), tokens, comments };
}

const MAX_SUSPECTS = 8;
const STATEMENT_END = /;[ \t]*[\r\n]/;
const NEXT_STATEMENT =
  /;[ \t]*[\r\n]\s*(?:SELECT|INSERT|CREATE|DROP|ALTER|SHOW|DESCRIBE|EXPLAIN|USE|SET|WITH|EXECUTE)\b/i;

/**
 * A quote that was forgotten ends at the next one, statements later, and all quotes behind it are the wrong way round. So a literal
 * that holds the end of a statement, in one with a mistake, is read as one that is not closed, where another statement begins in it, or
 * where that leaves less wrong.
 */
function withUnclosedQuotes(text: string, first: Script): Script {
  let best = first;
  let unclosed: readonly number[] = [];
  const suspects = new Set<number>();
  while (suspects.size < MAX_SUSPECTS) {
    const suspect = best.tokens.find((token) => !suspects.has(token.start) && isSuspect(text, token, best));
    if (!suspect) break;
    suspects.add(suspect.start);
    const other = readScript(text, lex(text, 0, new Set([...unclosed, suspect.start])));
    if (NEXT_STATEMENT.test(text.slice(suspect.start, suspect.end)) || isBetter(other, best)) {
      unclosed = [...unclosed, suspect.start];
      best = other;
    }
  }
  return best;
}

function isSuspect(text: string, { kind, start, end }: Token, { errors, tokens }: Script): boolean {
  if ((kind !== 'string' && kind !== 'quoted') || !STATEMENT_END.test(text.slice(start, end))) return false;
  const error = errors.find(({ position }) => position!.end > start)?.position;
  const last = tokens.find((token) => token.start >= end && token.kind === 'symbol' && token.text === ';');
  return error !== undefined && error.start <= (last?.start ?? text.length);
}

function isBetter(a: Script, b: Script): boolean {
  const [statements, errors] = [a.statements.length - b.statements.length, a.errors.length - b.errors.length];
  return statements >= 0 && errors <= 0 && statements > errors;
}

/** Reads one statement, which a `;` may end. @throws SqlSyntaxError */
export function parseStatement(text: string): Statement {
  const { statements, errors } = parseScript(text);
  if (errors.length > 0) throw errors[0]!;
  const [statement, second] = statements;
  if (!statement || second) {
    const p = new TokenStream(text, lex(text, second ? second.span.start : text.length).tokens);
    return p.fail(second ? 'one statement is enough here' : 'the statement is empty');
  }
  return statement;
}

/** Reads one expression. @throws SqlSyntaxError */
export function parseExpression(text: string): Expression {
  return whole(text, (p) => expression(p));
}

/** Reads one data type, which may end in NULL or NOT NULL. @throws SqlSyntaxError */
export function parseDataType(text: string): DataType {
  return whole(text, (p) => {
    p.takesIntervalTypes = true;
    return dataType(p, true);
  });
}

function whole<T>(text: string, parse: (p: TokenStream) => T): T {
  const p = new TokenStream(text, lex(text).tokens);
  const result = parse(p);
  if (!p.atEnd) p.fail();
  if (p.errors.length > 0) throw p.errors[0]!;
  return result;
}

function script(p: TokenStream): { statements: Statement[]; errors: SqlSyntaxError[] } {
  const statements: Statement[] = [];
  while (!p.atEnd) {
    if (p.acceptSymbol(';')) continue;
    const mistakes = p.errors.length;
    p.parameters = 0;
    try {
      const parsed = statement(p);
      if (!p.acceptSymbol(';') && !p.atEnd) p.fail();
      if (p.errors.length === mistakes) statements.push(parsed);
    } catch (error) {
      if (isStackOverflow(error)) p.keep(p.tooDeep());
      else if (error instanceof SqlSyntaxError) p.keep(error);
      else throw error;
      p.skipStatement();
    }
  }
  const errors = [...p.errors].sort((a, b) => a.position!.start - b.position!.start);
  return { statements, errors };
}

// --------------------------------------------------------------------------------------------- statements

/** By their first word; each is called behind it. */
const STATEMENTS = new Map<string, (p: TokenStream, start: number) => Statement>([
  ['CREATE', create],
  ['INSERT', insert],
  ['DROP', drop],
  ['ALTER', alter],
  ['SET', setOption],
  ['RESET', resetOption],
  ['EXPLAIN', explain],
  ['DESCRIBE', describe],
  ['DESC', desc],
  ['SHOW', show],
  ['USE', use],
  ['EXECUTE', execute],
  ['COMPILE', compilePlan],
  ['UPDATE', update],
  ['DELETE', deleteFrom],
  ['TRUNCATE', truncate],
  ['ANALYZE', analyze],
  ['CALL', call],
  ['LOAD', loadModule],
  ['UNLOAD', unloadModule],
  ['STOP', stopJob],
  ['ADD', (p, start) => jar(p, start, 'ADD')],
  ['REMOVE', (p, start) => jar(p, start, 'REMOVE')],
  [
    'REPLACE',
    (p, start) => {
      p.expect('TABLE');
      return createTable(p, start, 'replace', false);
    },
  ],
  [
    'BEGIN',
    (p, start) => {
      p.expect('STATEMENT', 'SET');
      return statementSet(p, start, true);
    },
  ],
  ['HELP', clientCommand('HELP')],
  ['CLEAR', clientCommand('CLEAR')],
  ['QUIT', clientCommand('QUIT')],
  ['EXIT', clientCommand('QUIT')],
  ['UPSERT', upsert],
  ['MERGE', merge],
  ['END', strayEnd],
]);

function clientCommand(command: 'HELP' | 'CLEAR' | 'QUIT') {
  return (p: TokenStream, start: number): Statement => ({
    kind: 'ClientCommand',
    span: p.span(start),
    command,
  });
}

function statement(p: TokenStream): Statement {
  const { kind, text, start } = p.peek();
  const parse = kind === 'word' ? STATEMENTS.get(text) : undefined;
  if (parse) {
    p.next();
    return parse(p, start);
  }
  if (isQueryStart(p) || p.isSymbol('(')) {
    const inner = query(p);
    return { kind: 'QueryStatement', span: inner.span, query: inner };
  }
  p.miss('statement');
  for (const word of [...STATEMENTS.keys(), ...QUERY_WORDS]) p.miss(word);
  return p.fail();
}

// --------------------------------------------------------------------------------------------- completion

const QUERY_WORDS = ['SELECT', 'WITH', 'VALUES'];

/** What may begin an expression, beside names and literals. */
const EXPRESSION_WORDS = (
  'CASE CAST TRY_CAST NOT EXISTS NULL TRUE FALSE INTERVAL DATE TIME TIMESTAMP ARRAY MAP ROW ' +
  'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP EXTRACT SUBSTRING TRIM POSITION'
).split(' ');

/** What would do at a place in a text. */
export interface Expectation {
  /** Upper case, several words where they belong together. */
  readonly keywords: readonly string[];
  /** A name of the catalog, a column or an alias would do. */
  readonly name: boolean;
  /** An expression would do: columns and functions too. */
  readonly expression: boolean;
  /** The word that the caret stands in or behind, which a completion replaces. */
  readonly span: Span;
}

/** What the grammar would take at `offset`, judged by the text before it: for completion. */
export function expectedAt(text: string, offset: number): Expectation {
  const before = text.slice(0, offset);
  const { tokens } = lex(before);
  const last = tokens[tokens.length - 2];
  const inWord = last?.end === offset && (last.kind === 'word' || last.kind === 'error');
  const start = inWord ? last.start : offset;
  const p = new TokenStream(before, lex(text.slice(0, start)).tokens);
  script(p);
  if (p.expected.length === 0) {
    for (const word of [...STATEMENTS.keys(), ...QUERY_WORDS]) p.miss(word);
  }
  const keywords = new Set<string>();
  const add = (words: readonly string[]): void => words.forEach((word) => keywords.add(word));
  for (const item of p.expected) {
    if (item === 'operator') add(OPERATOR_WORDS);
    else if (item === 'expression') add(EXPRESSION_WORDS);
    else if (item === 'query') add(QUERY_WORDS);
    else if (item === 'data type') add(TYPE_NAMES);
    else if (/^[A-Z]/.test(item)) keywords.add(item);
  }
  const wantsExpression = p.expected.includes('expression');
  return {
    keywords: [...keywords],
    name: wantsExpression || p.expected.includes('identifier'),
    expression: wantsExpression,
    span: { start, end: offset },
  };
}
