import type { PhysicalExpand } from '../../plan/physical-node.ts';

/** The column that says which copy of a row it is. */
export function expandId({ rowType }: PhysicalExpand): number {
  return rowType.fields.findLastIndex(({ name }) => /^\$e(_\d+)?$/.test(name));
}
