import type { RexNode } from '../../../expressions/rex-node.ts';
import type { JoinType } from '../../plan/rel-node.ts';

/** Where the rows of a node of batch mode have to be. A hash that is not `strict` may be one of fewer of its keys. */
export type Place =
  | { readonly kind: 'any' | 'single' | 'broadcast' }
  | { readonly kind: 'hash'; readonly keys: readonly number[]; readonly isStrict: boolean };

/** What a node's consumer asks of its rows: their place, and the columns that they ascend by. */
export interface Traits {
  readonly place: Place;
  readonly sort: readonly number[];
}

const ANYWHERE: Place = { kind: 'any' };

export const ANY: Traits = { place: ANYWHERE, sort: [] };
export const SINGLE: Traits = { place: { kind: 'single' }, sort: [] };
export const BROADCAST: Traits = { place: { kind: 'broadcast' }, sort: [] };

export function hashed(keys: readonly number[], isStrict = true): Traits {
  return { place: { kind: 'hash', keys, isStrict }, sort: [] };
}

export function isAny({ place, sort }: Traits): boolean {
  return place.kind === 'any' && sort.length === 0;
}

/** Whether rows at `there` are where `needed` wants them. */
export function satisfies(there: Place, needed: Place): boolean {
  if (needed.kind === 'any') return true;
  if (there.kind !== needed.kind) return false;
  if (there.kind !== 'hash' || needed.kind !== 'hash') return true;
  if (needed.isStrict) return there.isStrict && sameKeys(there.keys, needed.keys);
  return there.keys.every((key) => needed.keys.includes(key));
}

/** Whether rows that ascend by `there` ascend by `needed`, too. */
export function isSorted(there: readonly number[], needed: readonly number[]): boolean {
  return needed.every((column, i) => there[i] === column);
}

/** What asks the same of an input, of which `to` gives the column behind each; undefined where there is none. */
function movedPlace(place: Place, to: (column: number) => number | undefined): Place | undefined {
  if (place.kind !== 'hash') return place;
  const keys = place.keys.map(to);
  return keys.every((key) => key !== undefined) ? { ...place, keys } : undefined;
}

/** As long a beginning of the order as the input has. */
function movedSort(sort: readonly number[], to: (column: number) => number | undefined): readonly number[] {
  const columns: number[] = [];
  for (const column of sort) {
    const moved = to(column);
    if (moved === undefined) break;
    columns.push(moved);
  }
  return columns;
}

/** A way to ask something of a node by asking its inputs. */
export interface Pushed {
  readonly needs: readonly Traits[];
  /** What the node's rows ascend by then. */
  readonly sort: readonly number[];
}

export function pushThroughCalc(projects: readonly RexNode[], { place, sort }: Traits): Pushed | undefined {
  if (place.kind === 'broadcast') return undefined;
  return pushBelow({ place, sort }, (column) => {
    const project = projects[column];
    return project?.kind === 'input' ? project.index : undefined;
  });
}

/** Columns of the input come first in the output. */
export function pushThroughCorrelate(width: number, { place, sort }: Traits): Pushed | undefined {
  if (place.kind === 'broadcast') return undefined;
  return pushBelow({ place, sort }, (column) => (column < width ? column : undefined));
}

function pushBelow({ place, sort }: Traits, to: (column: number) => number | undefined): Pushed | undefined {
  const below = movedPlace(place, to);
  if (!below) return undefined;
  const belowSort = movedSort(sort, to);
  if (below.kind === 'any' && belowSort.length === 0) return undefined;
  return { needs: [{ place: below, sort: belowSort }], sort: sort.slice(0, belowSort.length) };
}

export function pushThroughUnion(inputs: number, { place }: Traits): Pushed | undefined {
  if (place.kind !== 'hash' && place.kind !== 'broadcast') return undefined;
  const need: Traits = { place: place.kind === 'hash' ? { ...place, isStrict: true } : place, sort: [] };
  return { needs: Array.from({ length: inputs }, () => need), sort: [] };
}

/** Through the second phase, or the only one: `group` are its keys among the columns of its input. */
export function pushThroughAggregate(
  group: readonly number[],
  isSorting: boolean,
  own: Traits,
  { place, sort }: Traits,
): Pushed | undefined {
  const provided = isSorting ? group.map((_, i) => i) : [];
  const kept = isSorted(provided, sort) ? sort : [];
  if (place.kind === 'single')
    return group.length === 0 ? { needs: [{ place, sort: own.sort }], sort: kept } : undefined;
  if (place.kind !== 'hash') return undefined;
  const isPrefix = group.every((_, i) => place.keys[i] === i);
  if (place.isStrict ? !(isPrefix && place.keys.length === group.length) : !isPrefix) return undefined;
  return {
    needs: [{ place: { kind: 'hash', keys: group, isStrict: place.isStrict }, sort: own.sort }],
    sort: kept,
  };
}

/** Through the first phase. */
export function pushThroughLocal(
  group: readonly number[],
  isSorting: boolean,
  own: Traits,
  { place, sort }: Traits,
): Pushed | undefined {
  if (place.kind !== 'hash' || place.keys.some((key) => key >= group.length)) return undefined;
  const below = movedPlace(place, (key) => group[key]);
  if (!below) return undefined;
  const provided = isSorting ? group.map((_, i) => i) : [];
  return {
    needs: [{ place: below, sort: own.sort }],
    sort: isSorted(provided, sort) ? sort : [],
  };
}

export interface JoinSides {
  readonly joinType: JoinType;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly leftWidth: number;
}

/** Through a join that both sides come to by hash. */
export function pushThroughHashedJoin(
  { joinType, leftKeys, rightKeys, leftWidth }: JoinSides,
  isSorting: boolean,
  { place, sort }: Traits,
): Pushed | undefined {
  if (place.kind !== 'hash' || joinType === 'FULL') return undefined;
  const left: number[] = [];
  const right: number[] = [];
  for (const key of place.keys) {
    const isLeft = key < leftWidth;
    if (isLeft ? joinType === 'RIGHT' : joinType !== 'RIGHT' && joinType !== 'INNER') return undefined;
    const pair = isLeft ? leftKeys.lastIndexOf(key) : rightKeys.lastIndexOf(key - leftWidth);
    if (pair < 0) {
      if (place.isStrict) return undefined;
      continue;
    }
    left.push(isLeft ? key : leftKeys[pair]!); // as long as the keys of the other side
    right.push(isLeft ? rightKeys[pair]! : key - leftWidth);
  }
  if (left.length === 0) return undefined;
  const isDistinct = joinType === 'INNER' && !place.isStrict;
  const leftHash = isDistinct ? [...new Set(left)] : left;
  const rightHash = isDistinct ? [...new Set(right)] : right;
  const canSort =
    isSorting &&
    sort.length <= leftHash.length &&
    sort.every((column, i) =>
      column < leftWidth
        ? joinType !== 'RIGHT' && column === leftHash[i]
        : (joinType === 'RIGHT' || joinType === 'INNER') && column - leftWidth === rightHash[i],
    );
  return { needs: [hashed(leftHash), hashed(rightHash)], sort: canSort ? sort : [] };
}

/** Through a join of which one side is everywhere: all keys come from the other. */
export function pushThroughBroadcastJoin(
  { leftWidth }: JoinSides,
  build: 'left' | 'right',
  own: readonly Traits[],
  { place }: Traits,
): Pushed | undefined {
  if (place.kind !== 'hash') return undefined;
  const isFromProbe = (key: number): boolean => (build === 'left' ? key >= leftWidth : key < leftWidth);
  if (!place.keys.every(isFromProbe)) return undefined;
  const keys = build === 'left' ? place.keys.map((key) => key - leftWidth) : place.keys;
  const need: Traits = { place: { ...place, keys }, sort: [] };
  return { needs: build === 'left' ? [own[0] ?? ANY, need] : [need, own[1] ?? ANY], sort: [] };
}

function sameKeys(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}
