import type { PhysicalNode } from '../plan/physical-node.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { expandDistinct } from './batch/expand-distinct.ts';
import { countValues, mergeOrderedPermutations, mergePermutations } from './merge-aggregates.ts';
import { reduceGrouping } from './batch/reduce-grouping.ts';
import type { BatchOptions } from './batch/options.ts';
import { BatchStatistics } from './batch/statistics.ts';
import { checkAggregates } from './check-aggregates.ts';
import { checkWindowTimes } from './check-window-times.ts';
import { coerceUnionInputs, coerceUnionTimes } from './coerce-union-inputs.ts';
import { pushPredicates, useConstantColumns } from './constant-columns.ts';
import { distinctUnions } from './distinct-unions.ts';
import { expandGroupingSets } from './expand-grouping-sets.ts';
import { fuseWindowAggregate } from './fuse-window-aggregate.ts';
import { inferChangelogMode } from './infer-changelog-mode.ts';
import type { ChangelogOptions } from './infer-changelog-mode.ts';
import { materializeTimeAttributes } from './materialize-time-attributes.ts';
import { mergeEqualities } from './merge-equalities.ts';
import { mergeProjects } from './merge-projects.ts';
import { planMiniBatch } from './mini-batch.ts';
import type { MiniBatchOptions } from './mini-batch.ts';
import { nameResults } from './name-results.ts';
import { pruneColumns } from './prune-columns.ts';
import type { PruneOptions } from './prune-columns.ts';
import { pruneEmpty } from './prune-empty.ts';
import { pullUpDistinct } from './pull-up-distinct.ts';
import { pullUpConstantKeys } from './pull-up-constant-keys.ts';
import { pushAggregatesIntoJoins } from './push-aggregates-into-joins.ts';
import { pushAntiJoins } from './push-anti-joins.ts';
import { pushDownFilters } from './push-down-filters.ts';
import { pruneZeroLimits, pushLimits, sortBelowProjects } from './push-limits.ts';
import { pushProjectsIntoUnions } from './push-projects-into-unions.ts';
import { pushFilterIntoScan } from './push-filter-into-scan.ts';
import type { FilterPushDownOptions } from './push-filter-into-scan.ts';
import { reduceAverages } from './reduce-averages.ts';
import { removeDistinct } from './remove-distinct.ts';
import { removeSubqueries } from './remove-subqueries.ts';
import { removeUnreadJoins } from './remove-unread-joins.ts';
import { rewriteSetOperations } from './rewrite-set-operations.ts';
import { simplifyKeyCoalesce } from './simplify-key-coalesce.ts';
import { simplifyPlan } from './simplify-plan.ts';
import { splitDistinct } from './split-distinct.ts';
import { temporalSorts } from './temporal-sorts.ts';
import { toBatch } from './batch/to-batch.ts';
import { transferEqualities } from './batch/transfer-equalities.ts';
import { toPhysical } from './to-physical.ts';
import { twoPhaseWindowAggregate } from './two-phase-window-aggregate.ts';
import { wrapJsonArguments } from './wrap-json-arguments.ts';

/** The rules in their order. Each is a function from plan to plan that can be read, and tested, alone. */
export interface LogicalOptions extends PruneOptions, FilterPushDownOptions {
  /** `execution.runtime-mode` is BATCH. */
  readonly isBatch: boolean;
  /** Whether a scan of the table can stop after so many rows, and has more. */
  readonly supportsLimit: (table: PlannedTable, limit: number) => boolean;
  /** How many rows a node is expected to give; absent: nothing is known. */
  readonly expectedRows?: (node: LogicalNode) => number;
}

export interface OptimizerOptions extends LogicalOptions, ChangelogOptions {
  /** `table.optimizer.agg-phase-strategy` is not ONE_PHASE. */
  readonly splitsAggregates: boolean;
  readonly batch: BatchOptions;
  /** Into how many buckets what is distinct is split; absent: `table.optimizer.distinct-agg.split.enabled` is off. */
  readonly distinctBuckets?: number;
  /** Absent: `table.exec.mini-batch.enabled` is off. */
  readonly miniBatch?: MiniBatchOptions;
}

export function optimize(plan: LogicalNode, options: OptimizerOptions): PhysicalNode {
  const logical = optimizeLogical(plan, options.isBatch ? withExpectedRows(options) : options);
  if (!options.isBatch) checkWindowTimes(logical);
  const { distinctBuckets } = options;
  const isSplit = distinctBuckets !== undefined && !options.isBatch;
  const described = toPhysical(
    isSplit ? mergeProjects(splitDistinct(logical, distinctBuckets), options) : logical,
  );
  checkAggregates(described, options.isBatch);
  if (options.isBatch) return toBatch(described, options.batch);
  const physical = inferChangelogMode(temporalSorts(described), options);
  const bundled = options.miniBatch ? planMiniBatch(physical, options.miniBatch) : physical;
  return options.splitsAggregates ? twoPhaseWindowAggregate(bundled) : bundled;
}

/** With the guesses of the physical plan, which are the same ones. */
function withExpectedRows(options: OptimizerOptions): OptimizerOptions {
  const statistics = new BatchStatistics(options.batch.tableRows);
  return { ...options, expectedRows: (node) => statistics.rowCount(toPhysical(node)) };
}

/** What is done to the logical plan: filters down, columns away, windows and time attributes in place. */
export function optimizeLogical(plan: LogicalNode, options: LogicalOptions): LogicalNode {
  const reduced = { ...options, isReduced: true };
  const mergeReducible = (node: LogicalNode): LogicalNode => mergeProjects(node, options);
  const merge = (node: LogicalNode): LogicalNode => mergeProjects(node, reduced);
  const prune = (node: LogicalNode): LogicalNode => merge(pruneColumns(node, options));
  const rules: readonly ((node: LogicalNode) => LogicalNode)[] = [
    (node) => removeSubqueries(node, options),
    wrapJsonArguments,
    rewriteSetOperations,
    mergePermutations,
    nameResults,
    coerceUnionInputs,
    distinctUnions,
    (node) => simplifyPlan(node, options),
    (node) => useConstantColumns(node, options),
    (node) => pushPredicates(node, options),
    pruneEmpty,
    simplifyKeyCoalesce,
    mergeReducible,
    (node) => pushProjectsIntoUnions(node, options),
    mergeReducible,
    (node) => useConstantColumns(node, options),
    mergeEqualities,
    (node) => (options.isBatch ? pruneZeroLimits(node) : pushLimits(node, options)),
    (node) => pushFilterIntoScan(node, options),
    (node) => (options.isBatch ? transferEqualities(node, options) : node),
    pullUpConstantKeys,
    merge,
    prune,
    removeUnreadJoins,
    pushAntiJoins,
    mergePermutations,
    (node) => expandGroupingSets(node, options),
    reduceAverages,
    (node) => {
      const split = options.isBatch ? node : pushAggregatesIntoJoins(node);
      return split === node ? node : prune(merge(pushDownFilters(split, reduced)));
    },
    pruneEmpty,
    merge,
    (node) => pushProjectsIntoUnions(node, options),
    (node) => merge(pullUpDistinct(node)),
    (node) => {
      const smaller = removeDistinct(node);
      return smaller === node ? node : prune(merge(smaller));
    },
    (node) =>
      options.isBatch
        ? mergeOrderedPermutations(
            mergePermutations(removeDistinct(expandDistinct(reduceGrouping(countValues(node))))),
          )
        : mergeOrderedPermutations(mergePermutations(fuseWindowAggregate(node))),
    (node) => (options.isBatch ? pushLimits(node, options) : node),
    (node) => sortBelowProjects(node, options),
    (node) => pushDownFilters(node, reduced),
    merge,
    (node) => materializeTimeAttributes(node, options.isBatch),
    coerceUnionTimes,
    merge,
  ];
  return rules.reduce((node, rule) => rule(node), plan);
}
