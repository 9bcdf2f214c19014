import type { RexNode } from '../../../expressions/rex-node.ts';
import type {
  PhysicalBatchAggregate,
  PhysicalBatchJoin,
  PhysicalExpand,
  PhysicalJoin,
  PhysicalLocalAggregate,
  PhysicalNode,
} from '../../plan/physical-node.ts';
import type { PlannedTable } from '../../plan/planned-table.ts';
import { ColumnIntervals } from './column-intervals.ts';
import { distinctOfExpression, distinctValues } from './distinct.ts';
import { exactExp } from './exact-functions.ts';
import { guess } from './guess.ts';
import { physicalKeys } from './physical-keys.ts';
import { expandId } from './expand-id.ts';
import { populationSize } from './population.ts';
import { RowSizes } from './row-sizes.ts';
import { selectivityOf } from './selectivity-estimator.ts';
import { areIntersecting } from './value-interval.ts';

/** Flink's guess of a table without statistics. */
const UNKNOWN_ROWS = 1e8;
// Input rows of one subtask of a first phase.
const ROWS_PER_LOCAL_AGGREGATE = 1_000_000;

/** Rows of tables that are known, by counting or by the size of their files; undefined: nothing is known. */
export type TableRows = (table: PlannedTable) => number | undefined;

type Aggregate = PhysicalBatchAggregate | PhysicalLocalAggregate;
type AnyJoin = PhysicalJoin | PhysicalBatchJoin;

/**
 * How many rows a node is guessed to give, how many different ones, and how large they are: Flink's formulas (FlinkRelMdRowCount,
 * FlinkRelMdDistinctRowCount, FlinkRelMdSize) for tables of which at most the number of rows is known. Each is worked out once a node.
 */
export class BatchStatistics {
  readonly intervals = new ColumnIntervals();
  readonly #tableRows: TableRows;
  readonly #rowCounts = new Map<PhysicalNode, number>();
  readonly #sizes = new RowSizes();

  constructor(tableRows: TableRows) {
    this.#tableRows = tableRows;
  }

  rowCount(node: PhysicalNode): number {
    let count = this.#rowCounts.get(node);
    // No guess is below 1: it may become a divisor.
    if (count === undefined) this.#rowCounts.set(node, (count = Math.max(this.#countRows(node), 1)));
    return count;
  }

  /** Bytes of a row. */
  rowSize(node: PhysicalNode): number {
    return this.#sizes.rowSize(node);
  }

  /** Bytes of a row as Flink lays it out in memory. */
  binaryRowSize(node: PhysicalNode): number {
    return this.#sizes.binaryRowSize(node);
  }

  /** Memory that sorting a node's rows takes. */
  sortMemory(node: PhysicalNode): number {
    const rows = this.rowCount(node);
    return rows * (this.binaryRowSize(node) + LENGTH_BYTES) + rows * (SORT_KEY_BYTES + SORT_OFFSET_BYTES);
  }

  /**
   * Different values of some columns among the part `share` of a node's rows; undefined where nothing says so: of tables only their keys do.
   */
  distinctRows(node: PhysicalNode, columns: readonly number[], share = 1): number | undefined {
    const distinct = this.#distinctOf(node, columns, share);
    return distinct === undefined ? undefined : Math.max(distinct, 1);
  }

  #distinctOf(node: PhysicalNode, columns: readonly number[], share: number): number | undefined {
    if (columns.length === 0 && share === 1 && node.kind !== 'Exchange' && node.kind !== 'Sort') return 1;
    switch (node.kind) {
      case 'TableSourceScan':
        if (this.isUnique(node, columns)) return this.rowCount(node) * share;
        return columns.length === 0 ? 1 : undefined;
      case 'Values': {
        const half = this.rowCount(node) / 2;
        return distinctValues(half, half * share);
      }
      case 'Calc':
        return this.#distinctOfCalc(node.inputs[0], node, columns, share);
      case 'Expand':
        return this.#distinctOfExpand(node, columns, share);
      case 'Exchange':
        return this.distinctRows(node.inputs[0], columns, share);
      case 'Sort': {
        const below = this.distinctRows(node.inputs[0], columns, share);
        return below === undefined ? undefined : Math.min(below, this.rowCount(node));
      }
      case 'GroupAggregate':
        return this.#distinctOfAggregate({ ...node, auxGroup: [] }, columns, share);
      case 'HashAggregate':
      case 'SortAggregate':
        if (node.isMerge) return this.distinctRows(node.inputs[0], columns, share);
        return this.#distinctOfAggregate(node, columns, share);
      case 'LocalHashAggregate':
      case 'LocalSortAggregate':
        return this.#distinctOfAggregate(node, columns, share);
      case 'Union': {
        const counts = node.inputs.map((input) => this.distinctRows(input, columns, share));
        return counts.reduce(
          (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
          0,
        );
      }
      case 'Join':
      case 'HashJoin':
      case 'SortMergeJoin':
      case 'NestedLoopJoin':
        return this.#distinctOfJoin(node, columns, share);
      default:
        return this.isUnique(node, columns) ? this.rowCount(node) * share : undefined;
    }
  }

  /** Whether no two rows agree in all of `columns`. */
  isUnique(node: PhysicalNode, columns: readonly number[]): boolean {
    return physicalKeys(node).some((key) => key.every((column) => columns.includes(column)));
  }

  #countRows(node: PhysicalNode): number {
    const [first, second] = node.inputs;
    switch (node.kind) {
      case 'TableSourceScan': {
        const rows = this.#tableRows(node.table) ?? UNKNOWN_ROWS;
        return node.limit === undefined ? rows : Math.min(rows, node.limit);
      }
      case 'Values':
        return node.rows.length;
      case 'Calc':
        return this.rowCount(node.inputs[0]) * this.#share(node.inputs[0], node.condition);
      case 'Expand':
        return this.rowCount(node.inputs[0]) * node.projects.length;
      case 'WindowTableFunction': {
        const { function: kind, sizeMs, slideMs } = node.window;
        const copies = kind === 'HOP' || kind === 'CUMULATE' ? Math.ceil(sizeMs / slideMs) : 1;
        return this.rowCount(node.inputs[0]) * copies;
      }
      case 'Union':
        return node.inputs.reduce((sum, input) => sum + this.rowCount(input), 0);
      case 'Sort':
      case 'Limit': {
        const left = Math.max(this.rowCount(node.inputs[0]) - node.offset, 0);
        return node.fetch === undefined ? left : Math.min(left, node.fetch);
      }
      case 'GroupAggregate':
        return this.#groups(node.inputs[0], node.group, false);
      case 'HashAggregate':
      case 'SortAggregate':
        return this.#groups(node.inputs[0], node.group, node.isMerge);
      case 'LocalHashAggregate':
      case 'LocalSortAggregate':
        return this.#localGroups(node);
      case 'Join':
      case 'HashJoin':
      case 'SortMergeJoin':
      case 'NestedLoopJoin':
        return this.#joinedRows(node);
      default:
        return first ? this.rowCount(first) : second ? this.rowCount(second) : 0;
    }
  }

  #groups(input: PhysicalNode, group: readonly number[], isMerge: boolean): number {
    if (group.length === 0) return 1;
    const rows = this.rowCount(input);
    const distinct = this.distinctRows(input, group);
    if (distinct !== undefined) return Math.min(distinct, rows);
    // Flink takes the place of the last key for their number.
    return isMerge ? rows : rows * (1 - exactExp(-0.1 * (Math.max(...group) + 1)));
  }

  #localGroups(node: PhysicalLocalAggregate): number {
    const [input] = node.inputs;
    const groups = this.#groups(input, node.group, false);
    const rows = this.rowCount(input);
    const subtasks = Math.trunc(rows / ROWS_PER_LOCAL_AGGREGATE + 1);
    if (subtasks === 1) return groups;
    if (node.group.length === 0) return subtasks;
    if (this.distinctRows(input, node.group) === undefined) return groups;
    return Math.min((1 - (1 - 1 / subtasks) ** (rows / groups)) * groups * subtasks, rows);
  }

  #joinedRows(node: AnyJoin): number {
    const [left, right] = node.inputs;
    const leftRows = this.rowCount(left);
    const rightRows = this.rowCount(right);
    if (node.joinType === 'SEMI' || node.joinType === 'ANTI') return leftRows * this.semiShare(node);
    // The condition is judged among all pairs, as Flink does it; what it is judged by asks for the number of rows again.
    this.#rowCounts.set(node, Math.max(leftRows * rightRows, 1));
    if (node.leftKeys.length === 0) return leftRows * rightRows * this.#share(node, node.condition);
    const inner = this.#equiRows(node, leftRows, rightRows);
    switch (node.joinType) {
      case 'INNER':
        return inner;
      case 'LEFT':
        return Math.max(leftRows, inner);
      case 'RIGHT':
        return Math.max(rightRows, inner);
      case 'FULL':
        return Math.max(leftRows, inner) + Math.max(rightRows, inner) - inner;
    }
  }

  #share(node: PhysicalNode, condition: RexNode | undefined): number {
    return condition ? selectivityOf(this, node, condition) : 1;
  }

  #equiRows(node: AnyJoin, leftRows: number, rightRows: number): number {
    const [left, right] = node.inputs;
    const isDisjoint = node.leftKeys.some((key, i) => {
      const ofLeft = this.intervals.of(left, key);
      const ofRight = this.intervals.of(right, node.rightKeys[i]!); // as many as left keys
      return ofLeft !== undefined && ofRight !== undefined && !areIntersecting(ofLeft, ofRight);
    });
    if (isDisjoint) return 0;
    const leftDistinct = this.distinctRows(left, node.leftKeys);
    const rightDistinct = this.distinctRows(right, node.rightKeys);
    const rest = this.#share(node, node.residual);
    if (leftDistinct !== undefined && rightDistinct !== undefined)
      return leftRows * rightRows * Math.min(1, 1 / Math.max(leftDistinct, rightDistinct)) * rest;
    const isKnown = knowsKeys(left) && knowsKeys(right);
    const isLeftUnique = isKnown && this.isUnique(left, node.leftKeys);
    const isRightUnique = isKnown && this.isUnique(right, node.rightKeys);
    if (isLeftUnique && isRightUnique) return Math.min(leftRows, rightRows) * rest;
    if (isLeftUnique) return rightRows * rest;
    if (isRightUnique) return leftRows * rest;
    return (leftRows + rightRows) * this.#share(node, node.condition);
  }

  /** Of the left rows, those that a semi-join, or an anti-join, is guessed to keep. */
  semiShare(node: AnyJoin): number {
    const { leftKeys, rightKeys, residual, joinType } = node;
    const equal = leftKeys.length === 0 ? 1 : this.#matchingShare(node.inputs, leftKeys, rightKeys);
    const share = equal * (residual ? guess(residual) : 1);
    if (joinType === 'SEMI') return share;
    return share === 1 ? 0.1 : 1 - share;
  }

  #matchingShare(
    [left, right]: readonly [PhysicalNode, PhysicalNode],
    leftKeys: readonly number[],
    rightKeys: readonly number[],
  ): number {
    const population = populationSize(this, left, leftKeys) ?? populationSize(this, right, rightKeys);
    const found = this.distinctRows(right, rightKeys);
    if (found !== undefined && population !== undefined)
      return Math.min(found / Math.max(population, found), 1);
    return Math.min(this.#originalShare(right) ?? 0.1 ** rightKeys.length, 1);
  }

  /** What filters have left of the rows of the tables below. */
  #originalShare(node: PhysicalNode): number | undefined {
    switch (node.kind) {
      case 'TableSourceScan':
      case 'Values':
        return 1;
      case 'Expand':
      case 'GroupAggregate':
      case 'HashAggregate':
      case 'SortAggregate':
      case 'LocalHashAggregate':
      case 'LocalSortAggregate':
        return this.#originalShare(node.inputs[0]);
      case 'Join':
      case 'HashJoin':
      case 'SortMergeJoin':
      case 'NestedLoopJoin': {
        const left = this.#originalShare(node.inputs[0]);
        if (node.joinType === 'SEMI' || node.joinType === 'ANTI') return left;
        const right = this.#originalShare(node.inputs[1]);
        return left === undefined || right === undefined ? undefined : left * right;
      }
      case 'Union': {
        let rows = 0;
        let original = 0;
        for (const input of node.inputs) {
          const share = this.#originalShare(input);
          if (!share) continue;
          rows += this.rowCount(input);
          original += this.rowCount(input) / share;
        }
        return original === 0 ? 1 : rows / original;
      }
      default: {
        const [input] = node.inputs;
        const below = input && this.#originalShare(input);
        if (!input || below === undefined) return undefined;
        const inputRows = this.rowCount(input);
        const share = (inputRows === 0 ? 1 : this.rowCount(node) / inputRows) * below;
        return share < 0 || share > 1 ? undefined : share;
      }
    }
  }

  #distinctOfCalc(
    input: PhysicalNode,
    node: Extract<PhysicalNode, { kind: 'Calc' }>,
    columns: readonly number[],
    share: number,
  ): number | undefined {
    const asked = columns.map((column) => node.projects[column] as RexNode);
    const passed = [...new Set(asked.flatMap((each) => (each.kind === 'input' ? [each.index] : [])))];
    const below = share * this.#share(input, node.condition);
    let distinct = this.distinctRows(input, passed, below);
    if (distinct === undefined) return undefined;
    const computed = asked.filter((each) => each.kind !== 'input');
    if (computed.length === 0) return distinct;
    const rows = this.rowCount(node);
    for (const each of computed) {
      const values = distinctOfExpression(each, {
        rows,
        rowSize: this.rowSize(node),
        ofColumn: (column) => this.distinctRows(input, [column], below),
      });
      if (values === undefined) return undefined;
      distinct *= values;
    }
    return distinctValues(distinct, rows);
  }

  #distinctOfExpand(node: PhysicalExpand, columns: readonly number[], share: number): number | undefined {
    const id = expandId(node);
    const [input] = node.inputs;
    if (!columns.includes(id)) {
      // Keys that are aggregated, too, stand behind the id once more, whole.
      const whole = columns.flatMap((column) => {
        const cell = column < id ? undefined : node.projects[0]?.[column];
        return cell?.kind === 'input' ? [cell.index] : [column];
      });
      return this.distinctRows(input, [...new Set(whole)], share);
    }
    let sum = 0;
    for (const project of node.projects) {
      const read = columns.flatMap((column) => {
        const cell = project[column];
        return column !== id && cell?.kind === 'input' ? [cell.index] : [];
      });
      const distinct = this.distinctRows(input, [...new Set(read)], share);
      if (distinct === undefined) return undefined;
      sum += distinct;
    }
    return sum;
  }

  #distinctOfAggregate(
    node: Pick<Aggregate, 'group' | 'auxGroup' | 'calls' | 'inputs'>,
    columns: readonly number[],
    share: number,
  ): number | undefined {
    const [input] = node.inputs;
    const grouped = [...node.group, ...node.auxGroup];
    const hasAllKeys = node.group.every((_, i) => columns.includes(i));
    const keys = columns.filter((column) => column < (hasAllKeys ? node.group.length : grouped.length));
    const ofKeys = this.distinctRows(
      input,
      keys.map((column) => grouped[column] as number),
      share,
    );
    if (ofKeys === undefined) return undefined;
    const rows = this.rowCount(input);
    let ofCalls = 1;
    for (const column of columns) {
      if (column < grouped.length || hasAllKeys) continue;
      const call = node.calls[column - grouped.length];
      if (!call) return undefined;
      if (call.function === 'COUNT') ofCalls *= Math.max(Math.sqrt(2 * rows), 1);
      else {
        const distinct =
          call.arguments.length > 0 ? this.distinctRows(input, call.arguments, share) : undefined;
        if (distinct === undefined) return undefined;
        ofCalls *= Math.max(distinct * 0.1, 1);
      }
    }
    return Math.min(ofKeys * ofCalls, rows);
  }

  #distinctOfJoin(node: AnyJoin, columns: readonly number[], share: number): number | undefined {
    const [left, right] = node.inputs;
    if (node.joinType === 'SEMI' || node.joinType === 'ANTI')
      return this.distinctRows(left, columns, share * this.semiShare(node));
    const width = left.rowType.fields.length;
    const ofLeft = columns.filter((column) => column < width);
    const ofRight = columns.filter((column) => column >= width).map((column) => column - width);
    const isPadded = (side: 'LEFT' | 'RIGHT'): boolean => node.joinType === side || node.joinType === 'FULL';
    const leftDistinct = this.distinctRows(left, ofLeft, isPadded('LEFT') ? 1 : share);
    const rightDistinct = this.distinctRows(right, ofRight, isPadded('RIGHT') ? 1 : share);
    if (leftDistinct === undefined || rightDistinct === undefined) return undefined;
    return distinctValues(leftDistinct * rightDistinct, this.rowCount(node) * share);
  }
}

const LENGTH_BYTES = 4;
const SORT_KEY_BYTES = 16;
const SORT_OFFSET_BYTES = 8;

/** Whether anything says which columns are unique: a table without a primary key says nothing. */
function knowsKeys(node: PhysicalNode): boolean {
  switch (node.kind) {
    case 'TableSourceScan':
      return node.table.primaryKey.length > 0;
    case 'GroupAggregate':
    case 'HashAggregate':
    case 'SortAggregate':
    case 'Union':
    case 'Values':
      return true;
    default:
      return node.inputs.every(knowsKeys);
  }
}
