/**
 * A small layered layout, after Sugiyama: columns by the longest way from a source, way points where an edge passes a
 * column, an order in each column that follows the neighbours, heights that do too. For the acyclic graphs of jobs,
 * which have a few dozen vertices.
 *
 * Columns keep their order once it is found, and neighbours in one are always a whole gap apart.
 */
import type { GraphEdge, GraphLayout, GraphSizes } from './graph-layout.ts';

const SWEEPS = 8;

/** A node, or a way point of an edge, which is as high as a node so that lines keep clear of nodes. */
interface Place {
  readonly column: number;
  readonly before: Place[];
  readonly after: Place[];
  y: number;
}

export function layOut(ids: readonly string[], edges: readonly GraphEdge[], sizes: GraphSizes): GraphLayout {
  const columnOf = columnsOf(ids, edges);
  const columns: Place[][] = [];
  const add = (column: number): Place => {
    const place = { column, before: [], after: [], y: 0 };
    (columns[column] ??= []).push(place);
    return place;
  };
  const nodes = new Map(ids.map((id) => [id, add(columnOf.get(id) ?? 0)]));
  const ways = edges.map(({ from, to }) => {
    const [first, last] = [nodes.get(from), nodes.get(to)];
    if (!first || !last) return [];
    const way = [first];
    for (let column = first.column + 1; column < last.column; column++) way.push(add(column));
    way.push(last);
    for (const [i, place] of way.slice(1).entries()) {
      way[i]!.after.push(place); // it stands one before `place`
      place.before.push(way[i]!);
    }
    return way;
  });

  const step = sizes.nodeHeight + sizes.nodeGap;
  for (const column of columns) column.forEach((place, i) => (place.y = i * step));
  for (let sweep = 0; sweep < 2 * SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const column of isForward ? columns : columns.toReversed()) {
      const wanted = new Map(column.map((place) => [place, middle(place, isForward, sweep >= SWEEPS)]));
      const wish = (place: Place): number => wanted.get(place) ?? place.y;
      if (sweep < SWEEPS) column.sort((a, b) => wish(a) - wish(b));
      spread(column, wish, step);
    }
  }

  const all = columns.flat();
  const top = Math.min(...all.map(({ y }) => y));
  const { nodeWidth, nodeHeight, columnGap, margin } = sizes;
  const x = ({ column }: Place): number => margin + nodeWidth / 2 + column * (nodeWidth + columnGap);
  const y = (place: Place): number => margin + nodeHeight / 2 + place.y - top;
  return {
    nodes: [...nodes.values()].map((place) => ({ x: x(place), y: y(place) })),
    edges: ways.map((way) =>
      way.flatMap((place, i) => [
        ...(i > 0 ? [{ x: x(place) - nodeWidth / 2, y: y(place) }] : []),
        ...(i < way.length - 1 ? [{ x: x(place) + nodeWidth / 2, y: y(place) }] : []),
      ]),
    ),
    width: 2 * margin + Math.max(0, columns.length * (nodeWidth + columnGap) - columnGap),
    height: all.length === 0 ? 0 : 2 * margin + nodeHeight + Math.max(...all.map((place) => place.y)) - top,
  };
}

/** The longest way from a source; a source stands right before the first that reads it. */
function columnsOf(ids: readonly string[], edges: readonly GraphEdge[]): Map<string, number> {
  const columns = new Map<string, number>();
  const columnOf = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    const inputs = edges.filter(({ to }) => to === id);
    const column = Math.max(-1, ...inputs.map(({ from }) => columnOf(from))) + 1;
    columns.set(id, column);
    return column;
  };
  ids.forEach(columnOf);
  for (const id of ids) {
    const readers = edges.filter(({ from }) => from === id).map(({ to }) => columnOf(to));
    if (readers.length > 0 && !edges.some(({ to }) => to === id)) columns.set(id, Math.min(...readers) - 1);
  }
  return columns;
}

/** Where the neighbours stand: those before it on the way forward, those behind on the way back, or both. */
function middle({ before, after, y }: Place, isForward: boolean, both: boolean): number {
  const neighbours = both ? [...before, ...after] : isForward ? before : after;
  return neighbours.length === 0
    ? y
    : neighbours.reduce((sum, neighbour) => sum + neighbour.y, 0) / neighbours.length;
}

/** Puts a column where it wants to be, as far as gaps allow: half way between pushing down and pushing up. */
function spread(column: readonly Place[], wish: (place: Place) => number, step: number): void {
  const down: number[] = [];
  for (const place of column) down.push(Math.max(wish(place), (down.at(-1) ?? -Infinity) + step));
  let up = Infinity;
  for (let i = column.length - 1; i >= 0; i--) {
    const place = column[i]!; // in bounds
    up = Math.min(wish(place), up - step);
    place.y = (down[i]! + up) / 2; // `down` is as long as the column
  }
}
