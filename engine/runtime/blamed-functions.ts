import type { OperatorNode } from '../graph/job-graph.ts';
import { TaskManagerLostError } from './resource-manager.ts';

/** A task that ended with its TaskManager. */
interface LostTask {
  readonly vertex: { readonly operators: readonly OperatorNode[] };
  readonly subtask: number;
}

/**
 * The error of a TaskManager that ended without being told to, with the users' functions that its tasks call. A function that never returns is
 * how a thread stops answering; one that takes all memory, or throws in a timer or a promise that nobody awaits, is how it dies. One alone is
 * named as the culprit that it most likely is.
 */
export function withBlamedFunctions(
  error: TaskManagerLostError,
  lost: readonly LostTask[],
): TaskManagerLostError {
  if (error.end === 'killed') return error;
  const calls = lost.flatMap(({ vertex, subtask }) =>
    vertex.operators.flatMap(({ name, spec }) =>
      [...functionKeys(spec)].map((key) => ({ key, place: `${shortName(name)} (subtask ${subtask})` })),
    ),
  );
  const keys = [...new Set(calls.map(({ key }) => key))];
  const [only] = keys;
  if (only === undefined) return error;
  const places = [...new Set(calls.map(({ place }) => place))].join(', ');
  const who = keys.length === 1 ? `Function ${only}` : `One of the functions ${keys.join(', ')}`;
  const what = error.end === 'silent' ? 'seems not to return' : 'may have caused it';
  const why = `${error.why.replace(/[.\s]*$/, '.')} ${who}, called in ${places}, ${what}.`;
  return new TaskManagerLostError(error.taskManagerId, why, error.end);
}

/** `Calc[2]` of `[2]:Calc(select=[...])`. */
function shortName(description: string): string {
  const [, id, kind] = /^\[(\d+)\]:(\w+)/.exec(description) ?? [];
  return kind === undefined ? description : `${kind}[${id}]`;
}

/** Keys of users' functions in an operator's spec, which is JSON. */
function functionKeys(spec: unknown, keys = new Set<string>()): Set<string> {
  if (Array.isArray(spec)) for (const each of spec) functionKeys(each, keys);
  else if (typeof spec === 'object' && spec !== null) {
    for (const [name, value] of Object.entries(spec) as [string, unknown][]) {
      if (name !== 'userFunction') functionKeys(value, keys);
      else if (typeof value === 'string') keys.add(value);
      else if (typeof value === 'object' && value !== null && 'key' in value) keys.add(String(value.key));
    }
  }
  return keys;
}
