/**
 * What Flink's grammar reads and its validator never lets pass: MERGE, connections, DESCRIBE of a query, PIVOT, UNPIVOT and EXTEND of a
 * table, EXTEND of one that is written to. It is read to its end, so that what follows is read too and a mistake in it is told as one; the tree keeps the parts that were
 * read and the text, for the formatter.
 */

import type {
  AliasedItem,
  Extension,
  Identifier,
  Node,
  ObjectPath,
  RefusedStatement,
  RefusedTable,
} from './ast.ts';
import { expression } from './expression-parser.ts';
import { deleteFrom, insert, update } from './dml-parser.ts';
import { alias, tableItem } from './from-parser.ts';
import { comment, properties, stringLiteral } from './literal-parser.ts';
import { hints, query } from './query-parser.ts';
import type { TokenStream } from './token-stream.ts';
import { dataType } from './type-parser.ts';

function statement(p: TokenStream, start: number, what: string, parts: readonly Node[]): RefusedStatement {
  return { kind: 'RefusedStatement', span: p.span(start), what, text: p.written(start), parts };
}

// --------------------------------------------------------------------------------------------------- MERGE

/** Behind MERGE. */
export function merge(p: TokenStream, start: number): RefusedStatement {
  p.expect('INTO');
  const parts: Node[] = [p.objectPath(), ...hints(p)];
  const extended = extension(p);
  if (extended) parts.push(extended);
  const target = alias(p);
  if (target) parts.push(target);
  p.expect('USING');
  parts.push(tableItem(p));
  p.expect('ON');
  parts.push(expression(p));
  p.expect('WHEN');
  const isMatched = p.accept('MATCHED');
  if (isMatched) parts.push(...whenMatched(p));
  if (!isMatched || p.accept('WHEN')) {
    p.expect('NOT', 'MATCHED');
    parts.push(...whenNotMatched(p));
  }
  return statement(p, start, 'MERGE', parts);
}

function whenMatched(p: TokenStream): Node[] {
  p.expect('THEN', 'UPDATE', 'SET');
  const assignment = (): Node[] => {
    const column = p.objectPath();
    p.expectSymbol('=');
    return [column, expression(p)];
  };
  return p.list(assignment).flat();
}

function whenNotMatched(p: TokenStream): Node[] {
  p.expect('THEN', 'INSERT');
  const columns = p.isSymbol('(') && p.isName(1) ? p.parenthesised(() => p.list(() => p.identifier())) : [];
  const row = (): Node => {
    p.expect('VALUES');
    return expression(p);
  };
  return [...columns, p.isSymbol('(') ? p.parenthesised(row) : row()];
}

/** Behind END without a statement set. */
export function strayEnd(p: TokenStream, start: number): RefusedStatement {
  return statement(p, start, 'END without BEGIN STATEMENT SET', []);
}

// --------------------------------------------------------------------------------------------- connections

/** Behind CONNECTION of CREATE. */
export function createConnection(p: TokenStream, start: number): RefusedStatement {
  if (p.isWords('IF', 'NOT')) p.expect('IF', 'NOT', 'EXISTS');
  const parts: Node[] = [p.objectPath()];
  comment(p);
  p.expect('WITH');
  parts.push(...properties(p));
  return statement(p, start, 'CREATE CONNECTION', parts);
}

/** Behind CONNECTION of DROP. */
export function dropConnection(p: TokenStream, start: number): RefusedStatement {
  if (p.isWords('IF', 'EXISTS')) p.expect('IF', 'EXISTS');
  return statement(p, start, 'DROP CONNECTION', [p.objectPath()]);
}

/** Behind CONNECTION of ALTER. */
export function alterConnection(p: TokenStream, start: number): RefusedStatement {
  if (p.isWords('IF', 'EXISTS')) p.expect('IF', 'EXISTS');
  const parts: Node[] = [p.objectPath()];
  switch (p.expectOneOf('SET', 'RENAME', 'RESET')) {
    case 'SET':
      parts.push(...properties(p));
      break;
    case 'RENAME':
      p.expect('TO');
      parts.push(p.objectPath());
      break;
    case 'RESET':
      p.parenthesised(() => (p.isSymbol(')') ? [] : p.list(() => stringLiteral(p))));
  }
  return statement(p, start, 'ALTER CONNECTION', parts);
}

/** Behind ALTER SYSTEM and ALTER SESSION. */
export function alterSession(p: TokenStream, start: number): RefusedStatement {
  const parts: Node[] = [];
  if (p.expectOneOf('SET', 'RESET') === 'RESET') {
    if (!p.accept('ALL')) parts.push(p.objectPath());
  } else {
    parts.push(p.objectPath());
    p.expectSymbol('=');
    if (!p.accept('ON')) parts.push(expression(p, 81));
  }
  return statement(p, start, 'ALTER SYSTEM and ALTER SESSION', parts);
}

/** Behind CONNECTIONS of SHOW. */
export function showConnections(p: TokenStream, start: number): RefusedStatement {
  const parts: ObjectPath[] = p.acceptOneOf('FROM', 'IN') ? [p.objectPath()] : [];
  const isNegated = p.accept('NOT');
  if (p.accept('LIKE')) stringLiteral(p);
  else if (isNegated) p.fail();
  return statement(p, start, 'SHOW CONNECTIONS', parts);
}

/** Behind CONNECTION of SHOW CREATE and DESCRIBE. */
export function ofConnection(p: TokenStream, start: number, what: string): RefusedStatement {
  return statement(p, start, what, [p.objectPath()]);
}

/** Behind DESCRIBE TABLE: a table, and one of its columns. */
export function describeTable(p: TokenStream, start: number): RefusedStatement {
  const parts: Node[] = [p.objectPath()];
  if (p.isName()) parts.push(p.identifier());
  return statement(p, start, 'DESCRIBE TABLE (write DESCRIBE and the name alone)', parts);
}

/** Behind DESCRIBE and STATEMENT: a query, or what changes rows. */
export function describeQuery(p: TokenStream, start: number): RefusedStatement {
  const at = p.start;
  return statement(p, start, 'DESCRIBE of a statement', [dml(p, at)]);
}

function dml(p: TokenStream, start: number): Node {
  if (p.accept('INSERT') || p.accept('UPSERT')) return insert(p, start);
  if (p.accept('UPDATE')) return update(p, start);
  if (p.accept('DELETE')) return deleteFrom(p, start);
  return p.accept('MERGE') ? merge(p, start) : query(p);
}

// -------------------------------------------------------------------------------------------------- tables

/** `input` with the PIVOT and the UNPIVOT behind it, or `input` itself. */
export function pivoted(p: TokenStream, input: AliasedItem): AliasedItem {
  const afterPivot = p.isWord('PIVOT') ? reshaped(p, input, 'PIVOT', pivot) : input;
  return p.isWord('UNPIVOT') ? reshaped(p, afterPivot, 'UNPIVOT', unpivot) : afterPivot;
}

/** `EXTEND (a INT)`, or the parenthesis alone. */
export function extended(p: TokenStream, input: AliasedItem): RefusedTable {
  return reshaped(p, input, 'EXTEND', typedColumns);
}

function typedColumns(p: TokenStream): readonly Node[] {
  p.accept('EXTEND');
  return p.parenthesised(() => p.list(() => [p.objectPath(), dataType(p, true)])).flat();
}

/** The same behind a table whose rows are changed; undefined where nothing of the kind comes. */
export function extension(p: TokenStream): Extension | undefined {
  const isTyped = p.isName(1) && ['word', 'quoted'].includes(p.peek(2).kind);
  if (!p.isWord('EXTEND') && !(p.isSymbol('(') && isTyped)) return undefined;
  const { start } = p;
  const parts = typedColumns(p);
  return { kind: 'Extension', span: p.span(start), what: 'EXTEND', text: p.written(start), parts };
}

function reshaped(
  p: TokenStream,
  input: AliasedItem,
  what: string,
  read: (p: TokenStream) => readonly Node[],
): RefusedTable {
  const { start } = p;
  const parts = read(p);
  const span = p.span(input.span.start);
  return { kind: 'RefusedTable', span, what, text: p.written(start), parts, input };
}

// PIVOT (SUM(x) AS s, … FOR a IN (1 AS b, …))
function pivot(p: TokenStream): readonly Node[] {
  p.expect('PIVOT');
  return p.parenthesised(() => {
    const aggregates = p.list(() => {
      const call = expression(p, 81);
      return withAlias(
        p,
        call.kind === 'FunctionCall' ? call : p.fail('PIVOT takes calls of aggregate functions', call.span),
      );
    });
    p.expect('FOR');
    const axes = nameOrNames(p);
    p.expect('IN');
    const values = p.parenthesised(() => (p.isSymbol(')') ? [] : p.list(() => withAlias(p, expression(p)))));
    return [...aggregates.flat(), ...axes, ...values.flat()];
  });
}

// UNPIVOT INCLUDE NULLS (v FOR n IN (a AS 'x', …))
function unpivot(p: TokenStream): readonly Node[] {
  p.expect('UNPIVOT');
  if (p.acceptOneOf('INCLUDE', 'EXCLUDE')) p.expect('NULLS');
  return p.parenthesised(() => {
    const measures = nameOrNames(p);
    p.expect('FOR');
    const axes = nameOrNames(p);
    p.expect('IN');
    const columns = p.parenthesised(() =>
      p.list((): Node[] => [...nameOrNames(p), ...(p.accept('AS') ? [expression(p)] : [])]),
    );
    return [...measures, ...axes, ...columns.flat()];
  });
}

function nameOrNames(p: TokenStream): Identifier[] {
  return p.isSymbol('(') ? p.parenthesised(() => p.list(() => p.identifier())) : [p.identifier()];
}

function withAlias(p: TokenStream, value: Node): Node[] {
  return p.accept('AS') || p.isName() ? [value, p.identifier()] : [value];
}
