import { areColumnsUnique, containsUniqueKey } from '../rules/unique-keys.ts';
import { logicalAggregate, logicalProject } from './builders.ts';
import type { LogicalNode } from './rel-node.ts';
import { fieldOf, inputOf, sameRex } from './rex.ts';

/** SELECT DISTINCT: the rows grouped by all columns, unless a key says that they are distinct. What is selected twice is grouped by once. */
export function distinctRows(node: LogicalNode): LogicalNode {
  if (node.kind !== 'LogicalProject') return grouped(node);
  const origins = node.projects.map((each) => node.projects.findIndex((other) => sameRex(each, other)));
  const kept = origins.filter((origin, i) => origin === i);
  if (kept.length === origins.length) return grouped(node);
  const { rowType } = node;
  const once = logicalProject(
    node,
    kept.map((i) => inputOf(rowType, i)),
    kept.map((i) => fieldOf(rowType, i).name),
  );
  const rows = grouped(once);
  return logicalProject(
    rows,
    origins.map((origin) => inputOf(rows.rowType, kept.indexOf(origin))),
    rowType.fields.map((field) => field.name),
  );
}

function grouped(node: LogicalNode): LogicalNode {
  const all = node.rowType.fields.map((_, i) => i);
  const isDistinct = containsUniqueKey(node, all) || areColumnsUnique(node, all);
  return isDistinct ? node : logicalAggregate(node, all, []);
}
