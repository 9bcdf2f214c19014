import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import {
  logicalAggregate,
  logicalFilter,
  logicalJoin,
  logicalProject,
  withInputs,
} from '../plan/builders.ts';
import type { LogicalAggregate, LogicalJoin, LogicalNode, LogicalProject } from '../plan/rel-node.ts';
import {
  conjoin,
  conjunctions,
  fieldNames,
  inputOf,
  isCall,
  mapRex,
  moveInputs,
  rexInput,
  usedInputs,
} from '../plan/rex.ts';
import { isCorrelation, readsOuter } from '../plan/rex-subquery.ts';

/**
 * A sub-query without the conditions by which it reads the row around it (Calcite's decorrelation).
 *
 * The columns of `node` are those of the sub-query, and behind them the ones that the conditions need. `predicates` speak of them, and, by
 * `$COR`, of the row around.
 */
export interface Decorrelated {
  readonly node: LogicalNode;
  readonly predicates: readonly RexNode[];
}

/** Throws a TableException where the outer row is read anywhere but in conditions that can be asked behind the sub-query. */
export function decorrelate(node: LogicalNode, correlation: number): Decorrelated {
  return new Decorrelation(correlation).pull(node);
}

/** Throws likewise; a scalar sub-query is grouped by what it is correlated by. */
export function checkDecorrelated(node: LogicalNode, correlation: number, isScalar: boolean): void {
  if (!isCorrelated(node, correlation)) return;
  const { predicates } = decorrelate(isScalar ? (aggregateBelow(node) ?? node) : node, correlation);
  if (isScalar) for (const predicate of predicates) equalityOf(predicate, correlation);
}

/** The aggregation without keys that a sub-query is a projection of. */
export function aggregateBelow(node: LogicalNode): LogicalAggregate | undefined {
  if (node.kind === 'LogicalAggregate') return node.group.length === 0 ? node : undefined;
  return node.kind === 'LogicalProject' ? aggregateBelow(node.inputs[0]) : undefined;
}

export function isCorrelated(node: LogicalNode, correlation: number): boolean {
  return (
    expressionsOf(node).some((each) => readsOuter(each, correlation)) ||
    node.inputs.some((input) => isCorrelated(input, correlation))
  );
}

/** A condition as one of the joined row: outer columns first, `width` of them. */
export function joinedCondition(predicate: RexNode, correlation: number, width: number): RexNode {
  return mapRex(predicate, (each) => {
    if (each.kind === 'input') return { ...each, index: each.index + width };
    return isCorrelation(each, correlation) ? rexInput(each.column, each.type) : each;
  });
}

/** The sides of `inner = outer`; throws for any other condition. */
export function equalityOf(
  predicate: RexNode,
  correlation: number,
): { readonly inner: RexNode; readonly outer: RexNode; readonly operator: string } {
  if (isCall(predicate, '=') || isCall(predicate, 'IS NOT DISTINCT FROM')) {
    const [a, b] = predicate.operands as [RexNode, RexNode];
    const { operator } = predicate;
    const isOuter = (node: RexNode): boolean =>
      readsOuter(node, correlation) && usedInputs([node]).size === 0;
    if (isOuter(a) && !readsOuter(b, correlation)) return { inner: b, outer: a, operator };
    if (isOuter(b) && !readsOuter(a, correlation)) return { inner: a, outer: b, operator };
  }
  throw refused();
}

function refused(): TableException {
  return new TableException('A correlated sub-query of this form is not supported.');
}

function expressionsOf(node: LogicalNode): readonly RexNode[] {
  switch (node.kind) {
    case 'LogicalProject':
      return node.projects;
    case 'LogicalFilter':
    case 'LogicalJoin':
      return [node.condition];
    case 'LogicalTableFunctionCall':
      return node.call.operands;
    default:
      return [];
  }
}

class Decorrelation {
  readonly #correlation: number;

  constructor(correlation: number) {
    this.#correlation = correlation;
  }

  pull(node: LogicalNode): Decorrelated {
    if (!isCorrelated(node, this.#correlation)) return { node, predicates: [] };
    switch (node.kind) {
      case 'LogicalFilter': {
        const input = this.pull(node.inputs[0]);
        const all = conjunctions(node.condition);
        const own = all.filter((each) => readsOuter(each, this.#correlation));
        const rest = all.filter((each) => !own.includes(each));
        return { node: logicalFilter(input.node, conjoin(rest)), predicates: [...input.predicates, ...own] };
      }
      case 'LogicalProject':
        return this.#project(node);
      case 'LogicalAggregate':
        return this.#aggregate(node);
      case 'LogicalJoin':
        return this.#join(node);
      default:
        throw refused();
    }
  }

  #project(node: LogicalProject): Decorrelated {
    if (node.projects.some((each) => readsOuter(each, this.#correlation))) throw refused();
    const input = this.pull(node.inputs[0]);
    const projects = [...node.projects];
    const names = fieldNames(node.rowType);
    const at = (column: number): number => {
      const known = projects.findIndex((each) => each.kind === 'input' && each.index === column);
      if (known >= 0) return known;
      names.push(fieldNames(input.node.rowType)[column] as string);
      return projects.push(inputOf(input.node.rowType, column)) - 1;
    };
    const predicates = input.predicates.map((each) => moveInputs(each, at));
    return { node: logicalProject(input.node, projects, names), predicates };
  }

  /** Grouped by what it is compared with, too; that stands behind its own columns. */
  #aggregate(node: LogicalAggregate): Decorrelated {
    const input = this.pull(node.inputs[0]);
    const sides = input.predicates.map((each) => equalityOf(each, this.#correlation));
    const { rowType } = input.node;
    const computed = sides.filter(({ inner }) => inner.kind !== 'input');
    const width = rowType.fields.length;
    const below =
      computed.length === 0
        ? input.node
        : logicalProject(
            input.node,
            [...rowType.fields.map((_, i) => inputOf(rowType, i)), ...computed.map(({ inner }) => inner)],
            [...fieldNames(rowType), ...computed.map((_, i) => `$f${width + i}`)],
          );
    const extra = sides.map((side) =>
      side.inner.kind === 'input' ? side.inner.index : width + computed.indexOf(side),
    );
    const group = [
      ...node.group,
      ...extra.filter((key, i) => !node.group.includes(key) && extra.indexOf(key) === i),
    ];
    const grouped = logicalAggregate(below, group, node.calls);
    const place = (column: number): number =>
      column < node.group.length ? column : column - node.group.length + group.length;
    const own = node.rowType.fields.map((_, i) => inputOf(grouped.rowType, place(i)));
    const keys = extra.map((key) => inputOf(grouped.rowType, group.indexOf(key)));
    const names = fieldNames(grouped.rowType);
    const restored = logicalProject(
      grouped,
      [...own, ...keys],
      [...fieldNames(node.rowType), ...keys.map(({ index }) => names[index] as string)],
    );
    const predicates = sides.map(({ outer, operator }, i) => ({
      kind: 'call' as const,
      operator,
      operands: [inputOf(restored.rowType, own.length + i), outer],
      type: (input.predicates[i] as RexNode).type,
    }));
    return { node: restored, predicates };
  }

  /** Behind the columns of the join: those that the conditions of both sides need. */
  #join(node: LogicalJoin): Decorrelated {
    const { joinType } = node;
    const [oldLeft, oldRight] = node.inputs;
    const left = this.pull(oldLeft);
    const right = this.pull(oldRight);
    const all = conjunctions(node.condition);
    const own = all.filter((each) => readsOuter(each, this.#correlation));
    const isInner = joinType === 'INNER';
    if (!isInner && (own.length > 0 || right.predicates.length > 0)) throw refused();
    if (
      left.predicates.length > 0 &&
      joinType !== 'LEFT' &&
      joinType !== 'SEMI' &&
      joinType !== 'ANTI' &&
      !isInner
    )
      throw refused();
    const leftWidth = oldLeft.rowType.fields.length;
    const newLeftWidth = left.node.rowType.fields.length;
    const place = (column: number): number =>
      column < leftWidth ? column : column - leftWidth + newLeftWidth;
    const rest = conjoin(all.filter((each) => !own.includes(each)).map((each) => moveInputs(each, place)));
    const joined = logicalJoin(left.node, right.node, joinType, rest);
    if (joinType === 'SEMI' || joinType === 'ANTI') return { node: joined, predicates: left.predicates };
    const columns = node.rowType.fields.map((_, i) => place(i));
    const extra = joined.rowType.fields.map((_, i) => i).filter((column) => !columns.includes(column));
    const order = [...columns, ...extra];
    const names = fieldNames(joined.rowType);
    const restored = logicalProject(
      joined,
      order.map((column) => inputOf(joined.rowType, column)),
      order.map((column) => names[column] as string),
    );
    const moved = (each: RexNode, by: (column: number) => number): RexNode =>
      moveInputs(each, (column) => order.indexOf(by(column)));
    return {
      node: withInputs(restored, [joined]),
      predicates: [
        ...left.predicates.map((each) => moved(each, (column) => column)),
        ...right.predicates.map((each) => moved(each, (column) => column + newLeftWidth)),
        ...own.map((each) => moved(each, place)),
      ],
    };
  }
}
