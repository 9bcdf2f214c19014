import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { walkRex } from '../plan/rex.ts';

/** Keys of the users' functions that plans call, each once. */
export function userFunctionsOf(roots: readonly PhysicalNode[]): string[] {
  const keys = new Set<string>();
  const visit = (node: PhysicalNode): void => {
    for (const expression of expressionsOf(node)) {
      walkRex(expression, (each) => {
        if (each.kind !== 'call' || each.userFunction === undefined) return;
        if (each.isAsync && node.kind !== 'AsyncCalc')
          throw new TableException(
            `The function ${each.operator}, which answers later, is not supported in a ${node.kind}: call it in SELECT or WHERE.`,
          );
        keys.add(each.userFunction);
      });
    }
    if (node.kind === 'Correlate' && node.call.userFunction !== undefined) keys.add(node.call.userFunction);
    if ('calls' in node) {
      for (const { userFunction } of node.calls) {
        if (userFunction) keys.add(typeof userFunction === 'string' ? userFunction : userFunction.key);
      }
    }
    node.inputs.forEach(visit);
  };
  roots.forEach(visit);
  return [...keys];
}

function expressionsOf(node: PhysicalNode): readonly RexNode[] {
  switch (node.kind) {
    case 'Calc':
      return [...node.projects, ...(node.condition ? [node.condition] : [])];
    case 'AsyncCalc':
      return node.calls;
    case 'Correlate':
      return [...node.call.operands, ...(node.condition ? [node.condition] : []), ...(node.projection ?? [])];
    case 'WatermarkAssigner':
      return [node.watermark];
    case 'Join':
      return [node.condition];
    default:
      return [];
  }
}
