/** ALTER of everything. */

import type {
  AddPartitions,
  AlterMaterializedTable,
  AlterTableAction,
  DropColumns,
  DropConstraint,
  DropFeature,
  Identifier,
  PartitionSpec,
  PositionedColumn,
  RenameTo,
  ResetProperties,
  SchemaChange,
  SetProperties,
  Statement,
  TableConstraint,
  WatermarkDefinition,
} from './ast.ts';
import {
  columnDefinition,
  distribution,
  oneWatermark,
  partitionSpec,
  tableElement,
} from './column-parser.ts';
import { freshnessValue, functionLanguage, ifExists, refreshModeValue } from './create-parser.ts';
import { properties, stringLiteral, withProperties } from './literal-parser.ts';
import { query } from './query-parser.ts';
import { alterConnection, alterSession } from './refused-parser.ts';
import type { TokenStream } from './token-stream.ts';

/** Behind ALTER. */
export function alter(p: TokenStream, start: number): Statement {
  const temporary = p.accept('TEMPORARY');
  if (temporary) {
    const system = p.accept('SYSTEM');
    p.expect('FUNCTION');
    return alterFunction(p, start, true, system);
  }
  if (p.accept('CONNECTION')) return alterConnection(p, start);
  if (p.acceptOneOf('SYSTEM', 'SESSION')) return alterSession(p, start);
  switch (p.expectOneOf('TABLE', 'VIEW', 'FUNCTION', 'CATALOG', 'DATABASE', 'MODEL', 'MATERIALIZED')) {
    case 'TABLE': {
      const exists = ifExists(p);
      const name = p.objectPath();
      const action = tableAction(p);
      return { kind: 'AlterTable', span: p.span(start), ifExists: exists, name, action };
    }
    case 'VIEW': {
      const name = p.objectPath();
      const from = p.start;
      if (p.accept('AS')) {
        const inner = query(p);
        const action = { kind: 'ChangeQuery', span: p.span(from), query: inner } as const;
        return { kind: 'AlterView', span: p.span(start), name, action };
      }
      const action = renameTo(p) ?? p.fail();
      return { kind: 'AlterView', span: p.span(start), name, action };
    }
    case 'FUNCTION':
      return alterFunction(p, start, false, false);
    case 'CATALOG': {
      const name = p.identifier();
      const from = p.start;
      if (p.accept('COMMENT')) {
        const comment = stringLiteral(p);
        const action = { kind: 'CommentOn', span: p.span(from), comment } as const;
        return { kind: 'AlterCatalog', span: p.span(start), name, action };
      }
      const action = setOrReset(p) ?? p.fail();
      return { kind: 'AlterCatalog', span: p.span(start), name, action };
    }
    case 'DATABASE': {
      const name = p.objectPath();
      const action = setProperties(p) ?? p.fail();
      return { kind: 'AlterDatabase', span: p.span(start), name, action };
    }
    case 'MODEL': {
      const exists = ifExists(p);
      const name = p.objectPath();
      const action = renameTo(p) ?? setOrReset(p) ?? p.fail();
      return { kind: 'AlterModel', span: p.span(start), ifExists: exists, name, action };
    }
    case 'MATERIALIZED': {
      p.expect('TABLE');
      const name = p.objectPath();
      const action = materializedTableAction(p);
      return { kind: 'AlterMaterializedTable', span: p.span(start), name, action };
    }
  }
}

function alterFunction(p: TokenStream, start: number, temporary: boolean, system: boolean): Statement {
  const exists = ifExists(p);
  const name = p.objectPath();
  p.expect('AS');
  const className = stringLiteral(p);
  const language = functionLanguage(p);
  const head = { kind: 'AlterFunction', temporary, system, ifExists: exists, name } as const;
  return { ...head, className, language, span: p.span(start) };
}

// ------------------------------------------------------------------------------------------------- actions

function tableAction(p: TokenStream): AlterTableAction {
  const start = p.start;
  if (['ADD', 'MODIFY', 'DROP', 'RENAME'].some((word) => p.isWord(word)) && p.isWord('COLUMN', 1)) {
    const word = p.next().text;
    p.fail(`COLUMN is not said here: the name of the column follows ${word}`);
  }
  if (p.isWord('RENAME') && !p.isWord('TO', 1)) {
    p.next();
    const from = p.objectPath();
    p.expect('TO');
    const to = p.objectPath();
    return { kind: 'RenameColumn', span: p.span(start), from, to };
  }
  const action = renameTo(p) ?? setOrReset(p);
  if (action) return action;
  if (p.accept('ADD')) {
    if (p.isWord('PARTITION') || p.isWords('IF', 'NOT', 'EXISTS')) return addPartitions(p, start);
    return schemaChange(p, start, 'ADD');
  }
  if (p.accept('MODIFY')) return schemaChange(p, start, 'MODIFY');
  p.expect('DROP');
  if (p.isWord('PARTITION') || p.isWords('IF', 'EXISTS')) {
    const exists = ifExists(p);
    const partitions = p.list(() => {
      p.expect('PARTITION');
      return partitionSpec(p);
    });
    return { kind: 'DropPartitions', span: p.span(start), ifExists: exists, partitions };
  }
  return dropAction(p, start);
}

function materializedTableAction(p: TokenStream): AlterMaterializedTable['action'] {
  const start = p.start;
  switch (p.acceptOneOf('SUSPEND', 'RESUME', 'REFRESH', 'AS', 'ADD', 'MODIFY', 'DROP')) {
    case 'SUSPEND':
      return { kind: 'Suspend', span: p.span(start) };
    case 'RESUME': {
      const options = withProperties(p);
      return { kind: 'Resume', span: p.span(start), properties: options };
    }
    case 'REFRESH': {
      const partition = p.accept('PARTITION') ? partitionSpec(p) : undefined;
      return { kind: 'Refresh', span: p.span(start), partition };
    }
    case 'AS': {
      const inner = query(p);
      return { kind: 'ChangeQuery', span: p.span(start), query: inner };
    }
    case 'ADD':
      return schemaChange(p, start, 'ADD');
    case 'MODIFY':
      return schemaChange(p, start, 'MODIFY');
    case 'DROP':
      return dropAction(p, start);
  }
  if (p.isWord('SET') && !p.isSymbol('(', 1)) {
    p.next();
    if (p.expectOneOf('FRESHNESS', 'REFRESH_MODE') === 'FRESHNESS') {
      const freshness = freshnessValue(p);
      return { kind: 'SetFreshness', span: p.span(start), freshness };
    }
    const mode = refreshModeValue(p);
    return { kind: 'SetRefreshMode', span: p.span(start), mode };
  }
  return setOrReset(p) ?? p.fail();
}

/** Behind ADD or MODIFY: one element, or several in parentheses. */
function schemaChange(p: TokenStream, start: number, change: SchemaChange['change']): SchemaChange {
  const columns: PositionedColumn[] = [];
  const constraints: TableConstraint[] = [];
  const watermarks: WatermarkDefinition[] = [];
  const at = p.start;
  const distributed = p.accept('DISTRIBUTION') ? distribution(p, at) : undefined;
  if (!distributed) {
    const element = (): void => {
      const part = tableElement(p) ?? positionedColumn(p);
      if (part.kind === 'PositionedColumn') columns.push(part);
      else if (part.kind === 'TableConstraint') constraints.push(part);
      else watermarks.push(part);
    };
    if (p.isSymbol('(')) p.parenthesised(() => p.list(element));
    else element();
  }
  const watermark = oneWatermark(p, watermarks);
  const parts = { change, columns, constraints, watermark, distribution: distributed };
  return { kind: 'SchemaChange', span: p.span(start), ...parts };
}

function positionedColumn(p: TokenStream): PositionedColumn {
  const { start } = p;
  const within: Identifier[] = [];
  while (p.isName() && p.isSymbol('.', 1)) {
    within.push(p.identifier());
    p.expectSymbol('.');
  }
  const column = columnDefinition(p);
  const at = p.start;
  let position: PositionedColumn['position'];
  const word = p.acceptOneOf('FIRST', 'AFTER');
  if (word) {
    const after = word === 'AFTER' ? p.objectPath() : undefined;
    position = { kind: 'ColumnPosition', span: p.span(at), after };
  }
  const path = within.length > 0 ? within : undefined;
  return { kind: 'PositionedColumn', span: p.span(start), within: path, column, position };
}

function addPartitions(p: TokenStream, start: number): AddPartitions {
  const ifNotExists = p.acceptWords('IF', 'NOT', 'EXISTS');
  const partitions: PartitionSpec[] = [];
  p.expect('PARTITION');
  do partitions.push(partitionSpec(p, { options: true }));
  while (p.accept('PARTITION'));
  return { kind: 'AddPartitions', span: p.span(start), ifNotExists, partitions };
}

/** Behind DROP. */
function dropAction(p: TokenStream, start: number): DropColumns | DropFeature | DropConstraint {
  if (p.accept('CONSTRAINT')) {
    const name = p.identifier();
    return { kind: 'DropConstraint', span: p.span(start), name };
  }
  const word = p.acceptOneOf('PRIMARY', 'WATERMARK', 'DISTRIBUTION');
  if (word) {
    if (word === 'PRIMARY') p.expect('KEY');
    return { kind: 'DropFeature', span: p.span(start), feature: word === 'PRIMARY' ? 'PRIMARY KEY' : word };
  }
  const columns = p.isSymbol('(') ? p.parenthesised(() => p.list(() => p.objectPath())) : [p.objectPath()];
  return { kind: 'DropColumns', span: p.span(start), columns };
}

function renameTo(p: TokenStream): RenameTo | undefined {
  const { start } = p;
  if (!p.accept('RENAME')) return undefined;
  p.expect('TO');
  const name = p.objectPath();
  return { kind: 'RenameTo', span: p.span(start), name };
}

function setProperties(p: TokenStream): SetProperties | undefined {
  const { start } = p;
  if (!p.accept('SET')) return undefined;
  const list = properties(p);
  return { kind: 'SetProperties', span: p.span(start), properties: list };
}

function setOrReset(p: TokenStream): SetProperties | ResetProperties | undefined {
  const { start } = p;
  if (!p.accept('RESET')) return setProperties(p);
  const keys = p.parenthesised(() => (p.isSymbol(')') ? [] : p.list(() => stringLiteral(p))));
  return { kind: 'ResetProperties', span: p.span(start), keys };
}
