import { TableException, ValidationException } from '../../types/errors.ts';
import type { SqlPosition } from '../../types/errors.ts';
import type { ChangelogMode } from '../../types/row-kind.ts';
import type { PhysicalJoin, PhysicalNode, PhysicalSink } from '../plan/physical-node.ts';
import { qualifiedName } from '../plan/planned-table.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import { ALL_CHANGES, INSERTS, NO_CHANGES, changelogModeOf, modificationsOf, unionOf } from './changelog.ts';
import type { Modifications } from './changelog.ts';
import { localInput } from './local-input.ts';
import { withPhysicalInputs } from './map-physical.ts';

/**
 * Decides, edge by edge, which changes flow, and sets every node's `changelogMode` (S-32 to S-34).
 *
 * First upwards: what each node may produce, and whether its consumer can take it. Then downwards from the sinks: whether an update
 * needs its `-U`. A node that can leave it out does so wherever nobody asks; a source that sends it anyway gets a DropUpdateBefore.
 */
export interface ChangelogOptions {
  /** What a sink takes when its input produces `requested`. */
  readonly sinkMode: (table: PlannedTable, requested: ChangelogMode) => ChangelogMode;
  /** A node as error texts print it. */
  readonly describe: (node: PhysicalNode) => string;
  /** Whether the client of a query wants `-U`: it does when the query runs, EXPLAIN leaves it open. */
  readonly collectsUpdateBefore: boolean;
  /** `table.exec.sink.upsert-materialize`. */
  readonly upsertMaterialize: 'NONE' | 'AUTO' | 'FORCE';
  /** `table.exec.sink.require-on-conflict`. */
  readonly requiresOnConflict: boolean;
}

export function inferChangelogMode(root: PhysicalNode, options: ChangelogOptions): PhysicalNode {
  const result = new ChangelogInference(options).infer(root);
  if (!result) {
    throw new TableException(
      `Can't generate a valid execution plan for the given query:\n${options.describe(root)}`,
    );
  }
  return result;
}

export function isInsertOnly(node: PhysicalNode): boolean {
  const { update, delete: deletes } = modifications(node);
  return !update && !deletes;
}

/** Which kinds of change a node may produce. */
function modifications(node: PhysicalNode): Modifications {
  switch (node.kind) {
    case 'TableSourceScan':
      return modificationsOf(node.table.changelogMode);
    case 'Values':
    case 'HashAggregate':
    case 'SortAggregate':
    case 'LocalHashAggregate':
    case 'LocalSortAggregate':
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
    case 'Sort':
    case 'Limit':
    case 'LocalGroupAggregate':
    case 'IncrementalGroupAggregate':
    case 'WindowAggregate':
    case 'LocalWindowAggregate':
    case 'GlobalWindowAggregate':
      return INSERTS;
    case 'GroupAggregate': {
      const input = modifications(node.inputs[0]);
      return { insert: true, update: true, delete: input.update || input.delete };
    }
    case 'GlobalGroupAggregate': {
      const input = modifications(localInput(node));
      return { insert: true, update: true, delete: input.update || input.delete };
    }
    case 'Join': {
      const isForwarding = node.joinType === 'INNER' || node.joinType === 'SEMI';
      return isForwarding ? unionOf(node.inputs.map(modifications)) : ALL_CHANGES;
    }
    case 'Union':
      return unionOf(node.inputs.map(modifications));
    default:
      return modifications(node.inputs[0]);
  }
}

type UpdateKind = 'none' | 'only-after' | 'before-and-after';

class ChangelogInference {
  readonly #options: ChangelogOptions;

  constructor(options: ChangelogOptions) {
    this.#options = options;
  }

  infer(root: PhysicalNode): PhysicalNode | undefined {
    if (root.kind === 'Sink' && root.target.kind === 'table') return this.#tableSink(root, root.target.table);
    this.#check(root, ALL_CHANGES, 'ROOT');
    if (!modifications(root).update) return this.#visit(root, 'none');
    const withBefore = this.#visit.bind(this, root, 'before-and-after');
    return this.#options.collectsUpdateBefore
      ? withBefore()
      : (this.#visit(root, 'only-after') ?? withBefore());
  }

  /** Throws where a node below produces what `requester` cannot take. */
  #check(node: PhysicalNode, allowed: Modifications, requester: string): void {
    switch (node.kind) {
      case 'Calc':
      case 'Exchange':
      case 'Expand':
      case 'WatermarkAssigner':
      case 'WindowTableFunction':
      case 'Correlate':
      case 'AsyncCalc':
      case 'Union':
        for (const input of node.inputs) this.#check(input, allowed, requester);
        return;
      default: {
        for (const input of node.inputs) this.#check(input, ALL_CHANGES, node.kind);
        const produced = modifications(node);
        const excess = [
          produced.update && !allowed.update && 'update',
          produced.delete && !allowed.delete && 'delete',
        ].filter((kind) => kind !== false);
        if (excess.length === 0) return;
        throw new TableException(
          `${requester} doesn't support consuming ${excess.join(' and ')} changes which is produced by node ${this.#options.describe(node)}`,
        );
      }
    }
  }

  #tableSink(sink: PhysicalSink, table: PlannedTable): PhysicalNode | undefined {
    const [input] = sink.inputs;
    const produced = modifications(input);
    const accepted = this.#options.sinkMode(table, changelogModeOf(produced, true));
    this.#check(input, modificationsOf(accepted), `Table sink '${qualifiedName(table)}'`);
    const conflict = sink.target.kind === 'table' ? sink.target.onConflict : undefined;
    const changes = produced.update || produced.delete;
    if (conflict && !changes) throw noUpsertSink(table, conflict.position);
    const primaryKey = table.primaryKey.map((name) =>
      table.storedType.fields.findIndex((field) => field.name === name),
    );
    const isKeyed = sink.upsertKeys.some((key) => key.every((column) => primaryKey.includes(column)));
    const isPlain = primaryKey.length === 0 || isKeyed;
    const materializes = this.#materializes(primaryKey.length > 0, changes && !isPlain);
    const { requiresOnConflict, upsertMaterialize } = this.#options;
    if (materializes && !conflict && requiresOnConflict && upsertMaterialize === 'AUTO')
      throw upsertKeyDiffers(sink, table);
    for (const kind of wantedBySink(produced, isPlain, accepted)) {
      const child = this.#visit(input, kind);
      if (!child) continue;
      const visited = { ...sink, inputs: [child], changelogMode: NO_CHANGES } as const;
      return materializes ? { ...visited, materializesUpserts: true } : visited;
    }
    return undefined;
  }

  #materializes(hasKey: boolean, isNeeded: boolean): boolean {
    switch (this.#options.upsertMaterialize) {
      case 'NONE':
        return false;
      case 'AUTO':
        return isNeeded;
      case 'FORCE':
        return hasKey;
    }
  }

  /** The node with changelog modes such that updates come as `required`, or undefined if it cannot do that. */
  #visit(node: PhysicalNode, required: UpdateKind): PhysicalNode | undefined {
    switch (node.kind) {
      case 'TableSourceScan': {
        const scan = { ...node, changelogMode: node.table.changelogMode };
        if (required !== 'only-after' || !node.table.changelogMode.updateBefore) return scan;
        const changelogMode = { ...node.table.changelogMode, updateBefore: false };
        return { kind: 'DropUpdateBefore', inputs: [scan], rowType: node.rowType, changelogMode };
      }
      case 'Calc':
        // Of an update whose new row is filtered out, only the -U says that the old one is gone.
        if (required === 'only-after' && node.condition) return undefined;
        return this.#forward(node, required);
      case 'GroupAggregate':
      case 'WindowAggregate': {
        const inputs = this.#inputs(node, (input) => fullUpdates(input));
        return inputs && marked(withPhysicalInputs(node, inputs), required);
      }
      case 'Join': {
        const inputs = this.#inputs(node, (input, side) => joinRequirement(node, input, side, required));
        return inputs && marked(withPhysicalInputs(node, inputs), required);
      }
      case 'Union': {
        const inputs = this.#inputs(node, (input) => (modifications(input).update ? required : 'none'));
        return inputs && marked(withPhysicalInputs(node, inputs), required);
      }
      default:
        return this.#forward(node, required);
    }
  }

  #forward(node: PhysicalNode, required: UpdateKind): PhysicalNode | undefined {
    const inputs = this.#inputs(node, () => required);
    return inputs && marked(withPhysicalInputs(node, inputs), required);
  }

  #inputs(
    node: PhysicalNode,
    requirement: (input: PhysicalNode, side: number) => UpdateKind | undefined,
  ): PhysicalNode[] | undefined {
    const inputs: PhysicalNode[] = [];
    for (const [side, input] of node.inputs.entries()) {
      const kind = requirement(input, side);
      const visited = kind && this.#visit(input, kind);
      if (!visited) return undefined;
      inputs.push(visited);
    }
    return inputs;
  }
}

function wantedBySink(
  { update }: Modifications,
  isPlain: boolean,
  { updateBefore }: ChangelogMode,
): readonly UpdateKind[] {
  if (!update) return ['none'];
  return updateBefore || !isPlain ? ['before-and-after'] : ['only-after', 'before-and-after'];
}

function marked(node: PhysicalNode, required: UpdateKind): PhysicalNode {
  return { ...node, changelogMode: changelogModeOf(modifications(node), required === 'before-and-after') };
}

function fullUpdates(input: PhysicalNode): UpdateKind {
  return modifications(input).update ? 'before-and-after' : 'none';
}

/** A join forwards its inputs' updates, so it can leave `-U` out only where the old row is found by its key. */
function joinRequirement(
  node: PhysicalJoin,
  input: PhysicalNode,
  side: number,
  required: UpdateKind,
): UpdateKind | undefined {
  if (!modifications(input).update) return 'none';
  if (required !== 'only-after') return 'before-and-after';
  const [key, unique] =
    side === 0 ? [node.leftKeys, node.leftUniqueKey] : [node.rightKeys, node.rightUniqueKey];
  const isFound = unique.kind !== 'NoUniqueKey' && key.every((column) => unique.columns.includes(column));
  return isFound ? 'only-after' : undefined;
}

function upsertKeyDiffers(sink: PhysicalSink, table: PlannedTable): ValidationException {
  const names = (columns: readonly number[]): string =>
    `[${columns.map((column) => sink.inputs[0].rowType.fields[column]?.name).join(', ')}]`;
  const upsertKey = sink.upsertKeys.map(names).join(', ');
  return new ValidationException(
    `The query has an upsert key that differs from the primary key of the sink table '${qualifiedName(table)}'. ` +
      `Primary key: [${table.primaryKey.join(', ')}], upsert key: ${upsertKey}. ` +
      'This can lead to non-deterministic results when multiple records with different upsert keys map to the same primary key. ' +
      'Please specify an ON CONFLICT clause to define how to handle conflicts, or make the key of the query the primary key of the sink.',
  );
}

function noUpsertSink(table: PlannedTable, position: SqlPosition): ValidationException {
  return new ValidationException(
    `ON CONFLICT clause is only allowed for upsert sinks. The sink '${qualifiedName(table)}' is not an upsert sink because it only accepts INSERT (append-only) changes.`,
    { position },
  );
}
