import type { PhysicalNode } from '../plan/physical-node.ts';
import { qualifiedName } from '../plan/planned-table.ts';
import { TableException } from '../../types/errors.ts';
import { nodeText } from './physical-text.ts';

/**
 * Plans as files: what COMPILE PLAN writes and EXECUTE PLAN runs (docs/compiled-plans.md).
 *
 * A plan is the physical nodes, each once, inputs before consumers, with ids for their edges. The fields of a node are those of
 * `PhysicalNode`; options of the session (parallelism, mini-batch, time-to-live) are not in it, they hold when it is run.
 */
export interface CompiledPlan {
  readonly millracePlanVersion: number;
  /** The statement it was made of. */
  readonly statement: string;
  readonly nodes: readonly CompiledNode[];
  /** Ids of the sinks. */
  readonly sinks: readonly number[];
}

export interface CompiledNode {
  readonly id: number;
  readonly inputs: readonly number[];
  /** For people: as EXPLAIN prints the node. */
  readonly description: string;
  readonly node: Readonly<Record<string, unknown>> & { readonly kind: PhysicalNode['kind'] };
}

/** What this build writes, and the one that it reads. */
export const PLAN_VERSION = 1;

/** `roots` share nodes by identity; so does the plan. */
export function compiledPlanText(roots: readonly PhysicalNode[], statement: string): string {
  const ids = new Map<PhysicalNode, number>();
  const nodes: CompiledNode[] = [];
  const idOf = (node: PhysicalNode): number => {
    const known = ids.get(node);
    if (known !== undefined) return known;
    const { inputs, ...fields } = node;
    const inputIds = inputs.map(idOf);
    const id = ids.size + 1;
    ids.set(node, id);
    nodes.push({ id, inputs: inputIds, description: nodeText(node, 'explain'), node: fields });
    return id;
  };
  const sinks = roots.map(idOf);
  const plan: CompiledPlan = { millracePlanVersion: PLAN_VERSION, statement, nodes, sinks };
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/** The plan's roots again, and its statement. Throws TableException for what is no plan of this version; `path` is for messages. */
export function readCompiledPlan(
  text: string,
  path: string,
): { readonly roots: readonly PhysicalNode[]; readonly statement: string } {
  const plan = parsedPlan(text, path);
  const built = new Map<number, PhysicalNode>();
  const nodeOf = (id: number): PhysicalNode => {
    const node = built.get(id);
    if (!node)
      throw new TableException(`The plan '${path}' is damaged: node ${id} does not stand before its use.`);
    return node;
  };
  for (const { id, inputs, node } of plan.nodes) {
    // The version says that these are the fields of a physical node.
    built.set(id, { ...node, inputs: inputs.map(nodeOf) } as unknown as PhysicalNode);
  }
  return { roots: plan.sinks.map(nodeOf), statement: plan.statement };
}

/** `default_catalog.default_database.t` of each sink. */
export function sinkNames(roots: readonly PhysicalNode[]): string[] {
  return roots.flatMap((root) =>
    root.kind === 'Sink' && root.target.kind === 'table' ? [qualifiedName(root.target.table)] : [],
  );
}

function parsedPlan(text: string, path: string): CompiledPlan {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    throw new TableException(`The plan '${path}' is no JSON.`, { cause: error });
  }
  if (typeof plan === 'object' && plan !== null && 'flinkVersion' in plan) {
    const hint = 'COMPILE PLAN the statement here';
    throw new TableException(`The plan '${path}' is one of Apache Flink, which is not supported: ${hint}.`);
  }
  if (!isPlan(plan)) throw new TableException(`'${path}' holds no compiled plan.`);
  if (plan.millracePlanVersion !== PLAN_VERSION) {
    throw new TableException(
      `The plan '${path}' has version ${plan.millracePlanVersion}, which is not supported: this build reads version ${PLAN_VERSION}. COMPILE PLAN the statement again.`,
    );
  }
  return plan;
}

function isPlan(value: unknown): value is CompiledPlan {
  return (
    typeof value === 'object' &&
    value !== null &&
    'millracePlanVersion' in value &&
    'nodes' in value &&
    Array.isArray(value.nodes) &&
    'sinks' in value &&
    Array.isArray(value.sinks)
  );
}
