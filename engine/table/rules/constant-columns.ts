import type { RexNode } from '../../expressions/rex-node.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { conjunctions, inputOf, isCall, moveInputs, rexCast } from '../plan/rex.ts';
import { literalComparison } from './sarg.ts';
import { simplify } from './simplify.ts';

/** Projections that read a column, or a field of one, which a filter below fixed (`b = 5`) take the constant instead. */
export function useConstantColumns(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalProject') return node;
    const constants = constantsOf(node.inputs[0]);
    if (constants.size === 0) return node;
    const projects = node.projects.map((project) => {
      const replaced = replacePaths(project, constants);
      return replaced === project ? project : simplify(replaced);
    });
    return { ...node, projects };
  });
}

/** Constants by the path (a column, or a field of one) that holds them. */
type Constants = ReadonlyMap<string, { readonly path: RexNode; readonly value: RexNode }>;

// From the outside in, so that the longest path counts.
function replacePaths(node: RexNode, constants: Constants): RexNode {
  const constant = isPath(node) ? constants.get(pathKey(node)) : undefined;
  if (constant)
    return node.type.nullable && !constant.value.type.nullable
      ? rexCast(constant.value, node.type)
      : constant.value;
  if (node.kind === 'field') {
    const inner = replacePaths(node.node, constants);
    return inner === node.node ? node : { ...node, node: inner };
  }
  if (node.kind !== 'call') return node;
  const operands = node.operands.map((operand) => replacePaths(operand, constants));
  return operands.every((operand, i) => operand === node.operands[i]) ? node : { ...node, operands };
}

/** Paths that have one value in every row of a node, because of an equality with a literal below. */
function constantsOf(node: LogicalNode): Constants {
  const constants = new Map<string, { readonly path: RexNode; readonly value: RexNode }>();
  const set = (path: RexNode, value: RexNode): void => void constants.set(pathKey(path), { path, value });
  switch (node.kind) {
    case 'LogicalFilter':
      for (const { path, value } of constantsOf(node.inputs[0]).values()) set(path, value);
      for (const conjunct of conjunctions(node.condition)) {
        const equality = literalComparison(conjunct);
        if (equality?.operator !== '=' || !isPath(equality.ref)) continue;
        const { ref, literal } = equality;
        if (typesEqualSansNullability(ref.type, literal.type)) set(ref, literal);
      }
      break;
    case 'LogicalWatermarkAssigner':
    case 'LogicalTableFunctionScan':
      return constantsOf(node.inputs[0]);
    case 'LogicalProject': {
      const below = constantsOf(node.inputs[0]);
      node.projects.forEach((project, i) => {
        const column = inputOf(node.rowType, i);
        const value = isConstant(project)
          ? project
          : isPath(project)
            ? below.get(pathKey(project))?.value
            : undefined;
        if (value) set(column, value);
      });
      break;
    }
    case 'LogicalJoin': {
      const [left, right] = node.inputs;
      const width = left.rowType.fields.length;
      const { joinType } = node;
      if (joinType !== 'RIGHT' && joinType !== 'FULL') {
        for (const { path, value } of constantsOf(left).values()) set(path, value);
      }
      if (joinType === 'INNER' || joinType === 'RIGHT') {
        for (const { path, value } of constantsOf(right).values())
          set(
            moveInputs(path, (index) => index + width),
            value,
          );
      }
      break;
    }
    default:
      break;
  }
  return constants;
}

function isPath(node: RexNode): boolean {
  return node.kind === 'input' || (node.kind === 'field' && isPath(node.node));
}

/** A literal, or one cast to take NOT NULL away. */
function isConstant(node: RexNode): boolean {
  return node.kind === 'literal'
    ? node.value !== null
    : isCall(node, 'CAST') && node.operands.every(isConstant);
}

// Types may differ in NOT NULL between the places a path is written in.
function pathKey(node: RexNode): string {
  if (node.kind === 'field') return `${pathKey(node.node)}.${node.index}`;
  return node.kind === 'input' ? `$${node.index}` : '';
}
