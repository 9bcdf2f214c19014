import type { TableRows } from './statistics.ts';

/** What the choices of batch plans depend on beside the query: options of the session, and what is known of tables. */
export interface BatchOptions {
  readonly aggregatePhases: 'AUTO' | 'ONE_PHASE' | 'TWO_PHASE';
  /** Bytes of a side of a join that may be sent to all subtasks. */
  readonly broadcastThreshold: number;
  /** `table.optimizer.adaptive-broadcast-join.strategy` is RUNTIME_ONLY: no side is chosen for that by the planner. */
  readonly broadcastsAtRuntime: boolean;
  /** Flink's names of operators that must not be used. */
  readonly disabledOperators: ReadonlySet<string>;
  readonly tableRows: TableRows;
}
