import type { LogicalType } from '../../../types/logical-type.ts';
import { isNumeric } from '../../../types/type-families.ts';
import type { PhysicalNode, PhysicalValues } from '../../plan/physical-node.ts';

type Value = PhysicalValues['rows'][number][number];

/**
 * The columns that a node's rows happen to ascend by, as Calcite finds it in VALUES and in filters and projections of them. Flink keeps what it
 * finds, if it is one order: whoever asks for such rows in one place asks for that order, too. NULL comes last in it, so that it is not the order
 * of any ORDER BY or aggregation.
 */
export function collationOf(node: PhysicalNode): readonly number[] {
  const [collation = [], ...others] = collationsOf(node);
  return others.length === 0 ? collation : [];
}

function collationsOf(node: PhysicalNode): readonly (readonly number[])[] {
  if (node.kind === 'Values') return collationsOfValues(node);
  if (node.kind !== 'Calc') return [];
  return collationsOf(node.inputs[0]).flatMap((collation) => {
    const columns = collation.map((column) =>
      node.projects.findIndex((project) => project.kind === 'input' && project.index === column),
    );
    return columns.includes(-1) ? [] : [columns];
  });
}

/** For each column that ascends, it and those behind it that ascend within equal values before. */
function collationsOfValues({ rows, rowType: { fields } }: PhysicalValues): number[][] {
  const collations: number[][] = [];
  for (const first of fields.keys()) {
    const columns: number[] = [];
    for (let column = first; column < fields.length; column++) {
      columns.push(column);
      if (isAscending(rows, columns, (each) => fields[each]!.type)) continue; // columns of the type
      columns.pop();
      if (column === first) break;
    }
    if (columns.length > 0) collations.push(columns);
  }
  return collations;
}

function isAscending(
  rows: PhysicalValues['rows'],
  columns: readonly number[],
  typeOf: (column: number) => LogicalType,
): boolean {
  return rows.every((row, i) => {
    const before = rows[i - 1];
    if (!before) return true;
    for (const column of columns) {
      const order = compare(typeOf(column), before[column] ?? null, row[column] ?? null);
      if (order !== 0) return order < 0;
    }
    return true;
  });
}

/** NULL is the last here. */
function compare(type: LogicalType, left: Value, right: Value): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const isText = typeof left === 'string' && !isNumeric(type) && !isMoment(type);
  const [a, b] = isText ? [left, right] : [Number(left), Number(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function isMoment({ root }: LogicalType): boolean {
  return root === 'TIMESTAMP' || root === 'TIMESTAMP_LTZ' || root === 'INTERVAL_DAY_TIME';
}
