import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import { movedCall } from '../plan/aggregate-columns.ts';
import {
  logicalAggregate,
  logicalFilter,
  logicalJoin,
  logicalProject,
  withInputs,
} from '../plan/builders.ts';
import type {
  LogicalAggregate,
  LogicalFilter,
  LogicalJoin,
  LogicalNode,
  LogicalProject,
} from '../plan/rel-node.ts';
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
  walkRex,
} from '../plan/rex.ts';
import { isCorrelation, isSubquery, readsOuter } from '../plan/rex-subquery.ts';
import { equality, withComputedKeys } from './correlated-equality.ts';
import type { CorrelatedEquality } from './correlated-equality.ts';
import { ValueGenerator } from './value-generator.ts';

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

export interface DecorrelationOptions {
  /** Rows that can equal no outer one leave at once. */
  readonly dropsNulls?: boolean;
  /**
   * The rows around. The sub-query is computed for each combination of their values wherever it reads them in another way than by an
   * equality, so that all `predicates` are equalities (Calcite's value generator).
   */
  readonly outer?: LogicalNode;
}

/** Throws CorrelationRefused where the outer row is read at a place from which its conditions cannot be taken. */
export function decorrelate(
  node: LogicalNode,
  correlation: number,
  options: DecorrelationOptions = {},
): Decorrelated {
  return new Decorrelation(correlation, options).pull(node);
}

/** An aggregation without keys as one by what it is correlated by: the columns of `node` are these keys, then the results. */
export function decorrelateAggregate(
  node: LogicalAggregate,
  correlation: number,
  outer?: LogicalNode,
): { readonly node: LogicalAggregate; readonly predicates: readonly RexNode[] } {
  const options = { dropsNulls: true, ...(outer && { outer }) };
  const { grouped, predicates } = new Decorrelation(correlation, options).group(node);
  return { node: grouped, predicates };
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

/** Whether an expression reads the row around, by itself or by a sub-query in it. */
function readsOuterAnywhere(node: RexNode, correlation: number): boolean {
  return readsOuter(node, correlation) || isReadBelow(node, correlation);
}

/** Whether a sub-query in an expression reads the row around. */
function isReadBelow(node: RexNode, correlation: number): boolean {
  let isReading = false;
  walkRex(node, (each) => {
    isReading ||= isSubquery(each) && isCorrelated(each.subquery, correlation);
  });
  return isReading;
}

/** A condition as one of the joined row: outer columns first, `width` of them. */
export function joinedCondition(predicate: RexNode, correlation: number, width: number): RexNode {
  return mapRex(predicate, (each) => {
    if (each.kind === 'input') return { ...each, index: each.index + width };
    return isCorrelation(each, correlation) ? rexInput(each.column, each.type) : each;
  });
}

/** The sides of `inner = outer`; throws for any other condition. */
export function equalityOf(predicate: RexNode, correlation: number): CorrelatedEquality {
  const sides = equality(predicate, correlation);
  if (!sides) throw new CorrelationRefused();
  return sides;
}

/** The first outer column that an expression reads. */
export function outerColumnOf(node: RexNode, correlation: number): number {
  let column = Infinity;
  walkRex(node, (each) => {
    if (isCorrelation(each, correlation)) column = Math.min(column, each.column);
  });
  return column;
}

/** The outer row is read at a place from which its conditions cannot be taken. */
export class CorrelationRefused extends TableException {
  constructor() {
    super('A correlated sub-query of this form is not supported.');
  }
}

/** All expressions of one node. */
export function expressionsOf(node: LogicalNode): readonly RexNode[] {
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
  readonly #values: ValueGenerator | undefined;

  constructor(correlation: number, { dropsNulls = false, outer }: DecorrelationOptions) {
    this.#correlation = correlation;
    this.#dropsNulls = dropsNulls;
    this.#values = outer && new ValueGenerator(outer, correlation);
  }

  pull(node: LogicalNode): Decorrelated {
    if (!isCorrelated(node, this.#correlation)) return { node, predicates: [] };
    switch (node.kind) {
      case 'LogicalFilter':
        return this.#filter(node);
      case 'LogicalProject':
        return this.#project(node);
      case 'LogicalAggregate':
        return this.#aggregate(node);
      case 'LogicalJoin':
        return this.#join(node);
      default:
        throw new CorrelationRefused();
    }
  }

  #filter(node: LogicalFilter): Decorrelated {
    const input = this.pull(node.inputs[0]);
    const all = conjunctions(node.condition);
    const own = all.filter((each) => readsOuterAnywhere(each, this.#correlation));
    if (own.some((each) => isReadBelow(each, this.#correlation))) throw new CorrelationRefused();
    if (!this.#values && !this.#dropsNulls && own.some(containsOr)) throw new CorrelationRefused();
    const rest = all.filter((each) => !own.includes(each));
    if (this.#values && own.length > 0) return this.#filterBesideValues(input, own, rest);
    const kept = this.#dropsNulls ? [...rest, ...own.flatMap((each) => this.#innerNotNull(each))] : rest;
    return { node: logicalFilter(input.node, conjoin(kept)), predicates: [...input.predicates, ...own] };
  }

  /** What an equality says that an outer column is stands for it in all other conditions; where one is not said, values are generated. */
  #filterBesideValues(input: Decorrelated, own: readonly RexNode[], rest: readonly RexNode[]): Decorrelated {
    const values = this.#values as ValueGenerator;
    const { node, equalities } = withComputedKeys(input.node, own, this.#correlation);
    const keys = [...equalities.values()];
    if (!values.readOnly(own, new Set(equalities.keys()))) {
      const { node: source, predicates, asked } = values.beside(input, own, 'FILTER');
      return { node: logicalFilter(source, conjoin([...rest, ...asked])), predicates };
    }
    const known: Decorrelated = { node, predicates: keys.map(({ predicate }) => predicate) };
    const others = own.filter((each) => !keys.some(({ written }) => written === each));
    const { asked } = values.beside(known, others, 'FILTER');
    const isSet = this.#dropsNulls ? known.predicates.flatMap((each) => this.#innerNotNull(each)) : [];
    return {
      node: logicalFilter(node, conjoin([...rest, ...isSet, ...asked])),
      predicates: [...input.predicates, ...known.predicates],
    };
  }

  #project(node: LogicalProject): Decorrelated {
    const isReading = node.projects.some((each) => readsOuterAnywhere(each, this.#correlation));
    if (isReading && !this.#values) throw new CorrelationRefused();
    const below = this.pull(node.inputs[0]);
    if (isReading && node.projects.some((each) => isReadBelow(each, this.#correlation)))
      throw new CorrelationRefused();
    const beside = isReading ? this.#values?.beside(below, node.projects, 'PROJECT') : undefined;
    const input = beside ?? below;
    const projects = [...(beside?.asked ?? node.projects)];
    const names = fieldNames(node.rowType);
    const append = (column: number): number => {
      names.push(suggested(fieldNames(input.node.rowType)[column] as string, names));
      return projects.push(inputOf(input.node.rowType, column)) - 1;
    };
    const at = (column: number): number => {
      if (this.#values) return append(column); // again, though it be there already
      const known = projects.findIndex((each) => each.kind === 'input' && each.index === column);
      return known >= 0 ? known : append(column);
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
    const { grouped, keys, constants, predicates } = this.group(node);
    const variable = node.group.filter((key) => !constants.has(key));
    const place = (column: number): number => {
      const key = node.group[column];
      return key === undefined ? column - node.group.length + grouped.group.length : variable.indexOf(key); // -1: a constant
    };
    const own = node.rowType.fields.map((_, i) => place(i));
    const order = [...own, ...keys.filter((key) => this.#values !== undefined || !own.includes(key))];
    const names = fieldNames(grouped.rowType);
    const restored = logicalProject(
      grouped,
      order.map((column, i) =>
        column < 0 ? (constants.get(node.group[i] as number) as RexNode) : inputOf(grouped.rowType, column),
      ),
      order.map((column, i) => node.rowType.fields[i]?.name ?? (names[column] as string)),
    );
    return {
      node: restored,
      predicates: predicates.map((each) => moveInputs(each, (column) => order.lastIndexOf(column))),
    };
  }

  /**
   * The aggregation by its own keys, then those that it is compared by, in the order of the outer columns; `keys`: where those are. For a
   * semi-join they stand in the order of the inner columns, and the predicates as they are written. `constants`: what is no key because it is
   * the same for all rows, by column of the input.
   */
  group(node: LogicalAggregate): {
    readonly grouped: LogicalAggregate;
    readonly keys: readonly number[];
    readonly constants: ReadonlyMap<number, RexNode>;
    readonly predicates: readonly RexNode[];
  } {
    const input = this.pull(node.inputs[0]);
    const constants = literalsAmong(input.node, node.group);
    const sides = input.predicates.map((each) => ({
      ...equalityOf(each, this.#correlation),
      type: each.type,
    }));
    const place = (side: CorrelatedEquality): number => outerColumnOf(side.outer, this.#correlation);
    const isValue = this.#dropsNulls || this.#values !== undefined;
    if (isValue) sides.sort((a, b) => place(a) - place(b));
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
    const added = isValue ? extra : [...extra].sort((a, b) => a - b);
    const group = [...new Set([...node.group.filter((key) => !constants.has(key)), ...added])];
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
    const calls = node.calls.map((call) => movedCall(call, at));
    const grouped = logicalAggregate(below, group.map(at), calls);
    const keys = extra.map((key) => group.indexOf(key));
    const predicates = sides.map(({ outer, operator, isInnerFirst, type }, i) => {
      const key = inputOf(grouped.rowType, keys[i] as number);
      return rexCall(operator, isInnerFirst && !this.#dropsNulls ? [key, outer] : [outer, key], type);
    });
    return { grouped, keys, constants, predicates };
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
    const isPadded = !isInner && (own.length > 0 || right.predicates.length > 0);
    if (isPadded && this.#values && joinType !== 'RIGHT' && joinType !== 'FULL')
      return this.#joinBesideValues(node, left, right, own);
    if (isPadded || (left.predicates.length > 0 && (joinType === 'RIGHT' || joinType === 'FULL')))
      throw new CorrelationRefused();
    const leftWidth = oldLeft.rowType.fields.length;
    const newLeftWidth = left.node.rowType.fields.length;
    const place = (column: number): number =>
      column < leftWidth ? column : column - leftWidth + newLeftWidth;
    const rest = conjoin(all.filter((each) => !own.includes(each)).map((each) => moveInputs(each, place)));
    const joined = logicalJoin(left.node, right.node, joinType, rest);
    if (joinType === 'SEMI' || joinType === 'ANTI') return { node: joined, predicates: left.predicates };
    const predicates = [
      ...left.predicates,
      ...right.predicates.map((each) => moveInputs(each, (column) => column + newLeftWidth)),
      ...own.map((each) => moveInputs(each, place)),
    ];
    return inOrder(node, joined, place, predicates);
  }

  /** A join that pads or drops rows on its left by what the outer row says: it is made for each of the outer values. */
  #joinBesideValues(
    node: LogicalJoin,
    left: Decorrelated,
    right: Decorrelated,
    own: readonly RexNode[],
  ): Decorrelated {
    const values = this.#values as ValueGenerator;
    const leftWidth = node.inputs[0].rowType.fields.length;
    const far = (column: number): number => column + OF_RIGHT; // until it is known how wide the left becomes
    const place = (column: number): number => (column < leftWidth ? column : far(column - leftWidth));
    const asked = [
      ...right.predicates.map((each) => moveInputs(each, far)),
      ...own.map((each) => moveInputs(each, place)),
    ];
    const beside = values.beside(left, asked, 'JOIN');
    const width = beside.node.rowType.fields.length;
    const near = (column: number): number => (column < OF_RIGHT ? column : column - OF_RIGHT + width);
    const rest = conjunctions(node.condition).filter((each) => !own.includes(each));
    const condition = conjoin(
      [...rest.map((each) => moveInputs(each, place)), ...beside.asked].map((each) => moveInputs(each, near)),
    );
    const joined = logicalJoin(beside.node, right.node, node.joinType, condition);
    if (node.joinType === 'SEMI' || node.joinType === 'ANTI')
      return { node: joined, predicates: beside.predicates };
    return inOrder(node, joined, (column) => near(place(column)), beside.predicates);
  }
}

/** The columns that a projection has as literals. */
function literalsAmong(node: LogicalNode, columns: readonly number[]): ReadonlyMap<number, RexNode> {
  if (node.kind !== 'LogicalProject') return new Map();
  return new Map(
    columns.flatMap((column) => {
      const project = node.projects[column] as RexNode;
      return project.kind === 'literal' ? [[column, project]] : [];
    }),
  );
}

/** A column's name beside others, as Calcite makes it unique. */
function suggested(name: string, others: readonly string[]): string {
  return others.includes(name) ? `${name}${others.length}` : name;
}

/** Where, while a join is taken apart, columns of its right side begin. */
const OF_RIGHT = 1 << 20;

/** The columns of `node` first, wherever `joined` has them, then all others. */
function inOrder(
  node: LogicalJoin,
  joined: LogicalNode,
  place: (column: number) => number,
  predicates: readonly RexNode[],
): Decorrelated {
  const columns = node.rowType.fields.map((_, i) => place(i));
  const extra = joined.rowType.fields.map((_, i) => i).filter((column) => !columns.includes(column));
  const order = [...columns, ...extra];
  const names = fieldNames(joined.rowType);
  const restored = logicalProject(
    joined,
    order.map((column) => inputOf(joined.rowType, column)),
    order.map((column) => names[column] as string),
  );
  return {
    node: withInputs(restored, [joined]),
    predicates: predicates.map((each) => moveInputs(each, (column) => order.indexOf(column))),
  };
}

/** A condition that holds for one of several reasons: Flink makes no semi-join of it. */
function containsOr(node: RexNode): boolean {
  let isFound = false;
  walkRex(node, (each) => {
    isFound ||= isCall(each, 'OR') || isCall(each, 'CASE');
  });
  return isFound;
}
