import type { JoinSpec } from '../operator-spec.ts';

/** The kind that is sent for each RowKind of the row that came (+I, -U, +U, -D); 255: nothing is. */
type Kinds = readonly [number, number, number, number];

const NOTHING: Kinds = [255, 255, 255, 255];
const SAME: Kinds = [0, 1, 2, 3];
/** What is added is inserted, what is taken away deleted. */
const INSERT_OR_DELETE: Kinds = [0, 3, 0, 3];
const DELETE_OR_INSERT: Kinds = [3, 0, 3, 0];

/** What a row of one input changes in the joined table (S-38). */
export interface JoinChanges {
  /** For each match: the joined row. */
  readonly joined: Kinds;
  /** For a stored row that gets its first match, or loses its last: it alone. */
  readonly turned: Kinds;
  /** For a row that has matches, and for one that has none: it alone. */
  readonly matched: Kinds;
  readonly unmatched: Kinds;
  /** Whether stored rows of the other input count their matches. */
  readonly counts: boolean;
}

export function joinChangesOf(joinType: JoinSpec['joinType'], input: 0 | 1): JoinChanges {
  const silent = { joined: NOTHING, turned: NOTHING, matched: NOTHING, unmatched: NOTHING, counts: false };
  switch (joinType) {
    case 'SEMI':
      return input === 0 ? { ...silent, matched: SAME } : { ...silent, turned: SAME, counts: true };
    case 'ANTI':
      return input === 0
        ? { ...silent, unmatched: SAME }
        : { ...silent, turned: DELETE_OR_INSERT, counts: true };
  }
  const isOuter = keepsUnmatched(joinType, input);
  const counts = keepsUnmatched(joinType, input === 0 ? 1 : 0);
  // -U and +U are forwarded by joins in which nothing is padded; what an inner side takes away keeps its kind in any.
  const joined: Kinds = isOuter ? INSERT_OR_DELETE : counts ? [0, 1, 0, 3] : SAME;
  return {
    joined,
    turned: counts ? DELETE_OR_INSERT : NOTHING,
    matched: NOTHING,
    unmatched: isOuter ? INSERT_OR_DELETE : NOTHING,
    counts,
  };
}

/** Whether rows of an input without a match are in the joined table, padded with NULLs. */
function keepsUnmatched(joinType: JoinSpec['joinType'], input: 0 | 1): boolean {
  return joinType === 'FULL' || joinType === (input === 0 ? 'LEFT' : 'RIGHT');
}
