import type { RexNode } from '../../expressions/rex-node.ts';
import { mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { moveInputs, rexCast } from '../plan/rex.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import type { Predicates } from './simplify/predicates.ts';
import { constantsOf, isPath, pathKey, pulledUpPredicates } from './simplify/pulled-up-predicates.ts';
import type { KnownConstant } from './simplify/pulled-up-predicates.ts';
import { simplifyAll, simplifyCondition } from './simplify/simplify.ts';

/**
 * Expressions that read a column, or a field of one, which a condition below fixed (`b = 5`) take the constant instead, and leave out what the
 * conditions below say already.
 */
export function useConstantColumns(plan: LogicalNode, { compute }: ConstantOptions): LogicalNode {
  return mapPlan(plan, (node) => {
    switch (node.kind) {
      case 'LogicalProject': {
        const known = pulledUpPredicates(node.inputs[0]);
        if (known.length === 0) return node;
        return { ...node, projects: simplifyAll(node.projects.map(replacing(known)), compute, known) };
      }
      case 'LogicalFilter': {
        const known = pulledUpPredicates(node.inputs[0]);
        if (known.length === 0) return node;
        return { ...node, condition: simplifyCondition(replacing(known)(node.condition), compute, known) };
      }
      case 'LogicalJoin': {
        if (node.joinType === 'SEMI' || node.joinType === 'ANTI') return node;
        const [left, right] = node.inputs;
        const width = left.rowType.fields.length;
        const ofRight = pulledUpPredicates(right).map((each) => moveInputs(each, (index) => index + width));
        const known = [...pulledUpPredicates(left), ...ofRight];
        if (known.length === 0) return node;
        return { ...node, condition: simplifyCondition(replacing(known)(node.condition), compute, known) };
      }
      default:
        return node;
    }
  });
}

function replacing(predicates: Predicates): (node: RexNode) => RexNode {
  const constants = new Map(constantsOf(predicates).map((each) => [pathKey(each.path), each]));
  return constants.size === 0 ? (node) => node : (node) => replacePaths(node, constants);
}

// From the outside in, so that the longest path counts.
function replacePaths(node: RexNode, constants: ReadonlyMap<string, KnownConstant>): RexNode {
  const constant = isPath(node) ? constants.get(pathKey(node)) : undefined;
  if (constant) {
    const { value } = constant;
    return node.type.nullable && !value.type.nullable ? rexCast(value, node.type) : value;
  }
  if (node.kind === 'field') {
    const inner = replacePaths(node.node, constants);
    return inner === node.node ? node : { ...node, node: inner };
  }
  if (node.kind !== 'call') return node;
  const operands = node.operands.map((operand) => replacePaths(operand, constants));
  return operands.every((operand, i) => operand === node.operands[i]) ? node : { ...node, operands };
}
