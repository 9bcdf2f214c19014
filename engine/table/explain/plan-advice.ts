import type { PhysicalNode } from '../plan/physical-node.ts';

/** What PLAN_ADVICE says beneath the physical plan, by number, and on which nodes it stands. */
export interface PlanAdvice {
  readonly texts: readonly string[];
  /** Numbers, from 1, of the advice on a node. */
  readonly of: (node: PhysicalNode) => readonly number[];
}

const TWO_PHASE =
  "[ADVICE] You might want to enable local-global two-phase optimization by configuring ('table.exec.mini-batch.enabled' to 'true', " +
  "'table.exec.mini-batch.allow-latency' to a positive long value, 'table.exec.mini-batch.size' to a positive long value).";

export function planAdvice(roots: readonly PhysicalNode[], isMiniBatchEnabled: boolean): PlanAdvice {
  const isAggregate = (node: PhysicalNode): boolean => node.kind === 'GroupAggregate';
  const applies = !isMiniBatchEnabled && roots.some((root) => contains(root, isAggregate));
  return {
    texts: applies ? [TWO_PHASE] : [],
    of: (node) => (applies && isAggregate(node) ? [1] : []),
  };
}

export function adviceText({ texts }: PlanAdvice): string {
  if (texts.length === 0) return 'No available advice...\n';
  return texts.map((text, i) => `advice[${i + 1}]: ${text}\n`).join('');
}

function contains(node: PhysicalNode, test: (node: PhysicalNode) => boolean): boolean {
  return test(node) || node.inputs.some((input) => contains(input, test));
}
