import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';

/** UNNEST as it reads: the rows that a collection makes. */
export function unnested(collection: Value, type: LogicalType, withOrdinality: boolean): Value[][] {
  if (collection === null) return [];
  const rows: Value[][] = [];
  let place = 0;
  const add = (cells: readonly Value[] | null): void => {
    place++;
    if (cells) rows.push(withOrdinality ? [...cells, place] : [...cells]);
  };
  const cellsOf = (element: Value, of: LogicalType): readonly Value[] | null =>
    of.root === 'ROW' ? (element as readonly Value[] | null) : [element];
  const items = collection as readonly Value[];
  if (type.root === 'ARRAY') for (const item of items) add(cellsOf(item, type.element));
  if (type.root === 'MAP') for (const entry of items) add(entry as readonly Value[]);
  if (type.root === 'MULTISET') {
    for (const entry of items) {
      const [element = null, times] = entry as readonly [Value, number];
      for (let i = 0; i < times; i++) add(cellsOf(element, type.element));
    }
  }
  return rows;
}

/** Each row with those that `rowsOf` makes of it and `matches` takes; where LEFT finds none, with NULLs. */
export function correlated(
  input: readonly ChangelogRow[],
  rowsOf: (row: readonly Value[]) => Value[][],
  matches: (cells: readonly Value[]) => boolean,
  width: number,
  isLeft: boolean,
): ChangelogRow[] {
  return input.flatMap(({ kind, values }) => {
    const found = rowsOf(values).filter(matches);
    if (found.length === 0 && isLeft) found.push(new Array<Value>(width).fill(null));
    return found.map((cells) => ({ kind, values: [...values, ...cells] }));
  });
}
