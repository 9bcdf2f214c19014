import { runtimeOf } from './functions/registry.ts';
import type { RexCall, RexNode } from './rex-node.ts';

const keys = new WeakMap<RexNode, string>();
let volatileCalls = 0;

/** Equal for expressions that have the same value in the same row; calls that are new at every call are only equal to themselves. */
export function keyOf(node: RexNode): string {
  return remembered(keys, node, () => makeKey(node));
}

function makeKey(node: RexNode): string {
  switch (node.kind) {
    case 'input':
      return `#${node.index}`;
    case 'field':
      return `${keyOf(node.node)}.${node.index}`;
    case 'literal':
      return `${JSON.stringify(node.value)}:${JSON.stringify(node.type)}`;
    case 'call': {
      if (isVolatile(node)) return `volatile ${volatileCalls++}`;
      const operands = node.operands.map(keyOf).join(',');
      return `${node.userFunction ?? node.operator}(${operands}):${JSON.stringify({ ...node.type, nullable: true })}`;
    }
  }
}

function isVolatile(call: RexCall): boolean {
  return call.isVolatile === true || runtimeOf(call)?.determinism === 'volatile';
}

/** What was found out of a node: a chain of calls is asked about at each of its links. */
function remembered<T>(facts: WeakMap<RexNode, T>, node: RexNode, find: () => T): T {
  let fact = facts.get(node);
  if (fact === undefined) facts.set(node, (fact = find()));
  return fact;
}

const costs = new WeakMap<RexNode, number>();
const failures = new WeakMap<RexNode, boolean>();
const constants = new WeakMap<RexNode, boolean>();

/** Nanoseconds a row, roughly: whether something is worth a selection of its own. */
export function costOf(node: RexNode): number {
  if (node.kind === 'field') return costOf(node.node);
  if (node.kind !== 'call') return 0;
  return remembered(costs, node, () => {
    const own = runtimeOf(node)?.cost ?? 1;
    return node.operands.reduce((sum, operand) => sum + costOf(operand), own);
  });
}

/** Whether some values make it throw; such an expression is evaluated where SQL evaluates it, and nowhere else. */
export function canFail(node: RexNode): boolean {
  if (node.kind === 'field') return canFail(node.node);
  if (node.kind !== 'call') return false;
  return remembered(failures, node, () => node.operands.some(canFail) || failsItself(node));
}

function failsItself(call: RexCall): boolean {
  const runtime = runtimeOf(call);
  return typeof runtime?.canFail === 'function' ? runtime.canFail(call) : runtime?.canFail === true;
}

/** Whether the value is the same in all rows and batches, and can be computed beforehand. */
export function isConstantNode(node: RexNode): boolean {
  if (node.kind === 'literal') return true;
  if (node.kind !== 'call' || node.operands.length === 0 || node.userFunction !== undefined) return false;
  return remembered(constants, node, () => {
    if (!node.operands.every(isConstantNode)) return false;
    const runtime = runtimeOf(node);
    return runtime !== undefined && runtime.determinism === undefined && !failsItself(node);
  });
}
