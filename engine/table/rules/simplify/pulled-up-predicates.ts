import type { RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import { typesEqualSansNullability } from '../../../types/type-equality.ts';
import { isInteger, withNullability } from '../../../types/type-families.ts';
import type { LogicalNode } from '../../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  conjunctions,
  inputOf,
  isCall,
  isDeterministic,
  isLiteral,
  moveInputs,
  nullLiteral,
  rexCall,
  sameRex,
  usedInputs,
  walkRex,
} from '../../plan/rex.ts';
import { literalComparison } from './comparison.ts';
import { foldCast } from './constant-folding.ts';
import { isLosslessCast } from './lossless-cast.ts';
import type { Predicates } from './predicates.ts';

/** What is TRUE for every row of a node: the conditions below it, as far as its columns tell, and the constants among its columns. */
export function pulledUpPredicates(node: LogicalNode): Predicates {
  switch (node.kind) {
    case 'LogicalFilter':
      return [...pulledUpPredicates(node.inputs[0]), ...conjunctions(node.condition).filter(isDeterministic)];
    case 'LogicalWatermarkAssigner':
    case 'LogicalTableFunctionScan':
    case 'LogicalCorrelate':
      return pulledUpPredicates(node.inputs[0]);
    case 'LogicalProject': {
      const below = pulledUpPredicates(node.inputs[0]);
      const place = new Map<number, number>();
      const own: RexNode[] = [];
      node.projects.forEach((project, i) => {
        if (project.kind === 'input') place.set(project.index, i);
        else if (isConstant(project)) own.push(constantColumn(inputOf(node.rowType, i), project));
      });
      const kept = below.filter((each) => [...usedInputs([each])].every((index) => place.has(index)));
      return [...own, ...kept.map((each) => moveInputs(each, (index) => place.get(index) as number))];
    }
    case 'LogicalJoin': {
      const [left, right] = node.inputs;
      const { joinType } = node;
      const width = left.rowType.fields.length;
      const keepsLeft = joinType !== 'RIGHT' && joinType !== 'FULL';
      const keepsRight = joinType === 'INNER' || joinType === 'RIGHT';
      return [
        ...(keepsLeft ? pulledUpPredicates(left) : []),
        ...(keepsRight
          ? pulledUpPredicates(right).map((each) => moveInputs(each, (index) => index + width))
          : []),
      ];
    }
    default:
      return [];
  }
}

function constantColumn(column: RexNode, value: RexNode): RexNode {
  if (isLiteral(value) && value.value === null) return rexCall('IS NULL', [column], BOOLEAN_NOT_NULL);
  return rexCall('=', [column, value], BOOLEAN_NOT_NULL);
}

/** A literal, or one cast to take NOT NULL away. */
function isConstant(node: RexNode): boolean {
  return isLiteral(node) || (isCall(node, 'CAST') && node.operands.every(isConstant));
}

/** A column, or a field of one, and the one value it has. */
export interface KnownConstant {
  readonly path: RexNode;
  readonly value: RexNode;
}

/**
 * Columns that an equality with a constant fixes, as the optimizer finds them: one that another predicate speaks of, too, is not
 * among them, and neither is one with two values.
 */
export function constantsOf(predicates: Predicates): readonly KnownConstant[] {
  const found: KnownConstant[] = [];
  const excluded: RexNode[] = [];
  for (const predicate of predicates) {
    const fixed = fixedBy(predicate);
    if (!fixed && isCall(predicate, '=')) continue;
    if (!fixed) {
      walkRex(predicate, (each) => {
        if (isPath(each)) excluded.push(each);
      });
      continue;
    }
    const known = found.find(({ path }) => sameRex(path, fixed.path));
    if (!known) found.push(fixed);
    else if (!sameRex(known.value, fixed.value)) excluded.push(fixed.path);
  }
  return found.filter(({ path }) => !excluded.some((each) => pathKey(each) === pathKey(path)));
}

function fixedBy(predicate: RexNode): KnownConstant | undefined {
  if (predicate.kind !== 'call') return undefined;
  if (predicate.operator === 'IS NULL') {
    const [path] = predicate.operands as [RexNode];
    return isPath(path) ? { path, value: nullLiteral(path.type) } : undefined;
  }
  if (predicate.operator !== '=') return undefined;
  const comparison = literalComparison(predicate);
  const widened = comparison && fixedWidened(comparison.ref, comparison.literal);
  if (widened) return widened;
  if (comparison && isPath(comparison.ref)) {
    const { ref, literal } = comparison;
    return typesEqualSansNullability(ref.type, literal.type) ? { path: ref, value: literal } : undefined;
  }
  const [path, value] = predicate.operands as [RexNode, RexNode];
  return isPath(path) && isConstant(value) ? { path, value } : undefined;
}

/** `CAST(a AS BIGINT) = 5`. */
function fixedWidened(ref: RexNode, literal: RexLiteral): KnownConstant | undefined {
  if (!isCall(ref, 'CAST') || !isLosslessCast(ref) || !isInteger(ref.type)) return undefined;
  const [path] = ref.operands as [RexNode];
  const value = isPath(path) ? foldCast(literal, withNullability(path.type, false)) : undefined;
  return value && { path, value };
}

export function isPath(node: RexNode): boolean {
  return node.kind === 'input' || (node.kind === 'field' && isPath(node.node));
}

// Types may differ in NOT NULL between the places a path is written in.
export function pathKey(node: RexNode): string {
  if (node.kind === 'field') return `${pathKey(node.node)}.${node.index}`;
  return node.kind === 'input' ? `$${node.index}` : '';
}
