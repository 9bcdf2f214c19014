import type { RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { isNumeric } from '../../../types/type-families.ts';
import type { PhysicalNode } from '../../plan/physical-node.ts';
import type { NamedAggregateCall } from '../../plan/rel-node.ts';
import { conjunctions, flatten, usedInputs, withoutImplicitCasts } from '../../plan/rex.ts';
import { expandSearch } from '../simplify/sarg.ts';
import { firstPhase } from './first-phase.ts';
import { intersectIntervals, pointInterval, uniteIntervals } from './value-interval.ts';
import type { ValueInterval } from './value-interval.ts';

/** Between which values the columns of plans lie where something says so: constants, conditions, counts (FlinkRelMdColumnInterval). */
export class ColumnIntervals {
  readonly #known = new Map<PhysicalNode, Map<number, ValueInterval | undefined>>();

  of(node: PhysicalNode, column: number): ValueInterval | undefined {
    let columns = this.#known.get(node);
    if (!columns) this.#known.set(node, (columns = new Map<number, ValueInterval | undefined>()));
    if (!columns.has(column)) columns.set(column, this.#intervalOf(node, column));
    return columns.get(column);
  }

  #intervalOf(node: PhysicalNode, column: number): ValueInterval | undefined {
    switch (node.kind) {
      case 'Values': {
        const type = node.rowType.fields[column]?.type;
        const values = node.rows.flatMap((row) =>
          type ? (comparable(type, row[column] ?? null) ?? []) : [],
        );
        return values.map(pointInterval).reduce(uniteIntervals, 'empty');
      }
      case 'Calc': {
        const [input] = node.inputs;
        const project = node.projects[column];
        if (project?.kind !== 'input') return project && this.#ofExpression(project, input);
        return filtered(this.of(input, project.index), node.condition, project.index);
      }
      case 'Exchange':
      case 'Sort':
      case 'Limit':
        return this.of(node.inputs[0], column);
      case 'Union':
        return united(node.inputs.map((input) => this.of(input, column)));
      case 'Join':
      case 'HashJoin':
      case 'SortMergeJoin':
      case 'NestedLoopJoin': {
        const [left, right] = node.inputs;
        const width = left.rowType.fields.length;
        return column < width ? this.of(left, column) : this.of(right, column - width);
      }
      case 'GroupAggregate':
      case 'HashAggregate':
      case 'SortAggregate': {
        const first = node.kind !== 'GroupAggregate' && node.isMerge ? firstPhase(node.inputs[0]) : node;
        const keys = [...first.group, ...('auxGroup' in first ? first.auxGroup : [])];
        const key = keys[column];
        if (key !== undefined) return this.of(first.inputs[0], key);
        return this.#ofCall(node.calls[column - keys.length], first.inputs[0]);
      }
      default:
        return undefined;
    }
  }

  #ofCall(call: NamedAggregateCall | undefined, input: PhysicalNode): ValueInterval | undefined {
    if (call?.function === 'COUNT') return { lower: { value: 0, isIncluded: true } };
    const [argument] = call?.arguments ?? [];
    if (call?.function !== 'SUM' || argument === undefined) return undefined;
    const summed = this.of(input, argument);
    if (summed === undefined || summed === 'empty') return undefined;
    const { lower, upper } = summed;
    if (typeof lower?.value === 'number') return lower.value >= 0 ? { lower } : undefined;
    return typeof upper?.value === 'number' && upper.value <= 0 ? { upper } : undefined;
  }

  #ofExpression(node: RexNode, input: PhysicalNode): ValueInterval | undefined {
    switch (node.kind) {
      case 'input':
        return this.of(input, node.index);
      case 'literal': {
        const value = comparable(node.type, node.value);
        return value === undefined ? (node.value === null ? 'empty' : undefined) : pointInterval(value);
      }
      case 'call': {
        const { operator, operands } = node;
        if (operator === 'CASE') {
          const results = operands.filter((_, i) => i % 2 === 1 || i === operands.length - 1);
          return united(results.map((each) => this.#ofExpression(each, input)));
        }
        if (operands.length !== 2) return undefined;
        const [left, right] = operands.map((each) => this.#ofExpression(each, input));
        return arithmetic(operator, left, right);
      }
      default:
        return undefined;
    }
  }
}

/** A value that ends of intervals compare with: a number, or a text; undefined for NULL and types without such. */
export function comparable(type: LogicalType, value: RexLiteral['value']): number | string | undefined {
  if (value === null) return undefined;
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return String(value);
    case 'BOOLEAN':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return Number(value);
    default:
      return isNumeric(type) ? Number(value) : undefined;
  }
}

function united(intervals: readonly (ValueInterval | undefined)[]): ValueInterval | undefined {
  const [first, ...rest] = intervals;
  return rest.reduce((all, each) => all && each && uniteIntervals(all, each), first);
}

/** What a condition leaves of a column. */
function filtered(
  interval: ValueInterval | undefined,
  condition: RexNode | undefined,
  column: number,
): ValueInterval | undefined {
  const reads = (node: RexNode): boolean => usedInputs([node]).has(column);
  const related = condition
    ? conjunctions(expandedSearch(condition)).filter((each) => isAbout(each, column) && reads(each))
    : [];
  if (related.length === 0) return interval;
  const all: ValueInterval = interval ?? {};
  const left = related.reduce((rest, each) => {
    const alternatives = flatten('OR', each).map((alternative) =>
      conjunctions(alternative).reduce(
        (kept, one) => intersectIntervals(kept, comparedInterval(one) ?? {}),
        rest,
      ),
    );
    return alternatives.reduce(uniteIntervals, 'empty');
  }, all);
  return left !== 'empty' && !left.lower && !left.upper ? undefined : left;
}

function expandedSearch(condition: RexNode): RexNode {
  return condition.kind === 'call' && condition.operator === 'SEARCH' ? expandSearch(condition) : condition;
}

/** Whether a condition reads no other column. */
function isAbout(node: RexNode, column: number): boolean {
  const used = usedInputs([node]);
  return used.size === 1 && used.has(column);
}

/** Where `column <op> constant` holds. */
function comparedInterval(node: RexNode): ValueInterval | undefined {
  const compared = literalComparisonOf(node);
  if (!compared) return undefined;
  const value = comparable(compared.literal.type, compared.literal.value);
  if (value === undefined) return undefined;
  switch (compared.operator) {
    case '=':
      return pointInterval(value);
    case '<':
    case '<=':
      return { upper: { value, isIncluded: compared.operator === '<=' } };
    case '>':
    case '>=':
      return { lower: { value, isIncluded: compared.operator === '>=' } };
    default:
      return undefined;
  }
}

const REVERSED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** A column beside a constant, in this order. */
export interface ColumnComparison {
  readonly operator: string;
  readonly column: number;
  readonly literal: RexLiteral;
}

export function literalComparisonOf(node: RexNode): ColumnComparison | undefined {
  if (node.kind !== 'call' || node.operands.length !== 2) return undefined;
  const { operator } = node;
  const [left, right] = node.operands.map(withoutImplicitCasts);
  if (left?.kind === 'input' && right?.kind === 'literal')
    return { operator, column: left.index, literal: right };
  if (left?.kind === 'literal' && right?.kind === 'input')
    return { operator: REVERSED[operator] ?? operator, column: right.index, literal: left };
  return undefined;
}

function arithmetic(
  operator: string,
  left: ValueInterval | undefined,
  right: ValueInterval | undefined,
): ValueInterval | undefined {
  if (!left || !right || left === 'empty' || right === 'empty') return undefined;
  const ends = [left.lower, left.upper, right.lower, right.upper];
  const [a, b, c, d] = ends.map((each) => (typeof each?.value === 'number' ? each.value : undefined));
  const bounds = (lower: number | undefined, upper: number | undefined): ValueInterval | undefined =>
    lower === undefined && upper === undefined
      ? undefined
      : {
          ...(lower !== undefined && { lower: { value: lower, isIncluded: true } }),
          ...(upper !== undefined && { upper: { value: upper, isIncluded: true } }),
        };
  const add = (x: number | undefined, y: number | undefined): number | undefined =>
    x === undefined || y === undefined ? undefined : x + y;
  const negated = (x: number | undefined): number | undefined => (x === undefined ? undefined : -x);
  switch (operator) {
    case '+':
      return bounds(add(a, c), add(b, d));
    case '-':
      return bounds(add(a, negated(d)), add(b, negated(c)));
    case '*': {
      if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
      const products = [a * c, a * d, b * c, b * d];
      return bounds(Math.min(...products), Math.max(...products));
    }
    default:
      return undefined;
  }
}
