import type { Expression, GroupingSet, GroupingSets, GroupItem } from '../parser/ast.ts';

/**
 * The sets of a GROUP BY, each a list of its expressions: what stands side by side is combined, set by set, so a plain key is in all of
 * them. Equal sets are still there.
 */
export function groupingSetsOf(items: readonly GroupItem[]): Expression[][] {
  return items.map(setsOfItem).reduce(combined, [[]]);
}

function setsOfItem(item: GroupItem): Expression[][] {
  if (item.kind === 'GroupingSets') return setsOf(item);
  return [item.kind === 'RowConstructor' ? [...item.items] : [item]];
}

function setsOf({ operator, sets }: GroupingSets): Expression[][] {
  switch (operator) {
    case 'EMPTY':
      return [[]];
    case 'GROUPING SETS':
      return sets.flatMap((set) => (set.kind === 'GroupingSets' ? setsOf(set) : [[...set.items]]));
    case 'ROLLUP': {
      const lists = sets.map(listOf);
      return Array.from({ length: lists.length + 1 }, (_, i) => lists.slice(0, lists.length - i).flat());
    }
    case 'CUBE':
      // Each list is in or out, the last one changing fastest.
      return sets.map(listOf).reduce<Expression[][]>((all, list) => combined(all, [list, []]), [[]]);
  }
}

/** ROLLUP and CUBE are of lists; a set of sets inside them is taken as the list of all that it names. */
function listOf(set: GroupingSet | GroupingSets): Expression[] {
  return set.kind === 'GroupingSets' ? set.sets.flatMap(listOf) : [...set.items];
}

function combined(left: Expression[][], right: Expression[][]): Expression[][] {
  return left.flatMap((a) => right.map((b) => [...a, ...b]));
}

/** Calcite's order of sets: a set comes before its parts; else the one whose first different column is the smaller. */
export function compareSets(a: readonly number[], b: readonly number[]): number {
  if (b.every((column) => a.includes(column))) return a.length === b.length ? 0 : -1;
  if (a.every((column) => b.includes(column))) return 1;
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!; // both are there
  return a.length - b.length;
}
