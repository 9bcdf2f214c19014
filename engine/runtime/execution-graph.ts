import type { JobGraph, JobVertex } from '../graph/job-graph.ts';
import type { ExecutionState } from './job-views.ts';

/** One subtask of a job in the current attempt. */
export interface Execution {
  readonly vertex: JobVertex;
  readonly subtask: number;
  state: ExecutionState;
  /** TaskManager it was given to; empty before. */
  taskManager: string;
}

/** States that a subtask does not leave within an attempt. */
export function isTerminal(state: ExecutionState): boolean {
  return state === 'FINISHED' || state === 'CANCELED' || state === 'FAILED';
}

// What may follow a state. Reports from TaskManagers can overtake each other, so a step may skip states but never goes back.
const ORDER: readonly ExecutionState[] = [
  'CREATED',
  'SCHEDULED',
  'DEPLOYING',
  'INITIALIZING',
  'RUNNING',
  'CANCELING',
  'FINISHED',
  'CANCELED',
  'FAILED',
];

/**
 * The subtasks of a job and their states: the JobGraph laid out in parallel. All begin anew with every attempt, since any
 * failure restarts the whole job from its last checkpoint.
 */
export class ExecutionGraph {
  readonly jobGraph: JobGraph;
  readonly executions: readonly Execution[];
  readonly #byVertex = new Map<string, Execution[]>();
  #attempt = -1;

  constructor(jobGraph: JobGraph) {
    this.jobGraph = jobGraph;
    for (const vertex of jobGraph.vertices) {
      const subtasks = Array.from({ length: vertex.parallelism }, (_, subtask): Execution => ({
        vertex,
        subtask,
        state: 'CREATED',
        taskManager: '',
      }));
      this.#byVertex.set(vertex.id, subtasks);
    }
    this.executions = [...this.#byVertex.values()].flat();
  }

  /** Counts from 0; part of every report, so that those of an attempt before can be told. */
  get attempt(): number {
    return this.#attempt;
  }

  /** All subtasks begin again. */
  startAttempt(): void {
    this.#attempt++;
    for (const execution of this.executions) {
      execution.state = 'CREATED';
      execution.taskManager = '';
    }
  }

  subtasks(vertexId: string): readonly Execution[] {
    return this.#byVertex.get(vertexId) ?? [];
  }

  execution(vertexId: string, subtask: number): Execution | undefined {
    return this.#byVertex.get(vertexId)?.[subtask];
  }

  /** Takes a subtask to a later state. False if it is there already, or beyond. */
  advance(execution: Execution, state: ExecutionState): boolean {
    if (isTerminal(execution.state) || ORDER.indexOf(state) <= ORDER.indexOf(execution.state)) return false;
    execution.state = state;
    return true;
  }

  advanceAll(state: ExecutionState): void {
    for (const execution of this.executions) this.advance(execution, state);
  }

  every(...states: readonly ExecutionState[]): boolean {
    return this.executions.every(({ state }) => states.includes(state));
  }

  /** TaskManagers that hold subtasks of this attempt. */
  taskManagers(): string[] {
    return [...new Set(this.executions.map(({ taskManager }) => taskManager))].filter((id) => id !== '');
  }

  /** A vertex's state as Flink sums it up: the worst of what is going on, FINISHED only if all are. */
  vertexState(vertexId: string): ExecutionState {
    const states = this.subtasks(vertexId).map(({ state }) => state);
    for (const state of ['FAILED', 'CANCELING', 'CANCELED', 'INITIALIZING', 'RUNNING'] as const) {
      if (states.includes(state)) return state;
    }
    if (states.includes('FINISHED'))
      return states.every((state) => state === 'FINISHED') ? 'FINISHED' : 'RUNNING';
    for (const state of ['DEPLOYING', 'SCHEDULED'] as const) if (states.includes(state)) return state;
    return 'CREATED';
  }
}

/** Name of a subtask as Flink writes it: `Calc[2] -> Sink (1/4)`. */
export function taskNameOf({ vertex, subtask }: Pick<Execution, 'vertex' | 'subtask'>): string {
  return `${vertex.name} (${subtask + 1}/${vertex.parallelism})`;
}
