import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalJoin, LogicalNode } from '../plan/rel-node.ts';
import { isCall } from '../plan/rex.ts';
import { joinKeys } from './join-keys.ts';
import { joinedKeys, projectedKeys, uniqueKeys } from './unique-keys.ts';

/**
 * Unique keys by which changes may be applied in the order in which they arrive: all changes of a key have come the same way.
 *
 * A join sends rows by its own keys, so of the unique keys of its inputs only those remain that contain these: else changes of one row
 * overtake each other.
 */
export function upsertKeys(node: LogicalNode): readonly (readonly number[])[] {
  switch (node.kind) {
    case 'LogicalFilter':
    case 'LogicalWatermarkAssigner':
    case 'LogicalSink':
      return upsertKeys(node.inputs[0]);
    case 'LogicalProject': {
      // Of constants and results alone nobody knows which row they are of.
      const hasColumn = node.projects.some((each) => withoutCast(each).kind === 'input');
      return hasColumn ? projectedKeys(upsertKeys(node.inputs[0]), node.projects) : [];
    }
    case 'LogicalJoin':
      return keysOfJoin(node);
    default:
      return uniqueKeys(node);
  }
}

function withoutCast(node: RexNode): RexNode {
  return isCall(node, 'CAST') ? withoutCast(node.operands[0] as RexNode) : node;
}

function keysOfJoin({
  inputs: [left, right],
  joinType,
  condition,
}: LogicalJoin): readonly (readonly number[])[] {
  const leftWidth = left.rowType.fields.length;
  const { leftKeys, rightKeys } = joinKeys(condition, leftWidth);
  const ofLeft = containing(upsertKeys(left), leftKeys);
  const ofRight = containing(upsertKeys(right), rightKeys);
  return joinedKeys({ joinType, leftKeys, rightKeys, ofLeft, ofRight, leftWidth });
}

function containing(
  keys: readonly (readonly number[])[],
  columns: readonly number[],
): readonly (readonly number[])[] {
  return keys.filter((key) => columns.every((column) => key.includes(column)));
}
