import { ValidationException } from '../../types/errors.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { BatchCosts } from './batch/batch-costs.ts';
import { batchPlanJson } from './batch/batch-plan-json.ts';
import type { ExecutionOptions } from './batch/execution-graph.ts';
import { EstimatedCosts } from './estimated-cost.ts';
import {
  batchExecutionPlanText,
  executionPlanText,
  physicalPlanText,
  withoutCollect,
} from './execution-text.ts';
import { logicalPlanText } from './logical-text.ts';
import type { TableRows } from '../rules/batch/statistics.ts';
import { adviceText, planAdvice } from './plan-advice.ts';
import { streamPlanJson } from './stream-plan-json.ts';

export type ExplainDetail = 'ESTIMATED_COST' | 'CHANGELOG_MODE' | 'PLAN_ADVICE' | 'JSON_EXECUTION_PLAN';

/** A plan at every stage, for all statements that were explained together. */
export interface ExplainedPlan {
  readonly logical: readonly LogicalNode[];
  readonly physical: readonly PhysicalNode[];
  /** The physical plan with equal sub-plans shared. */
  readonly shared: readonly PhysicalNode[];
  readonly transformations: (roots: readonly PhysicalNode[]) => readonly Transformation[];
  readonly defaultParallelism: number;
  readonly isMiniBatchEnabled: boolean;
  /** Of a plan of batch mode. */
  readonly batch?: ExecutionOptions & { readonly tableRows: TableRows };
}

/** The text of EXPLAIN, section for section as Flink has it. */
export function explainText(plan: ExplainedPlan, details: readonly ExplainDetail[]): string {
  const { logical, physical, shared } = plan;
  const sections = [section('Abstract Syntax Tree', logical.map(logicalPlanText).join('\n'))];
  const withChangelogMode = details.includes('CHANGELOG_MODE');
  const { batch } = plan;
  const costs = !details.includes('ESTIMATED_COST')
    ? undefined
    : batch
      ? new BatchCosts(batch.tableRows)
      : new EstimatedCosts();
  if (batch && details.includes('PLAN_ADVICE'))
    throw new ValidationException('EXPLAIN PLAN_ADVICE is not supported under batch mode.');
  if (details.includes('PLAN_ADVICE')) {
    const advice = planAdvice(physical, plan.isMiniBatchEnabled);
    const text = `${physicalPlanText(physical, { withChangelogMode, costs, advice })}\n${adviceText(advice)}`;
    sections.push(section('Optimized Physical Plan With Advice', text));
  } else
    sections.push(
      section(
        'Optimized Physical Plan',
        physicalPlanText(physical, { withChangelogMode, isBatch: batch !== undefined, costs }),
      ),
    );
  const execution = batch ? batchExecutionPlanText(shared, batch) : executionPlanText(shared);
  sections.push(section('Optimized Execution Plan', execution));
  if (details.includes('JSON_EXECUTION_PLAN')) {
    const tops = shared.map(withoutCollect);
    const json = batch
      ? batchPlanJson(tops, batch, plan.defaultParallelism)
      : streamPlanJson(plan.transformations(tops), plan.defaultParallelism);
    sections.push(section('Physical Execution Plan', json));
  }
  return sections.join('\n');
}

function section(title: string, text: string): string {
  return `== ${title} ==\n${text}`;
}
