/** What a session asks and says: SET, SHOW, DESCRIBE, EXPLAIN, USE, modules, jobs. */

import type {
  Describe,
  Explain,
  ExplainDetail,
  Identifier,
  ObjectPath,
  RefusedStatement,
  ResetOption,
  SetOption,
  Show,
  ShowSubject,
  Statement,
  StopJob,
} from './ast.ts';
import { partitionSpec } from './column-parser.ts';
import { create, createTable } from './create-parser.ts';
import { execute, insert, statementSet, upsert } from './dml-parser.ts';
import { stringLiteral, withProperties } from './literal-parser.ts';
import { isQueryStart, query } from './query-parser.ts';
import { describeQuery, describeTable, ofConnection, showConnections } from './refused-parser.ts';
import type { TokenStream } from './token-stream.ts';

/** Behind SET. */
export function setOption(p: TokenStream, start: number): SetOption {
  if (p.peek().kind !== 'string') {
    p.miss('string');
    return { kind: 'Set', span: p.span(start), property: undefined };
  }
  const key = stringLiteral(p);
  p.expectSymbol('=');
  const value = stringLiteral(p);
  const property = { kind: 'Property', span: p.span(key.span.start), key, value } as const;
  return { kind: 'Set', span: p.span(start), property };
}

/** Behind RESET. */
export function resetOption(p: TokenStream, start: number): ResetOption {
  const key = p.peek().kind === 'string' ? stringLiteral(p) : undefined;
  if (!key) p.miss('string');
  return { kind: 'Reset', span: p.span(start), key };
}

// ------------------------------------------------------------------------------------------------- EXPLAIN

const DETAILS = ['ESTIMATED_COST', 'CHANGELOG_MODE', 'PLAN_ADVICE', 'JSON_EXECUTION_PLAN'] as const;

/** Behind EXPLAIN. */
export function explain(p: TokenStream, start: number): Explain {
  const details: ExplainDetail[] = [];
  if (!p.acceptWords('PLAN', 'FOR')) {
    const first = p.acceptOneOf(...DETAILS);
    if (first) details.push(first);
    while (details.length > 0 && p.acceptSymbol(',')) {
      const at = p.start;
      const detail = p.expectOneOf(...DETAILS);
      if (details.includes(detail)) p.fail(`${detail} is given twice`, p.span(at));
      details.push(detail);
    }
  }
  const statement = explained(p);
  return { kind: 'Explain', span: p.span(start), details, statement };
}

/** Of all statements, what has a plan. */
function explained(p: TokenStream): Statement {
  const { start } = p;
  if (isQueryStart(p) || p.isSymbol('(')) {
    const inner = query(p);
    return { kind: 'QueryStatement', span: inner.span, query: inner };
  }
  switch (p.expectOneOf('INSERT', 'STATEMENT', 'EXECUTE', 'CREATE', 'REPLACE', 'UPSERT')) {
    case 'INSERT':
      return insert(p, start);
    case 'UPSERT':
      return upsert(p, start);
    case 'STATEMENT':
      p.expect('SET');
      return statementSet(p, start);
    case 'EXECUTE': {
      const statement = execute(p, start);
      return statement.kind === 'ExecutePlan'
        ? p.fail('EXECUTE PLAN cannot be explained', statement.span)
        : statement;
    }
    case 'REPLACE':
      p.expect('TABLE');
      return createTable(p, start, 'replace', false);
    case 'CREATE': {
      const statement = create(p, start);
      if (statement.kind === 'CreateTable' && statement.query) return statement;
      return p.fail('of the CREATE statements only CREATE TABLE ... AS can be explained', statement.span);
    }
  }
}

// ---------------------------------------------------------------------------------------- DESCRIBE and SHOW

/** Behind DESC, which takes no queries and no TABLE: `DESC TABLE t` begins a query. */
export function desc(p: TokenStream, start: number): Describe | RefusedStatement {
  if (!isQueryStart(p) && !p.isSymbol('(')) return describe(p, start);
  return p.fail('behind DESC there stands the name of a table: a query is explained by EXPLAIN');
}

/** Behind DESCRIBE or DESC. */
export function describe(p: TokenStream, start: number): Describe | RefusedStatement {
  const isDml = ['INSERT', 'UPSERT', 'UPDATE', 'DELETE', 'MERGE'].some((word) => p.isWord(word));
  if (p.accept('TABLE')) return describeTable(p, start);
  if (p.accept('STATEMENT') || isDml || p.isSymbol('(') || isQueryStart(p)) return describeQuery(p, start);
  // From here on these words are names no more.
  if (p.acceptWords('CONNECTION')) {
    p.accept('EXTENDED');
    return ofConnection(p, start, 'DESCRIBE CONNECTION');
  }
  const object = p.acceptOneOf('CATALOG', 'DATABASE', 'FUNCTION', 'MODEL', 'JOB');
  if (object === 'JOB') {
    const job = stringLiteral(p);
    return { kind: 'Describe', span: p.span(start), object, extended: false, name: undefined, job };
  }
  const extended = p.accept('EXTENDED');
  const name = object === 'CATALOG' ? asPath(p.identifier()) : p.objectPath();
  return { kind: 'Describe', span: p.span(start), object: object ?? 'TABLE', extended, name, job: undefined };
}

type Part = 'place' | 'place!' | 'like' | 'ilike' | 'name' | 'partition';

/** What may follow each: a place (`FROM db`, `!`: it must), a pattern, a name, PARTITION. */
const SUBJECTS: Record<ShowSubject, readonly Part[]> = {
  CATALOGS: ['ilike'],
  'CURRENT CATALOG': [],
  DATABASES: ['place', 'ilike'],
  'CURRENT DATABASE': [],
  TABLES: ['place', 'like'],
  VIEWS: ['place', 'like'],
  'MATERIALIZED TABLES': ['place', 'like'],
  COLUMNS: ['place!', 'like'],
  PARTITIONS: ['name', 'partition'],
  FUNCTIONS: ['place', 'ilike'],
  'USER FUNCTIONS': ['place', 'ilike'],
  PROCEDURES: ['place', 'ilike'],
  MODELS: ['place', 'like'],
  MODULES: [],
  'FULL MODULES': [],
  JARS: [],
  JOBS: [],
  'CREATE TABLE': ['name'],
  'CREATE VIEW': ['name'],
  'CREATE CATALOG': ['name'],
  'CREATE MODEL': ['name'],
  'CREATE MATERIALIZED TABLE': ['name'],
};

/** Behind SHOW. */
export function show(p: TokenStream, start: number): Show | RefusedStatement {
  if (p.acceptWords('CONNECTIONS')) return showConnections(p, start);
  if (p.acceptWords('CREATE', 'CONNECTION')) return ofConnection(p, start, 'SHOW CREATE CONNECTION');
  const subject = showSubject(p);
  let name: ObjectPath | undefined;
  let preposition: Show['preposition'];
  let like: Show['like'];
  let partition: Show['partition'];
  for (const part of SUBJECTS[subject]) {
    if (part === 'name') {
      name = p.objectPath();
    } else if (part === 'partition') {
      if (p.accept('PARTITION')) partition = partitionSpec(p);
    } else if (part === 'like' || part === 'ilike') {
      like = likePattern(p, part === 'ilike');
    } else {
      preposition = part === 'place!' ? p.expectOneOf('FROM', 'IN') : p.acceptOneOf('FROM', 'IN');
      if (preposition) name = p.objectPath();
      if (subject === 'DATABASES' && name && name.parts.length > 1) {
        p.fail('SHOW DATABASES takes the name of a catalog, of one part', name.span);
      }
    }
  }
  return { kind: 'Show', span: p.span(start), subject, name, preposition, like, partition };
}

function showSubject(p: TokenStream): ShowSubject {
  for (const subject of Object.keys(SUBJECTS) as ShowSubject[]) {
    if (p.acceptWords(...subject.split(' '))) return subject;
  }
  if (p.acceptWords('CREATE', 'OR', 'ALTER', 'MATERIALIZED', 'TABLE')) return 'CREATE MATERIALIZED TABLE';
  return p.fail();
}

function likePattern(p: TokenStream, withIlike: boolean): Show['like'] {
  const negated = p.accept('NOT');
  const operator = withIlike ? p.acceptOneOf('LIKE', 'ILIKE') : p.acceptOneOf('LIKE');
  if (!operator) return negated ? p.fail() : undefined;
  const pattern = stringLiteral(p);
  return { operator, negated, pattern };
}

// -------------------------------------------------------------------------------------------- USE, modules

/** Behind USE. */
export function use(p: TokenStream, start: number): Statement {
  if (p.accept('MODULES')) {
    const modules = p.list(() => p.identifier());
    return { kind: 'UseModules', span: p.span(start), modules };
  }
  if (p.acceptWords('CATALOG')) {
    const name = asPath(p.identifier());
    return { kind: 'Use', span: p.span(start), object: 'CATALOG', name };
  }
  const name = p.objectPath();
  return { kind: 'Use', span: p.span(start), object: 'DATABASE', name };
}

function asPath(name: Identifier): ObjectPath {
  return { kind: 'ObjectPath', span: name.span, parts: [name] };
}

/** Behind LOAD. */
export function loadModule(p: TokenStream, start: number): Statement {
  p.expect('MODULE');
  const name = p.identifier();
  const properties = withProperties(p);
  return { kind: 'LoadModule', span: p.span(start), name, properties };
}

/** Behind UNLOAD. */
export function unloadModule(p: TokenStream, start: number): Statement {
  p.expect('MODULE');
  const name = p.identifier();
  return { kind: 'UnloadModule', span: p.span(start), name };
}

// -------------------------------------------------------------------------------------------- jobs and jars

/** Behind STOP. */
export function stopJob(p: TokenStream, start: number): StopJob {
  p.expect('JOB');
  const job = stringLiteral(p);
  const at = p.start;
  const withSavepoint = p.acceptWords('WITH', 'SAVEPOINT');
  const withDrain = p.acceptWords('WITH', 'DRAIN');
  if (withDrain && !withSavepoint) p.fail('WITH DRAIN comes only after WITH SAVEPOINT', p.span(at));
  return { kind: 'StopJob', span: p.span(start), job, withSavepoint, withDrain };
}

/** Behind ADD or REMOVE. */
export function jar(p: TokenStream, start: number, action: 'ADD' | 'REMOVE'): Statement {
  p.expect('JAR');
  const path = stringLiteral(p);
  return { kind: 'Jar', span: p.span(start), action, path };
}
