import type { ChangelogMode } from '../../types/row-kind.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';

/** Sets of changes, and how EXPLAIN writes them. */

/** Whether a stream has changes besides inserts. */
export type Modifications = Pick<ChangelogMode, 'insert'> & {
  readonly update: boolean;
  readonly delete: boolean;
};

export const INSERTS: Modifications = { insert: true, update: false, delete: false };
export const ALL_CHANGES: Modifications = { insert: true, update: true, delete: true };

export function modificationsOf(mode: ChangelogMode): Modifications {
  return { insert: mode.insert, update: mode.updateBefore || mode.updateAfter, delete: mode.delete };
}

export function unionOf(sets: readonly Modifications[]): Modifications {
  return {
    insert: sets.some((set) => set.insert),
    update: sets.some((set) => set.update),
    delete: sets.some((set) => set.delete),
  };
}

/** `-U` and `+U` or `+U` alone, where there are updates. */
export function changelogModeOf(set: Modifications, withUpdateBefore: boolean): ChangelogMode {
  if (!set.update && !set.delete) return INSERT_ONLY;
  return {
    insert: set.insert,
    updateBefore: set.update && withUpdateBefore,
    updateAfter: set.update,
    delete: set.delete,
  };
}

/** `[I,UB,UA,D]`; a sink sends nothing: `[NONE]`. */
export function changelogModeText(mode: ChangelogMode): string {
  const parts = [
    mode.insert && 'I',
    mode.updateBefore && 'UB',
    mode.updateAfter && 'UA',
    mode.delete && 'D',
  ].filter((part) => part !== false);
  return `[${parts.length === 0 ? 'NONE' : parts.join(',')}]`;
}

export const NO_CHANGES: ChangelogMode = {
  insert: false,
  updateBefore: false,
  updateAfter: false,
  delete: false,
};
