import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { LogicalJoin, LogicalNode, LogicalValues } from '../plan/rel-node.ts';
import { isCall } from '../plan/rex.ts';
import { joinKeys } from './join-keys.ts';

/**
 * Columns that tell a node's rows apart: in the table that its changes describe, no two rows agree in all columns of a key. An empty
 * key means that there is one row at most. From declared primary keys (not enforced, so believed) and GROUP BY upwards.
 */
export function uniqueKeys(node: LogicalNode): readonly (readonly number[])[] {
  switch (node.kind) {
    case 'LogicalTableScan':
      return scannedKeys(node.table, node.rowType);
    case 'LogicalFilter':
    case 'LogicalWatermarkAssigner':
      return uniqueKeys(node.inputs[0]);
    case 'LogicalProject':
      return projectedKeys(uniqueKeys(node.inputs[0]), node.projects);
    case 'LogicalAggregate':
      return [node.group.map((_, i) => i)];
    case 'LogicalWindowAggregate': {
      const first = node.group.length + node.calls.length;
      const bounds = node.properties.flatMap(({ kind }, i) => (kind === 'time' ? [] : [first + i]));
      return [[...node.group.map((_, i) => i), ...bounds]];
    }
    case 'LogicalJoin':
      return keysOfJoin(node);
    case 'LogicalSink':
      return uniqueKeys(node.inputs[0]);
    default:
      return [];
  }
}

/** Whether some unique key lies within `columns`. */
export function containsUniqueKey(node: LogicalNode, columns: readonly number[]): boolean {
  return uniqueKeys(node).some((key) => key.every((column) => columns.includes(column)));
}

/** Whether no two rows agree in the columns; what is computed, if only by a cast, says nothing here. */
export function areColumnsUnique(node: LogicalNode, columns: readonly number[]): boolean {
  switch (node.kind) {
    case 'LogicalProject':
      return areColumnsUnique(
        node.inputs[0],
        columns.flatMap((column) => {
          const project = node.projects[column];
          return project?.kind === 'input' ? [project.index] : [];
        }),
      );
    case 'LogicalFilter':
      return isFalse(node.condition) || areColumnsUnique(node.inputs[0], columns);
    case 'LogicalSort':
      return (node.fetch ?? Infinity) <= 1 || areColumnsUnique(node.inputs[0], columns);
    case 'LogicalJoin':
      if (node.joinType === 'SEMI' || node.joinType === 'ANTI')
        return areColumnsUnique(node.inputs[0], columns);
      return containsUniqueKey(node, columns);
    case 'LogicalValues':
      return areUniqueInRows(node, columns);
    case 'LogicalUnion':
    case 'LogicalIntersect':
    case 'LogicalMinus':
      return !node.all && node.rowType.fields.every((_, i) => columns.includes(i));
    default:
      return containsUniqueKey(node, columns);
  }
}

function isFalse(condition: RexNode): boolean {
  return condition.kind === 'literal' && condition.value === false;
}

/** Of rows of constants it is seen. */
function areUniqueInRows({ rows }: LogicalValues, columns: readonly number[]): boolean {
  const different = new Set(rows.map((row) => JSON.stringify(columns.map((column) => row[column]))));
  return different.size === rows.length;
}

/** The primary key of a table, where the scan reads all of it. */
export function scannedKeys({ primaryKey }: PlannedTable, rowType: RowType): readonly (readonly number[])[] {
  const columns = primaryKey.map((name) => rowType.fields.findIndex((field) => field.name === name));
  return columns.length > 0 && !columns.includes(-1) ? [columns] : [];
}

/** Keys of the input of a projection that it keeps. */
export function projectedKeys(
  keys: readonly (readonly number[])[],
  projects: readonly RexNode[],
): readonly (readonly number[])[] {
  const places = (column: number): number[] =>
    projects.flatMap((each, i) => (reads(each, column) ? [i] : []));
  return keys.flatMap((key) => combinations(key.map(places)).slice(0, MAX_COMBINATIONS));
}

// A column that is there several times makes as many keys.
const MAX_COMBINATIONS = 16;

function combinations([first, ...rest]: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (first === undefined) return [[]];
  const others = combinations(rest);
  return first.flatMap((place) => others.map((other) => [place, ...other]));
}

/** `node` passes the column on, at most in a wider type, which keeps different values different. */
function reads(node: RexNode, column: number): boolean {
  if (node.kind === 'input') return node.index === column;
  const operand = isCall(node, 'CAST') ? node.operands[0] : undefined;
  return operand !== undefined && isWidening(operand.type, node.type) && reads(operand, column);
}

const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];

function isWidening(from: LogicalType, to: LogicalType): boolean {
  if (INTEGERS.includes(from.root)) return INTEGERS.indexOf(to.root) >= INTEGERS.indexOf(from.root);
  return (
    from.root === to.root &&
    JSON.stringify({ ...from, nullable: true, attribute: 0 }) ===
      JSON.stringify({ ...to, nullable: true, attribute: 0 })
  );
}

function keysOfJoin({
  inputs: [left, right],
  joinType,
  condition,
}: LogicalJoin): readonly (readonly number[])[] {
  const leftWidth = left.rowType.fields.length;
  const { leftKeys, rightKeys } = joinKeys(condition, leftWidth);
  const ofLeft = uniqueKeys(left);
  return joinedKeys({ joinType, leftKeys, rightKeys, ofLeft, ofRight: uniqueKeys(right), leftWidth });
}

/** Keys of a join, of the keys of its inputs; each counts through its own columns. */
export function joinedKeys({
  joinType,
  leftKeys,
  rightKeys,
  ofLeft,
  ofRight,
  leftWidth,
}: {
  readonly joinType: LogicalJoin['joinType'];
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly ofLeft: readonly (readonly number[])[];
  readonly ofRight: readonly (readonly number[])[];
  readonly leftWidth: number;
}): readonly (readonly number[])[] {
  if (joinType === 'SEMI' || joinType === 'ANTI') return ofLeft;
  const contains = (keys: readonly (readonly number[])[], columns: readonly number[]): boolean =>
    keys.some((key) => key.every((column) => columns.includes(column)));
  const moved = ofRight.map((key) => key.map((column) => column + leftWidth));
  const keys: (readonly number[])[] = [];
  // A row finds one partner at most where the partner's key is joined on.
  if (contains(ofRight, rightKeys) && joinType !== 'RIGHT' && joinType !== 'FULL') keys.push(...ofLeft);
  if (contains(ofLeft, leftKeys) && joinType !== 'LEFT' && joinType !== 'FULL') keys.push(...moved);
  for (const a of ofLeft) for (const b of moved) keys.push([...a, ...b]);
  return keys.filter((key, i) => !keys.some((other, j) => j < i && sameKey(key, other)));
}

function sameKey(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}
