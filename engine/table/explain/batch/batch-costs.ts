import type { PhysicalNode } from '../../plan/physical-node.ts';
import { addCosts, selfCost } from '../../rules/batch/cost.ts';
import type { PlanCost } from '../../rules/batch/cost.ts';
import { BatchStatistics } from '../../rules/batch/statistics.ts';
import type { TableRows } from '../../rules/batch/statistics.ts';
import type { NodeCost } from '../estimated-cost.ts';

/** What EXPLAIN ESTIMATED_COST says of the nodes of a plan of batch mode: what the plan was chosen by. Each is worked out once. */
export class BatchCosts {
  readonly #statistics: BatchStatistics;
  readonly #known = new Map<PhysicalNode, PlanCost>();

  constructor(tableRows: TableRows) {
    this.#statistics = new BatchStatistics(tableRows);
  }

  of(node: PhysicalNode): NodeCost {
    return { ...this.#cumulative(node), rowCount: this.#statistics.rowCount(node) };
  }

  #cumulative(node: PhysicalNode): PlanCost {
    let cost = this.#known.get(node);
    if (!cost) {
      const own = selfCost(node, this.#statistics);
      this.#known.set(
        node,
        (cost = node.inputs.reduce((sum, input) => addCosts(sum, this.#cumulative(input)), own)),
      );
    }
    return cost;
  }
}
