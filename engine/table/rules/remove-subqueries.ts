import type { RexNode } from '../../expressions/rex-node.ts';
import { logicalFilter, logicalProject, mapPlan, withInputs } from '../plan/builders.ts';
import type { LogicalFilter, LogicalNode, LogicalProject } from '../plan/rel-node.ts';
import { conjoin, conjunctions, fieldNames, inputOf, walkRex } from '../plan/rex.ts';
import { containsSubquery, isSubquery } from '../plan/rex-subquery.ts';
import { countAsExistence } from './count-as-existence.ts';
import { isCorrelated } from './decorrelate.ts';
import { joinSubqueries } from './join-subqueries.ts';
import { lateralJoin } from './lateral-join.ts';
import { SemiJoins } from './semi-joins.ts';
import type { ComputeConstants, ConstantOptions } from './simplify/constant-reducer.ts';
import { simplifyCondition, simplifyMerged, simplifyMergedCondition } from './simplify/simplify.ts';
import type { SubqueryLogic } from './subquery-logic.ts';
import { SubqueryValues } from './subquery-values.ts';

/**
 * Sub-queries become joins (Flink's FlinkSubQueryRemoveRule, Calcite's SubQueryRemoveRule and its decorrelation).
 *
 * A condition of WHERE that is IN, EXISTS or the contrary of one is a SEMI or ANTI join. Anything else is a value: what the sub-query
 * gives is joined to the row as a column, at most one row of it.
 */
export function removeSubqueries(plan: LogicalNode, options: ConstantOptions): LogicalNode {
  const removal = new SubqueryRemoval(options);
  if (plan.kind === 'LogicalSink' && plan.inputs[0].kind === 'LogicalFilter')
    return withInputs(plan, [removal.removeFromRoot(plan.inputs[0])]);
  return removal.remove(plan);
}

class SubqueryRemoval {
  readonly #compute: ComputeConstants;

  constructor({ compute }: ConstantOptions) {
    this.#compute = compute;
  }

  readonly remove = (plan: LogicalNode): LogicalNode =>
    mapPlan(plan, (node) => {
      switch (node.kind) {
        case 'LogicalFilter':
          return containsSubquery(node.condition) ? this.filter(node, true) : node;
        case 'LogicalProject':
          return node.projects.some(containsSubquery) ? this.#project(node) : node;
        case 'LogicalLateral':
          return lateralJoin(node);
        case 'LogicalJoin':
          return containsSubquery(node.condition)
            ? joinSubqueries(node, { withoutSubqueries: this.remove })
            : node;
        default:
          return node;
      }
    });

  /** HAVING, which no projection stands above. */
  removeFromRoot(node: LogicalFilter): LogicalNode {
    const filter = withInputs(node, [this.remove(node.inputs[0])]);
    return containsSubquery(node.condition) ? this.filter(filter, false) : filter;
  }

  /** `isProjected`: a projection stands above. */
  filter(node: LogicalFilter, isProjected: boolean): LogicalNode {
    const width = node.rowType.fields.length;
    const all = conjunctions(countAsExistence(simplifyCondition(node.condition, this.#compute)));
    const plain = all.filter((each) => !containsSubquery(each));
    const input = logicalFilter(node.inputs[0], conjoin(plain));
    const asked = all.filter((each) => !plain.includes(each));
    const { joined, values } = new SemiJoins({ withoutSubqueries: this.remove }).rewrite(
      input,
      asked,
      plain,
      isProjected,
    ) ?? { joined: input, values: asked };
    if (values.length === 0) return joined;
    const expansion = this.#values(joined, all, 'TRUE_ONLY');
    const condition = conjoin(values.map((each) => expansion.condition(each)));
    const filtered = logicalFilter(expansion.node, simplifyMergedCondition(condition, this.#compute));
    if (filtered.rowType.fields.length === width) return filtered;
    const columns = node.rowType.fields.map((_, i) => inputOf(filtered.rowType, i));
    return logicalProject(filtered, columns, fieldNames(node.rowType));
  }

  #project(node: LogicalProject): LogicalNode {
    const expansion = this.#values(node.inputs[0], node.projects, 'KEEP');
    const replaced = node.projects.map((each) => expansion.replace(each));
    const projects = simplifyMerged(replaced, this.#compute);
    return logicalProject(expansion.node, projects, fieldNames(node.rowType));
  }

  #values(input: LogicalNode, expressions: readonly RexNode[], logic: SubqueryLogic): SubqueryValues {
    return new SubqueryValues(input, {
      expressions,
      logic,
      isCorrelated: isAnyCorrelated(expressions),
      withoutSubqueries: this.remove,
    });
  }
}

function isAnyCorrelated(nodes: readonly RexNode[]): boolean {
  let isFound = false;
  for (const node of nodes) {
    walkRex(node, (each) => {
      isFound ||= isSubquery(each) && isCorrelated(each.subquery, each.correlation);
    });
  }
  return isFound;
}
