import type { RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import { decimalOf } from '../../../types/decimal-arithmetic.ts';
import { typesEqualSansNullability } from '../../../types/type-equality.ts';
import { isInteger, withNullability } from '../../../types/type-families.ts';
import type { LogicalNode, LogicalProject } from '../../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  conjunctions,
  fieldOf,
  inputOf,
  isCall,
  isDeterministic,
  isLiteral,
  mapRex,
  moveInputs,
  nullLiteral,
  rexCall,
  rexInput,
  sameRex,
  usedInputs,
} from '../../plan/rex.ts';
import { literalComparison } from './comparison.ts';
import { foldCast } from './constant-folding.ts';
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
      // A filter of `b` is asked of `r.f` by now, where the projection has `r.f AS b`.
      const below = pulledUpPredicates(node.inputs[0]).map((each) => withColumns(each, node));
      if (below.length === 0 && !node.projects.some(isConstant)) return [];
      const place = new Map<number, number>();
      const own: RexNode[] = [];
      node.projects.forEach((project, i) => {
        if (project.kind === 'input') place.set(project.index, i);
        else if (isConstant(project)) own.push(constantColumn(inputOf(node.rowType, i), project));
      });
      const width = node.inputs[0].rowType.fields.length;
      const at = (index: number): number | undefined => (index < width ? place.get(index) : index - width);
      const kept = below.filter((each) => [...usedInputs([each])].every((index) => at(index) !== undefined));
      return [...own, ...kept.map((each) => moveInputs(each, (index) => at(index) as number))];
    }
    case 'LogicalAggregate': {
      const { group, groupSets } = node;
      const isInAll = (index: number): boolean =>
        group.includes(index) && (groupSets ?? []).every((set) => set.includes(index));
      return pulledUpPredicates(node.inputs[0])
        .filter((each) => [...usedInputs([each])].every(isInAll))
        .map((each) => moveInputs(each, (index) => group.indexOf(index)));
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
        ...(joinType === 'INNER' ? conjunctions(node.condition).filter(isDeterministic) : []),
      ];
    }
    default:
      return [];
  }
}

/** Fields that a projection has as columns are these, behind those of its input. */
function withColumns(predicate: RexNode, { projects, inputs: [input], rowType }: LogicalProject): RexNode {
  const fields = projects.flatMap((project, i) => (project.kind === 'field' ? [{ project, i }] : []));
  if (fields.length === 0) return predicate;
  const width = input.rowType.fields.length;
  return mapRex(predicate, (each) => {
    const known = each.kind === 'field' ? fields.find(({ project }) => sameRex(project, each)) : undefined;
    return known ? rexInput(width + known.i, fieldOf(rowType, known.i).type) : each;
  });
}

function constantColumn(column: RexNode, value: RexNode): RexNode {
  if (isLiteral(value) && value.value === null) return rexCall('IS NULL', [column], BOOLEAN_NOT_NULL);
  const isNullable = column.type.nullable || value.type.nullable;
  return rexCall(isNullable ? 'IS NOT DISTINCT FROM' : '=', [column, value], BOOLEAN_NOT_NULL);
}

/** A literal, or one cast to take NOT NULL away. */
function isConstant(node: RexNode): boolean {
  return isLiteral(node) || (isCall(node, 'CAST') && node.operands.every(isConstant));
}

/**
 * Columns that an equality with a constant fixes, by place, as the optimizer finds them: one that another predicate speaks of, too, is not
 * among them, and neither is one with two values.
 */
export function constantsOf(predicates: Predicates): ReadonlyMap<number, RexNode> {
  const found = new Map<number, RexNode>();
  const excluded = new Set<number>();
  for (const predicate of predicates) {
    const fixed = fixedBy(predicate);
    if (fixed) {
      const known = found.get(fixed.column);
      if (!known) found.set(fixed.column, fixed.value);
      else if (!sameRex(known, fixed.value)) excluded.add(fixed.column);
    } else if (!isCall(predicate, '=')) {
      for (const column of usedInputs([predicate])) excluded.add(column);
    }
  }
  for (const column of excluded) found.delete(column);
  return found;
}

interface FixedColumn {
  readonly column: number;
  readonly value: RexNode;
}

function fixedBy(predicate: RexNode): FixedColumn | undefined {
  if (predicate.kind !== 'call') return undefined;
  if (predicate.operator === 'IS NULL') {
    const [ref] = predicate.operands as [RexNode];
    return ref.kind === 'input' ? { column: ref.index, value: nullLiteral(ref.type) } : undefined;
  }
  if (predicate.operator !== '=') return undefined;
  const comparison = literalComparison(predicate);
  if (comparison) {
    const { ref, literal } = comparison;
    if (ref.kind !== 'input') return fixedWidened(ref, literal);
    if (typesEqualSansNullability(ref.type, literal.type)) return { column: ref.index, value: literal };
    const value =
      isInteger(ref.type) && isInteger(literal.type)
        ? foldCast(literal, withNullability(ref.type, false))
        : undefined;
    return value && { column: ref.index, value };
  }
  const [ref, value] = predicate.operands as [RexNode, RexNode];
  return ref.kind === 'input' && isConstant(value) ? { column: ref.index, value } : undefined;
}

/** `CAST(a AS BIGINT) = 5`, where the cast is to no fewer digits; no row has a number that is rounded here. */
function fixedWidened(ref: RexNode, literal: RexLiteral): FixedColumn | undefined {
  if (!isCall(ref, 'CAST')) return undefined;
  const [column] = ref.operands as [RexNode];
  if (column.kind !== 'input') return undefined;
  const [from, to] = [decimalOf(column.type), decimalOf(ref.type)];
  if (!from || !to || to.precision < from.precision || to.scale < from.scale) return undefined;
  if (from.scale === 0 && /\.0*[1-9]/.test(String(literal.value))) return undefined;
  const folded = foldCast(literal, withNullability(column.type, false));
  if (!folded) return undefined;
  const { digits: _written, ...value } = folded;
  return { column: column.index, value };
}
