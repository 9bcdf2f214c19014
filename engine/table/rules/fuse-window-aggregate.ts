import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import { columnsOfCall, movedCall } from '../plan/aggregate-columns.ts';
import { logicalFilter, logicalProject, mapPlan } from '../plan/builders.ts';
import type {
  LogicalAggregate,
  LogicalCorrelate,
  LogicalExpand,
  LogicalFilter,
  LogicalNode,
  LogicalProject,
  LogicalTableFunctionScan,
  LogicalWindowAggregate,
  WindowProperty,
} from '../plan/rel-node.ts';
import { fieldNames, fieldOf, inputOf, moveInputs, rowTypeOf, uniqueNames, usedInputs } from '../plan/rex.ts';
import { windowAboveCorrelate } from './window-above-correlate.ts';
import { WINDOW_COLUMNS, windowOrigin } from './window-origin.ts';
import type { WindowColumn } from './window-origin.ts';

/**
 * GROUP BY over a window function whose keys include both window_start and window_end becomes one window aggregation (S-30), which
 * computes a row's window itself. Filter and projection between the two move below, where they see fewer rows; they must
 * not read the window's columns, or the plan stays as it is.
 */
export function fuseWindowAggregate(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalAggregate' ? (fuse(node) ?? node) : node));
}

interface Pattern {
  readonly project?: LogicalProject;
  readonly filter?: LogicalFilter;
  readonly scan: LogicalTableFunctionScan;
}

function fuse(node: LogicalAggregate): LogicalNode | undefined {
  const [above] = node.inputs;
  const expand = above.kind === 'LogicalExpand' ? above : undefined;
  const pattern = patternBelow(expand ? expand.inputs[0] : above);
  if (!pattern) {
    refuseAttachedWindow(node);
    return undefined;
  }
  const columns = columnsOf(pattern, expand);
  const grouped = node.group.map((column) => columns[column]?.kind);
  if (!grouped.includes('start') || !grouped.includes('end')) return undefined;
  return restored(node, windowAggregate(node, pattern, expand, columns, grouped), grouped);
}

/** A column that the aggregation reads: what it is of the window's input, and which column of the window. */
interface ReadColumn {
  readonly node: RexNode;
  readonly kind: WindowColumn | undefined;
}

/** What stands above the window function, of its columns. */
function computedOf({ project, scan: { rowType } }: Pattern): readonly RexNode[] {
  return project?.projects ?? rowType.fields.map((_, i) => inputOf(rowType, i));
}

function columnsOf(pattern: Pattern, expand: LogicalExpand | undefined): ReadColumn[] {
  const width = pattern.scan.inputs[0].rowType.fields.length;
  const computed = computedOf(pattern);
  if (!expand) return computed.map((node) => ({ node, kind: windowColumn(node, width) }));
  // What GROUPING SETS make NULL in some copies, or add, is no column of the window: it is a key as any other.
  return expand.rowType.fields.map((_, column) => {
    const node = computed[expandedFrom(expand, column)] ?? expandedId(expand, column);
    const isPartial = expand.projects.some((each) => each[column]?.kind !== 'input');
    return { node, kind: isPartial ? undefined : windowColumn(node, width) };
  });
}

function windowAggregate(
  node: LogicalAggregate,
  pattern: Pattern,
  expand: LogicalExpand | undefined,
  columns: readonly ReadColumn[],
  grouped: readonly (WindowColumn | undefined)[],
): LogicalWindowAggregate {
  const { scan } = pattern;
  const keys = node.group.filter((column) => !columns[column]?.kind);
  const kept = [...new Set([...keys, ...node.calls.flatMap(columnsOfCall)])].sort((a, b) => a - b);
  const { input, timeColumn } = inputOfWindow(node, pattern, expand, columns, kept);
  const at = (column: number): number => kept.indexOf(column);
  const calls = node.calls.map((call, i) => ({
    ...movedCall(call, at),
    name: nameWithin(call.name, keys.length + i),
  }));
  const fields = keys.map((column) => fieldOf(node.rowType, node.group.indexOf(column)));
  const results = node.calls.map((_, i): RowField => {
    const field = fieldOf(node.rowType, node.group.length + i);
    return { ...field, name: nameWithin(field.name, keys.length + i) };
  });
  const properties = propertiesOf(grouped, scan, [...fields, ...results]);
  return {
    kind: 'LogicalWindowAggregate',
    inputs: [input],
    window: { ...scan.window, timeColumn },
    group: keys.map(at),
    calls,
    properties: properties.map(({ name, kind }) => ({ name, kind })),
    rowType: rowTypeOf([
      ...fields,
      ...results,
      ...properties.map(({ name, type }): RowField => ({ name, type })),
    ]),
  };
}

/** The columns that are kept, and the time, which stands behind them where it is none of them. */
function inputOfWindow(
  node: LogicalAggregate,
  pattern: Pattern,
  expand: LogicalExpand | undefined,
  columns: readonly ReadColumn[],
  kept: readonly number[],
): { readonly input: LogicalNode; readonly timeColumn: number } {
  const { scan, filter } = pattern;
  const [input] = scan.inputs;
  const width = input.rowType.fields.length;
  const below = kept.map((column) => columns[column]?.node as RexNode);
  const read = usedInputs([...below, ...(filter ? [filter.condition] : [])]);
  if ([...read].some((index) => index >= width)) throw attachedWindow();

  const source = filter ? logicalFilter(input, filter.condition) : input;
  const { timeColumn } = scan.window;
  if (expand) {
    const again = expandedAgain(expand, kept, source, timeColumn, computedOf(pattern));
    return { input: again, timeColumn: kept.length };
  }
  const names = fieldNames(node.inputs[0].rowType);
  const keptNames = kept.map((column) => names[column] as string);
  const time = below.findIndex((expr) => expr.kind === 'input' && expr.index === timeColumn);
  if (time >= 0) return { input: logicalProject(source, below, keptNames), timeColumn: time };
  const withTime = [...below, inputOf(input.rowType, timeColumn)];
  const projected = logicalProject(source, withTime, [...keptNames, fieldOf(input.rowType, timeColumn).name]);
  return { input: projected, timeColumn: kept.length };
}

/** The column of the input that a column of an Expand is a copy of, or -1. */
function expandedFrom({ projects }: LogicalExpand, column: number): number {
  const source = projects.map((project) => project[column]).find((cell) => cell?.kind === 'input');
  return source?.kind === 'input' ? source.index : -1;
}

function expandedId({ projects }: LogicalExpand, column: number): RexNode {
  return projects[0]?.[column] as RexNode;
}

/** The Expand with the columns that are kept, and the time behind them, over a projection of what it copies. */
function expandedAgain(
  expand: LogicalExpand,
  kept: readonly number[],
  source: LogicalNode,
  timeColumn: number,
  computed: readonly RexNode[],
): LogicalNode {
  const below = expand.inputs[0].rowType;
  const read = [
    ...new Set(kept.map((column) => expandedFrom(expand, column)).filter((column) => column >= 0)),
  ];
  const time = fieldOf(source.rowType, timeColumn);
  const projected = logicalProject(
    source,
    [...read.map((column) => computed[column] as RexNode), inputOf(source.rowType, timeColumn)],
    [...read.map((column) => fieldOf(below, column).name), time.name],
  );
  const moved = (cell: RexNode): RexNode =>
    cell.kind === 'input' ? inputOf(projected.rowType, read.indexOf(cell.index)) : cell;
  const fields = [...kept.map((column) => fieldOf(expand.rowType, column)), time];
  const names = uniqueNames(fields.map((field) => field.name));
  return {
    kind: 'LogicalExpand',
    inputs: [projected],
    projects: expand.projects.map((project) => [
      ...kept.map((column) => moved(project[column] as RexNode)),
      inputOf(projected.rowType, read.length),
    ]),
    rowType: rowTypeOf(fields.map((field, i) => ({ ...field, name: names[i] as string }))),
  };
}

// `$f3` says where a result without a name stands, which is further to the left now.
function nameWithin(name: string, place: number): string {
  return /^\$f\d+$/.test(name) ? `$f${place}` : name;
}

function patternBelow(node: LogicalNode): Pattern | undefined {
  const project = node.kind === 'LogicalProject' ? node : undefined;
  const belowProject = project ? project.inputs[0] : node;
  const filter = belowProject.kind === 'LogicalFilter' ? belowProject : undefined;
  const scan = filter ? filter.inputs[0] : belowProject;
  if (scan.kind === 'LogicalCorrelate') return patternAbove(scan, project, filter);
  if (scan.kind !== 'LogicalTableFunctionScan') return undefined;
  return { ...(project && { project }), ...(filter && { filter }), scan };
}

/** The same where a table function is called for the rows of windows: windows come after it. */
function patternAbove(
  correlate: LogicalCorrelate,
  project: LogicalProject | undefined,
  filter: LogicalFilter | undefined,
): Pattern | undefined {
  const above = windowAboveCorrelate(correlate);
  if (!above) return undefined;
  const { scan, moved } = above;
  const { rowType } = correlate;
  const projects = project?.projects ?? rowType.fields.map((_, i) => inputOf(rowType, i));
  return {
    project: {
      kind: 'LogicalProject',
      inputs: [scan],
      projects: projects.map((each) => moveInputs(each, moved)),
      rowType: project?.rowType ?? rowType,
    },
    ...(filter && { filter: { ...filter, inputs: [scan], condition: moveInputs(filter.condition, moved) } }),
    scan,
  };
}

function windowColumn(expr: RexNode, width: number): WindowColumn | undefined {
  // A grouped window_time has been made a plain timestamp by a cast.
  const node = expr.kind === 'call' && expr.operator === 'CAST' ? (expr.operands[0] as RexNode) : expr;
  return node.kind === 'input' ? WINDOW_COLUMNS[node.index - width] : undefined;
}

function propertiesOf(
  grouped: readonly (WindowColumn | undefined)[],
  scan: LogicalTableFunctionScan,
  before: readonly RowField[],
): (WindowProperty & { readonly type: RowField['type'] })[] {
  const width = scan.inputs[0].rowType.fields.length;
  const kinds = WINDOW_COLUMNS.filter((kind) => grouped.includes(kind));
  const columns = kinds.map((kind) => fieldOf(scan.rowType, width + WINDOW_COLUMNS.indexOf(kind)));
  const names = uniqueNames([...before.map((field) => field.name), ...columns.map((field) => field.name)]);
  return kinds.map((kind, i) => ({
    kind,
    name: names[before.length + i] as string,
    type: (columns[i] as RowField).type,
  }));
}

/** The columns in the order of the aggregation that was replaced. */
function restored(
  node: LogicalAggregate,
  fused: LogicalWindowAggregate,
  grouped: readonly (WindowColumn | undefined)[],
): LogicalNode {
  const firstProperty = fused.group.length + fused.calls.length;
  let nextKey = 0;
  const columns = grouped.map((kind) => {
    if (!kind) return nextKey++;
    return firstProperty + fused.properties.findIndex((property) => property.kind === kind);
  });
  const all = [...columns, ...node.calls.map((_, i) => fused.group.length + i)];
  return logicalProject(
    fused,
    all.map((column) => inputOf(fused.rowType, column)),
    fieldNames(node.rowType),
  );
}

/**
 * GROUP BY window_start, window_end of windows that were computed further below (over a window aggregation, say). Flink aggregates them
 * when the window is over; without such an operator an updating aggregation would give other changes, so it is refused.
 */
function refuseAttachedWindow(node: LogicalAggregate): void {
  const [input] = node.inputs;
  const grouped = node.group.map((column) => windowOrigin(input, column)?.kind);
  if (grouped.includes('start') && grouped.includes('end')) throw attachedWindow();
}

function attachedWindow(): TableException {
  return new TableException(
    'Window aggregation over window_start and window_end of a window that was computed before is not supported: ' +
      'aggregate directly over the window function, or over TUMBLE on window_time.',
  );
}
