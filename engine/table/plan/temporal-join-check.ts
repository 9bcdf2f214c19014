import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { typeText } from '../../types/type-text.ts';
import type { Join } from '../parser/ast.ts';
import { conjunctions } from './rex.ts';

/** The right side of `JOIN t FOR SYSTEM_TIME AS OF time ON condition`. */
export interface VersionedTable {
  readonly fields: readonly RowField[];
  /** Names of the columns of the key; undefined where it is not declared: of a view. */
  readonly primaryKey: readonly string[] | undefined;
  /** The names that `primaryKey` uses, in the order of `fields`. */
  readonly names: readonly string[];
}

/** Why Flink's planner refuses a temporal join; undefined if it does not. `time` is the type of the left side's time. */
export function temporalJoinRefusal(
  join: Join,
  time: LogicalType,
  condition: RexNode,
  leftWidth: number,
  { fields, primaryKey, names }: VersionedTable,
): string | undefined {
  if (join.type === 'RIGHT' || join.type === 'FULL') return `Unknown join type ${join.type}`;
  const keys = rightKeys(condition, leftWidth);
  if (keys.size === 0) return 'Currently the join key in Temporal Table Join can not be empty.';
  if (!('attribute' in time) || time.attribute !== 'ROWTIME') return undefined;
  const rowtime = fields.find(({ type }) => 'attribute' in type && type.attribute === 'ROWTIME');
  if (!rowtime) {
    return 'Event-Time Temporal Table Join requires both primary key and row time attribute in versioned table, but no row time attribute can be found.';
  }
  if (rowtime.type.root !== time.root) {
    const types = `${typeText(time)} and ${typeText(rowtime.type)}`;
    return `Event-Time Temporal Table Join requires same rowtime type in left table and versioned table, but the rowtime types are ${types}.`;
  }
  if (primaryKey && (primaryKey.length === 0 || primaryKey.some((name) => !keys.has(names.indexOf(name))))) {
    return 'Temporal Table Join requires primary key in versioned table, but no primary key can be found: the condition has to equal all columns of a declared one.';
  }
  return undefined;
}

/** The columns of the right side that the condition equals with something of the left side. */
function rightKeys(condition: RexNode, leftWidth: number): ReadonlySet<number> {
  return new Set(
    conjunctions(condition).flatMap((conjunct) => {
      if (conjunct.kind !== 'call' || conjunct.operator !== '=') return [];
      const columns = conjunct.operands.map(columnOf);
      const right = columns.filter((column) => column !== undefined && column >= leftWidth);
      const hasLeft = columns.some((column) => column !== undefined && column < leftWidth);
      return hasLeft ? right.map((column) => (column ?? 0) - leftWidth) : [];
    }),
  );
}

function columnOf(node: RexNode): number | undefined {
  if (node.kind === 'input') return node.index;
  return node.kind === 'call' && node.operator === 'CAST' && node.operands[0]
    ? columnOf(node.operands[0])
    : undefined;
}
