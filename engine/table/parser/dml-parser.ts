/** What changes data: INSERT, statement sets, UPDATE, DELETE, plans, procedures. */

import type {
  Analyze,
  Assignment,
  Call,
  CompilePlan,
  Delete,
  Execute,
  ExecutePlan,
  Insert,
  StatementSet,
  Truncate,
  Update,
} from './ast.ts';
import { partitionSpec } from './column-parser.ts';
import { expression } from './expression-parser.ts';
import { argument } from './function-parser.ts';
import { stringLiteral } from './literal-parser.ts';
import { hints, query } from './query-parser.ts';
import { extension } from './refused-parser.ts';
import type { TokenStream } from './token-stream.ts';

/** Behind INSERT. */
export function insert(p: TokenStream, start: number): Insert {
  const overwrite = p.expectOneOf('INTO', 'OVERWRITE') === 'OVERWRITE';
  const table = p.objectPath();
  const hintList = hints(p);
  const extended = extension(p);
  const partition = p.accept('PARTITION') ? partitionSpec(p) : undefined;
  const columns = isColumnList(p) ? p.parenthesised(() => p.list(() => p.objectPath())) : [];
  const source = query(p);
  let onConflict: Insert['onConflict'];
  if (p.accept('ON')) {
    p.expect('CONFLICT', 'DO');
    onConflict = p.expectOneOf('NOTHING', 'ERROR', 'DEDUPLICATE');
  }
  const head = {
    kind: 'Insert',
    overwrite,
    table,
    hints: hintList,
    extension: extended,
    partition,
    columns,
  } as const;
  return { ...head, query: source, onConflict, span: p.span(start) };
}

/** Behind UPSERT. */
export function upsert(p: TokenStream, start: number): Insert {
  if (p.isWord('OVERWRITE')) p.fail('OVERWRITE comes only after INSERT');
  return { ...insert(p, start), upsert: true };
}

// `(SELECT …)` and `((SELECT …) UNION …)` are the query.
function isColumnList(p: TokenStream): boolean {
  return p.isSymbol('(') && p.isName(1);
}

/** `BEGIN INSERT …; … END`; with `standalone`, what follows BEGIN STATEMENT SET, a semicolon first. */
export function statementSet(p: TokenStream, start: number, standalone = false): StatementSet {
  if (standalone) p.expectSymbol(';');
  else p.expect('BEGIN');
  const statements: Insert[] = [];
  do {
    const at = p.start;
    // A mistake in one INSERT leaves the others alone.
    const statement = p.guard(
      () => {
        p.expect('INSERT');
        return insert(p, at);
      },
      () => false,
    );
    if (statement) statements.push(statement);
    p.expectSymbol(';');
  } while (!p.accept('END') && !p.atEnd);
  if (p.peek(-1).text !== 'END') p.fail();
  return { kind: 'StatementSet', span: p.span(start), statements };
}

/** Behind EXECUTE. */
export function execute(p: TokenStream, start: number): StatementSet | Execute | ExecutePlan {
  if (p.accept('STATEMENT')) {
    p.expect('SET');
    return statementSet(p, start);
  }
  if (p.acceptWords('PLAN')) {
    const path = stringLiteral(p);
    return { kind: 'ExecutePlan', span: p.span(start), path };
  }
  const at = p.start;
  const word = p.acceptOneOf('INSERT', 'UPSERT');
  if (word) {
    const statement = word === 'INSERT' ? insert(p, at) : upsert(p, at);
    return { kind: 'Execute', span: p.span(start), statement };
  }
  const inner = query(p);
  const statement = { kind: 'QueryStatement', span: inner.span, query: inner } as const;
  return { kind: 'Execute', span: p.span(start), statement };
}

/** Behind COMPILE. */
export function compilePlan(p: TokenStream, start: number): CompilePlan {
  const isExecuted = p.accept('AND');
  if (isExecuted) p.expect('EXECUTE');
  p.expect('PLAN');
  const path = stringLiteral(p);
  const ifNotExists = !isExecuted && p.acceptWords('IF', 'NOT', 'EXISTS');
  p.expect('FOR');
  const at = p.start;
  let statement: CompilePlan['statement'];
  if (p.expectOneOf('INSERT', 'STATEMENT') === 'INSERT') {
    statement = insert(p, at);
  } else {
    p.expect('SET');
    statement = statementSet(p, at);
  }
  return { kind: 'CompilePlan', span: p.span(start), execute: isExecuted, path, ifNotExists, statement };
}

/** Behind UPDATE. */
export function update(p: TokenStream, start: number): Update {
  const into = target(p);
  p.expect('SET');
  const assignments = p.list((): Assignment => {
    const column = p.identifier();
    p.expectSymbol('=');
    const value = expression(p);
    return { kind: 'Assignment', span: p.span(column.span.start), column, value };
  });
  const where = p.accept('WHERE') ? expression(p) : undefined;
  return { kind: 'Update', span: p.span(start), ...into, assignments, where };
}

/** Behind DELETE. */
export function deleteFrom(p: TokenStream, start: number): Delete {
  p.expect('FROM');
  const into = target(p);
  const where = p.accept('WHERE') ? expression(p) : undefined;
  return { kind: 'Delete', span: p.span(start), ...into, where };
}

function target(p: TokenStream): Pick<Update, 'table' | 'hints' | 'extension' | 'alias'> {
  const table = p.objectPath();
  const hintList = hints(p);
  const extended = extension(p);
  const alias = p.accept('AS') || p.isName() ? p.identifier() : undefined;
  return { table, hints: hintList, extension: extended, alias };
}

/** Behind TRUNCATE. */
export function truncate(p: TokenStream, start: number): Truncate {
  p.expect('TABLE');
  const table = p.objectPath();
  return { kind: 'Truncate', span: p.span(start), table };
}

/** Behind ANALYZE. */
export function analyze(p: TokenStream, start: number): Analyze {
  p.expect('TABLE');
  const table = p.objectPath();
  const partition = p.accept('PARTITION') ? partitionSpec(p, { optionalValues: true }) : undefined;
  p.expect('COMPUTE', 'STATISTICS');
  let columns: Analyze['columns'];
  if (p.accept('FOR')) {
    if (p.expectOneOf('ALL', 'COLUMNS') === 'ALL') {
      p.expect('COLUMNS');
      columns = 'all';
    } else {
      columns = p.list(() => p.identifier());
    }
  }
  return { kind: 'Analyze', span: p.span(start), table, partition, columns };
}

/** Behind CALL. */
export function call(p: TokenStream, start: number): Call {
  const procedure = p.objectPath();
  const args = p.parenthesised(() => (p.isSymbol(')') ? [] : p.list(() => argument(p))));
  return { kind: 'Call', span: p.span(start), procedure, args };
}
