import type { FileAccess } from '../../operators/stream-operator.ts';
import type { Json } from '../../state/paged-state.ts';

/** A part file that is complete: written under a hidden name, which no source reads, until its checkpoint gives it its own. */
export interface PartFile {
  readonly hidden: string;
  readonly path: string;
}

/** Names that never come twice: `life` is drawn anew at every start of a subtask. */
export function partFile(folder: string, life: string, subtask: number, count: number): PartFile {
  const name = `part-${life}-${subtask}-${count}`;
  return { hidden: `${folder}/.${name}.inprogress`, path: `${folder}/${name}` };
}

/** Gives a file its own name. May be called again: what has its name already was renamed before. */
export async function publish(files: FileAccess, { hidden, path }: PartFile): Promise<void> {
  // Asked by the new name: a question that fails must not pass for an answer, and the renaming fails then, too.
  if (!(await isThere(files, path))) await files.rename(hidden, path);
}

function isThere(files: FileAccess, path: string): Promise<boolean> {
  return files.list(path).then(
    (found) => found.length > 0,
    () => false,
  );
}

/** The files that a checkpoint of the sink names. */
export function partFilesIn(state: Json): PartFile[] {
  if (typeof state !== 'object' || state === null || !('pending' in state)) return [];
  const { pending } = state as { readonly pending: readonly (readonly [hidden: string, path: string])[] };
  return pending.map(([hidden, path]) => ({ hidden, path }));
}
