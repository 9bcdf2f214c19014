import type { JobEdge, JobGraph } from '../graph/job-graph.ts';
import { fromErrorData } from '../types/errors.ts';
import { ExecutionGraph, type Execution } from './execution-graph.ts';
import { describe } from './failure-history.ts';
import type { TaskManagerReport } from './gateways.ts';
import type { JobRecord } from './job-catalogue.ts';
import type {
  ExecutionState,
  IoMetrics,
  JobDetails,
  JobPlan,
  JobVertexDetails,
  SubtaskDetails,
  VertexMetrics,
} from './job-views.ts';

export type TaskReport = TaskManagerReport['tasks'][number];

const NO_METRICS: IoMetrics = {
  numRecordsIn: 0,
  numRecordsOut: 0,
  numRecordsInPerSecond: 0,
  numRecordsOutPerSecond: 0,
  numBytesOut: 0,
  busyTimeMsPerSecond: 0,
  idleTimeMsPerSecond: 0,
  backPressuredTimeMsPerSecond: 0,
  numLateRecordsDropped: 0,
};

/** The job's plan as `/jobs/:id/plan` shows it. */
export function jobPlan({ jobId, name, vertices, edges }: JobGraph): JobPlan {
  return {
    jid: jobId,
    name,
    nodes: vertices.map((vertex) => ({
      id: vertex.id,
      parallelism: vertex.parallelism,
      description: vertex.name,
      inputs: edges
        .filter(({ target }) => target === vertex.id)
        .map((edge) => ({ id: edge.source, ship_strategy: shipStrategy(edge) })),
    })),
  };
}

/** Vertices with their subtasks. `reportOf` gives the last that was heard of a subtask. */
export function vertexDetails(
  graph: ExecutionGraph,
  reportOf: (execution: Execution) => TaskReport | undefined,
): JobVertexDetails[] {
  return graph.jobGraph.vertices.map(({ id, name, parallelism }) => {
    const subtasks = graph.subtasks(id).map((execution): SubtaskDetails => {
      const report = reportOf(execution);
      return {
        ...metricsOf(report, execution.state),
        subtask: execution.subtask,
        status: execution.state,
        attempt: graph.attempt,
        taskManager: execution.taskManager,
        currentInputWatermark: report?.currentInputWatermark ?? null,
        currentOutputWatermark: report?.currentOutputWatermark ?? null,
      };
    });
    return { id, name, parallelism, status: graph.vertexState(id), metrics: sumUp(subtasks), subtasks };
  });
}

/** A subtask that has ended does nothing any more, whatever its last report said. */
function metricsOf(report: TaskReport | undefined, state: ExecutionState): IoMetrics {
  if (!report) return NO_METRICS;
  const { numRecordsIn, numRecordsOut, numBytesOut, numLateRecordsDropped } = report;
  if (state !== 'RUNNING') {
    return { ...NO_METRICS, numRecordsIn, numRecordsOut, numBytesOut, numLateRecordsDropped };
  }
  return {
    numRecordsIn,
    numRecordsOut,
    numRecordsInPerSecond: report.numRecordsInPerSecond,
    numRecordsOutPerSecond: report.numRecordsOutPerSecond,
    numBytesOut,
    busyTimeMsPerSecond: report.busyTimeMsPerSecond,
    idleTimeMsPerSecond: report.idleTimeMsPerSecond,
    backPressuredTimeMsPerSecond: report.backPressuredTimeMsPerSecond,
    numLateRecordsDropped,
  };
}

function sumUp(subtasks: readonly SubtaskDetails[]): VertexMetrics {
  const sum = (key: keyof IoMetrics): number => subtasks.reduce((total, subtask) => total + subtask[key], 0);
  const mean = (key: keyof IoMetrics): number => sum(key) / Math.max(1, subtasks.length);
  const greatest = (key: keyof IoMetrics): number =>
    subtasks.reduce((most, subtask) => Math.max(most, subtask[key]), 0);
  const watermarks = subtasks.map(({ currentInputWatermark }) => currentInputWatermark);
  return {
    numRecordsIn: sum('numRecordsIn'),
    numRecordsOut: sum('numRecordsOut'),
    numRecordsInPerSecond: sum('numRecordsInPerSecond'),
    numRecordsOutPerSecond: sum('numRecordsOutPerSecond'),
    numBytesOut: sum('numBytesOut'),
    busyTimeMsPerSecond: mean('busyTimeMsPerSecond'),
    idleTimeMsPerSecond: mean('idleTimeMsPerSecond'),
    backPressuredTimeMsPerSecond: mean('backPressuredTimeMsPerSecond'),
    numLateRecordsDropped: sum('numLateRecordsDropped'),
    maxBusyTimeMsPerSecond: greatest('busyTimeMsPerSecond'),
    maxBackPressuredTimeMsPerSecond: greatest('backPressuredTimeMsPerSecond'),
    currentInputWatermark: lowest(watermarks),
  };
}

/** Null while one of them has none: the vertex as a whole has not got that far. */
function lowest(watermarks: readonly (number | null)[]): number | null {
  return watermarks.reduce<number | null>(
    (least, watermark) => (least === null || watermark === null ? null : Math.min(least, watermark)),
    watermarks.length > 0 ? Infinity : null,
  );
}

/** The partitioner under the name that Flink's plan gives it. */
function shipStrategy({ partitioner }: JobEdge): string {
  return partitioner.kind.toUpperCase();
}

/** A job that is not run here, as far as the catalogue knows it. */
export function recordDetails(
  { graph, status, startTime, endTime, restarts, error }: JobRecord,
  now: number,
): JobDetails {
  const executions = new ExecutionGraph(graph);
  executions.advanceAll(status === 'SUSPENDED' ? 'FINISHED' : status);
  return {
    jid: graph.jobId,
    name: graph.name,
    state: status,
    'start-time': startTime,
    'end-time': endTime,
    duration: (endTime < 0 ? now : endTime) - startTime,
    now,
    maxParallelism: Math.max(...graph.vertices.map(({ maxParallelism }) => maxParallelism)),
    restarts,
    text: graph.text,
    vertices: vertexDetails(executions, () => undefined),
    plan: jobPlan(graph),
    exceptions: error
      ? [
          {
            timestamp: endTime,
            taskName: error.task ?? null,
            taskManager: null,
            message: describe(fromErrorData(error)),
          },
        ]
      : [],
    isOwnedElsewhere: status === 'RUNNING',
  };
}
