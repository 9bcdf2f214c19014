import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { walkRex } from '../plan/rex.ts';

/** A function that answers later, where nothing waits for it. */
export class AsyncCallRefusal extends TableException {
  readonly functionName: string;

  constructor(functionName: string, place: PhysicalNode['kind']) {
    super(
      `The function ${functionName}, which answers later, is not supported in a ${place}: call it in SELECT or WHERE.`,
    );
    this.functionName = functionName;
  }
}

/** Keys of the users' functions that plans call, each once. */
export function userFunctionsOf(roots: readonly PhysicalNode[]): string[] {
  const keys = new Set<string>();
  const visit = (node: PhysicalNode): void => {
    for (const expression of expressionsOf(node)) {
      walkRex(expression, (each) => {
        if (each.kind !== 'call' || each.userFunction === undefined) return;
        if (each.isAsync && node.kind !== 'AsyncCalc') throw new AsyncCallRefusal(each.operator, node.kind);
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

/** By what nodes have, whatever kind they are: batch mode has several of joins. */
function expressionsOf(node: PhysicalNode): readonly RexNode[] {
  const found: RexNode[] = [];
  if ('projects' in node) found.push(...node.projects.flat());
  if ('condition' in node && node.condition) found.push(node.condition);
  if ('residual' in node && node.residual) found.push(node.residual);
  if ('watermark' in node) found.push(node.watermark);
  if (node.kind === 'AsyncCalc') found.push(...node.calls);
  if (node.kind === 'Correlate') found.push(...node.call.operands, ...(node.projection ?? []));
  return found;
}
