import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import { mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { conjunctions, mapRex, rexCast } from '../plan/rex.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { literalComparison } from './sarg.ts';
import { simplify } from './simplify.ts';

/** Projections that read a column which a filter below fixed (`b = 5`) take the constant instead. */
export function useConstantColumns(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalProject') return node;
    const constants = constantColumns(node.inputs[0]);
    if (constants.size === 0) return node;
    const projects = node.projects.map((project) => {
      const replaced = replaceInputs(project, constants);
      return replaced === project ? project : simplify(replaced);
    });
    return { ...node, projects };
  });
}

function replaceInputs(node: RexNode, constants: ReadonlyMap<number, RexLiteral>): RexNode {
  return mapRex(node, (each) => {
    const constant = each.kind === 'input' ? constants.get(each.index) : undefined;
    if (!constant) return each;
    return each.type.nullable ? rexCast(constant, each.type) : constant;
  });
}

/** Columns that have one value in every row, because of an equality with a literal below. */
export function constantColumns(node: LogicalNode): Map<number, RexLiteral> {
  const constants = new Map<number, RexLiteral>();
  const take = (from: ReadonlyMap<number, RexLiteral>, to: (index: number) => number): void => {
    for (const [index, literal] of from) constants.set(to(index), literal);
  };
  switch (node.kind) {
    case 'LogicalFilter':
      take(constantColumns(node.inputs[0]), (index) => index);
      for (const conjunct of conjunctions(node.condition)) {
        const equality = literalComparison(conjunct);
        if (equality?.operator !== '=' || equality.ref.kind !== 'input') continue;
        const { ref, literal } = equality;
        if (typesEqualSansNullability(ref.type, literal.type)) constants.set(ref.index, literal);
      }
      break;
    case 'LogicalWatermarkAssigner':
    case 'LogicalTableFunctionScan':
      take(constantColumns(node.inputs[0]), (index) => index);
      break;
    case 'LogicalProject': {
      const below = constantColumns(node.inputs[0]);
      node.projects.forEach((project, i) => {
        const constant = project.kind === 'input' ? below.get(project.index) : undefined;
        if (constant) constants.set(i, constant);
      });
      break;
    }
    case 'LogicalJoin': {
      const [left, right] = node.inputs;
      const width = left.rowType.fields.length;
      if (node.joinType !== 'RIGHT' && node.joinType !== 'FULL')
        take(constantColumns(left), (index) => index);
      if (node.joinType === 'INNER' || node.joinType === 'RIGHT')
        take(constantColumns(right), (index) => index + width);
      break;
    }
    default:
      break;
  }
  return constants;
}
