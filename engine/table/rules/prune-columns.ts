import type { RexNode } from '../../expressions/rex-node.ts';
import { columnsOfCall, movedCall } from '../plan/aggregate-columns.ts';
import {
  logicalAggregate,
  logicalCorrelate,
  logicalJoin,
  logicalProject,
  withInputs,
} from '../plan/builders.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type {
  LogicalAggregate,
  LogicalJoin,
  LogicalNode,
  LogicalProject,
  LogicalTableFunctionScan,
  LogicalTableScan,
  LogicalWatermarkAssigner,
} from '../plan/rel-node.ts';
import { bytesOf, rowBytes } from '../plan/row-size.ts';
import { fieldOf, inputOf, moveInputs, rowTypeOf, usedInputs, walkRex } from '../plan/rex.ts';
import { joinKeys } from './join-keys.ts';
import { areColumnsUnique } from './unique-keys.ts';

/**
 * Every node reads only the columns that somebody above it uses.
 *
 * The places and the order in which Flink's planner narrows rows are kept, because EXPLAIN shows them: a projection straight above a scan
 * reads columns as it first mentions them, everything else in the order of the table; below a watermark assigner rows get narrower where
 * that costs no extra step.
 */
export interface PruneOptions {
  /** Whether a scan of the table can leave columns out. */
  readonly supportsProjection: (table: PlannedTable) => boolean;
}

export function pruneColumns(plan: LogicalNode, options: PruneOptions): LogicalNode {
  const all = plan.rowType.fields.map((_, i) => i);
  return new ColumnPruner(options).prune(plan, { columns: all, isFiltered: false }).node;
}

interface Wanted {
  /** Columns of the node, each once, in the order in which they are asked for. */
  readonly columns: readonly number[];
  /** A filter stands between the node and whoever asks. */
  readonly isFiltered: boolean;
}

interface Pruned {
  readonly node: LogicalNode;
  /** Where each column of the old node is now; absent for those that are gone. */
  readonly positions: ReadonlyMap<number, number>;
}

class ColumnPruner {
  readonly #options: PruneOptions;

  constructor(options: PruneOptions) {
    this.#options = options;
  }

  /** At least the wanted columns; maybe more, in any order. */
  prune(node: LogicalNode, wanted: Wanted): Pruned {
    switch (node.kind) {
      case 'LogicalTableScan':
        return this.#scan(node, wanted);
      case 'LogicalValues':
      case 'LogicalTableFunctionCall':
        return unchanged(node);
      case 'LogicalWatermarkAssigner':
        return this.#watermarkAssigner(node, wanted);
      case 'LogicalProject':
        return this.#project(node, wanted);
      case 'LogicalFilter': {
        const columns = ascending([...wanted.columns, ...usedInputs([node.condition])]);
        const input = this.prune(node.inputs[0], { columns, isFiltered: true });
        const condition = moved(node.condition, input);
        return { ...input, node: { ...node, inputs: [input.node], condition, rowType: input.node.rowType } };
      }
      case 'LogicalAggregate':
        return this.#aggregate(node, wanted);
      case 'LogicalJoin':
        return this.#join(node, wanted);
      case 'LogicalCorrelate': {
        // Both sides stay whole, as in Flink: the function's operands know columns by their place.
        const [left, right] = node.inputs.map((input) =>
          this.exactly(
            input,
            input.rowType.fields.map((_, i) => i),
          ),
        ) as [LogicalNode, LogicalNode];
        return unchanged(logicalCorrelate(left, right, node.joinType));
      }
      case 'LogicalUnion': {
        const columns = ascending(wanted.columns);
        const isWhole = columns.length === node.rowType.fields.length;
        const names = isWhole ? undefined : columns.map((column) => fieldOf(node.rowType, column).name);
        const inputs = node.inputs.map((input) => this.exactly(input, columns, names));
        const fields = columns.map((column) => fieldOf(node.rowType, column));
        return { node: { ...node, inputs, rowType: rowTypeOf(fields) }, positions: positionsOf(columns) };
      }
      case 'LogicalTableFunctionScan':
        return this.#windowFunction(node, wanted);
      case 'LogicalSort': {
        const own = node.keys.map(({ column }) => column);
        const input = this.prune(node.inputs[0], {
          columns: ascending([...wanted.columns, ...own]),
          isFiltered: false,
        });
        const keys = node.keys.map((key) => ({ ...key, column: input.positions.get(key.column) as number }));
        return { ...input, node: { ...node, inputs: [input.node], keys, rowType: input.node.rowType } };
      }
      case 'LogicalReplicateRows':
      case 'LogicalLateral':
      case 'LogicalIntersect':
      case 'LogicalMinus': {
        const inputs = node.inputs.map((input) => this.exactly(input, [...input.rowType.fields.keys()]));
        return unchanged(withInputs<LogicalNode>(node, inputs));
      }
      case 'LogicalExpand':
      case 'LogicalWindowAggregate':
      case 'LogicalSink': {
        const [input] = node.inputs;
        const all = input.rowType.fields.map((_, i) => i);
        return unchanged({ ...node, inputs: [this.exactly(input, all)] });
      }
    }
  }

  /** The wanted columns and no others, in that order; `names` are those of the projection, if that takes one. */
  exactly(node: LogicalNode, columns: readonly number[], names?: readonly string[]): LogicalNode {
    const { node: pruned, positions } = this.prune(node, { columns, isFiltered: false });
    const places = columns.map((column) => positions.get(column) as number);
    const isExact = places.length === pruned.rowType.fields.length && places.every((place, i) => place === i);
    if (isExact && (!names || pruned.kind !== 'LogicalProject')) return pruned;
    const given = names ?? columns.map((column) => fieldOf(node.rowType, column).name);
    if (pruned.kind === 'LogicalProject') {
      const projects = places.map((place) => pruned.projects[place] as RexNode);
      return logicalProject(pruned.inputs[0], projects, given);
    }
    return logicalProject(
      pruned,
      places.map((place) => inputOf(pruned.rowType, place)),
      given,
    );
  }

  #scan(node: LogicalTableScan, { columns }: Wanted): Pruned {
    const { table } = node;
    if (!this.#options.supportsProjection(table)) return unchanged(node);
    // All positions are those of the table: the scan may have been narrowed before.
    const base = node.project ?? table.storedType.fields.map((_, i) => i);
    // A row without columns would have no length: the first one is read.
    const read = columns.length === 0 ? base.slice(0, 1) : columns.map((column) => base[column] as number);
    const chosen = metadataLast(read, table);
    // All columns are read as they stand in the table, in whatever order they are asked for.
    const isWhole = chosen.length === table.storedType.fields.length;
    const project = isWhole ? ascending(chosen) : chosen;
    const { project: _before, ...whole } = node;
    const rowType = rowTypeOf(project.map((column) => fieldOf(table.storedType, column)));
    const positions = new Map(
      base.flatMap((column, i) => (project.includes(column) ? [[i, project.indexOf(column)]] : [])),
    );
    return { node: isWhole ? { ...whole, rowType } : { ...whole, project, rowType }, positions };
  }

  #watermarkAssigner(node: LogicalWatermarkAssigner, wanted: Wanted): Pruned {
    const [input] = node.inputs;
    const fields = input.rowType.fields.length;
    const own = [...usedInputs([node.watermark]), node.rowtime];
    const mentioned = wanted.isFiltered
      ? ascending([...wanted.columns, ...own])
      : distinct([...wanted.columns, ...own]);
    // Above a projection, Flink narrows rows where that costs no second projection on top, saves a computation, or lets the scan read less.
    const isWorthIt =
      input.kind === 'LogicalProject'
        ? wanted.columns.includes(node.rowtime) ||
          savesComputation(input, mentioned) ||
          this.#savesScan(input, mentioned)
        : input.kind === 'LogicalTableScan' && this.#options.supportsProjection(input.table);
    const columns =
      isWorthIt && mentioned.length < fields ? mentioned : input.rowType.fields.map((_, i) => i);
    const pruned =
      input.kind === 'LogicalProject'
        ? { node: this.exactly(input, columns), positions: positionsOf(columns) }
        : this.prune(input, { columns, isFiltered: wanted.isFiltered });
    const rowtime = pruned.positions.get(node.rowtime) as number;
    const rowtimeType = fieldOf(node.rowType, node.rowtime);
    const rowType = rowTypeOf(
      pruned.node.rowType.fields.map((field, i) =>
        i === rowtime ? { ...field, type: rowtimeType.type } : field,
      ),
    );
    const watermark = moved(node.watermark, pruned);
    return {
      node: { ...node, inputs: [pruned.node], rowtime, watermark, rowType },
      positions: pruned.positions,
    };
  }

  #savesScan({ projects, inputs: [scan] }: LogicalProject, columns: readonly number[]): boolean {
    if (scan.kind !== 'LogicalTableScan' || !this.#options.supportsProjection(scan.table)) return false;
    const read = usedInputs(columns.map((column) => projects[column] as RexNode));
    return read.size < usedInputs(projects).size;
  }

  #project(node: LogicalProject, { columns }: Wanted): Pruned {
    const kept = columns.map((column) => node.projects[column] as RexNode);
    const isFiltered = node.inputs[0].kind === 'LogicalFilter';
    const read = isFiltered ? ascending([...usedInputs(kept)]) : mentionedInputs(kept);
    const input = this.prune(node.inputs[0], { columns: read, isFiltered: false });
    const projects = kept.map((each) => moved(each, input));
    const names = columns.map((column) => fieldOf(node.rowType, column).name);
    const isIdentity =
      projects.length === input.node.rowType.fields.length &&
      projects.every((each, i) => each.kind === 'input' && each.index === i);
    return {
      node: isIdentity ? input.node : logicalProject(input.node, projects, names),
      positions: positionsOf(columns),
    };
  }

  #aggregate(node: LogicalAggregate, { columns }: Wanted): Pruned {
    const width = node.group.length;
    const calls = node.calls.flatMap((call, i) =>
      columns.includes(width + i) ? [{ call, column: width + i }] : [],
    );
    // An aggregation of nothing by nothing would have no columns: one call stays.
    if (width === 0 && calls.length === 0 && node.calls[0]) calls.push({ call: node.calls[0], column: 0 });
    // What nobody asks for is not computed, but read all the same, as in Flink.
    const read = [...node.group, ...node.calls.flatMap(columnsOfCall)];
    const [input] = node.inputs;
    // What an Expand copies is what its aggregation reads.
    const isCopied = input.kind === 'LogicalExpand' || node.keepsInput;
    const copied = isCopied ? input.rowType.fields.map((_, i) => i) : undefined;
    const isWhole = new Set(read).size === input.rowType.fields.length;
    const used = copied ?? (input.kind === 'LogicalProject' || isWhole ? ascending(read) : distinct(read));
    const narrowed = used.length === 0 ? this.#anything(input) : this.exactly(input, used);
    const at = (column: number): number => used.indexOf(column);
    const pruned = logicalAggregate(
      narrowed,
      node.group.map(at),
      calls.map(({ call }) => movedCall(call, at)),
      node.groupSets?.map((set) => set.map(at)),
    );
    const kept = [...node.group.map((_, i) => i), ...calls.map(({ column }) => column)];
    return { node: pruned, positions: positionsOf(kept) };
  }

  /**
   * For COUNT(*), which reads no column: the one that is there anyway, or, of several, a constant (Flink's PruneCountStarInputRule), unless the
   * columns that have to be read are no larger.
   */
  #anything(input: LogicalNode): LogicalNode {
    if (input.kind === 'LogicalProject') {
      const used = ascending([...usedInputs(input.projects)]);
      const isOfOne = input.projects.length === 1 && used.length > 0;
      return isOfOne ? this.exactly(input.inputs[0], used) : this.#constant(input.inputs[0]);
    }
    return input.rowType.fields.length === 1 ? this.#whole(input) : this.#constant(input);
  }

  #constant(input: LogicalNode): LogicalNode {
    if (input.kind === 'LogicalProject') return this.#constant(input.inputs[0]);
    if (input.kind === 'LogicalSort') return logicalProject(this.#whole(input), [ZERO], ['$f0']);
    if (input.kind === 'LogicalUnion') {
      const inputs = input.inputs.map((each) => this.#constantly(each));
      return { ...input, inputs, rowType: inputs[0]?.rowType ?? input.rowType };
    }
    if (input.kind === 'LogicalFilter') {
      const used = ascending([...usedInputs([input.condition])]);
      const columns = used.length > 0 ? used : [0];
      const narrowed = this.exactly(input, columns);
      const isBare = isSmall(narrowed) && !readsField(input.condition);
      return isBare ? narrowed : logicalProject(narrowed, [ZERO], ['$f0']);
    }
    const { node } = this.prune(input, { columns: [], isFiltered: false });
    return isSmall(node) ? node : logicalProject(node, [ZERO], ['$f0']);
  }

  /** As many rows, each with a constant. */
  #constantly(input: LogicalNode): LogicalNode {
    return logicalProject(this.prune(input, { columns: [], isFiltered: false }).node, [ZERO], ['$f0']);
  }

  #whole(node: LogicalNode): LogicalNode {
    return this.exactly(node, [...node.rowType.fields.keys()]);
  }

  #join(node: LogicalJoin, wanted: Wanted): Pruned {
    const { columns } = wanted;
    const [left, right] = node.inputs;
    const leftWidth = left.rowType.fields.length;
    const side = onlySide(node, columns);
    if (side === 'left') return this.prune(left, { ...wanted, isFiltered: false });
    if (side === 'right') {
      const pruned = this.prune(right, {
        columns: columns.map((column) => column - leftWidth),
        isFiltered: false,
      });
      const positions = [...pruned.positions].map(([column, place]) => [column + leftWidth, place] as const);
      return { ...pruned, positions: new Map(positions) };
    }
    const handsRightOn = node.joinType !== 'SEMI' && node.joinType !== 'ANTI';
    // Where nothing is asked of a semi-join, the first column is.
    const asked = columns.length === 0 && !handsRightOn ? [0] : columns;
    const used = ascending([...asked, ...usedInputs([node.condition])]);
    const leftColumns = used.filter((column) => column < leftWidth);
    const rightColumns = used.filter((column) => column >= leftWidth).map((column) => column - leftWidth);
    // Of each side whose columns are handed on, one is read at least.
    if (leftColumns.length === 0 && leftWidth > 0) leftColumns.push(0);
    if (node.keepsRight && leftColumns.length === leftWidth)
      rightColumns.splice(0, rightColumns.length, ...right.rowType.fields.keys());
    if (rightColumns.length === 0 && handsRightOn && right.rowType.fields.length > 0) rightColumns.push(0);
    const kept = [...leftColumns, ...rightColumns.map((column) => column + leftWidth)];
    const positions = positionsOf(kept);
    const condition = moveInputs(node.condition, (column) => positions.get(column) as number);
    const join = logicalJoin(
      this.exactly(left, leftColumns),
      this.exactly(right, rightColumns),
      node.joinType,
      condition,
    );
    const marks = {
      ...(node.hints && { hints: node.hints }),
      ...(node.keepsRight && { keepsRight: true as const }),
    };
    return { node: { ...join, ...marks }, positions };
  }

  #windowFunction(node: LogicalTableFunctionScan, { columns }: Wanted): Pruned {
    const [input] = node.inputs;
    const width = input.rowType.fields.length;
    const read = ascending([...columns.filter((column) => column < width), node.window.timeColumn]);
    const pruned = this.exactly(input, read);
    const kept = [...read, width, width + 1, width + 2];
    const window = { ...node.window, timeColumn: read.indexOf(node.window.timeColumn) };
    const rowType = rowTypeOf(kept.map((column) => fieldOf(node.rowType, column)));
    return { node: withInputs({ ...node, window, rowType }, [pruned]), positions: positionsOf(kept) };
  }
}

/** The side of an outer join whose rows alone are wanted: of the other side nothing is read, and each row finds one there at most. */
function onlySide(node: LogicalJoin, columns: readonly number[]): 'left' | 'right' | undefined {
  const { joinType, condition, inputs } = node;
  if (joinType !== 'LEFT' && joinType !== 'RIGHT') return undefined;
  const [left, right] = inputs;
  const leftWidth = left.rowType.fields.length;
  const isKept = (column: number): boolean => column < leftWidth === (joinType === 'LEFT');
  if (!columns.every(isKept)) return undefined;
  const { leftKeys, rightKeys } = joinKeys(condition, leftWidth);
  if (joinType === 'LEFT') return areColumnsUnique(right, rightKeys) ? 'left' : undefined;
  return areColumnsUnique(left, leftKeys) ? 'right' : undefined;
}

/** As rows of a scan are: metadata stands behind the columns of the data. */
function metadataLast(columns: readonly number[], table: PlannedTable): readonly number[] {
  if (table.metadata.length === 0) return columns;
  const first = table.storedType.fields.length - table.metadata.length;
  return [...columns.filter((column) => column < first), ...columns.filter((column) => column >= first)];
}

const ZERO: RexNode = { kind: 'literal', value: 0, type: { root: 'INTEGER', nullable: false } };

function savesComputation({ projects }: LogicalProject, columns: readonly number[]): boolean {
  return projects.some((project, i) => project.kind === 'call' && !columns.includes(i));
}

function readsField(condition: RexNode): boolean {
  let result = false;
  walkRex(condition, (each) => {
    result ||= each.kind === 'field';
  });
  return result;
}

/** Rows not larger than those of a constant: the aggregation of them costs no more. */
function isSmall({ rowType }: LogicalNode): boolean {
  return rowBytes(rowType) <= bytesOf(ZERO.type);
}

function unchanged(node: LogicalNode): Pruned {
  return { node, positions: positionsOf(node.rowType.fields.map((_, i) => i)) };
}

function positionsOf(columns: readonly number[]): Map<number, number> {
  return new Map(columns.map((column, i) => [column, i]));
}

function moved(node: RexNode, { positions }: Pruned): RexNode {
  return moveInputs(node, (column) => positions.get(column) as number);
}

function distinct(columns: readonly number[]): number[] {
  return [...new Set(columns)];
}

function ascending(columns: readonly number[]): number[] {
  return distinct(columns).sort((a, b) => a - b);
}

/** Columns in the order in which expressions first read them. */
function mentionedInputs(nodes: readonly RexNode[]): number[] {
  const columns: number[] = [];
  for (const node of nodes) {
    walkRex(node, (each) => {
      if (each.kind === 'input' && !columns.includes(each.index)) columns.push(each.index);
    });
  }
  return columns;
}
