import type { RexNode } from '../../expressions/rex-node.ts';
import { logicalAggregate, logicalJoin, logicalProject } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  TRUE,
  conjoin,
  fieldOf,
  inputOf,
  isCall,
  mapRex,
  rexCall,
  rexInput,
  walkRex,
} from '../plan/rex.ts';
import { isCorrelation } from '../plan/rex-subquery.ts';
import type { RexCorrelation } from '../plan/rex-subquery.ts';
import type { Decorrelated } from './decorrelate.ts';
import { isNullOf, rejectsNullOf } from './null-rejection.ts';
import { containsUniqueKey } from './unique-keys.ts';

/** Rows of a sub-query beside the outer values that expressions read; `asked`: these expressions, of the new rows. */
export interface BesideValues extends Decorrelated {
  readonly asked: readonly RexNode[];
}

/**
 * Computes a part of a sub-query for all values that the outer columns have: each of its rows stands beside each combination of them, once
 * (Calcite's value generator). What the sub-query makes of them is joined to the outer rows by these values.
 */
export class ValueGenerator {
  readonly #outer: LogicalNode;
  readonly #correlation: number;

  constructor(outer: LogicalNode, correlation: number) {
    this.#outer = outer;
    this.#correlation = correlation;
  }

  /**
   * `place`: where `expressions` stand. Values that conditions of `input` fix already are taken from there. NULL is a value like any other
   * where the expressions could be asked for it.
   */
  beside(
    input: Decorrelated,
    expressions: readonly RexNode[],
    place: 'FILTER' | 'PROJECT' | 'JOIN',
  ): BesideValues {
    const read = this.#columnsRead(expressions);
    const fixed = this.#fixed(input);
    if (read.every(({ column }) => fixed.has(column))) {
      const asked = expressions.map((each) => this.#replaced(each, fixed));
      return { ...input, asked };
    }
    const { rowType } = this.#outer;
    const columns = read.map(({ column }) => column);
    const projected = logicalProject(
      this.#outer,
      columns.map((column) => inputOf(rowType, column)),
      columns.map((column) => fieldOf(rowType, column).name),
    );
    const all = columns.map((_, i) => i);
    const distinct = containsUniqueKey(projected, all) ? projected : logicalAggregate(projected, all, []);
    const node = logicalJoin(input.node, distinct, 'INNER', TRUE);
    const first = input.node.rowType.fields.length;
    const values = new Map(read.map(({ column, type }, i) => [column, rexInput(first + i, type)]));
    const asked = expressions.map((each) => this.#replaced(each, values));
    const predicates = read.map((each, i): RexNode => {
      const value = values.get(each.column) as RexNode;
      const nullable = each.type.nullable;
      const isKept = nullable && keepsNull(asked, (column) => column === first + i, place);
      return isKept
        ? rexCall('IS NOT DISTINCT FROM', [each, value], BOOLEAN_NOT_NULL)
        : rexCall('=', [each, value], { root: 'BOOLEAN', nullable });
    });
    return { node, predicates: [...input.predicates, ...predicates], asked };
  }

  /** Whether expressions read no outer columns but these. */
  readOnly(expressions: readonly RexNode[], columns: ReadonlySet<number>): boolean {
    return this.#columnsRead(expressions).every(({ column }) => columns.has(column));
  }

  /** Mentions of the outer row, one a column, ascending. */
  #columnsRead(expressions: readonly RexNode[]): RexCorrelation[] {
    const read = new Map<number, RexCorrelation>();
    for (const expression of expressions) {
      walkRex(expression, (each) => {
        if (isCorrelation(each, this.#correlation)) read.set(each.column, each);
      });
    }
    return [...read.values()].sort((a, b) => a.column - b.column);
  }

  /** What conditions `own = outer column` say that outer columns are. */
  #fixed({ predicates }: Decorrelated): Map<number, RexNode> {
    const fixed = new Map<number, RexNode>();
    for (const predicate of predicates) {
      if (!isCall(predicate, '=') && !isCall(predicate, 'IS NOT DISTINCT FROM')) continue;
      const [a, b] = predicate.operands as [RexNode, RexNode];
      for (const [outer, own] of [
        [a, b],
        [b, a],
      ] as const) {
        if (isCorrelation(outer, this.#correlation) && own.type.root === outer.type.root)
          fixed.set(outer.column, own);
      }
    }
    return fixed;
  }

  #replaced(expression: RexNode, values: ReadonlyMap<number, RexNode>): RexNode {
    return mapRex(expression, (each) =>
      isCorrelation(each, this.#correlation) ? (values.get(each.column) as RexNode) : each,
    );
  }
}

/** Whether rows beside a NULL matter: a condition may hold for them, an expression may be more than NULL. */
function keepsNull(
  asked: readonly RexNode[],
  isValue: (column: number) => boolean,
  place: 'FILTER' | 'PROJECT' | 'JOIN',
): boolean {
  switch (place) {
    case 'FILTER':
      return !rejectsNullOf(conjoin(asked), isValue);
    case 'PROJECT':
      return !asked.every((each) => !reads(each, isValue) || isNullOf(each, isValue));
    case 'JOIN':
      return true;
  }
}

function reads(node: RexNode, isValue: (column: number) => boolean): boolean {
  let isReading = false;
  walkRex(node, (each) => {
    isReading ||= each.kind === 'input' && isValue(each.index);
  });
  return isReading;
}
