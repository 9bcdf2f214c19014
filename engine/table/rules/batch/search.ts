import type { Distribution, PhysicalNode, PhysicalSort } from '../../plan/physical-node.ts';
import { choicesOf } from './choices.ts';
import type { Choice } from './choices.ts';
import { addCosts, isCheaper, selfCost } from './cost.ts';
import type { PlanCost } from './cost.ts';
import type { BatchOptions } from './options.ts';
import { BatchStatistics } from './statistics.ts';
import { ANY, isAny, isSorted, satisfies } from './traits.ts';
import type { Place, Traits } from './traits.ts';

interface Plan {
  readonly node: PhysicalNode;
  readonly cost: PlanCost;
}

/**
 * Looks for the cheapest plan of batch mode, as Flink's cost-based optimizer does: each node is run in every way that there is, and what
 * a consumer asks of a node's rows (their place, their order) is done by an exchange and a sort above it, or asked of its inputs in turn.
 */
export class BatchSearch {
  readonly statistics: BatchStatistics;
  readonly #options: BatchOptions;
  readonly #choices = new Map<PhysicalNode, Choice[]>();
  readonly #plans = new Map<PhysicalNode, Map<string, Plan>>();

  constructor(options: BatchOptions) {
    this.#options = options;
    this.statistics = new BatchStatistics(options.tableRows);
  }

  /** `node` is the root of a plan that has no exchanges yet. */
  cheapest(node: PhysicalNode): PhysicalNode {
    return this.#best(node, ANY).node;
  }

  #best(node: PhysicalNode, need: Traits): Plan {
    let plans = this.#plans.get(node);
    if (!plans) this.#plans.set(node, (plans = new Map<string, Plan>()));
    const key = JSON.stringify(need);
    let plan = plans.get(key);
    if (!plan) plans.set(key, (plan = isAny(need) ? this.#cheapestOf(node) : this.#cheapestFor(node, need)));
    return plan;
  }

  #choicesOf(node: PhysicalNode): Choice[] {
    let choices = this.#choices.get(node);
    if (!choices) this.#choices.set(node, (choices = choicesOf(node, this.#options, this.statistics)));
    return choices;
  }

  #cheapestOf(node: PhysicalNode): Plan {
    return cheapest(this.#choicesOf(node).map((choice) => this.#assemble(choice, choice.needs)));
  }

  #cheapestFor(node: PhysicalNode, need: Traits): Plan {
    const { place, sort } = need;
    const plans: Plan[] = [];
    for (const choice of this.#choicesOf(node)) {
      const { delivers } = choice;
      if (satisfies(delivers.place, place))
        plans.push(this.#sorted(this.#assemble(choice, choice.needs), delivers.sort, sort));
    }
    if (place.kind !== 'any') {
      if (sort.length > 0) plans.push(this.#sorted(this.#best(node, { place, sort: [] }), [], sort));
      else plans.push(this.#exchanged(this.#best(node, ANY), place));
    }
    for (const choice of this.#choicesOf(node)) {
      const pushed = choice.push?.(need);
      if (pushed) plans.push(this.#sorted(this.#assemble(choice, pushed.needs), pushed.sort, sort));
    }
    return cheapest(plans);
  }

  #assemble(choice: Choice, needs: readonly Traits[]): Plan {
    const inputs = choice.inputs.map((input, i) => this.#best(input, needs[i] ?? ANY));
    return this.#plan(choice.make(inputs.map((input) => input.node)), inputs);
  }

  #exchanged(input: Plan, place: Place): Plan {
    const distribution: Distribution =
      place.kind === 'hash'
        ? { kind: 'hash', keys: place.keys }
        : { kind: place.kind === 'broadcast' ? 'broadcast' : 'single' };
    const { rowType } = input.node;
    return this.#plan({ kind: 'Exchange', inputs: [input.node], distribution, rowType }, [input]);
  }

  #sorted(input: Plan, there: readonly number[], sort: readonly number[]): Plan {
    if (isSorted(there, sort)) return input;
    const node: PhysicalSort = {
      kind: 'Sort',
      inputs: [input.node],
      keys: sort.map((column) => ({ column, descending: false, nullsFirst: true })),
      offset: 0,
      isGrouping: true,
      rowType: input.node.rowType,
    };
    return this.#plan(node, [input]);
  }

  #plan(node: PhysicalNode, inputs: readonly Plan[]): Plan {
    const own = selfCost(node, this.statistics);
    return { node, cost: inputs.reduce((sum, input) => addCosts(sum, input.cost), own) };
  }
}

/** The first of equals. */
function cheapest(plans: readonly Plan[]): Plan {
  return plans.reduce((best, plan) => (isCheaper(plan.cost, best.cost) ? plan : best));
}
