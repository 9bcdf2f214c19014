import type { RexNode } from '../../expressions/rex-node.ts';
import type { TableFunctionCall } from '../../operators/operator-spec.ts';
import type { LogicalType, RowField, RowType } from '../../types/logical-type.ts';
import { calciteTypeText } from '../../types/type-text.ts';
import type { FromItem, TableAlias, TableFunctionRef, UnnestRef } from '../parser/ast.ts';
import { CallConverter } from '../validate/call-converter.ts';
import type { ConversionContext } from '../validate/conversion-context.ts';
import type { ConverterEnvironment } from '../validate/converter-environment.ts';
import { ExpressionConverter } from '../validate/expression-converter.ts';
import { Scope } from '../validate/scope.ts';
import { invalid } from '../validate/validation-error.ts';
import { logicalProject } from './builders.ts';
import type { Correlations } from './correlations.ts';
import type { PlannedRelation } from './relation-plan.ts';
import type { LogicalNode, LogicalTableFunctionCall } from './rel-node.ts';
import { inputOf, rowTypeOf, walkRex } from './rex.ts';
import { isWindowFunction } from './window-function-converter.ts';

/**
 * Table functions in FROM: UNNEST and those of users. They are called for the rows on their left, whose columns their operands read, so they
 * are converted over the scope of these rows.
 */
export interface LeftSide {
  readonly scope: Scope;
  readonly relations: readonly PlannedRelation[];
  readonly correlations: Correlations;
}

/** A called function: its node and the one relation that its columns are. */
export interface CalledFunction {
  readonly node: LogicalNode;
  readonly relation: PlannedRelation;
}

export type TableFunctionItem = UnnestRef | TableFunctionRef;

/** Whether an item of FROM is a function that is called for the rows on its left. */
export function isTableFunction(item: FromItem): item is TableFunctionItem {
  if (item.kind === 'UnnestRef') return true;
  if (item.kind !== 'TableFunctionRef') return false;
  return !isWindowFunction(item.call.name.parts.map((part) => part.name.toUpperCase()).join('.'));
}

export function convertTableFunction(
  item: TableFunctionItem,
  left: LeftSide,
  source: string,
  environment: ConverterEnvironment,
): CalledFunction {
  const context: ConversionContext = { source, scope: left.scope, clause: 'TABLE FUNCTION' };
  const { call, names } =
    item.kind === 'UnnestRef'
      ? unnest(item, new ExpressionConverter(environment, context), source)
      : usersFunction(item, environment, context);
  const fields = namedFields(call.rowType, names, item.alias, item, source);
  const relation = { path: item.alias ? [item.alias.name.name] : [], fields, firstInput: 0 };
  const aliases = fields.map(({ name }) => name);
  let mentions = 0;
  for (const operand of call.operands) {
    walkRex(operand, (each) => {
      if (each.kind === 'input') mentions++;
    });
  }
  const node = { kind: 'LogicalTableFunctionCall', inputs: [], call, rowType: call.rowType } as const;
  if (mentions > 0) {
    const correlation = left.correlations.readAt(mentions);
    return { node: { ...node, correlation, outerNames: columnNames(left.relations), aliases }, relation };
  }
  const once: LogicalTableFunctionCall = {
    ...node,
    correlation: NO_CORRELATION,
    outerNames: [],
    aliases: names,
  };
  const columns = aliases.map((_, i) => inputOf(call.rowType, i));
  const hasNames = item.alias !== undefined && item.alias.columns.length > 0;
  const isNamed = hasNames && aliases.some((alias, i) => alias !== names[i]);
  return { node: isNamed ? logicalProject(once, columns, aliases) : once, relation };
}

/** The number of no correlation: what reads no row is called once. */
const NO_CORRELATION = -1;

/** Whether a function of FROM is called once, and not for the rows of a table. */
export function isCalledOnce(node: LogicalNode): boolean {
  if (node.kind === 'LogicalProject') return isCalledOnce(node.inputs[0]);
  return node.kind === 'LogicalTableFunctionCall' && node.correlation === NO_CORRELATION;
}

/** How a query calls the columns of a row: by the names of its relations' fields. */
export function columnNames(relations: readonly PlannedRelation[]): string[] {
  const names: string[] = [];
  for (const { fields, firstInput, merged } of relations) {
    if (!merged) fields.forEach(({ name }, i) => (names[firstInput + i] = name));
  }
  return Array.from(names, (name) => name ?? '');
}

interface Invocation {
  readonly call: TableFunctionCall;
  /** What the columns are called by a query that does not name them. */
  readonly names: readonly string[];
}

function unnest(item: UnnestRef, converter: ExpressionConverter, source: string): Invocation {
  const [collection, second] = item.expressions;
  if (!collection || second) throw invalid(source, item, 'UNNEST of several collections is not supported');
  const operand = converter.convert(collection);
  const elements = elementColumns(operand.type);
  if (!elements) {
    throw invalid(
      source,
      collection,
      `Cannot apply 'UNNEST' to arguments of type 'UNNEST(<${calciteTypeText(operand.type)}>)'. Supported form(s): 'UNNEST(<MULTISET>)' 'UNNEST(<ARRAY>)' 'UNNEST(<MAP>)'`,
    );
  }
  const { withOrdinality } = item;
  const isRow = elements.isRow;
  const own = elements.types.map((type, i): RowField => ({
    name: functionName(elements, i, withOrdinality),
    type,
  }));
  const names = elements.types.map((_, i) =>
    isRow ? (elements.names[i] as string) : elements.types.length === 2 ? ['KEY', 'VALUE'][i]! : 'EXPR$0',
  );
  const fields = withOrdinality ? [...own, ORDINALITY] : own;
  return {
    call: {
      name: withOrdinality ? '$UNNEST_ROWS_WITH_ORDINALITY$1' : '$UNNEST_ROWS$1',
      operands: [operand],
      rowType: rowTypeOf(fields),
      withOrdinality,
    },
    names: withOrdinality ? [...names, ORDINALITY.name] : names,
  };
}

const ORDINALITY: RowField = { name: 'ORDINALITY', type: { root: 'INTEGER', nullable: false } };

interface ElementColumns {
  readonly types: readonly LogicalType[];
  readonly names: readonly string[];
  readonly isRow: boolean;
}

// The names that Flink's own functions give, which plans print.
function functionName(
  { isRow, names, types }: ElementColumns,
  index: number,
  withOrdinality: boolean,
): string {
  if (isRow) return names[index] as string;
  return withOrdinality && types.length === 1 ? 'EXPR$0' : `f${index}`;
}

/** What elements of a collection become: a ROW's fields, a map's key and value, or one column. */
function elementColumns(type: LogicalType): ElementColumns | undefined {
  switch (type.root) {
    case 'MAP':
      return { types: [type.key, type.value], names: [], isRow: false };
    case 'ARRAY':
    case 'MULTISET': {
      const { element } = type;
      // An element that is NULL gives no row, so only the fields' own NULLs count.
      if (element.root === 'ROW') {
        return {
          types: element.fields.map((field) => field.type),
          names: element.fields.map(({ name }) => name),
          isRow: true,
        };
      }
      return { types: [element], names: [], isRow: false };
    }
    default:
      return undefined;
  }
}

function usersFunction(
  { call }: TableFunctionRef,
  environment: ConverterEnvironment,
  context: ConversionContext,
): Invocation {
  const calls = new CallConverter(environment, context, new ExpressionConverter(environment, context));
  const invocation = calls.tableFunction(call);
  return { call: invocation, names: invocation.rowType.fields.map((field) => field.name) };
}

function namedFields(
  { fields }: RowType,
  names: readonly string[],
  alias: TableAlias | undefined,
  item: TableFunctionItem,
  source: string,
): RowField[] {
  const columns = alias?.columns ?? [];
  if (columns.length > 0 && columns.length !== fields.length) {
    const table = `(${names.map((name) => `'${name}'`).join(', ')})`;
    throw invalid(
      source,
      alias ?? item,
      `List of column aliases must have same degree as table; table has ${fields.length} columns ${table}, whereas alias list has ${columns.length} columns`,
    );
  }
  const isNamedAfterTable = alias && item.kind === 'UnnestRef' && fields.length === 1;
  const named = columns.length === 0 && isNamedAfterTable ? [alias.name] : columns;
  return fields.map((field, i) => ({ ...field, name: named[i]?.name ?? (names[i] as string) }));
}

/** Whether a query in LATERAL is a table function with conditions and projections, and nothing more. */
export function isOverTableFunction(node: LogicalNode): boolean {
  switch (node.kind) {
    case 'LogicalTableFunctionCall':
      return true;
    case 'LogicalFilter':
    case 'LogicalProject':
      return isOverTableFunction(node.inputs[0]);
    default:
      return false;
  }
}

/** The columns that operands read, ascending. */
export function readColumns(operands: readonly RexNode[]): number[] {
  const columns = new Set<number>();
  const visit = (node: RexNode): void => {
    if (node.kind === 'input') columns.add(node.index);
    else if (node.kind === 'field') visit(node.node);
    else if (node.kind === 'call') node.operands.forEach(visit);
  };
  operands.forEach(visit);
  return [...columns].sort((a, b) => a - b);
}
