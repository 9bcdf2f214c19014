import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { LogicalJoin, LogicalNode } from '../plan/rel-node.ts';
import { isCall } from '../plan/rex.ts';
import { joinKeys } from './join-keys.ts';

/**
 * Columns that tell a node's rows apart: in the table that its changes describe, no two rows agree in all columns of a key. An empty
 * key means that there is one row at most. From declared primary keys (not enforced, so believed) and GROUP BY upwards.
 */
export function uniqueKeys(node: LogicalNode): readonly (readonly number[])[] {
  switch (node.kind) {
    case 'LogicalTableScan': {
      const { primaryKey } = node.table;
      const columns = primaryKey.map((name) => node.rowType.fields.findIndex((field) => field.name === name));
      return columns.length > 0 && !columns.includes(-1) ? [columns] : [];
    }
    case 'LogicalFilter':
    case 'LogicalWatermarkAssigner':
      return uniqueKeys(node.inputs[0]);
    case 'LogicalProject':
      return mappedKeys(uniqueKeys(node.inputs[0]), (column) =>
        node.projects.findIndex((each) => reads(each, column)),
      );
    case 'LogicalAggregate':
      return [node.group.map((_, i) => i)];
    case 'LogicalWindowAggregate': {
      const first = node.group.length + node.calls.length;
      const bounds = node.properties.flatMap(({ kind }, i) => (kind === 'time' ? [] : [first + i]));
      return [[...node.group.map((_, i) => i), ...bounds]];
    }
    case 'LogicalJoin':
      return joinedKeys(node);
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

function mappedKeys(
  keys: readonly (readonly number[])[],
  to: (column: number) => number,
): readonly (readonly number[])[] {
  return keys.map((key) => key.map(to)).filter((key) => !key.includes(-1));
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

function joinedKeys(node: LogicalJoin): readonly (readonly number[])[] {
  const [left, right] = node.inputs;
  if (node.joinType === 'SEMI' || node.joinType === 'ANTI') return uniqueKeys(left);
  const leftWidth = left.rowType.fields.length;
  const { leftKeys, rightKeys } = joinKeys(node.condition, leftWidth);
  const ofLeft = uniqueKeys(left);
  const ofRight = uniqueKeys(right).map((key) => key.map((column) => column + leftWidth));
  const keys: (readonly number[])[] = [];
  // A row finds one partner at most where the partner's key is joined on.
  if (containsUniqueKey(right, rightKeys) && node.joinType !== 'RIGHT' && node.joinType !== 'FULL')
    keys.push(...ofLeft);
  if (containsUniqueKey(left, leftKeys) && node.joinType !== 'LEFT' && node.joinType !== 'FULL')
    keys.push(...ofRight);
  for (const a of ofLeft) for (const b of ofRight) keys.push([...a, ...b]);
  return keys.filter((key, i) => !keys.some((other, j) => j < i && sameKey(key, other)));
}

function sameKey(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}
