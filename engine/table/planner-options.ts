import type { TableConfig } from './catalog/table-config.ts';
import type { ExecOptions } from './exec/exec-context.ts';
import type { ExecutionOptions } from './explain/batch/execution-graph.ts';
import type { BatchOptions } from './rules/batch/options.ts';

/** What planning reads of a session's options, once a plan. */
export interface PlannerOptions {
  readonly exec: ExecOptions;
  /** `execution.runtime-mode` is BATCH. */
  readonly isBatch: boolean;
  readonly defaultParallelism: number;
  readonly maxParallelism: number;
  readonly isChainingEnabled: boolean;
  readonly pipelineName: string | undefined;
  readonly sharesSubPlans: boolean;
  readonly sharesSources: boolean;
  readonly reusesSinks: boolean;
  readonly splitsAggregates: boolean;
  /** Absent: distinct aggregations are not split. */
  readonly distinctBuckets?: number;
  readonly isIncremental: boolean;
  readonly batch: Omit<BatchOptions, 'tableRows'>;
  readonly batchExecution: ExecutionOptions;
  readonly upsertMaterialize: 'NONE' | 'AUTO' | 'FORCE';
  readonly requiresOnConflict: boolean;
  readonly allowsOptionHints: boolean;
}

// Result rows that are kept for a client that comes back after a restart.
const COLLECT_BUFFER_BYTES = 2 * 1024 * 1024;

export function plannerOptions(config: TableConfig): PlannerOptions {
  const defaultParallelism = Math.max(1, config.number('parallelism.default') ?? 1);
  const isMiniBatch = config.boolean('table.exec.mini-batch.enabled');
  return {
    exec: {
      isStreaming: config.isStreaming,
      defaultParallelism,
      stateTtlMs: config.durationMs('table.exec.state.ttl') ?? 0,
      miniBatchSize: isMiniBatch ? (config.number('table.exec.mini-batch.size') ?? 0) : 0,
      miniBatchLatencyMs: isMiniBatch ? (config.durationMs('table.exec.mini-batch.allow-latency') ?? 0) : 0,
      watermarkIntervalMs: config.durationMs('pipeline.auto-watermark-interval') ?? 200,
      idleTimeoutMs: config.durationMs('table.exec.source.idle-timeout') ?? 0,
      onNull: choice(config, 'table.exec.sink.not-null-enforcer', ['ERROR', 'DROP'], 'ERROR'),
      onLength: choice(
        config,
        'table.exec.sink.type-length-enforcer',
        ['IGNORE', 'TRIM_PAD', 'ERROR'],
        'IGNORE',
      ),
      timeZone: config.timeZone,
      collectBufferBytes: COLLECT_BUFFER_BYTES,
    },
    isBatch: !config.isStreaming,
    defaultParallelism,
    maxParallelism: config.number('pipeline.max-parallelism') ?? -1,
    isChainingEnabled: config.get('pipeline.operator-chaining.enabled') !== 'false',
    pipelineName: config.get('pipeline.name'),
    sharesSubPlans: config.get('table.optimizer.reuse-sub-plan-enabled') !== 'false',
    sharesSources: config.get('table.optimizer.reuse-source-enabled') !== 'false',
    reusesSinks:
      config.get('table.optimizer.reuse-sub-plan-enabled') !== 'false' &&
      config.get('table.optimizer.reuse-sink-enabled') !== 'false',
    splitsAggregates: config.enumeration('table.optimizer.agg-phase-strategy') !== 'ONE_PHASE',
    ...(config.boolean('table.optimizer.distinct-agg.split.enabled') && {
      distinctBuckets: config.number('table.optimizer.distinct-agg.split.bucket-num') ?? 1024,
    }),
    isIncremental: config.get('table.optimizer.incremental-agg-enabled') !== 'false',
    batch: {
      aggregatePhases: choice(
        config,
        'table.optimizer.agg-phase-strategy',
        ['AUTO', 'ONE_PHASE', 'TWO_PHASE'],
        'AUTO',
      ),
      broadcastThreshold: config.number('table.optimizer.join.broadcast-threshold') ?? 1024 * 1024,
      broadcastsAtRuntime:
        config.get('table.optimizer.adaptive-broadcast-join.strategy')?.toUpperCase() === 'RUNTIME_ONLY',
      disabledOperators: disabledOperators(config),
    },
    batchExecution: {
      hasMultipleInputs: config.get('table.optimizer.multiple-input-enabled') !== 'false',
      hasAdaptiveJoins: hasAdaptiveJoins(config),
    },
    upsertMaterialize: choice(
      config,
      'table.exec.sink.upsert-materialize',
      ['NONE', 'AUTO', 'FORCE'],
      'AUTO',
    ),
    requiresOnConflict: config.get('table.exec.sink.require-on-conflict') !== 'false',
    allowsOptionHints: config.get('table.dynamic-table-options.enabled') !== 'false',
  };
}

function hasAdaptiveJoins(config: TableConfig): boolean {
  const isNone = (key: string): boolean => config.get(key)?.toUpperCase() === 'NONE';
  if (config.boolean('execution.batch.job-recovery.enabled')) return false;
  return (
    (!isNone('table.optimizer.adaptive-broadcast-join.strategy') &&
      !disabledOperators(config).has('BroadcastHashJoin')) ||
    !isNone('table.optimizer.skewed-join-optimization.strategy')
  );
}

/** HashJoin stands for both of its kinds. */
function disabledOperators(config: TableConfig): ReadonlySet<string> {
  const names = (config.get('table.exec.disabled-operators') ?? '').split(',').map((name) => name.trim());
  return new Set([...names, ...(names.includes('HashJoin') ? ['ShuffleHashJoin', 'BroadcastHashJoin'] : [])]);
}

function choice<T extends string>(config: TableConfig, key: string, values: readonly T[], fallback: T): T {
  const text = config.enumeration(key)?.toUpperCase();
  return values.find((value) => value === text) ?? fallback;
}
