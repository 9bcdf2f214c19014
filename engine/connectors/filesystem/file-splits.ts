import type { TaskInfo } from '../../operators/stream-operator.ts';
import type { Json } from '../../state/paged-state.ts';

/** A file, and how far it was read. */
export interface FileSplit {
  readonly path: string;
  readonly size: number;
  /** Byte offset where reading starts again. */
  readonly offset: number;
  /** Rows from there on that were emitted already. */
  readonly skip: number;
  /** Lines before the offset. */
  readonly line: number;
}

/** What a subtask of the source has still to read, and, if it looks for new files, which it has seen. */
export interface FileSourceState {
  readonly subtask: number;
  readonly parallelism: number;
  readonly splits: readonly FileSplit[];
  readonly seen: readonly string[];
}

/**
 * A subtask's share after a restore: its own at the same parallelism, otherwise every n-th of what all of them had left. Files that were seen are known
 * to all, since another subtask may look for new ones now.
 */
export function restoreSplits(
  task: TaskInfo,
  states: readonly Json[],
): Pick<FileSourceState, 'splits' | 'seen'> {
  const all = states.filter(isState);
  const seen = all.flatMap((state) => state.seen);
  if (all.every(({ parallelism }) => parallelism === task.parallelism)) {
    return { splits: all.find(({ subtask }) => subtask === task.subtask)?.splits ?? [], seen };
  }
  const left = all.flatMap(({ splits }) => splits).sort((a, b) => (a.path < b.path ? -1 : 1));
  return { splits: left.filter((_, i) => i % task.parallelism === task.subtask), seen };
}

export function stateOf(
  { subtask, parallelism }: TaskInfo,
  splits: readonly FileSplit[],
  seen: Iterable<string>,
): Json {
  return {
    subtask,
    parallelism,
    splits: splits.map(({ path, size, offset, skip, line }) => ({ path, size, offset, skip, line })),
    seen: [...seen],
  };
}

function isState(json: Json): json is Json & FileSourceState {
  return typeof json === 'object' && json !== null && 'splits' in json;
}

/** Which subtask reads a file that turned up while the job runs: told by its path, since each subtask looks by itself. */
export function subtaskOfFile(path: string, parallelism: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % parallelism;
}
