import type { Clock } from '../time/clock.ts';
import { RuntimeFailure } from '../types/errors.ts';
import { taskNameOf, type Execution } from './execution-graph.ts';
import type { JobException } from './job-views.ts';

/** Flink's `web.exception-history-size`. */
const MAX_EXCEPTIONS = 16;
/** Names of errors after which there is no use in trying again. */
const UNRECOVERABLE: readonly string[] = ['SqlSyntaxError', 'ValidationException', 'TableException'];

/** What went wrong in a job since it was submitted, newest first: its last exceptions. */
export class FailureHistory {
  readonly #clock: Clock;
  readonly #exceptions: JobException[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(message: string, execution?: Execution): void {
    this.#exceptions.unshift({
      timestamp: this.#clock.now(),
      taskName: execution ? taskNameOf(execution) : null,
      taskManager: execution?.taskManager || null,
      message,
    });
    this.#exceptions.length = Math.min(this.#exceptions.length, MAX_EXCEPTIONS);
  }

  exceptions(): JobException[] {
    return [...this.#exceptions];
  }
}

/** The failure of a job because of one of its subtasks. */
export function failureOf(execution: Execution, error: Error): RuntimeFailure {
  if (error instanceof RuntimeFailure) return error;
  const at = { task: execution.vertex.name, subtask: execution.subtask };
  return new RuntimeFailure(`${taskNameOf(execution)} failed: ${error.message}`, at, { cause: error });
}

/** An error and what caused it, as a person reads it: one that only hands on what another says is passed over. */
export function describe(error: Error): string {
  const { name, message, cause } = error;
  if (!(cause instanceof Error)) return `${name}: ${message}`;
  return cause.message === message ? describe(cause) : `${name}: ${message}\nCaused by: ${describe(cause)}`;
}

/** A mistake in the job itself comes up again however often the job is started. */
export function isRecoverable(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return !UNRECOVERABLE.includes(error.name) && isRecoverable(error.cause);
}
