import { runtimeOf } from './functions/registry.ts';
import type { RexCall, RexNode } from './rex-node.ts';

const keys = new WeakMap<RexNode, string>();
let volatileCalls = 0;

/** Equal for expressions that have the same value in the same row; calls that are new at every call are only equal to themselves. */
export function keyOf(node: RexNode): string {
  let key = keys.get(node);
  if (key === undefined) keys.set(node, (key = makeKey(node)));
  return key;
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

/** Nanoseconds a row, roughly: whether something is worth a selection of its own. */
export function costOf(node: RexNode): number {
  if (node.kind === 'field') return costOf(node.node);
  if (node.kind !== 'call') return 0;
  const own = runtimeOf(node)?.cost ?? 1;
  return node.operands.reduce((sum, operand) => sum + costOf(operand), own);
}

/** Whether some values make it throw; such an expression is evaluated where SQL evaluates it, and nowhere else. */
export function canFail(node: RexNode): boolean {
  if (node.kind === 'field') return canFail(node.node);
  if (node.kind !== 'call') return false;
  const runtime = runtimeOf(node);
  const fails = typeof runtime?.canFail === 'function' ? runtime.canFail(node) : runtime?.canFail === true;
  return fails || node.operands.some(canFail);
}

/** Whether the value is the same in all rows and batches, and can be computed beforehand. */
export function isConstantNode(node: RexNode): boolean {
  if (node.kind === 'literal') return true;
  if (node.kind !== 'call' || node.operands.length === 0 || node.userFunction !== undefined) return false;
  const runtime = runtimeOf(node);
  if (!runtime || runtime.determinism !== undefined) return false;
  return !canFail(node) && node.operands.every(isConstantNode);
}
