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
  BOOLEAN_NOT_NULL,
  conjoin,
  conjunctions,
  fieldNames,
  inputOf,
  isCall,
  mapRex,
  moveInputs,
  rexCall,
  rexInput,
  usedInputs,
  walkRex,
} from '../plan/rex.ts';
import { isCorrelation, isSubquery, readsOuter } from '../plan/rex-subquery.ts';

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

/**
 * Throws a TableException where the outer row is read anywhere but in conditions that can be asked behind the sub-query. `dropsNulls`: rows
 * that can equal no outer one leave at once.
 */
export function decorrelate(node: LogicalNode, correlation: number, dropsNulls = false): Decorrelated {
  return new Decorrelation(correlation, dropsNulls).pull(node);
}

/** An aggregation without keys as one by what it is correlated by: the columns of `node` are these keys, then the results. */
export function decorrelateAggregate(
  node: LogicalAggregate,
  correlation: number,
): { readonly node: LogicalAggregate; readonly predicates: readonly RexNode[] } {
  const { grouped, predicates } = new Decorrelation(correlation, true).group(node);
  return { node: grouped, predicates };
}

/** Throws likewise; a scalar sub-query is grouped by what it is correlated by. */
export function checkDecorrelated(node: LogicalNode, correlation: number, isScalar: boolean): void {
  if (!isCorrelated(node, correlation)) return;
  const aggregate = isScalar ? aggregateBelow(node) : undefined;
  const { predicates } = aggregate
    ? decorrelateAggregate(aggregate, correlation)
    : decorrelate(node, correlation);
  if (isScalar) for (const predicate of predicates) equalityOf(predicate, correlation);
}

/** The aggregation without keys that a sub-query is a projection of. */
export function aggregateBelow(node: LogicalNode): LogicalAggregate | undefined {
  if (node.kind === 'LogicalAggregate') return node.group.length === 0 ? node : undefined;
  return node.kind === 'LogicalProject' ? aggregateBelow(node.inputs[0]) : undefined;
}

export function isCorrelated(node: LogicalNode, correlation: number): boolean {
  return outerColumns(node, correlation).size > 0;
}

/** The columns of the row around that a plan reads, sub-queries in it included. */
export function outerColumns(
  node: LogicalNode,
  correlation: number,
  columns = new Set<number>(),
): ReadonlySet<number> {
  for (const expression of expressionsOf(node)) {
    walkRex(expression, (each) => {
      if (isCorrelation(each, correlation)) columns.add(each.column);
      if (isSubquery(each)) outerColumns(each.subquery, correlation, columns);
    });
  }
  for (const input of node.inputs) outerColumns(input, correlation, columns);
  return columns;
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
  readonly #dropsNulls: boolean;

  constructor(correlation: number, dropsNulls: boolean) {
    this.#correlation = correlation;
    this.#dropsNulls = dropsNulls;
  }

  pull(node: LogicalNode): Decorrelated {
    if (!isCorrelated(node, this.#correlation)) return { node, predicates: [] };
    switch (node.kind) {
      case 'LogicalFilter': {
        const input = this.pull(node.inputs[0]);
        const all = conjunctions(node.condition);
        const own = all.filter((each) => readsOuter(each, this.#correlation));
        const rest = all.filter((each) => !own.includes(each));
        const kept = this.#dropsNulls ? [...rest, ...own.flatMap((each) => this.#innerNotNull(each))] : rest;
        return { node: logicalFilter(input.node, conjoin(kept)), predicates: [...input.predicates, ...own] };
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

  #innerNotNull(predicate: RexNode): RexNode[] {
    if (!isCall(predicate, '=')) return [];
    const inner = predicate.operands.find((each) => !readsOuter(each, this.#correlation));
    return inner?.type.nullable ? [rexCall('IS NOT NULL', [inner], BOOLEAN_NOT_NULL)] : [];
  }

  /** Grouped by what it is compared with, too; that stands behind its own columns. */
  #aggregate(node: LogicalAggregate): Decorrelated {
    const { grouped, keys, predicates } = this.group(node);
    const place = (column: number): number =>
      column < node.group.length ? column : column - node.group.length + grouped.group.length;
    const order = [...node.rowType.fields.map((_, i) => place(i)), ...keys];
    const names = fieldNames(grouped.rowType);
    const restored = logicalProject(
      grouped,
      order.map((column) => inputOf(grouped.rowType, column)),
      order.map((column, i) => node.rowType.fields[i]?.name ?? (names[column] as string)),
    );
    return {
      node: restored,
      predicates: predicates.map((each) => moveInputs(each, (column) => order.lastIndexOf(column))),
    };
  }

  /** The aggregation by its own keys, then those that it is compared by, in the order of the outer columns; `keys`: where those are. */
  group(node: LogicalAggregate): {
    readonly grouped: LogicalAggregate;
    readonly keys: readonly number[];
    readonly predicates: readonly RexNode[];
  } {
    const input = this.pull(node.inputs[0]);
    const sides = input.predicates
      .map((each) => ({ ...equalityOf(each, this.#correlation), type: each.type }))
      .sort((a, b) => this.#outerColumn(a.outer) - this.#outerColumn(b.outer));
    const { rowType } = input.node;
    const width = rowType.fields.length;
    const computed = sides.filter(({ inner }) => inner.kind !== 'input');
    const columns = [
      ...rowType.fields.map((_, i) => inputOf(rowType, i)),
      ...computed.map(({ inner }) => inner),
    ];
    const names = [...fieldNames(rowType), ...computed.map((_, i) => `$f${width + i}`)];
    const extra = sides.map((side) =>
      side.inner.kind === 'input' ? side.inner.index : width + computed.indexOf(side),
    );
    const group = [...new Set([...node.group, ...extra])];
    const order = [...new Set([...group, ...columns.keys()])];
    const isSorted = order.every((column, i) => column === i) && computed.length === 0;
    const below = isSorted
      ? input.node
      : logicalProject(
          input.node,
          order.map((column) => columns[column] as RexNode),
          order.map((column) => names[column] as string),
        );
    const at = (column: number): number => order.indexOf(column);
    const calls = node.calls.map((call) => ({
      ...call,
      arguments: call.arguments.map(at),
      filter: call.filter < 0 ? -1 : at(call.filter),
    }));
    const grouped = logicalAggregate(below, group.map(at), calls);
    const keys = extra.map((key) => group.indexOf(key));
    const predicates = sides.map(({ outer, operator, type }, i) =>
      rexCall(operator, [outer, inputOf(grouped.rowType, keys[i] as number)], type),
    );
    return { grouped, keys, predicates };
  }

  /** The first outer column that an expression reads. */
  #outerColumn(node: RexNode): number {
    let column = Infinity;
    walkRex(node, (each) => {
      if (isCorrelation(each, this.#correlation)) column = Math.min(column, each.column);
    });
    return column;
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
