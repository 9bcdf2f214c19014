import type { PageStore } from '../state/page-store.ts';
import type { RestoredPagedState } from '../state/paged-state.ts';
import type { OperatorRestore, TaskRestore } from './gateways.ts';

/** The paged states of one operator, read back, by name. */
export type RestoredStates = ReadonlyMap<string, readonly RestoredPagedState[]>;

interface Piece {
  readonly target: Uint8Array<ArrayBuffer>;
  readonly at: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads the state of a subtask back from the segments of a checkpoint, each segment once.
 *
 * @throws DamagedValueError if a segment is not what was written, an Error with its name if it is missing
 */
export async function readTaskState(
  store: PageStore,
  restore: TaskRestore,
): Promise<ReadonlyMap<string, RestoredStates>> {
  const pieces = new Map<string, Piece[]>();
  const operators = new Map<string, RestoredStates>();
  for (const [operatorId, operator] of Object.entries(restore.operators)) {
    operators.set(operatorId, planStates(operator, pieces));
  }
  for (const [segment, ofSegment] of pieces) {
    const bytes = await store.get(segment);
    if (!bytes) throw new Error(`Checkpoint ${restore.checkpointId} is incomplete: ${segment} is missing.`);
    for (const { target, at, offset, length } of ofSegment) {
      if (offset + length > bytes.length) {
        throw new Error(`Checkpoint ${restore.checkpointId} is incomplete: ${segment} is too short.`);
      }
      target.set(bytes.subarray(offset, offset + length), at);
    }
  }
  return operators;
}

/** Room for each state, and the pieces of segments that belong in it. */
function planStates({ paged }: OperatorRestore, pieces: Map<string, Piece[]>): RestoredStates {
  const states = new Map<string, RestoredPagedState[]>();
  for (const { subtask, state } of paged) {
    const { name, meta, pageSize, pages } = state;
    const size = pages.reduce((end, [, , length], page) => Math.max(end, page * pageSize + length), 0);
    const target = new Uint8Array(size);
    pages.forEach(([segment, offset, length], page) => {
      if (length === 0) return; // a page that the state does not use
      let ofSegment = pieces.get(segment);
      if (!ofSegment) pieces.set(segment, (ofSegment = []));
      ofSegment.push({ target, at: page * pageSize, offset, length });
    });
    const ofName = states.get(name) ?? [];
    ofName.push({ subtask, meta, bytes: target });
    states.set(name, ofName);
  }
  return states;
}
